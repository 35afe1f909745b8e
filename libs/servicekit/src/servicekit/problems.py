"""Every answer that isn't a success, as application/problem+json (RFC 9457).

Says what is wrong, which item, and what to do. Never repeats what was sent: a body here is a
pupil's record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from servicekit.errors import (
    KeysUnavailable,
    NotFound,
    ScopeMissing,
    Unauthenticated,
    ViewBehind,
)

MEDIA_TYPE: Final = "application/problem+json"
SCHEMA: Final = {"$ref": "#/components/schemas/ProblemOut"}


class ItemProblemOut(BaseModel):
    """What is wrong with one item of the request."""

    pointer: str = Field(
        description="JSON Pointer into the body, or the parameter", examples=["/marks/3/code"]
    )
    code: str = Field(description="the refusal, by its slug", examples=["unknown-code"])
    detail: str = Field(
        description="what is wrong and what to do", examples=["Use a national code."]
    )


class ProblemOut(BaseModel):
    """A problem, as RFC 9457 has it, with every offending item."""

    type: str = Field(examples=["/problems/unknown-code"])
    title: str = Field(examples=["Some marks can't be recorded"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["1 item is wrong; nothing was recorded."])
    instance: str = Field(description="the request's id", examples=["urn:uuid:0190..."])
    errors: list[ItemProblemOut] = Field(default=[], description="every bad item at once")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one sort of refusal is answered.

    Attributes:
        slug: under /problems/; also the one reason's own slug, when a refusal has only one.
        reasons: the slugs of the reasons a refusal of the law may have, for the documentation.
    """

    slug: str
    title: str
    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """One offending item: where it stands, the refusal's slug, and what to do."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """A refusal that already knows how it is answered."""

    def __init__(self, kind: Kind, detail: str, errors: Sequence[ItemProblem] = ()) -> None:
        super().__init__(kind.slug)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)


INVALID: Final = Kind(
    "invalid-request", "The request isn't well formed", HTTPStatus.UNPROCESSABLE_ENTITY
)

OWN_KINDS: Final[Mapping[type[Exception], Kind]] = {
    Unauthenticated: Kind(
        "unauthenticated",
        "A bearer token is needed",
        HTTPStatus.UNAUTHORIZED,
        {"WWW-Authenticate": "Bearer"},
    ),
    KeysUnavailable: Kind(
        "keys-unavailable",
        "No token can be verified at the moment",
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"Retry-After": "5"},
    ),
    ScopeMissing: Kind("scope-missing", "The token lacks a scope", HTTPStatus.FORBIDDEN),
    NotFound: Kind("not-found", "There is no such thing", HTTPStatus.NOT_FOUND),
    ViewBehind: Kind(
        "view-behind",
        "The view isn't there yet",
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"Retry-After": "1"},
    ),
}


def problem_response(
    request: Request, kind: Kind, detail: str, errors: Iterable[ItemProblem] = ()
) -> JSONResponse:
    """Render a problem; `instance` is the request's id, as the logs have it."""
    body: dict[str, Any] = {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": detail,
        "instance": f"urn:uuid:{request.state.request_id}",
    }
    items = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in errors]
    if items:
        body["errors"] = items
    return JSONResponse(body, int(kind.status), dict(kind.headers), MEDIA_TYPE)


def refusals(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe a route's refusals for OpenAPI: `responses=refusals(ALREADY_MARKED, …)`."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        entry = described.setdefault(
            int(kind.status), {"description": "", "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
        )
        said = ", ".join(f"`{slug}`" for slug in (kind.reasons or (kind.slug,)))
        entry["description"] = "; ".join(
            filter(None, [entry["description"], f"{kind.title}: {said}"])
        )
    return described

"""Every answer that isn't a success, as application/problem+json (RFC 9457).

Says what is wrong, which item, and what to do. Never repeats what was sent: a body here is a
pupil's record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
EXAMPLE_INSTANCE: Final = "urn:uuid:6f1c7a52-6f0e-4d3c-9a44-0f5f1b6f2a10"


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
    instance: str = Field(description="the request's id", examples=[EXAMPLE_INSTANCE])
    errors: list[ItemProblemOut] = Field(default=[], description="every bad item at once")


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """One offending item: where it stands, the refusal's slug, and what to do."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How one sort of refusal is answered.

    Attributes:
        slug: under /problems/; also the one reason's own slug, when a refusal has only one.
        reasons: the slugs of the reasons a refusal of the law may have, for the documentation.
        item: one offending item as an answer may name it, for the documentation too.
    """

    slug: str
    title: str
    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    item: ItemProblem | None = None


class Problem(Exception):
    """A refusal that already knows how it is answered."""

    def __init__(self, kind: Kind, detail: str, errors: Sequence[ItemProblem] = ()) -> None:
        super().__init__(kind.slug)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)


INVALID: Final = Kind(
    "invalid-request",
    "The request isn't well formed",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    item=ItemProblem("/path/urn", "urn-format", "Write a URN as its six digits."),
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
        add_refusal(described.setdefault(int(kind.status), {}), kind)
    return described


def add_refusal(answer: dict[str, Any], kind: Kind) -> None:
    """Add one sort of refusal to what OpenAPI says of a status: its reasons and an example."""
    reasons = ", ".join(f"`{slug}`" for slug in (kind.reasons or (kind.slug,)))
    before = [answer["description"]] if "description" in answer else []
    answer["description"] = "; ".join([*before, f"{kind.title}: {reasons}"])
    content = answer.setdefault("content", {}).setdefault(MEDIA_TYPE, {"schema": SCHEMA})
    content.setdefault("examples", {})[kind.slug] = {"summary": kind.title, "value": _shown(kind)}
    for header in kind.headers:
        answer.setdefault("headers", {})[header] = {"$ref": f"#/components/headers/{header}"}


def _shown(kind: Kind) -> dict[str, Any]:
    """Make a problem of this kind as it may be answered."""
    item = kind.item
    if item is None and kind.reasons:
        item = ItemProblem("", kind.reasons[0], f"{kind.title}.")
    problem: dict[str, Any] = {
        "type": f"/problems/{item.code if item and kind.reasons else kind.slug}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": "1 item is wrong; nothing was stored." if item else f"{kind.title}.",
        "instance": EXAMPLE_INSTANCE,
    }
    return problem | ({"errors": [asdict(item)]} if item else {})

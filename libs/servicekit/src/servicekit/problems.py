"""Every answer that isn't a success, as application/problem+json (RFC 9457).

Says what is wrong, which item, and what to do. Never repeats what was sent: a body here is a
pupil's record.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

from attendance.errors import Refused
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from servicekit.database import AWAY
from servicekit.errors import (
    KeysUnavailable,
    NotFound,
    ScopeMissing,
    Unauthenticated,
    ViewBehind,
)
from servicekit.logs import described, log

MEDIA_TYPE: Final = "application/problem+json"

OBJECT_REQUIRED: Final = "Send a JSON object, with Content-Type: application/json."

FIELD_LIKE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z", re.IGNORECASE)


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
MALFORMED: Final = Kind("malformed-body", "The body can't be read", HTTPStatus.UNPROCESSABLE_ENTITY)
NOWHERE: Final = Kind("not-found", "There is nothing here", HTTPStatus.NOT_FOUND)
OTHER_METHOD: Final = Kind(
    "method-not-allowed", "That can't be done here", HTTPStatus.METHOD_NOT_ALLOWED
)
TOO_LARGE: Final = Kind(
    "body-too-large", "The body is too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
)
DATABASE_AWAY: Final = Kind(
    "database-away",
    "The database can't be reached",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "1"},
)
INTERNAL: Final = Kind("internal-error", "Something failed here", HTTPStatus.INTERNAL_SERVER_ERROR)

# What Starlette raises by itself, and what we say to it.
OF_STATUS: Final[Mapping[int, tuple[Kind, str]]] = {
    HTTPStatus.NOT_FOUND: (NOWHERE, "No such path; the OpenAPI document lists those there are."),
    HTTPStatus.METHOD_NOT_ALLOWED: (OTHER_METHOD, "This path doesn't take that method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (TOO_LARGE, "The body is over 1 MiB; send it in parts."),
}

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


SCHEMA: Final = {"$ref": "#/components/schemas/ProblemOut"}


def install_problems(app: FastAPI, kinds: Mapping[type[Exception], Kind]) -> None:
    """Answer every refusal of an application with a problem."""
    for error, kind in {**OWN_KINDS, **kinds}.items():
        app.add_exception_handler(error, _answering(kind))
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for away in AWAY:
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(Exception, _internal)


def _answering(kind: Kind) -> Any:  # noqa: ANN401 - Starlette types handlers loosely
    def answer(request: Request, refusal: Exception) -> JSONResponse:
        if isinstance(refusal, Refused):
            return _refused(request, kind, refusal)
        return problem_response(request, kind, str(refusal))

    return answer


def _refused(request: Request, kind: Kind, refused: Refused) -> JSONResponse:
    """Answer what the law refuses: every reason, and 409 only when all of them may pass."""
    slugs = {refusal.code for refusal in refused.refusals}
    answered = replace(
        kind,
        slug=slugs.pop() if len(slugs) == 1 else kind.slug,
        status=HTTPStatus.CONFLICT if refused.conflict else kind.status,
    )
    errors = [ItemProblem(each.pointer, each.code, each.detail) for each in refused.refusals]
    return problem_response(request, answered, _counted(len(errors)), errors)


def _counted(wrong: int) -> str:
    return f"{wrong} {'item is' if wrong == 1 else 'items are'} wrong; nothing was stored."


def _problem(request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, Problem):
        raise problem
    return problem_response(request, problem.kind, problem.detail, problem.errors)


def _invalid(request: Request, invalid: Exception) -> JSONResponse:
    if not isinstance(invalid, RequestValidationError):
        raise invalid
    errors = [_item(error) for error in invalid.errors()]
    return problem_response(request, INVALID, _counted(len(errors)), errors)


def _item(error: Mapping[str, Any]) -> ItemProblem:
    # Only the place, the kind and the rule: pydantic's own texts for these hold no input.
    place, *path = error["loc"]
    if error["type"] == "json_invalid":
        return ItemProblem("", "json-invalid", "The body isn't valid JSON.")
    if error["type"] == "model_attributes_type" and not path:
        return ItemProblem("", "object-required", OBJECT_REQUIRED)
    if error["type"] == "extra_forbidden":
        # A field the caller made up may be anything, a pupil's name even: point to what it is in.
        path, error = path[:-1], {**error, "msg": "A field here is unknown"}
    prefix = "" if place == "body" else f"/{place}"
    pointer = prefix + "".join(f"/{_step(step)}" for step in path)
    return ItemProblem(pointer, error["type"].replace("_", "-"), f"{error['msg']}.")


def _step(step: object) -> str:
    if isinstance(step, int) or (isinstance(step, str) and FIELD_LIKE.match(step)):
        return str(step)
    return "?"


def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.BAD_REQUEST:
        unread = ItemProblem("", MALFORMED.slug, "Send JSON in UTF-8.")
        return problem_response(request, MALFORMED, _counted(1), [unread])
    status = HTTPStatus(error.status_code)
    unnamed = Kind(status.phrase.lower().replace(" ", "-"), status.phrase, status)
    kind, detail = OF_STATUS.get(status, (unnamed, status.description))
    return problem_response(request, replace(kind, headers=error.headers or {}), detail)


def _database_away(request: Request, error: Exception) -> JSONResponse:
    log.warning("database away", request_id=request.state.request_id, error=described(error))
    return problem_response(
        request, DATABASE_AWAY, "Send this again; nothing is stored twice under one key."
    )


def _internal(request: Request, _error: Exception) -> JSONResponse:
    return problem_response(
        request, INTERNAL, "Nothing is known to be lost. Quote the instance when you report this."
    )

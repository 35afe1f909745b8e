"""Which error is answered with which problem: the application's error handlers.

The one place where an error becomes an answer. Repeats nothing that was sent, and nothing that an
error says of itself unless the error is a refusal, written for the person who reads it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPMethod, HTTPStatus
from typing import Any, Final

from attendance.errors import Refused
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from servicekit.database import AWAY
from servicekit.logs import described, log
from servicekit.problems import INVALID, OWN_KINDS, ItemProblem, Kind, Problem, problem_response
from servicekit.requests import own_headers

FIELD_LIKE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z", re.IGNORECASE)
OBJECT_REQUIRED: Final = "Send a JSON object, with Content-Type: application/json."

# pydantic's kinds of which its text tells a person too little, or a pattern: what we say instead.
FORM: Final = "This isn't of the form that the OpenAPI document gives for it."
OTHERWISE_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "string_pattern_mismatch": ("string-pattern-mismatch", FORM),
    "date_from_datetime_parsing": ("no-such-date", "There is no such day in the calendar."),
    "time_parsing": ("no-such-time", "There is no such time of day."),
    "datetime_from_date_parsing": ("no-such-instant", "There is no such instant."),
    "datetime_parsing": ("no-such-instant", "There is no such instant."),
}

MALFORMED: Final = Kind(
    "malformed-body",
    "The body can't be read",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    item=ItemProblem("", "malformed-body", "Send JSON in UTF-8."),
)
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
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (TOO_LARGE, "This is over the limit; send it in parts."),
}


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
    errors = [ItemProblem(each.pointer, each.code, each.detail) for each in refused.refusals]
    status = HTTPStatus.CONFLICT if refused.conflict else kind.status
    answered = replace(_by_its_reason(kind, errors), status=status)
    return problem_response(request, answered, _counted(len(errors)), errors)


def _by_its_reason(kind: Kind, errors: Sequence[ItemProblem]) -> Kind:
    """Call a problem by its reason, where there is only one."""
    slugs = {each.code for each in errors}
    return replace(kind, slug=slugs.pop()) if len(slugs) == 1 else kind


def _counted(wrong: int) -> str:
    return f"{wrong} {'item is' if wrong == 1 else 'items are'} wrong; nothing was stored."


def _problem(request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, Problem):
        raise problem
    kind = _by_its_reason(problem.kind, problem.errors) if problem.kind.reasons else problem.kind
    return problem_response(request, kind, problem.detail, problem.errors)


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
    slug, said = OTHERWISE_SAID.get(
        error["type"], (error["type"].replace("_", "-"), f"{error['msg']}.")
    )
    return ItemProblem(pointer, slug, said)


def _step(step: object) -> str:
    if isinstance(step, int) or (isinstance(step, str) and FIELD_LIKE.match(step)):
        return str(step)
    return "?"


def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.BAD_REQUEST:
        unread = ItemProblem("", MALFORMED.slug, _why_unread(error.__cause__))
        return problem_response(request, MALFORMED, _counted(1), [unread])
    status = HTTPStatus(error.status_code)
    unnamed = Kind(status.phrase.lower().replace(" ", "-"), status.phrase, status)
    kind, detail = OF_STATUS.get(status, (unnamed, status.description))
    headers = dict(error.headers or {})
    if kind is OTHER_METHOD:
        headers["Allow"] = ", ".join(_methods_at(request))
    return problem_response(request, replace(kind, headers=headers), detail)


def _methods_at(request: Request) -> list[str]:
    """List the methods a path takes: of several routes at one path, each knows its own alone."""
    place = {key: request.scope[key] for key in ("type", "path", "root_path")}
    return [
        method
        for method in HTTPMethod
        if any(
            route.matches({**place, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _why_unread(cause: BaseException | None) -> str:
    match cause:
        case RecursionError():
            return "The body's lists and objects are nested too deeply."
        case UnicodeDecodeError() | None:
            return "Send JSON in UTF-8."
        case _:  # what Python's JSON can't take though it is JSON
            return "A number in the body has too many digits."


def _database_away(request: Request, error: Exception) -> JSONResponse:
    log.warning("database away", request_id=request.state.request_id, error=described(error))
    return problem_response(
        request, DATABASE_AWAY, "Send this again; nothing is stored twice under one key."
    )


def _internal(request: Request, _error: Exception) -> JSONResponse:
    answer = problem_response(
        request, INTERNAL, "Nothing is known to be lost. Quote the instance when you report this."
    )
    answer.raw_headers.extend(own_headers(request.scope))  # Starlette sends this one past us
    return answer

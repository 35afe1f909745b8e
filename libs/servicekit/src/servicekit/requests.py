"""What surrounds every request: its id, the body's limits, one log line, one measurement.

Plain ASGI, since it stands in every request's way. Knows no route.
"""

import codecs
import time
from http import HTTPMethod, HTTPStatus
from typing import Final
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit.logs import log
from servicekit.metrics import Metrics
from servicekit.rate_limits import rate_limit_headers

BODY_LIMIT_BYTES: Final = 1024 * 1024  # the contract: 1 MiB
BODY_LIMIT: Final = "body_limit_bytes"  # in the state of a request that has its own
URN_DIGITS: Final = 6
METHODS: Final = frozenset(HTTPMethod)
UTF_8: Final = codecs.getincrementaldecoder("utf-8")
TOO_LARGE: Final = "This is over the limit; send it in parts."


class Surroundings:
    """ASGI middleware, the outermost of ours."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what isn't one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].extend(own_headers(scope))
            await send(message)

        try:
            await self._app(scope, limited(scope, receive), watched)
        finally:
            self._report(scope, status, time.perf_counter() - started)

    def _report(self, scope: Scope, status: int, seconds: float) -> None:
        route, state = routed(scope), scope["state"]
        # What a client makes up goes into no label and no log.
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.request_seconds.labels(method, route, status).observe(seconds)
        log.info(
            "request",
            request_id=state["request_id"],
            route=route,
            method=method,
            school=school_of(scope),
            position=state.get("position"),
            ms=round(seconds * 1000, 2),
            outcome=int(status),
            **({"items": state["items"]} if "items" in state else {}),  # of a stream
        )


def own_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Give the headers that every answer carries, whoever made it."""
    request_id: str = scope["state"]["request_id"]
    return [(b"x-request-id", request_id.encode()), *rate_limit_headers(scope)]


def routed(scope: Scope) -> str:
    """Name the route a request took, by its template: never by its path, which names a pupil."""
    template = getattr(scope.get("route"), "path", None)
    if template is None:
        return "unrouted"
    service = "/".join(scope["path"].split("/", 3)[:3])
    return template if scope["path"].count("/") == 1 else f"{service}{template}"


def school_of(scope: Scope) -> str | None:
    """Read the school from the path, if a URN stands there and nothing else."""
    urn: str = scope.get("path_params", {}).get("urn", "")
    return urn if len(urn) == URN_DIGITS and urn.isascii() and urn.isdigit() else None


def allow_body(scope: Scope, limit_bytes: int) -> None:
    """Let one request's body be as large as this, before any of it is read."""
    scope["state"][BODY_LIMIT] = limit_bytes


def limited(scope: Scope, receive: Receive) -> Receive:
    """Refuse a body over the limit, by its announced length or as it comes in, or not in UTF-8.

    Left to itself Python's JSON guesses UTF-16 and UTF-32 from a mark or a NUL at the beginning.
    """
    announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    length = int(announced) if announced.isdigit() else 0
    received, head, text = 0, b"", UTF_8()

    async def counted() -> Message:
        nonlocal received, head
        limit = scope["state"].get(BODY_LIMIT, BODY_LIMIT_BYTES)
        if length > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        message = await receive()
        if message["type"] != "http.request":
            return message
        part = message.get("body", b"")
        received += len(part)
        if received > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        head = head or part[:2]
        try:
            text.decode(part, final=not message.get("more_body", False))
        except UnicodeDecodeError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from error
        if b"\0" in head:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        return message

    return counted

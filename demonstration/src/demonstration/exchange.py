"""How a request is repeated, and how a refusal is read. Knows no path and no body of Rollbook's."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

import httpx

from demonstration.errors import Problem, Refused, Unavailable

ATTEMPTS: Final = 7
FIRST_PAUSE_SECONDS: Final = 0.25  # doubled each time: sixteen seconds of trouble are sat out
LONGEST_PAUSE_SECONDS: Final = 30.0
LATER: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

Pause = Callable[[float], Awaitable[None]]


async def answer_to(send: Callable[[], Awaitable[httpx.Response]], pause: Pause) -> httpx.Response:
    """Send a request until there is an answer other than "later".

    Args:
        send: sends it once; must be safe to repeat.
        pause: waits for so many seconds.

    Raises:
        Unavailable: no attempt reached Rollbook, or it never said anything but "later".
    """
    for attempt in range(ATTEMPTS):
        pause_seconds = FIRST_PAUSE_SECONDS * 2**attempt
        try:
            answer = await send()
        except httpx.TransportError:
            answer = None
        if answer is not None:
            if not _says_later(answer):
                return answer
            pause_seconds = _retry_after_seconds(answer) or pause_seconds
        if attempt < ATTEMPTS - 1:
            await pause(min(pause_seconds, LONGEST_PAUSE_SECONDS))
    raise Unavailable("Rollbook can't be reached or is too busy; try again later")


def accepted(answer: httpx.Response) -> httpx.Response:
    """Hand a successful answer on.

    Raises:
        Refused: it is none, with what the problem says.
    """
    if answer.is_success:
        return answer
    raise Refused(_problem(answer))


def _says_later(answer: httpx.Response) -> bool:
    # A conflict with Retry-After is the first sending of the same command, still under way.
    in_flight = answer.status_code == HTTPStatus.CONFLICT and "Retry-After" in answer.headers
    return in_flight or answer.status_code in LATER


def _retry_after_seconds(answer: httpx.Response) -> float | None:
    """Read Retry-After where it is a number of seconds, the only form that Rollbook sends."""
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _problem(answer: httpx.Response) -> Problem:
    """Read a problem; whatever stands between may have answered in other words."""
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
    said: dict[str, Any] = body if isinstance(body, dict) else {}
    slug = str(said.get("type", "")).rpartition("/")[2]
    return Problem(
        status=answer.status_code,
        title=str(said.get("title", answer.reason_phrase)),
        detail=str(said.get("detail", "")),
        codes=frozenset(str(error["code"]) for error in said.get("errors", ())) or {slug},
    )

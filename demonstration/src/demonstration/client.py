"""Rollbook's HTTP API as an MIS vendor would wrap it: the calls that the demonstration makes.

A command's key is made of what it says. So whoever was interrupted starts again from the
beginning, and nothing is stored twice. Shapes no bodies, and knows nothing of what the marks
mean.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import httpx
from attendance.session import Session

from demonstration.errors import Refused
from demonstration.exchange import Pause, accepted, answer_to

IN_FLIGHT: Final = 8
TIMEOUT_SECONDS: Final = 30.0  # a read that waits for a view takes up to 5 s before it answers
KEYS: Final = UUID("0d3c1a52-6c57-5a7e-8f07-3b1f4a0f9a11")  # namespace of the commands' keys
SAID_BEFORE: Final = frozenset(
    {"already-marked", "already-admitted", "already-decided", "plan-overlaps"}
)

Json = Mapping[str, Any]  # what goes over the border, either way


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a command."""

    position: int | None  # in the school's log; None when another command had stored it
    already: bool  # it was there before
    plan: str | None = None  # the absence plan it made, or decided


class Rollbook:
    """A client of one Rollbook with one token.

    Args:
        http: has Rollbook's base URL; whoever made it closes it.
        token: a bearer token with the scopes that the calls need.
        pause: waits between attempts, for so many seconds.
    """

    def __init__(self, http: httpx.AsyncClient, token: str, pause: Pause = asyncio.sleep) -> None:
        self._http = http
        self._token = token
        self._pause = pause
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)

    async def put_school(self, urn: int, school: Json) -> None:
        """Register a school, or change its details."""
        accepted(await self._send("PUT", _school(urn), body=school))

    async def put_calendar(self, urn: int, year: str, calendar: Json) -> None:
        """Publish a school's calendar of one academic year, e.g. "2026-27"."""
        accepted(await self._send("PUT", f"{_school(urn)}/calendars/{year}", body=calendar))

    async def admit(self, urn: int, pupil: Json) -> Stored:
        """Enter a pupil in the admission register, unless they are in it."""
        return await self._command(f"{_school(urn)}/pupils", pupil)

    async def plan_absence(self, urn: int, pupil: str, plan: Json) -> Stored:
        """Record an absence plan of a pupil, unless one of its kind covers some of its sessions."""
        return await self._command(_plans(urn, pupil), plan)

    async def decide_leave(self, urn: int, pupil: str, plan: str, decision: Json) -> Stored:
        """Grant leave that was asked for, or refuse it, unless it was decided before."""
        return await self._command(f"{_plans(urn, pupil)}/{plan}/decision", decision)

    async def plan_activity(self, urn: int, activity: Json) -> Stored:
        """Plan an activity of several pupils, unless some are at another then."""
        return await self._command(f"{_school(urn)}/activities", activity)

    async def record_marks(self, urn: int, session: Session, marks: Json) -> Stored:
        """Enter a class register, unless it was entered before; then it stays as it is."""
        return await self._command(f"{_register(urn, session)}/marks", marks)

    async def amend(self, urn: int, session: Session, amendments: Json) -> Stored:
        """Amend entries of one session."""
        return await self._command(f"{_register(urn, session)}/amendments", amendments)

    async def has_pupils(self, urn: int, on: date) -> bool:
        """Say whether the school is known and has anybody on roll on a day."""
        answer = await self._send("GET", f"{_school(urn)}/pupils?on={on}&limit=1")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return False
        return bool(_object(answer)["items"])

    async def attendance(self, urn: int, pupil: str, *, min_position: int) -> Json:
        """Read a pupil's attendance once the log is counted in it up to a position."""
        path = f"/thresholds/v1/schools/{urn}/pupils/{pupil}/attendance"
        return _object(await self._send("GET", f"{path}?min_position={min_position}"))

    async def subscribe(self, subscription: Json) -> Json:
        """Make a subscription; the answer holds its id and, this once, its secret."""
        path = "/notifications/v1/subscriptions"
        return _object(await self._send("POST", path, body=subscription, key=str(uuid4())))

    async def verify_subscription(self, subscription: str) -> None:
        """Have the endpoint challenged; once it has answered, the subscription is active."""
        path = f"/notifications/v1/subscriptions/{subscription}/verification"
        accepted(await self._send("POST", path, key=str(uuid4())))

    async def subscription(self, subscription: str) -> Json | None:
        """Read the state of a subscription; None when there is no such one."""
        answer = await self._send("GET", f"/notifications/v1/subscriptions/{subscription}")
        return None if answer.status_code == HTTPStatus.NOT_FOUND else _object(answer)

    async def unsubscribe(self, subscription: str) -> None:
        """End a subscription."""
        accepted(await self._send("DELETE", f"/notifications/v1/subscriptions/{subscription}"))

    async def _command(self, path: str, body: Json) -> Stored:
        """Send a command; that it had been carried out before is as good."""
        key = str(uuid5(KEYS, f"{path}\n{json.dumps(body, sort_keys=True)}"))
        answer = await self._send("POST", path, body=body, key=key)
        try:
            said = _object(answer)
        except Refused as refused:
            if refused.problem.codes <= SAID_BEFORE:
                return Stored(position=None, already=True)
            raise
        replayed = answer.headers.get("Idempotency-Replayed") == "true"
        return Stored(int(said["position"]), already=replayed, plan=said.get("plan"))

    async def _send(
        self, method: str, path: str, *, body: Json | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        if key is not None:
            headers["Idempotency-Key"] = key

        async def once() -> httpx.Response:
            async with self._in_flight:
                return await self._http.request(
                    method, path, json=body, headers=headers, timeout=TIMEOUT_SECONDS
                )

        return await answer_to(once, self._pause)


def _school(urn: int) -> str:
    return f"/register/v1/schools/{urn}"


def _plans(urn: int, pupil: str) -> str:
    return f"{_school(urn)}/pupils/{pupil}/absence-plans"


def _register(urn: int, session: Session) -> str:
    return f"{_school(urn)}/registers/{session.on}/{session.half}"


def _object(answer: httpx.Response) -> Json:
    body: Json = accepted(answer).json()
    return body

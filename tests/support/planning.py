"""Absence plans for tests over HTTP: a body of each kind, and the plans of one pupil."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import httpx
from support.house import keyed
from support.school import (
    OFFICER,
    Json,
    SmallSchool,
    accepted,
    found,
)

HEAD: Final = {"name": "H. Patel", "position": "Head teacher"}
MONDAY: Final = {"date": "2026-11-23"}
FRIDAY: Final = {"date": "2026-11-27"}
NO_SUCH: Final = "0c7d3f52-5a0e-5d1c-9b5b-0c2f4e8f6a11"
READER: Final = "register:read"

LEAVE: Final[Json] = {
    "kind": "leave",
    "purpose": "exceptional-circumstances",
    "starts": MONDAY,
    "ends": FRIDAY,
    "requested_by": {"name": "N. Adeyemi", "relationship": "parent"},
    "requested_on": "2026-11-09",
    "reason": "a funeral",
    "evidence_shown": "order of service",
}
TIMETABLE: Final[Json] = {
    "kind": "part-time-timetable",
    "starts": MONDAY,
    "ends": {"date": "2026-12-18"},
    "pattern": [{"weekday": "wednesday", "session": "PM"}, {"weekday": "monday", "session": "PM"}],
    "agreed_with": "N. Adeyemi",
    "agreed_on": "2026-11-19",
    "authorised_by": HEAD,
    "reviews_on": ["2026-12-04"],
    "reason": "return after an operation",
}
SUSPENSION: Final[Json] = {
    "kind": "exclusion",
    "exclusion": "suspension",
    "starts": {"date": "2026-11-20", "session": "PM"},
    "ends": {"date": "2026-12-02"},
    "reason": "fighting",
}
ILLNESS: Final[Json] = {
    "kind": "illness",
    "starts": {"date": "2026-11-20"},
    "expected_return": "2026-11-24",
    "medical_evidence_seen": True,
}
REGISTRATION: Final[Json] = {
    "kind": "dual-registration",
    "other_school": 999002,
    "main": True,
    "starts": MONDAY,
    "pattern": [{"weekday": "friday", "session": "AM"}],
}
ACTIVITY: Final[Json] = {
    "code": "V",
    "nature": "museum visit",
    "place": "Lyme Regis",
    "supervisor": "C. Jones",
    "starts": {"date": "2026-11-20"},
    "ends": {"date": "2026-11-20"},
}
VISIT: Final[Json] = {"kind": "activity", **ACTIVITY}
ONE_OF_EACH: Final = (LEAVE, TIMETABLE, SUSPENSION, ILLNESS, REGISTRATION, VISIT)
CODES: Final = ("C", "C2", "E", "I", "D", "V")


@dataclass(frozen=True, slots=True)
class Plans:
    """The absence plans of one pupil of the small school."""

    school: SmallSchool
    pupil: str = "p1"

    @property
    def url(self) -> str:
        """Where they are."""
        return f"{self.school.url}/pupils/{self.pupil}/absence-plans"

    async def post(self, body: Json, path: str = "", key: str | None = None) -> httpx.Response:
        """Make a plan; or, given a path, decide or end one."""
        signed = {"by": OFFICER, **body}
        return await self.school.client.post(f"{self.url}{path}", json=signed, headers=keyed(key))

    async def made(self, body: Json) -> str:
        """Make a plan, which must not be refused."""
        plan: str = (await accepted(self.post(body))).json()["plan"]
        return plan

    async def decide(self, plan: str, **changes: object) -> httpx.Response:
        """Decide leave; it is granted unless said otherwise."""
        body = {"outcome": "granted", "reason": "close family", "by": HEAD, **changes}
        return await self.post(body, f"/{plan}/decision")

    async def end(self, plan: str, ends: Json | None, **changes: object) -> httpx.Response:
        """End a plan after a session, or withdraw it."""
        return await self.post({"ends": ends, "reason": "back", **changes}, f"/{plan}/ending")

    async def read(self, **query: str) -> list[Json]:
        """List the plans."""
        items: list[Json] = (await found(self.school.client.get(self.url, params=query)))["items"]
        return items


async def proposals(school: SmallSchool, on: date, half: str = "AM", **query: str) -> Json:
    """Read which code is proposed for each pupil who has no entry in a session."""
    register = await school.register(on, half, **query)
    return {each["pupil"]: each["code"] for each in register["proposed"]}

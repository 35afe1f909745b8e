"""A small school for tests over HTTP: registered, with a calendar, a few pupils and their marks.

The clock of the house stands at 16:00 on Friday 20 November 2026, so that both registers of that
day can be taken. A register is drawn as text, a letter a pupil, as tests/statute/registers.py does.
"""

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
from statute.registers import WRITTEN, YEAR_2026_27
from support.house import House, house, keyed

Json: TypeAlias = dict[str, Any]

URN: Final = 999001
LA: Final = "886"
TODAY: Final = date(2026, 11, 20)
PUPILS: Final = ("p1", "p2", "p3")
OFFICER: Final = {"name": "A. Smith", "position": "Attendance Officer"}


def school_body(**changes: object) -> Json:
    """What `PUT /schools/{urn}` takes."""
    return {
        "name": "Elmbridge Primary",
        "la_code": LA,
        "phase": "primary",
        "sessions": {
            "AM": {"starts": "08:55", "closes": "09:25"},
            "PM": {"starts": "13:00", "closes": "13:30"},
        },
        **changes,
    }


def calendar_body(**changes: object) -> Json:
    """What `PUT …/calendars/2026-27` takes: the calendar of the worked examples."""
    return {
        "half_terms": [
            {"name": each.name, "starts": f"{each.starts}", "ends": f"{each.ends}"}
            for each in YEAR_2026_27.half_terms
        ],
        "closures": [
            {"date": f"{each.on}", "reason": each.reason} for each in YEAR_2026_27.closures
        ],
        **changes,
    }


def pupil_body(pupil: str, **changes: object) -> Json:
    """What `POST …/pupils` takes: a pupil of ten, on roll since the summer."""
    return {
        "pupil": pupil,
        "legal_surname": f"Surname-{pupil}",
        "legal_forename": "Bo",
        "date_of_birth": "2016-05-05",
        "sex": "F",
        "year_group": "6",
        "groups": ["6B"],
        "starting_day": "2026-06-08",
        "by": OFFICER,
        **changes,
    }


def mark(pupil: str, code: str, **rest: object) -> Json:
    """One mark as it is sent."""
    return {"pupil": pupil, "code": code, **rest}


def amendment(pupil: str, original: str, amended: str, **rest: object) -> Json:
    """One amendment as it is sent."""
    return {
        "pupil": pupil,
        "original": original,
        "amended": amended,
        "reason": "medical note",
        **rest,
    }


def drawn(letters: str, half: str = "AM", pupils: Sequence[str] = PUPILS) -> list[Json]:
    """Draw a register, a letter a pupil; `-` leaves one out."""
    return [
        mark(pupil, _code(letter, half))
        for pupil, letter in zip(pupils, letters, strict=True)
        if letter != "-"
    ]


@dataclass(frozen=True, slots=True)
class SmallSchool:
    """A school in a house, and a client that may do everything with it."""

    house: House
    client: httpx.AsyncClient
    urn: int = URN

    @property
    def url(self) -> str:
        """Where the school is."""
        return f"/register/v1/schools/{self.urn}"

    def register_url(self, on: date = TODAY, half: str = "AM") -> str:
        """Where the register of one session is."""
        return f"{self.url}/registers/{on}/{half}"

    async def open(self, *pupils: str, la_code: str = LA) -> None:
        """Register the school, publish its calendar and admit pupils."""
        await accepted(self.client.put(self.url, json=school_body(la_code=la_code)))
        await accepted(self.client.put(f"{self.url}/calendars/2026-27", json=calendar_body()))
        for pupil in pupils:
            await accepted(self.admit(pupil))

    async def admit(self, pupil: str, **changes: object) -> httpx.Response:
        """Enter a pupil in the admission register."""
        return await self.client.post(
            f"{self.url}/pupils", json=pupil_body(pupil, **changes), headers=keyed()
        )

    async def delete(
        self, pupil: str, ground: str, *, key: str | None = None, **changes: object
    ) -> httpx.Response:
        """Delete a pupil from the admission register, as of today unless `changes` say more."""
        return await self.client.post(
            f"{self.url}/pupils/{pupil}/deletion",
            json={"ground": ground, "deleted_on": f"{TODAY}", "by": OFFICER, **changes},
            headers=keyed(key),
        )

    async def enter(
        self,
        marks: Sequence[Json],
        *,
        on: date = TODAY,
        half: str = "AM",
        key: str | None = None,
        **rest: object,
    ) -> httpx.Response:
        """Post original entries; `rest` joins the body."""
        return await self.client.post(
            f"{self.register_url(on, half)}/marks",
            json={"marks": marks, "by": OFFICER, **rest},
            headers=keyed(key),
        )

    async def amend(
        self,
        amendments: Sequence[Json],
        *,
        on: date = TODAY,
        half: str = "AM",
        key: str | None = None,
        **rest: object,
    ) -> httpx.Response:
        """Post amendments; `rest` joins the body."""
        return await self.client.post(
            f"{self.register_url(on, half)}/amendments",
            json={"amendments": amendments, "by": OFFICER, **rest},
            headers=keyed(key),
        )

    async def take_weeks(self, pupil: str, *weeks: str, monday: date) -> None:
        """Enter a pupil's weeks, ten letters each, Monday AM to Friday PM."""
        for week, letters in enumerate(weeks):
            for index, letter in enumerate(letters):
                on = monday + timedelta(weeks=week, days=index // 2)
                half = "PM" if index % 2 else "AM"
                if letter != "-":
                    marks = drawn(letter, half, [pupil])
                    await accepted(self.enter(marks, on=on, half=half))

    async def register(self, on: date = TODAY, half: str = "AM", **query: str) -> Json:
        """Read the register of one session."""
        return await found(self.client.get(self.register_url(on, half), params=query))

    async def codes(self, on: date = TODAY, half: str = "AM", **query: str) -> dict[str, str]:
        """Read which code each pupil has in a session."""
        shown = await self.register(on, half, **query)
        return {each["pupil"]: each["code"] for each in shown["marks"]}

    async def head(self) -> int:
        """Read the position of the newest event in the school's log."""
        position: int = (await self.register())["position"]
        return position


@asynccontextmanager
async def small_school(
    database_url: str, data_dir: Path, *pupils: str, services: tuple[str, ...] = ("register-api",)
) -> AsyncIterator[SmallSchool]:
    """Run a house with one school in it while the block lasts."""
    async with (
        house(database_url, data_dir, services=services) as running,
        running.client() as client,
    ):
        school = SmallSchool(running, client)
        await school.open(*pupils)
        yield school


async def accepted(answer: Awaitable[httpx.Response]) -> httpx.Response:
    """Wait for an answer that must be a success."""
    response = await answer
    assert response.is_success, response.text
    return response


async def found(answer: Awaitable[httpx.Response]) -> Json:
    """Wait for an answer that must be 200, and read it."""
    response = await answer
    assert response.status_code == HTTPStatus.OK, response.text
    body: Json = response.json()
    return body


def slugs(refused: httpx.Response) -> list[tuple[str, str]]:
    """List what a problem says is wrong: pointer and slug of every item."""
    return [(each["pointer"], each["code"]) for each in refused.json()["errors"]]


def _code(letter: str, half: str) -> str:
    if letter == "/":
        return "/" if half == "AM" else "\\"
    return WRITTEN.get(letter, letter)

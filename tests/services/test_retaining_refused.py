"""A recording year that may not go stays whole, whatever happens on the way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from attendance.signing import Signatory
from eventlog import Connection, Stretch
from servicekit.errors import DropRefused
from servicekit.owning import owners_connection
from servicekit.retaining import drop_year, report
from servicekit.service import chosen_services
from support.house import keyed
from support.over_years import (
    EVERYTHING,
    FIGURES,
    NEXT_YEAR,
    ROWS,
    YEARS_LATER,
    contents,
    drop,
    school_over_years,
)
from support.school import OFFICER, PUPILS, Json, SmallSchool, accepted, drawn, found

IN_2027 = NEXT_YEAR.date()
HOLD = {"reason": "county court proceedings", "by": OFFICER}
[REGISTER] = [each for each in chosen_services([]) if each.name == "register-api"]


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """The school over the years, with all services."""
    async with school_over_years(database_url, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("year", "now", "said"),
    [
        pytest.param(
            2026, datetime(2032, 11, 20, 23, 0, tzinfo=UTC), "2032-11-21", id="the day before"
        ),
        pytest.param(2027, YEARS_LATER, "2026-27 goes before 2027-28", id="an older one stands"),
        pytest.param(2025, YEARS_LATER, "nothing was recorded in 2025-26", id="no such year"),
    ],
)
async def test_a_year_that_may_not_go_is_refused_and_left(
    school: SmallSchool, database_url: str, year: int, now: datetime, said: str
) -> None:
    before = await contents(database_url, [EVERYTHING, *ROWS])

    with pytest.raises(DropRefused, match=said):
        await drop(database_url, year, now=now)

    assert await contents(database_url, [EVERYTHING, *ROWS]) == before


async def test_a_year_may_go_the_day_after_its_youngest_entry_is_six_years_old(
    school: SmallSchool, database_url: str
) -> None:
    assert await drop(database_url, now=datetime(2032, 11, 21, 0, 0, tzinfo=UTC)) == 1


async def test_somebody_answers_for_a_dropping(school: SmallSchool, database_url: str) -> None:
    async with owners_connection(database_url) as conn:
        with pytest.raises(DropRefused, match="name and position"):
            await drop_year(conn, [], 2026, by=Signatory("", " "), now=YEARS_LATER)


@pytest.mark.parametrize(
    ("held", "stays"),
    [
        pytest.param({}, True, id="the school"),
        pytest.param({"pupil": "p3"}, True, id="a pupil with something in the year"),
        pytest.param({"pupil": "p9"}, False, id="a pupil with nothing in it"),
    ],
)
async def test_a_hold_keeps_the_year_until_it_is_lifted(
    school: SmallSchool, database_url: str, held: Json, *, stays: bool
) -> None:
    await accepted(school.admit("p9", starting_day="2033-07-01", date_of_birth="2022-01-01"))
    holds = f"{school.url}/retention-holds"
    placed = await accepted(school.client.post(holds, json={**HOLD, **held}, headers=keyed()))
    async with owners_connection(database_url) as conn:
        listed = {each.year: each.holds for each in await report(conn)}
    assert listed == {2026: stays, 2027: stays and "pupil" not in held, 2033: 1}

    if stays:
        with pytest.raises(DropRefused, match=r"1 hold\(s\) keep 2026-27"):
            await drop(database_url)
        lifting = f"{holds}/{placed.json()['hold']}/lifting"
        await accepted(school.client.post(lifting, json=HOLD, headers=keyed()))

    assert await drop(database_url) == 1


async def test_what_changes_meanwhile_is_noticed(school: SmallSchool, database_url: str) -> None:
    """A pupil who left is admitted again after it was chosen what goes, and before it went."""

    async def admitted_meanwhile(conn: Connection, stretch: Stretch) -> None:
        await accepted(school.admit("p3", starting_day="2033-07-01"))

    before = await contents(database_url, ROWS)
    with pytest.raises(DropRefused, match="changed meanwhile"):
        await drop(database_url, services=[replace(REGISTER, forget_dropped=admitted_meanwhile)])

    assert await contents(database_url, ROWS) == before
    on = {"on": f"{YEARS_LATER.date()}"}
    roll = await found(school.client.get(f"{school.url}/pupils", params=on))
    assert [each["pupil"] for each in roll["items"]] == list(PUPILS)


async def test_a_hold_placed_meanwhile_is_honoured(school: SmallSchool, database_url: str) -> None:
    async def held_meanwhile(conn: Connection, stretch: Stretch) -> None:
        holds = f"{school.url}/retention-holds"
        await accepted(school.client.post(holds, json=HOLD, headers=keyed()))

    with pytest.raises(DropRefused, match=r"1 hold\(s\)"):
        await drop(database_url, services=[replace(REGISTER, forget_dropped=held_meanwhile)])


async def test_registers_taken_meanwhile_are_kept(school: SmallSchool, database_url: str) -> None:
    forget = REGISTER.forget_dropped
    assert forget is not None

    async def taken_meanwhile(conn: Connection, stretch: Stretch) -> None:
        await forget(conn, stretch)
        await accepted(school.enter(drawn("/", "PM", pupils=["p2"]), on=IN_2027, half="PM"))

    meanwhile = replace(REGISTER, forget_dropped=taken_meanwhile)
    assert await drop(database_url, services=[meanwhile]) == 1

    assert await school.codes(IN_2027, "PM") == {"p2": "\\"}


async def test_what_fails_on_the_way_leaves_all_as_it_was(
    school: SmallSchool, database_url: str
) -> None:
    services = chosen_services([])
    before = await contents(database_url, [EVERYTHING, *ROWS, *FIGURES])

    async def killed(conn: Connection, stretch: Stretch) -> None:
        await conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(asyncpg.InterfaceError):
        await drop(database_url, services=[*services, replace(services[0], forget_dropped=killed)])

    assert await contents(database_url, [EVERYTHING, *ROWS, *FIGURES]) == before
    assert await drop(database_url) == 1

"""While a year is dropped, all logs are held for a moment: what is done before, and what then."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import dropwhile
from pathlib import Path

import pytest
from asyncpg.connection import LoggedQuery
from eventlog import Connection, SchoolId, Stretch, head
from servicekit import choosing
from servicekit.errors import DropRefused
from servicekit.owning import owners_connection
from servicekit.retaining import drop_year
from servicekit.service import chosen_services
from support.eventually import eventually
from support.house import TERM_TIME
from support.log import connected, note, noted
from support.over_years import (
    EVERYTHING,
    LEAD,
    ROWS,
    YEARS_LATER,
    contents,
    drop,
    school_over_years,
)
from support.school import SmallSchool, accepted

[REGISTER] = [each for each in chosen_services([]) if each.name == "register-api"]
SOMEBODY_WAITS = """
SELECT EXISTS (SELECT FROM pg_locks
                WHERE relation = 'eventlog.event'::regclass AND mode = 'AccessExclusiveLock')
"""
OTHERS = [SchoolId(999100 + number) for number in range(30)]


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """The school over the years, with all services."""
    async with school_over_years(database_url, tmp_path) as opened:
        yield opened


async def admit(school: SmallSchool, pupil: str) -> None:
    """Let a school's log grow by what could change what goes, and doesn't."""
    born = {"starting_day": "2033-07-01", "date_of_birth": "2022-01-01"}
    await accepted(school.admit(pupil, **born))


async def test_what_grew_before_the_logs_are_held_is_looked_at_before_they_are(
    school: SmallSchool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def admitted_meanwhile(conn: Connection, stretch: Stretch) -> None:
        await admit(school, "p8")

    monkeypatch.setattr(choosing, "MOST_SCHOOLS", 0)

    assert await drop(database_url, services=[replace(REGISTER, forget_dropped=admitted_meanwhile)])


async def test_a_log_that_never_rests_is_let_be(
    school: SmallSchool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "FEW_SCHOOLS", -1)
    before = await contents(database_url, [EVERYTHING, *ROWS])

    with pytest.raises(DropRefused, match="quieter hour"):
        await drop(database_url)

    assert await contents(database_url, [EVERYTHING, *ROWS]) == before


async def test_too_much_that_grew_by_the_time_the_logs_are_held_is_left_for_a_quieter_hour(
    school: SmallSchool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction keeps them from being held, and meanwhile a pupil is admitted."""
    monkeypatch.setattr(choosing, "MOST_SCHOOLS", 0)
    rows = await contents(database_url, ROWS)

    async with connected(database_url) as reading, connected(database_url, role=None) as owner:
        async with reading.transaction():
            await reading.fetchval("SELECT count(*) FROM eventlog.event")
            dropping = asyncio.create_task(drop(database_url))
            await eventually(lambda: owner.fetchval(SOMEBODY_WAITS))
            await admit(school, "p8")
        with pytest.raises(DropRefused, match="quieter hour"):
            await dropping

    assert await contents(database_url, ROWS) == rows
    monkeypatch.undo()
    assert await drop(database_url) == 1


async def test_while_all_logs_are_held_no_school_has_a_statement_of_its_own(
    database_url: str,
) -> None:
    async with connected(database_url) as conn:
        for urn in OTHERS:
            for at in (TERM_TIME, YEARS_LATER - timedelta(days=1)):
                await note(conn, urn, [noted(kind="MarksRecorded.v1")], at=at)
    said: list[str] = []

    def listen(logged: LoggedQuery) -> None:
        said.append(logged.query.strip())

    async with owners_connection(database_url) as conn:
        conn.add_query_logger(listen)
        assert await drop_year(conn, [], 2026, by=LEAD, now=YEARS_LATER) == len(OTHERS)

    while_held = list(
        dropwhile(lambda each: not each.startswith("LOCK TABLE eventlog.event"), said)
    )
    assert 0 < len(while_held) < len(OTHERS)
    async with connected(database_url) as conn:
        assert [await head(conn, urn) for urn in OTHERS] == [3] * len(OTHERS)

"""A service that was down finds what it would have found day by day, and in the same order."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from attendance.calendar import london_instant
from attendance.session import Half, Session
from eventlog import Connection
from support.followed import FIRST, PRESENT, follow, said
from support.log import connected
from support.postgres import create_database, drop_database
from support.school_log import SchoolLog

OVERDUE = "reason-not-established-overdue"
WEEK = timedelta(weeks=1)


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def lived_through(log: SchoolLog, daily: Callable[[], Awaitable[None]]) -> None:
    """Three weeks with all that time decides: unexplained absence, a suspension, registers."""
    await log.open("p1", "p2", "p3")
    weeks = [
        {"p1": "N/////////", "p2": "GGGGGNNNNN", "p3": PRESENT},
        {"p1": "/////-----", "p2": PRESENT[:5] + "-----", "p3": "I////-----"},
        {"p1": PRESENT, "p2": "NN////////", "p3": PRESENT},
    ]
    for number, drawn in enumerate(weeks):
        monday = FIRST + number * WEEK
        for day in range(5):
            on = monday + timedelta(days=day)
            for place, half in enumerate(Half):
                codes = {pupil: week[2 * day + place] for pupil, week in drawn.items()}
                entered = {pupil: code for pupil, code in codes.items() if code != "-"}
                if entered:
                    await log.mark(Session(on, half), entered)
            if on == date(2026, 9, 11):
                await log.suspend("p3", date(2026, 9, 14), date(2026, 9, 25))
            if on == date(2026, 9, 16):
                await log.mark(Session(on, Half.PM), {"p1": "/"})
                await log.amend(Session(FIRST, Half.AM), "p1", "N", "I")
            log.now = max(log.now, london_instant(on, time(17)))
            await daily()
    log.now = london_instant(FIRST + 4 * WEEK, time())
    await follow(log)


async def told(conn: Connection) -> list[tuple[str, dict[str, Any]]]:
    """What was said, in order, without instants and places in the log."""
    return [(event.kind, _placeless(json.loads(event.payload))) for event in await said(conn)]


def _placeless(fields: dict[str, Any]) -> dict[str, Any]:
    kept = {key: each for key, each in fields.items() if not key.endswith("_at")}
    kept.pop("rests_on", None)
    for entry in kept.get("evidence", ()):
        del entry["position"]
    return kept


async def nothing() -> None:
    """Leave the service down."""


async def test_after_downtime_all_is_found_that_would_have_been_day_by_day(
    log: SchoolLog, postgres_url: str, migrated_template: str
) -> None:
    await lived_through(log, lambda: follow(log))
    by_day = await told(log.conn)
    at_once = []
    for limit in (None, 1):
        url = await create_database(postgres_url, template=migrated_template)
        async with connected(url, role=None) as conn:
            other = SchoolLog(conn)

            async def one_by_one(other: SchoolLog = other) -> None:
                await follow(other, limit=1)

            await lived_through(other, nothing if limit is None else one_by_one)
            at_once.append(await told(conn))
        await drop_database(postgres_url, url)

    rules = {fields["rule"] for _, fields in by_day}
    assert {OVERDUE, "register-not-taken", "exclusion-sixth-day"} < rules
    assert at_once == [by_day, by_day]

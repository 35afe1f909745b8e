"""What time alone makes true: found at its instant, once, whoever was up and running then."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from attendance.calendar import Closure, london_instant
from attendance.session import Half, Session
from eventlog import (
    Batch,
    Connection,
    RecordedTooEarly,
    consume,
    consume_due,
    consume_time,
    due_schools,
    head,
    rebuild_school,
)
from support.followed import FIRST, SCHOOL, SECOND, alerts, follow
from support.log import connected
from support.school_log import SchoolLog, calendar_of
from thresholds.processor import processor

OVERDUE = "reason-not-established-overdue"
MONDAY_AM = Session(FIRST, Half.AM)
ENDS = london_instant(date(2026, 9, 15), time())  # the fifth school day after that Monday has ended
MOMENT = timedelta(microseconds=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def wait_until(log: SchoolLog, instant: datetime) -> None:
    """Let time go by in a school where nothing is recorded, and follow it."""
    log.now = instant
    await follow(log)
    log.now += MOMENT  # nothing more is recorded up to an instant that was judged


async def test_an_absence_left_unexplained_is_overdue_once_its_time_is_over(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})

    await wait_until(log, ENDS - MOMENT)
    before = await alerts(log, OVERDUE)
    await wait_until(log, ENDS)

    assert before == []
    (alert,) = await alerts(log, OVERDUE)
    assert alert["status"] == "open"
    assert alert["due_on"] == date(2026, 9, 14)
    assert alert["raised_at"] == ENDS + MOMENT


async def test_time_before_an_event_says_by_itself_what_it_says_with_the_event(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await follow(log)
    log.now = ENDS + MOMENT
    await log.amend(MONDAY_AM, "p1", "N", "I")

    await consume_time(log.conn, processor(log.clock), SCHOOL)
    before = await alerts(log, OVERDUE)
    await follow(log)

    assert [each["steps"] for each in before] == [["met"]]
    assert [each["steps"] for each in await alerts(log, OVERDUE)] == [["met", "lapsed"]]


async def test_what_is_answered_in_time_is_never_overdue(log: SchoolLog) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    log.now = ENDS - MOMENT
    await log.amend(MONDAY_AM, "p1", "N", "I")

    await wait_until(log, ENDS + WEEK)

    assert await alerts(log, OVERDUE) == []


async def test_the_reason_entered_late_closes_the_alert(log: SchoolLog) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await wait_until(log, ENDS)
    await log.amend(MONDAY_AM, "p1", "N", "I")

    await follow(log)

    (alert,) = await alerts(log, OVERDUE)
    assert alert["steps"] == ["met", "lapsed"]


async def test_a_day_closed_meanwhile_gives_a_day_more(log: SchoolLog) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await follow(log)
    await log.publish(calendar_of(Closure(date(2026, 9, 10), "Flood")))

    await wait_until(log, ENDS + timedelta(hours=23))
    before = await alerts(log, OVERDUE)
    await wait_until(log, ENDS + timedelta(hours=24))

    assert before == []
    assert len(await alerts(log, OVERDUE)) == 1


async def test_a_day_closed_afterwards_takes_the_ground_away_until_it_is_over(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await wait_until(log, ENDS)
    await log.publish(calendar_of(Closure(date(2026, 9, 14), "Flood")))

    await wait_until(log, ENDS + timedelta(hours=24))

    assert [each["steps"] for each in await alerts(log, OVERDUE)] == [
        ["met", "withdrawn"],
        ["met"],
    ]


async def test_the_sixth_day_of_a_suspension_comes_without_an_event(log: SchoolLog) -> None:
    await log.open("p1")
    await log.suspend("p1", FIRST, SECOND + timedelta(days=2))
    sixth = london_instant(SECOND, time())

    await wait_until(log, sixth - MOMENT)
    before = await alerts(log, "exclusion-sixth-day")
    await wait_until(log, sixth)

    assert before == []
    assert len(await alerts(log, "exclusion-sixth-day")) == 1


async def test_of_two_replicas_one_says_what_time_has_come_for(
    log: SchoolLog, database_url: str
) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await wait_until(log, ENDS - MOMENT)
    log.now = ENDS
    consumer = processor(log.clock)
    (due,) = await due_schools(log.conn, consumer, now=log.now, limit=10)
    assert due.due_at == ENDS

    async with connected(database_url, role=None) as other:
        await asyncio.gather(
            *(consume_due(conn, consumer, SCHOOL, ENDS) for conn in (log.conn, other))
        )
        await consume_due(other, consumer, SCHOOL, ENDS)
    await follow(log)

    (alert,) = await alerts(log, OVERDUE)
    assert alert["steps"] == ["met"]


async def test_what_dies_before_the_commit_is_due_again_and_said_once(log: SchoolLog) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await wait_until(log, ENDS - MOMENT)
    log.now = ENDS
    whole = processor(log.clock)

    async def dies(conn: Connection, batch: Batch) -> None:
        await whole.handle(conn, batch)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await consume_due(log.conn, replace(whole, handle=dies), SCHOOL, ENDS)
    after_death = await alerts(log, OVERDUE)

    await follow(log)

    assert after_death == []
    assert len(await alerts(log, OVERDUE)) == 1


async def test_events_come_before_the_instant_although_it_has_come(log: SchoolLog) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await wait_until(log, ENDS - MOMENT)
    await log.amend(MONDAY_AM, "p1", "N", "I")
    log.now = ENDS
    consumer = processor(log.clock)

    had = await consume_due(log.conn, consumer, SCHOOL, ENDS)
    listed = await due_schools(log.conn, consumer, now=ENDS, limit=10)
    while await consume(log.conn, consumer, SCHOOL):
        pass

    assert (had, listed) == (False, [])
    assert await due_schools(log.conn, consumer, now=ENDS, limit=10) == []
    assert await alerts(log, OVERDUE) == []


async def test_nothing_is_recorded_any_more_up_to_an_instant_that_was_judged(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "L"})
    await wait_until(log, london_instant(FIRST, time(13, 15)))

    log.now = london_instant(FIRST, time(13, 15))
    with pytest.raises(RecordedTooEarly):
        await log.mark(Session(FIRST, Half.PM), {"p1": "/"})


async def test_an_instant_ahead_of_the_databases_clock_waits(log: SchoolLog) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await follow(log)
    ahead = datetime.now(UTC) + timedelta(hours=1)

    assert not await consume_due(log.conn, processor(log.clock), SCHOOL, ahead)


async def test_a_rebuild_fires_nothing_again_and_time_goes_on(log: SchoolLog) -> None:
    await log.open("p1", "p2")
    await log.week(FIRST, {"p1": "N/////////", "p2": "//////////"})
    await log.week(SECOND, {"p1": "////////N/", "p2": "//////////"})
    await wait_until(log, ENDS + timedelta(days=4))
    newest = await head(log.conn, SCHOOL)

    await rebuild_school(log.conn, processor(log.clock), SCHOOL)
    await follow(log)
    after = await head(log.conn, SCHOOL)
    await wait_until(log, ENDS + WEEK + timedelta(days=4))

    assert after == newest
    assert [each["met_on"] for each in await alerts(log, OVERDUE)] == [FIRST, date(2026, 9, 18)]


async def test_a_rebuild_before_what_was_said_comes_round_takes_nothing_of_it_back(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.mark(MONDAY_AM, {"p1": "N"})
    await wait_until(log, ENDS - MOMENT)
    log.now = ENDS
    consumer = processor(log.clock)
    await consume_due(log.conn, consumer, SCHOOL, ENDS)

    await rebuild_school(log.conn, consumer, SCHOOL)
    await follow(log)

    (alert,) = await alerts(log, OVERDUE)
    assert alert["steps"] == ["met"]

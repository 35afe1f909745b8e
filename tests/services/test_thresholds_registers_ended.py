"""Registers told as not taken: what ends or withdraws the alert, and what leaves it as it is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta

import pytest
from attendance.calendar import Closure, london_instant
from attendance.events import SessionTimes
from attendance.session import Half, Session
from support.closing import in_groups, set_grace, state_times
from support.followed import FIRST, SECOND, follow, follow_to, not_taken
from support.log import connected
from support.school_log import TIMES, SchoolLog, calendar_of, placed

TUESDAY = FIRST + timedelta(days=1)
AM = Session(TUESDAY, Half.AM)


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    """A school of two pupils in one group that has taken its first two registers."""
    async with connected(database_url, role=None) as conn:
        school = SchoolLog(conn)
        await school.open("p1", "p2")
        for half in Half:
            await school.mark(Session(FIRST, half), {"p1": "/", "p2": "/"})
        yield school


async def test_a_session_held_no_more_withdraws_the_alert(log: SchoolLog) -> None:
    await follow_to(log, TUESDAY, time(12))
    await log.publish(calendar_of(Closure(TUESDAY, "Flood")))

    await follow(log)

    assert await not_taken(log, "withdrawn") == [(TUESDAY, "AM", "7B")]


@pytest.mark.parametrize("limit", [1, 500])
@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("stated", ["grace", "times"])
async def test_a_register_taken_after_its_closing_was_put_off_ends_the_alert(
    log: SchoolLog, stated: str, *, behind: bool, limit: int
) -> None:
    if not behind:
        await follow_to(log, TUESDAY, time(9, 30))
    log.now = max(log.now, london_instant(TUESDAY, time(9, 30)))
    if stated == "grace":
        await set_grace(log, minutes=60)
    else:
        await state_times(log, morning=SessionTimes(time(9, 40), time(10, 10)))
    log.now = london_instant(TUESDAY, time(9, 50))
    await log.mark(AM, {"p1": "/", "p2": "/"})

    await follow(log, limit=limit)

    assert await not_taken(log, "closed") == [(TUESDAY, "AM", "7B")]


@pytest.mark.parametrize("limit", [1, 500])
@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("why", ["moved", "boarding", "deleted", "starting later"])
async def test_a_register_that_nobody_is_on_any_more_withdraws_the_alert(
    log: SchoolLog, why: str, *, behind: bool, limit: int
) -> None:
    if not behind:
        await follow_to(log, TUESDAY, time(9, 30))
    log.now = max(log.now, london_instant(TUESDAY, time(9, 30)))
    for pupil in ("p1", "p2"):
        match why:
            case "moved":
                await log.change(pupil, in_groups("7C"))
            case "boarding":
                await log.change(pupil, placed(FIRST, boarder=True))
            case "deleted":
                await log.leave(pupil, FIRST)
            case _:
                later = replace(log.changed(pupil, in_groups("7B")), starting_day=SECOND)
                await log.append(later)

    await follow(log, limit=limit)

    assert await not_taken(log, "withdrawn") == [(TUESDAY, "AM", "7B")]
    assert await not_taken(log) == []


async def test_a_register_that_one_pupil_is_still_on_keeps_its_alert(log: SchoolLog) -> None:
    await follow_to(log, TUESDAY, time(9, 30))
    await log.change("p1", in_groups("7C"))
    await log.leave("p2", TUESDAY)

    await follow(log)

    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]


@pytest.mark.parametrize("limit", [1, 500])
async def test_an_alert_raised_and_withdrawn_while_the_service_was_down_is_told_twice(
    log: SchoolLog, limit: int
) -> None:
    log.now = london_instant(TUESDAY, time(9, 40))
    await log.publish(calendar_of(Closure(TUESDAY, "Flood")))
    await log.mark(Session(TUESDAY + timedelta(days=1), Half.AM), {"p1": "/"})

    await follow(log, limit=limit)

    assert await not_taken(log, "withdrawn") == [(TUESDAY, "AM", "7B")]


@pytest.mark.parametrize("stated", ["calendar", "times", "grace"])
async def test_what_is_stated_at_the_very_instant_of_a_closing_does_not_lose_it(
    log: SchoolLog, stated: str
) -> None:
    await follow_to(log, TUESDAY, time(9))
    log.now = london_instant(TUESDAY, time(9, 25))
    match stated:
        case "calendar":
            await log.publish(calendar_of())
        case "times":
            await state_times(log, morning=TIMES[Half.AM])
        case _:
            await set_grace(log, minutes=0)

    await follow_to(log, TUESDAY, time(12))

    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]


async def test_a_first_entry_at_the_very_instant_of_a_closing_counts_for_it(
    database_url: str,
) -> None:
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn)
        await log.open("p1", "p2")
        await log.change("p2", in_groups("7C"))
        log.now = london_instant(TUESDAY, time(9, 25))
        await log.mark(AM, {"p1": "/"})

        await follow_to(log, TUESDAY, time(12))

        assert await not_taken(log) == [(TUESDAY, "AM", "7C")]

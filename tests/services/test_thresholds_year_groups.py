"""A session closed to a year group: the school meets, and its pupils aren't due."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from attendance.calendar import BOTH, Closure, SchoolCalendar
from attendance.rules.facts import Placed
from attendance.session import Half, Session
from support.followed import FIRST, PRESENT, SECOND, alerts, follow
from support.log import connected
from support.school_log import SchoolLog, calendar_of, placed
from thresholds.due import Due
from thresholds.timetable import Timetable

STARTED, THIRD = date(2026, 9, 1), date(2026, 9, 21)
AWAY = "OOOOOOOOOO"


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


def closed(*days: date, half: Half | None = None, to: str = "7") -> list[Closure]:
    return [Closure(on, "Staggered start", half, (to,)) for on in days]


def week_of(monday: date) -> list[date]:
    return [monday + timedelta(days=day) for day in range(5)]


async def test_afternoons_that_werent_due_leave_ten_days_of_absence_ten(log: SchoolLog) -> None:
    await log.open("p1")
    await log.publish(calendar_of(*closed(*week_of(FIRST), half=Half.PM)))
    await log.week(FIRST, {"p1": "O#O#O#O-O-"})
    await log.week(SECOND, {"p1": AWAY})

    await follow(log)

    (alert,) = await alerts(log, "attendance-return")
    assert (alert["met_on"], alert["provisional"]) == (SECOND + timedelta(days=4), False)


async def test_a_day_that_wasnt_due_makes_no_finding_provisional(log: SchoolLog) -> None:
    await log.open("p1")
    await log.publish(calendar_of(*closed(date(2026, 9, 14))))
    await log.week(FIRST, {"p1": AWAY})
    await log.week(SECOND, {"p1": "--OOOOOOOO"})
    await log.week(THIRD, {"p1": "OO////////"})

    await follow(log)

    (alert,) = await alerts(log, "attendance-return")
    assert (alert["met_on"], alert["provisional"]) == (THIRD, False)
    assert json.loads(alert["figures"])["not_entered"] == 0


async def test_a_session_closed_since_to_a_year_group_counts_for_its_pupils_no_more(
    log: SchoolLog,
) -> None:
    await log.open("p1", "p2")
    await log.change("p2", placed(STARTED, "8"))
    await log.week(FIRST, {"p1": AWAY, "p2": AWAY})
    await follow(log)
    await log.publish(calendar_of(*closed(FIRST, half=Half.AM)))

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["steps"] == ["met", "withdrawn"]
    assert alert["history"][-1]["reason"] == "The school's calendar was published anew."
    (other,) = await alerts(log, "penalty-notice-threshold", "p2")
    assert other["steps"] == ["met"]


async def test_a_pupil_who_moved_up_is_due_with_the_year_group_of_each_day(log: SchoolLog) -> None:
    await log.open("p1", "p2")
    await log.change("p1", placed(STARTED, "7"), placed(SECOND, "8"))
    await log.change("p2", placed(STARTED, "8"), placed(SECOND, "7"))
    await log.publish(calendar_of(*closed(date(2026, 9, 16), to="7")))
    week = {"p1": "//OOOO////", "p2": "//OOOO////"}

    await log.week(SECOND, week)
    await log.week(THIRD, {"p1": "OOOOOO////", "p2": "OOOOOO////"})
    await follow(log)

    assert len(await alerts(log, "penalty-notice-threshold", "p1")) == 1
    assert await alerts(log, "penalty-notice-threshold", "p2") == []


async def test_another_year_group_stated_of_days_gone_is_judged_anew(log: SchoolLog) -> None:
    await log.open("p1")
    await log.publish(calendar_of(*closed(FIRST, to="8")))
    await log.week(FIRST, {"p1": AWAY})
    await follow(log)
    await log.change("p1", placed(STARTED, "8"))

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["steps"] == ["met", "withdrawn"]


async def test_an_absence_is_a_share_of_the_sessions_that_were_due(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": PRESENT})
    await log.week(SECOND, {"p1": "////////--"})
    await log.publish(calendar_of(*closed(*week_of(FIRST))))
    await follow(log)
    await log.mark(Session(date(2026, 9, 18), Half.AM), {"p1": "I"})  # 1 of 9, not of 19

    await follow(log)

    assert len(await alerts(log, "persistent-absence")) == 1


def test_what_is_due_follows_year_group_and_boarding_from_day_to_day() -> None:
    calendar = SchoolCalendar(
        (calendar_of(*closed(*week_of(SECOND)), Closure(THIRD, "INSET")),),
    )
    moves = date(2026, 9, 16), date(2026, 9, 24), date(2026, 11, 3)
    stands = [("7", False), ("8", False), ("8", True), ("7", False)]
    placements = [
        Placed(on, *stand, groups=()) for on, stand in zip((STARTED, *moves), stands, strict=True)
    ]
    due = Due(Timetable(calendar), placements)

    for on in (date(2026, 8, 1) + timedelta(days=day) for day in range(500)):
        year_group, boards = stands[sum(move <= on for move in moves)]
        for session in (Session(on, half) for half in BOTH):
            held = calendar.is_open(session) or not calendar.covers(on)
            here = not (boards or calendar.is_closed_to(year_group, session))
            assert due.includes(session) is (held and here), session

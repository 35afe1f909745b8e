"""What a calendar published anew changes in figures already judged: a closed day counts nowhere."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery
from attendance.calendar import Closure, HalfTerm
from attendance.rules.circumstances import Circumstances
from attendance.session import Half, Session
from support.followed import FIRST, PRESENT, SECOND, alerts, follow, said
from support.log import connected
from support.school_log import HALF_TERMS, SchoolLog, calendar_of
from thresholds import tables
from thresholds.circumstances import circumstances_of

WEEK = timedelta(weeks=1)
THIRD = date(2026, 9, 21)


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def test_a_calendar_published_anew_withdraws_what_it_no_longer_bears_out(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGG/////"})
    # The tenth school week as published: the week of half term doesn't count.
    await log.week(FIRST + 10 * WEEK, {"p1": "GGGGG/////"})
    await follow(log)
    (before,) = await alerts(log, "penalty-notice-threshold")
    worked = HalfTerm("Autumn 1", date(2026, 9, 7), date(2026, 10, 30))
    await log.publish(calendar_of(half_terms=(worked, *HALF_TERMS[1:])))

    await follow(log)

    (after,) = await alerts(log, "penalty-notice-threshold")
    assert (before["status"], after["status"]) == ("open", "withdrawn")
    assert after["history"][-1]["reason"] == "The school's calendar was published anew."


async def test_each_event_is_judged_by_the_calendar_of_its_moment_within_one_batch(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGG/////"})
    await log.week(FIRST + 10 * WEEK, {"p1": "GGGGG/////"})
    worked = HalfTerm("Autumn 1", date(2026, 9, 7), date(2026, 10, 30))
    await log.publish(calendar_of(half_terms=(worked, *HALF_TERMS[1:])))

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["steps"] == ["met", "withdrawn"]


async def test_a_whole_school_is_judged_a_few_pupils_at_a_time_and_all_the_same(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thresholds.judged_pupils.TURNS_AT_ONCE", 4)
    pupils = [f"p{number}" for number in range(5)]
    await log.open(*pupils)
    await log.week(SECOND, dict.fromkeys(pupils, "//OOOOOO//"))
    await log.week(THIRD, dict.fromkeys(pupils, "OOOO//////"))
    await follow(log)
    await log.publish(calendar_of(Closure(date(2026, 9, 17), "INSET")))
    loaded: list[int] = []

    def note(query: LoggedQuery) -> None:
        if query.query == tables.DUE_OF:
            loaded.append(len(query.args[2]))

    with log.conn.query_logger(note):
        await follow(log)

    statuses = [(await alerts(log, "penalty-notice-threshold", each))[0] for each in pupils]
    assert loaded == [2, 2, 1]
    assert [each["status"] for each in statuses] == ["withdrawn"] * 5
    assert [each["position"] for each in statuses] == sorted(each["position"] for each in statuses)


async def test_a_day_closed_since_counts_for_no_penalty_notice(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(SECOND, {"p1": "//OOOOOO//"})
    await log.week(THIRD, {"p1": "OOOO//////"})
    await follow(log)
    (before,) = await alerts(log, "penalty-notice-threshold")
    await log.publish(calendar_of(Closure(date(2026, 9, 17), "INSET")))

    await follow(log)

    (after,) = await alerts(log, "penalty-notice-threshold")
    assert (before["status"], after["status"]) == ("open", "withdrawn")
    assert after["history"][-1]["reason"] == "The school's calendar was published anew."


async def test_a_day_closed_since_neither_breaks_an_absence_nor_counts_in_it(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await log.week(SECOND, {"p1": "OOOO//OOOO"})
    await log.week(THIRD, {"p1": "OO////////"})
    await follow(log)
    before = await alerts(log, "attendance-return")
    await log.publish(calendar_of(Closure(date(2026, 9, 16), "INSET")))

    await follow(log)

    assert before == []
    (alert,) = await alerts(log, "attendance-return")
    assert alert["met_on"] == THIRD
    assert "2026-09-16" not in {entry["date"] for entry in alert["evidence"]}


async def test_days_closed_since_are_no_possible_sessions_of_persistent_absence(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": PRESENT})
    await log.week(SECOND, {"p1": "/////////I"})  # 1 of 20
    await follow(log)
    before = await alerts(log, "persistent-absence")
    days = [FIRST + timedelta(days=day) for day in range(5)]
    await log.publish(calendar_of(*(Closure(on, "Flood") for on in days)))  # 1 of 10

    await follow(log)

    assert before == []
    (alert,) = await alerts(log, "persistent-absence")
    assert json.loads(alert["figures"]) == {"possible": 10, "absent": 1}


async def test_an_entry_after_days_closed_since_is_judged_without_them(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": PRESENT})
    await log.week(SECOND, {"p1": "////////--"})
    days = [FIRST + timedelta(days=day) for day in range(5)]
    await log.publish(calendar_of(*(Closure(on, "Flood") for on in days)))
    await follow(log)
    await log.mark(Session(date(2026, 9, 18), Half.AM), {"p1": "I"})  # 1 of 9, not of 19

    await follow(log)

    assert len(await alerts(log, "persistent-absence")) == 1


async def test_a_day_opened_again_counts_again(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await log.publish(calendar_of(Closure(FIRST, "INSET")))
    await follow(log)
    before = await alerts(log, "penalty-notice-threshold")
    await log.publish(calendar_of())

    await follow(log)

    assert [each["status"] for each in before] == ["withdrawn"]
    statuses = [each["status"] for each in await alerts(log, "penalty-notice-threshold")]
    assert statuses == ["withdrawn", "open"]


async def test_an_entry_of_a_closed_day_amended_to_a_planned_closure_changes_nothing_more(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await log.publish(calendar_of(Closure(FIRST, "INSET")))
    await follow(log)
    told = await said(log.conn)
    await log.amend(Session(FIRST, Half.AM), "p1", "O", "#")

    await follow(log)

    assert await said(log.conn) == told


async def test_a_year_without_a_calendar_counts_every_entry(log: SchoolLog) -> None:
    await log.open("p1")

    await log.week(date(2025, 9, 8), {"p1": "OOOOOOOOOO"})
    await follow(log)

    assert len(await alerts(log, "penalty-notice-threshold")) == 1


async def test_of_editions_with_no_entry_between_only_the_last_is_judged(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await follow(log)
    for number in range(20):
        await log.publish(calendar_of(Closure(FIRST + timedelta(days=number % 5), "INSET")))
    walks = 0

    def counting(*known: Any) -> Circumstances:  # noqa: ANN401 - as it was called
        nonlocal walks
        walks += 1
        return circumstances_of(*known)

    monkeypatch.setattr("thresholds.judging.circumstances_of", counting)

    await follow(log)

    assert walks == 1
    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["status"] == "withdrawn"


async def test_a_calendar_that_changes_days_to_come_walks_no_rule(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await follow(log)
    monkeypatch.setattr("thresholds.judging.circumstances_of", None)

    await log.publish(calendar_of(Closure(SECOND, "INSET")))

    await follow(log)  # would call None

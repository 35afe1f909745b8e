"""Registers that nobody took: told of as they close, ended as they are taken, and never a scan."""

import json
from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from attendance.calendar import Closure, london_instant
from attendance.events import AlertConsidered, SessionTimes
from attendance.session import Half, Session
from attendance.streams import register_alert_id, registers_stream
from eventlog import consume_due, rebuild_school
from support.closing import in_groups, set_grace, state_times
from support.followed import FIRST, SCHOOL, SECOND, follow, follow_to, not_taken, said
from support.log import connected
from support.school_log import OFFICER, SchoolLog, calendar_of, placed
from thresholds.processor import processor

RULE = "register-not-taken"
TUESDAY = FIRST + timedelta(days=1)
AM, PM = Session(TUESDAY, Half.AM), Session(TUESDAY, Half.PM)
SATURDAY = FIRST + timedelta(days=5)


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    """A school of two pupils in one group that has taken its first two registers."""
    async with connected(database_url, role=None) as conn:
        school = SchoolLog(conn)
        await school.open("p1", "p2")
        for half in Half:
            await school.mark(Session(FIRST, half), {"p1": "/", "p2": "/"})
        yield school


async def alert_of(log: SchoolLog, session: Session, group: str | None) -> dict[str, Any]:
    row = await log.conn.fetchrow(
        "SELECT * FROM thresholds.alert WHERE alert = $1",
        register_alert_id(log.urn, RULE, group, session),
    )
    return dict(row)


async def test_a_register_that_closed_without_an_entry_was_not_taken(log: SchoolLog) -> None:
    await follow_to(log, TUESDAY, time(9, 24, 59))
    before = await not_taken(log)
    await follow_to(log, TUESDAY, time(9, 25))

    assert before == []
    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]
    alert = await alert_of(log, AM, "7B")
    assert (alert["pupil"], json.loads(alert["figures"])) == (None, {"expected": 2})


async def test_a_register_with_one_entry_was_taken(log: SchoolLog) -> None:
    await log.mark(AM, {"p1": "/"})

    await follow_to(log, TUESDAY, time(12))

    assert await not_taken(log) == []


async def test_each_group_has_its_register_and_those_of_none_another(log: SchoolLog) -> None:
    await follow_to(log, FIRST, time(17))
    for pupil, groups in (("p3", ("8A",)), ("p4", ()), ("p5", ("7B", "7C"))):
        await log.admit(pupil)
        await log.change(pupil, in_groups(*groups))
    await log.mark(AM, {"p1": "/"})

    await follow_to(log, TUESDAY, time(12))

    assert await not_taken(log) == [(TUESDAY, "AM", group) for group in ("7C", "8A", None)]


async def in_a_choir(log: SchoolLog) -> None:
    """Put a pupil on the register of a choir too, with one who is in no other group."""
    await follow_to(log, FIRST, time(17))
    await log.change("p1", in_groups("7B", "Choir"))
    await log.admit("p3", group="Choir")


async def test_a_register_taken_in_another_group_is_not_taken_in_this(log: SchoolLog) -> None:
    await in_a_choir(log)
    await log.mark(AM, {"p1": "/"})

    await follow_to(log, TUESDAY, time(12))

    assert await not_taken(log) == [(TUESDAY, "AM", group) for group in ("7B", "Choir")]


async def test_nor_does_it_end_the_alert_of_this(log: SchoolLog) -> None:
    await in_a_choir(log)
    await follow_to(log, TUESDAY, time(9, 40))
    await log.mark(AM, {"p1": "/", "p3": "/"})

    await follow(log)

    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]
    assert await not_taken(log, "closed") == [(TUESDAY, "AM", "Choir")]


async def test_entries_made_one_by_one_end_it_with_the_second(log: SchoolLog) -> None:
    await in_a_choir(log)
    await log.change("p2", in_groups("7B", "8B"))
    await log.change("p3", in_groups("7B"))
    await follow_to(log, TUESDAY, time(9, 40))
    await log.mark(AM, {"p1": "/"})
    await follow(log)
    after_one = await not_taken(log)
    await log.mark(AM, {"p2": "/"})

    await follow(log)

    assert (TUESDAY, "AM", "7B") in after_one
    assert (TUESDAY, "AM", "7B") not in await not_taken(log)


async def test_an_alert_ends_as_the_register_is_taken(log: SchoolLog) -> None:
    await follow_to(log, TUESDAY, time(9, 40))
    await log.mark(AM, {"p2": "L"})

    await follow(log)

    assert await not_taken(log) == []
    assert await not_taken(log, "closed") == [(TUESDAY, "AM", "7B")]


@pytest.mark.parametrize("limit", [1, 500])
async def test_a_register_taken_late_while_the_service_was_down_is_told_and_ended(
    log: SchoolLog, limit: int
) -> None:
    log.now = london_instant(TUESDAY, time(9, 40))
    await log.mark(AM, {"p1": "/", "p2": "/"})

    await follow(log, limit=limit)

    assert await not_taken(log, "closed") == [(TUESDAY, "AM", "7B")]


async def test_every_closing_of_a_downtime_is_judged_as_of_its_instant(log: SchoolLog) -> None:
    await log.mark(Session(TUESDAY, Half.PM), {"p1": "/"})
    log.now = london_instant(FIRST + timedelta(days=3), time(9))
    await log.admit("p9")
    await log.change("p9", in_groups("9Z"))

    await follow_to(log, FIRST + timedelta(days=3), time(10))

    wednesday, thursday = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)
    assert await not_taken(log) == [
        (TUESDAY, "AM", "7B"),
        *((wednesday, half, "7B") for half in ("AM", "PM")),
        *((thursday, "AM", group) for group in ("7B", "9Z")),
    ]


async def test_no_register_is_taken_at_a_weekend_or_on_a_closed_day(log: SchoolLog) -> None:
    await log.publish(
        calendar_of(*(Closure(TUESDAY + timedelta(days=day), "Flood") for day in range(4)))
    )

    await follow_to(log, SECOND, time(9))

    assert await not_taken(log) == []


async def test_nobody_waits_for_a_register_of_boarders_or_of_pupils_not_on_roll(
    log: SchoolLog,
) -> None:
    await log.change("p1", placed(date(2026, 9, 1), boarder=True))
    await log.change("p2", placed(date(2026, 9, 1), boarder=True))
    await log.admit("p3", starting=SECOND)

    await follow_to(log, TUESDAY, time(12))

    assert await not_taken(log) == []


async def test_a_school_that_never_took_a_register_is_not_reminded(database_url: str) -> None:
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn)
        await log.open("p1")

        await follow_to(log, SECOND, time(12))

        assert await not_taken(log) == []


async def test_a_session_opened_afterwards_is_not_gone_back_to(log: SchoolLog) -> None:
    await log.publish(calendar_of(Closure(TUESDAY, "INSET")))
    await follow_to(log, TUESDAY, time(17))
    await log.publish(calendar_of())

    await follow_to(log, TUESDAY, time(18))

    assert await not_taken(log) == []


async def test_session_times_stated_anew_are_kept_to(log: SchoolLog) -> None:
    await state_times(log, morning=SessionTimes(time(9, 30), time(10, 0)))

    await follow_to(log, TUESDAY, time(9, 59))
    before = await not_taken(log)
    await follow_to(log, TUESDAY, time(10))

    assert before == []
    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]


async def test_a_closing_that_times_stated_anew_put_into_the_past_is_not_gone_back_to(
    log: SchoolLog,
) -> None:
    await follow_to(log, TUESDAY, time(9, 10))
    await state_times(log, morning=SessionTimes(time(8, 45), time(9, 0)))

    await follow_to(log, TUESDAY, time(12))

    assert await not_taken(log) == []


async def test_minutes_of_grace_that_were_set_are_waited(log: SchoolLog) -> None:
    await set_grace(log, minutes=20)

    await follow_to(log, TUESDAY, time(9, 44))
    before = await not_taken(log)
    await follow_to(log, TUESDAY, time(9, 45))

    assert before == []
    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]
    assert json.loads((await alert_of(log, AM, "7B"))["terms"])["grace_minutes"] == 20


async def test_what_a_person_closed_is_not_ended_again(log: SchoolLog) -> None:
    await follow_to(log, TUESDAY, time(10))
    await log.append(
        AlertConsidered(
            alert=register_alert_id(log.urn, RULE, "7B", AM),
            rule=RULE,
            pupil=None,
            outcome="no-further-action",
            reason="fire drill",
            closes=True,
            through=TUESDAY,
            decided_by=OFFICER,
            decided_at=log.now,
        ),
        stream=registers_stream(log.urn, AM),
    )
    await log.mark(AM, {"p1": "/"})

    await follow(log)

    assert (await alert_of(log, AM, "7B"))["history"].count('"lapsed"') == 0


async def test_a_rebuild_tells_no_register_again_and_goes_on(log: SchoolLog) -> None:
    await follow_to(log, TUESDAY, time(10))

    await rebuild_school(log.conn, processor(log.clock), SCHOOL)
    await follow_to(log, TUESDAY, time(13, 15))

    assert await not_taken(log) == [(TUESDAY, "AM", "7B"), (TUESDAY, "PM", "7B")]
    steps = await log.conn.fetchval("SELECT history FROM thresholds.alert WHERE met_half = 'AM'")
    assert steps.count('"met"') == 1


async def test_a_rebuild_before_what_was_said_comes_round_says_it_no_second_time(
    log: SchoolLog,
) -> None:
    await follow_to(log, TUESDAY, time(9))
    log.now = london_instant(TUESDAY, time(9, 25))
    await consume_due(log.conn, processor(log.clock), SCHOOL, log.now)

    await rebuild_school(log.conn, processor(log.clock), SCHOOL)
    await follow_to(log, TUESDAY, time(10))

    kinds = [event.kind for event in await said(log.conn)]
    assert kinds == ["ThresholdMet.v1"]
    assert await not_taken(log) == [(TUESDAY, "AM", "7B")]


async def test_a_register_in_time_looks_at_no_other_pupil(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await follow_to(log, FIRST, time(17))
    await log.mark(AM, {"p1": "/", "p2": "/"})
    monkeypatch.setattr("thresholds.tables.every_pupil", None)
    monkeypatch.setattr("thresholds.registers_table.entered", None)

    await follow(log)  # would call None

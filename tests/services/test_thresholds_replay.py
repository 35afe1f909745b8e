"""That each finding is said once, whatever the batches, rebuilds, deaths and clocks meanwhile."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
from attendance.calendar import Closure
from attendance.events import ThresholdLapsed
from attendance.identifiers import PupilId
from attendance.session import Half, Session
from eventlog import (
    Batch,
    Connection,
    Skip,
    StoredEvent,
    consume,
    head,
    rebuild_school,
    record_fault,
    skip,
)
from support.followed import FIRST, PRESENT, SCHOOL, SECOND, alerts, follow, said
from support.log import connected
from support.postgres import create_database, drop_database
from support.school_log import SchoolLog, calendar_of, placed
from thresholds.errors import AlertNeverRaised
from thresholds.processor import processor

WEEK = timedelta(weeks=1)
STARTED = date(2026, 9, 1)

TABLES = {
    "school": "la_code, trust, phase, details::text, due_at",
    "calendar": "year, payload::text",
    "pupil": "pupil, facts::text, due_at",
    "pupil_year": "pupil, year, sessions, absences",
    "alert": "alert, rule, pupil, grp, trigger, episode, status, provisional, met_on, met_half, "
    "due_on, raised_at, position, evidence::text, rests_on::text, figures::text, terms::text, "
    "source, history::text",
}


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def all_rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Everything the service keeps, but for the version it is kept under."""
    return {
        table: [
            tuple(row)
            for row in await conn.fetch(
                f"SELECT {columns} FROM thresholds.{table} ORDER BY {columns}"
            )
        ]
        for table, columns in TABLES.items()
    }


async def draw_a_term(log: SchoolLog, seed: int) -> None:
    """A term of six pupils often away: late entries, amendments, new calendars, new details."""
    random = Random(seed)
    pupils = [f"p{number}" for number in range(6)]
    await log.open(*pupils)
    for number in range(11):
        monday = FIRST + number * WEEK
        if monday == date(2026, 10, 26):
            continue
        weights = {"/": 60, "O": 12, "G": 10, "N": 6, "I": 6, "L": 4, "Q": 2, "-": 2}
        drawn = {
            pupil: "".join(random.choices(list(weights), list(weights.values()), k=10))
            if random.random() < 0.8
            else random.choice("OGI/") * 10
            for pupil in pupils
        }
        await log.week(monday, drawn)
        for pupil in random.sample(pupils, 3):
            place = random.randrange(10)
            session = Session(monday + timedelta(days=place // 2), list(Half)[place % 2])
            if drawn[pupil][place] == "-":
                await log.mark(session, {pupil: "O"})
            else:
                await log.amend(session, pupil, drawn[pupil][place], random.choice("/IGOL"))
        await upset(log, number)


async def upset(log: SchoolLog, week: int) -> None:
    """State anew, after some weeks, what was judged by until then."""
    if week == 2:
        boarding = date(2026, 10, 8)
        await log.change("p0", placed(STARTED), placed(boarding, boarder=True))
        await log.change("p1", placed(STARTED), placed(date(2026, 9, 17), "8"))
    if week == 4:
        inset = Closure(date(2026, 9, 16), "INSET")
        staggered = Closure(date(2026, 9, 21), "Staggered start", Half.PM, ("8",))
        await log.publish(calendar_of(inset, staggered))
    if week == 6:
        await log.change("p2", placed(STARTED), born=date(2022, 12, 31))
        await log.change("p1", placed(STARTED), placed(date(2026, 9, 23), "8"))
    if week == 7:
        await log.change("p2", placed(STARTED))
    if week == 9:
        await log.publish(calendar_of(Closure(date(2026, 11, 4), "INSET")))


async def test_the_alerts_are_the_same_whatever_the_size_of_the_batches(
    log: SchoolLog, postgres_url: str, migrated_template: str
) -> None:
    told: list[list[tuple[object, ...]]] = []
    for limit in (1, 7, 500):
        url = await create_database(postgres_url, template=migrated_template)
        async with connected(url, role=None) as conn:
            other = SchoolLog(conn)
            await draw_a_term(other, seed=20261120)
            await follow(other, limit=limit)
            told.append([undated(event) for event in await said(conn)])
        await drop_database(postgres_url, url)

    assert len(told[0]) > 30
    assert told[0] == told[1] == told[2]


async def pass_over(log: SchoolLog, position: int) -> None:
    """Have the service pass over an event, as a person may whom it holds back."""
    held = ("thresholds", SCHOOL)
    await record_fault(log.conn, *held, position=position, error="X at y", now=log.now)
    skipped = Skip(
        consumer="thresholds",
        school=SCHOOL,
        position=position,
        reason="Written by a test of ours.",
        by_name="O. Perator",
        by_position="On call",
        skipped_at=log.now,
    )
    await skip(log.conn, skipped)


def undated(event: StoredEvent) -> tuple[object, ...]:
    fields = json.loads(event.payload)
    return event.kind, {key: each for key, each in fields.items() if not key.endswith("_at")}


async def test_a_rebuild_makes_the_same_rows_and_says_nothing(log: SchoolLog) -> None:
    await draw_a_term(log, seed=7)
    await follow(log, limit=50)
    rows, newest = await all_rows(log.conn), await head(log.conn, SCHOOL)

    await rebuild_school(log.conn, processor(log.clock), SCHOOL)
    await follow(log)  # what may be due is looked at

    assert await head(log.conn, SCHOOL) == newest
    assert await all_rows(log.conn) == rows
    assert len(rows["alert"]) > 6


async def test_after_a_rebuild_only_those_are_due_for_whom_time_may_change_something(
    log: SchoolLog,
) -> None:
    await log.open("p1", "p2", "p3", "p4")
    await log.week(FIRST, {"p1": PRESENT, "p2": "N/////////", "p3": PRESENT})
    await log.suspend("p3", SECOND, SECOND)
    await log.change("p1", placed(STARTED, "8"))
    await log.leave("p4", FIRST)
    await follow(log)

    await rebuild_school(log.conn, processor(log.clock), SCHOOL)

    rows = await log.conn.fetch("SELECT pupil FROM thresholds.pupil WHERE due_at IS NOT NULL")
    assert sorted(row["pupil"] for row in rows) == ["p2", "p3"]


async def test_a_rebuild_between_finding_and_hearing_of_it_loses_and_doubles_nothing(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "I/////////"})
    found_at = await head(log.conn, SCHOOL)
    # Taken in after the alert was raised, before the log's own copy of it comes round.
    await consume(log.conn, processor(log.clock), SCHOOL, limit=found_at)
    raised = await said(log.conn)
    await rebuild_school(log.conn, processor(log.clock), SCHOOL)
    forgotten = await alerts(log, "persistent-absence")
    await log.mark(Session(SECOND, Half.AM), {"p1": "/"})

    await follow(log)

    assert [event.kind for event in raised].count("ThresholdMet.v1") == 2
    assert forgotten == []
    (alert,) = await alerts(log, "persistent-absence")
    assert alert["steps"] == ["met", "lapsed"]


async def test_an_alert_already_in_the_log_is_withdrawn_although_the_table_never_heard_of_it(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "I/////////"})
    amended_from = await head(log.conn, SCHOOL)
    await log.mark(Session(SECOND, Half.AM), {"p1": "/"})
    await consume(log.conn, processor(log.clock), SCHOOL, limit=amended_from)
    await rebuild_school(log.conn, processor(log.clock), SCHOOL)

    await follow(log, limit=1)

    (alert,) = await alerts(log, "persistent-absence")
    assert alert["steps"] == ["met", "lapsed"]


@pytest.mark.parametrize("limit", [1, 500])
async def test_what_goes_on_about_an_alert_whose_raising_is_passed_over_is_so_too(
    log: SchoolLog, limit: int
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "I/////////"})
    await consume(log.conn, processor(log.clock), SCHOOL)
    for event in await said(log.conn):
        if event.kind == "ThresholdMet.v1":
            await pass_over(log, event.position)
    await log.mark(Session(SECOND, Half.AM), {"p1": "/"})
    await follow(log, limit=limit)

    await rebuild_school(log.conn, processor(log.clock), SCHOOL)
    rebuilt, before = await alerts(log, "persistent-absence"), await said(log.conn)
    await log.amend(Session(FIRST, Half.AM), "p1", "I", "O")
    await follow(log, limit=limit)

    after = (await said(log.conn))[len(before) :]
    assert "ThresholdLapsed.v1" in {event.kind for event in before}
    assert "ThresholdCorrected.v1" in {event.kind for event in after}
    assert rebuilt == await alerts(log, "persistent-absence") == []


async def test_nothing_is_passed_over_that_nobody_had_passed_over(log: SchoolLog) -> None:
    await log.open("p1")
    never_raised = ThresholdLapsed(
        alert=uuid4(),
        rule="persistent-absence",
        pupil=PupilId("p1"),
        lapsed_on=Session(FIRST, Half.AM),
        reason="With later entries it holds no longer.",
        lapsed_at=log.now,
    )
    await log.append(never_raised)

    with pytest.raises(AlertNeverRaised):
        await follow(log)


async def test_what_dies_before_the_commit_is_found_again_and_said_once(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    whole = processor(log.clock)

    async def dies(conn: Connection, batch: Batch) -> None:
        await whole.handle(conn, batch)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await consume(log.conn, replace(whole, handle=dies), SCHOOL)
    after_death = await said(log.conn)

    await follow(log)

    kinds = [event.kind for event in await said(log.conn)]
    assert after_death == []
    assert kinds == ["ThresholdMet.v1"] * 3  # penalty notice, persistent and severe


async def test_another_append_with_a_later_clock_does_not_hold_the_alert_back(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    slow = log.now - timedelta(hours=1)

    while await consume(log.conn, processor(lambda: slow), SCHOOL):
        pass

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["raised_at"] > slow

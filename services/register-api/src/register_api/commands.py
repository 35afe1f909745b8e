"""Carries commands out: read, decide, append.

The ordinary register costs a share of one round trip: it is decided on the school as this process
knows it, and appended under guards with whatever else is recorded at that moment. Whatever that
way can't take, and every rarer command, is decided while the school's log is held: on the school as
it stands, so a refusal is final and nobody is starved. Holds no rule and no SQL.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import uuid4

import asyncpg
from attendance.amending import AmendMarks, amend_marks
from attendance.calendar import CalendarYear
from attendance.codec import encode
from attendance.entry_rules import EntryRules
from attendance.errors import PlanUnknown, Refused, RegisterRefused
from attendance.events import Event, MarksRecorded, SchoolDetails, Signatory
from attendance.recording import RecordMarks, record_marks
from attendance.school import School, publish_calendar, publish_entry_rules, register_school
from attendance.streams import session_stream
from eventlog import (
    Appended,
    Command,
    Connection,
    NewEvent,
    RecordedTooEarly,
    SchoolId,
    StreamMoved,
    append,
    hold,
)
from servicekit.commands import BUSY, recording_instant, stored_before
from servicekit.database import STUMBLED, of_school
from servicekit.errors import SchoolBusy
from servicekit.service import Runtime

from register_api import tables
from register_api.errors import ClosureUndone, EntryMoved
from register_api.recorder import Recorder
from register_api.schools import Known, Schools
from register_api.tables import Recording

FIRST_COMMANDS: Final = 5  # of a school that has no log yet, so that nothing can be held

# Decides on a school as it stands and stores what follows, in the transaction that holds its log.
Store: TypeAlias = Callable[[Connection, Known, datetime], Awaitable[Appended]]


@dataclass(frozen=True, slots=True)
class Registry:
    """What commands on a school work with."""

    runtime: Runtime
    schools: Schools
    recorder: Recorder


async def take_register(
    registry: Registry, urn: int, record: RecordMarks, command: Command
) -> Appended:
    """Enter pupils' marks for one session: all of them, or none.

    Raises:
        Refused: every reason at once.
        EventLogError: the idempotency key is in flight or was used for another request.
    """
    known = await registry.schools.known(registry.runtime.pool, urn)
    try:
        decided = record_marks(record, known.school, {}, now=registry.runtime.clock())
        return await registry.recorder.record(_recording(known, decided, command))
    except (RegisterRefused, EntryMoved, StreamMoved, RecordedTooEarly):
        # Nothing was stored: look again, at the school as it stands and the entries there are.
        pupils = [mark.pupil for mark in record.marks]

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        entries = await tables.codes_in_force(conn, SchoolId(urn), record.session, pupils)
        decided = record_marks(record, known.school, entries, now=now)
        recording = _recording(known, decided, command)
        [outcome] = await tables.record(conn, [recording], patience_ms=0)
        if isinstance(outcome, Appended):
            return outcome
        raise outcome

    return await carry_out(registry, urn, command, store)


async def amend_register(
    registry: Registry, urn: int, amend: AmendMarks, command: Command
) -> Appended:
    """Amend entries of one session: all of them, or none.

    Raises:
        Refused: every reason at once.
        EventLogError: the idempotency key is in flight or was used for another request.
    """
    pupils = [each.pupil for each in amend.amendments]

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        entries = await tables.codes_in_force(conn, SchoolId(urn), amend.session, pupils)
        amended = amend_marks(amend, known.school, entries, now=now)
        stream = session_stream(known.urn, amend.session)
        appended = await append_decided(
            conn, known, [NewEvent(stream, *encode(amended))], command, now
        )
        if not appended.replayed:
            await tables.amend(conn, SchoolId(urn), amended, appended.position)
        return appended

    return await carry_out(registry, urn, command, store)


async def put_school(
    registry: Registry, urn: int, details: SchoolDetails, by: Signatory | None
) -> Appended:
    """Register a school or change its details; said again, nothing is appended.

    Returns:
        `replayed` is true when the details were those already recorded.
    """
    return await _put(registry, urn, lambda school, now: register_school(school, details, by, now))


async def put_calendar(
    registry: Registry, urn: int, calendar: CalendarYear, by: Signatory | None
) -> Appended:
    """Publish a school's calendar for one academic year; said again, nothing is appended.

    Returns:
        `replayed` is true when the calendar was the one already published.
    """
    return await _put(
        registry, urn, lambda school, now: publish_calendar(school, calendar, by, now)
    )


async def put_entry_rules(
    registry: Registry, urn: int, rules: EntryRules, by: Signatory | None
) -> Appended:
    """Publish a school's own rules for entries; said again, nothing is appended.

    Returns:
        `replayed` is true when the rules were those already published.
    """
    return await _put(
        registry, urn, lambda school, now: publish_entry_rules(school, rules, by, now)
    )


async def carry_out(registry: Registry, urn: int, command: Command, store: Store) -> Appended:
    """Decide and store while the school's log is held, so that what is decided on stays so.

    A refusal is only believed once the log was asked for an earlier run of the same command.

    Raises:
        SchoolBusy: a school's first commands came in each other's way again and again.
        ClocksDiffer: this machine's clock is far behind the newest event.
    """
    for _ in range(FIRST_COMMANDS):
        async with of_school(registry.runtime.pool, urn) as conn:
            try:
                async with conn.transaction():
                    await hold(conn, SchoolId(urn))
                    known = await registry.schools.fresh(conn, urn)
                    return await store(
                        conn, known, await recording_instant(registry.runtime, conn, urn)
                    )
            except (Refused, PlanUnknown, ClosureUndone):
                if stored := await stored_before(conn, urn, command):
                    return stored
                raise
            except (StreamMoved, RecordedTooEarly):
                continue
            except STUMBLED as stumbled:
                # The connection was ended, and asyncpg stumbled over that leaving the transaction.
                if isinstance(stumbled.__context__, asyncpg.PostgresError):
                    raise stumbled.__context__ from None
                raise
    raise SchoolBusy(BUSY)


async def append_decided(
    conn: Connection, known: Known, events: Sequence[NewEvent], command: Command, now: datetime
) -> Appended:
    """Append what was decided on a school as it is known, if that is still so."""
    return await append(
        conn,
        SchoolId(known.urn),
        events,
        command=command,
        recorded_at=now,
        guards=known.guards,
    )


async def _put(
    registry: Registry, urn: int, decide: Callable[[School, datetime], Event | None]
) -> Appended:
    """State something of a school in the place of what was stated before; None is no news."""
    command = Command(uuid4(), b"")

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        stated = decide(known.school, now)
        if stated is None:
            return Appended(known.position, replayed=True)
        return await append_decided(conn, known, [known.of_school(stated)], command, now)

    return await carry_out(registry, urn, command, store)


def _recording(known: Known, decided: MarksRecorded, command: Command) -> Recording:
    stream = session_stream(known.urn, decided.session)
    return Recording(
        school=SchoolId(known.urn),
        recorded=decided,
        event=NewEvent(stream, *encode(decided)),
        command=command,
        guards=known.guards,
    )

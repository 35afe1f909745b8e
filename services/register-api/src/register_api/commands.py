"""Carries commands out: read, decide, append, and again when the school moved meanwhile.

The ordinary register costs a share of one round trip: it is decided on the school as this process
knows it, and appended under guards with whatever else is recorded at that moment. Only a refusal
looks further: it may be a retry, or the school has changed.
Holds no rule and no SQL.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import uuid4

from attendance.calendar import CalendarYear
from attendance.codec import encode
from attendance.errors import Refused, RegisterRefused
from attendance.events import Event, MarksAmended, SchoolDetails, Signatory
from attendance.recording import AmendMarks, RecordMarks, amend_marks, record_marks
from attendance.school import AdmitPupil, admit, publish_calendar, register_school
from attendance.streams import session_stream
from eventlog import (
    Appended,
    Command,
    CommandReused,
    Connection,
    NewEvent,
    RecordedTooEarly,
    SchoolId,
    StreamMoved,
    append,
    newest_at,
    read_command,
)
from servicekit.service import Runtime

from register_api import tables
from register_api.errors import ClocksDiffer, EntryMoved, SchoolBusy
from register_api.recorder import Recorder
from register_api.schools import Known, Schools
from register_api.tables import Recording

ATTEMPTS: Final = 25
CLOCK_TOLERANCE: Final = timedelta(seconds=60)  # replicas' clocks are kept far closer than that

Attempt: TypeAlias = Callable[[Known, datetime], Awaitable[Appended]]


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

    async def attempt(known: Known, now: datetime) -> Appended:
        try:
            recorded = record_marks(record, known.school, {}, now=now)
            stream = session_stream(known.urn, record.session)
            recording = Recording(
                school=SchoolId(urn),
                recorded=recorded,
                event=NewEvent(stream, *encode(recorded)),
                command=command,
                guards=known.guards,
            )
            return await registry.recorder.record(recording)
        except (RegisterRefused, EntryMoved):
            # Nothing was stored: now say all that is wrong, the entries that stand included.
            pupils = [mark.pupil for mark in record.marks]
            async with registry.runtime.pool.acquire() as conn:
                entries = await tables.codes_in_force(conn, SchoolId(urn), record.session, pupils)
            record_marks(record, known.school, entries, now=now)
            raise

    return await carry_out(registry, urn, command, attempt)


async def amend_register(
    registry: Registry, urn: int, amend: AmendMarks, command: Command
) -> Appended:
    """Amend entries of one session: all of them, or none.

    Raises:
        Refused: every reason at once.
        EventLogError: the idempotency key is in flight or was used for another request.
    """
    pupils = [each.pupil for each in amend.amendments]

    async def attempt(known: Known, now: datetime) -> Appended:
        async with registry.runtime.pool.acquire() as conn:
            entries = await tables.codes_in_force(conn, SchoolId(urn), amend.session, pupils)
            amended = amend_marks(amend, known.school, entries, now=now)
            return await _append_and_amend(conn, known, amended, command, now)

    return await carry_out(registry, urn, command, attempt)


async def admit_pupil(
    registry: Registry, urn: int, admission: AdmitPupil, command: Command
) -> Appended:
    """Enter a pupil in the admission register.

    Raises:
        Refused: every reason at once.
        EventLogError: the idempotency key is in flight or was used for another request.
    """

    async def attempt(known: Known, now: datetime) -> Appended:
        admitted = admit(known.school, admission, now)
        return await _append_to(registry, known, 1, admitted, command, now)

    return await carry_out(registry, urn, command, attempt)


async def put_school(
    registry: Registry, urn: int, details: SchoolDetails, by: Signatory | None
) -> Appended:
    """Register a school or change its details; said again, nothing is appended.

    Returns:
        `replayed` is true when the details were those already recorded.
    """
    command = Command(uuid4(), b"")

    async def attempt(known: Known, now: datetime) -> Appended:
        stated = register_school(known.school, details, by, now)
        if stated is None:
            return Appended(known.position, replayed=True)
        return await _append_to(registry, known, 0, stated, command, now)

    return await carry_out(registry, urn, command, attempt)


async def put_calendar(
    registry: Registry, urn: int, calendar: CalendarYear, by: Signatory | None
) -> Appended:
    """Publish a school's calendar for one academic year; said again, nothing is appended.

    Returns:
        `replayed` is true when the calendar was the one already published.
    """
    command = Command(uuid4(), b"")

    async def attempt(known: Known, now: datetime) -> Appended:
        published = publish_calendar(known.school, calendar, by, now)
        if published is None:
            return Appended(known.position, replayed=True)
        return await _append_to(registry, known, 0, published, command, now)

    return await carry_out(registry, urn, command, attempt)


async def carry_out(registry: Registry, urn: int, command: Command, attempt: Attempt) -> Appended:
    """Try a command until it is stored or refused on the school as it stands.

    A refusal on a school read earlier is only believed once the school was read anew and the log
    was asked for an earlier run of the same command.

    Raises:
        SchoolBusy: the school moved again and again.
        ClocksDiffer: this machine's clock is far behind the newest event.
    """
    now = registry.runtime.clock()
    known = await registry.schools.known(registry.runtime.pool, urn)
    for _ in range(ATTEMPTS):
        try:
            return await attempt(known, now)
        except Refused:
            async with registry.runtime.pool.acquire() as conn:
                if stored := await _stored_before(conn, urn, command):
                    return stored
                judged_at, known = known.position, await registry.schools.fresh(conn, urn)
            if known.position == judged_at:
                raise
        except (StreamMoved, EntryMoved):
            async with registry.runtime.pool.acquire() as conn:
                known = await registry.schools.fresh(conn, urn)
        except RecordedTooEarly:
            async with registry.runtime.pool.acquire() as conn:
                now = await _not_before_the_newest(conn, urn, now)
    raise SchoolBusy("The school's registers are changing at this moment; send this again.")


async def _append_and_amend(
    conn: Connection, known: Known, amended: MarksAmended, command: Command, now: datetime
) -> Appended:
    stream = session_stream(known.urn, amended.session)
    async with conn.transaction():
        appended = await append(
            conn,
            SchoolId(known.urn),
            [NewEvent(stream, *encode(amended))],
            command=command,
            recorded_at=now,
            guards=known.guards,
        )
        if not appended.replayed:
            await tables.amend(conn, SchoolId(known.urn), amended, appended.position)
    return appended


async def _append_to(
    registry: Registry, known: Known, stream: int, event: Event, command: Command, now: datetime
) -> Appended:
    async with registry.runtime.pool.acquire() as conn:
        return await append(
            conn,
            SchoolId(known.urn),
            [NewEvent(known.guards[stream].stream_id, *encode(event))],
            command=command,
            recorded_at=now,
            guards=known.guards,
        )


async def _stored_before(conn: Connection, urn: int, command: Command) -> Appended | None:
    """Look for an earlier run of the same command, which the school may since have outgrown."""
    stored = await read_command(conn, SchoolId(urn), command.id)
    if stored is None:
        return None
    said, events = stored
    if said != command.hash:
        raise CommandReused("The idempotency key was used for another request; take a new one.")
    return Appended(events[-1].position, replayed=True)


async def _not_before_the_newest(conn: Connection, urn: int, now: datetime) -> datetime:
    newest = await newest_at(conn, SchoolId(urn)) or now
    if newest - now > CLOCK_TOLERANCE:
        raise ClocksDiffer("This machine's clock is behind the register's; nothing was recorded.")
    return max(newest, now)

"""Reads that put the register, the roll and the log together. Changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from attendance.codec import decode
from attendance.events import MarksAmended, MarksRecorded, Signatory
from attendance.identifiers import PupilId, Urn
from attendance.school import School
from attendance.session import Session
from attendance.streams import session_stream
from eventlog import (
    Connection,
    SchoolId,
    StoredEvent,
    head,
    position_at,
    read_log,
    read_streams,
    settle,
)
from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.fields import SignatoryIn

from register_api import tables
from register_api.access import visible_school
from register_api.cloudevents import LOG_KINDS, cloud_event
from register_api.commands import Registry
from register_api.schemas.responses import EntriesOut, EntryOut, EventOut, MarkOut, RegisterOut
from register_api.schools import school_as_of

EVENTS_AT_ONCE: Final = 25  # an event can be as large as a request's body
PAGE_SIZE: Final = 2 * 1024 * 1024  # characters of payload; one event goes over it at the most


async def register_of(
    registry: Registry,
    caller: Caller,
    urn: int,
    session: Session,
    *,
    group: str | None,
    as_of: datetime | None,
) -> RegisterOut:
    """Read one session's register, as it stands or as it was known at an instant.

    What was known at an instant that has passed is the same whenever it is asked for.

    Raises:
        NotFound: the school isn't the caller's to see.
    """
    if as_of is not None:
        async with registry.runtime.pool.acquire() as conn:
            await visible_school(registry, conn, caller, urn)
            await settle(conn, SchoolId(urn), as_of)
    async with (
        registry.runtime.pool.acquire() as conn,
        # Roll, head and entries as of one moment, whatever is recorded meanwhile.
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        known = await visible_school(registry, conn, caller, urn)
        if as_of is None:
            position = await head(conn, SchoolId(urn))
            school = known.school
        else:
            position = await position_at(conn, SchoolId(urn), as_of)
            school = await school_as_of(conn, urn, position)
        entries = await tables.register_at(conn, SchoolId(urn), session, position)
    return _register(urn, session, school, entries, position=position, group=group, as_of=as_of)


async def entries_of(
    registry: Registry, caller: Caller, urn: int, pupil: PupilId, session: Session
) -> EntriesOut:
    """Read every entry ever made for a pupil's session, oldest first.

    Raises:
        NotFound: the school isn't the caller's to see, or the pupil was never admitted.
    """
    async with registry.runtime.pool.acquire() as conn:
        known = await visible_school(registry, conn, caller, urn)
        if pupil not in known.school.roll:
            raise NotFound("There is no such pupil at this school.")
        stream = session_stream(Urn(urn), session)
        stored = await read_streams(conn, SchoolId(urn), [stream])
    entries = list(_entries(stored, pupil))
    return EntriesOut(current=entries[-1].code if entries else None, entries=entries)


async def events_of(
    registry: Registry,
    caller: Caller,
    urn: int,
    *,
    after: int,
    kinds: Sequence[str] | None,
    limit: int,
) -> tuple[list[EventOut], bool]:
    """Read a page of a school's log as CloudEvents, and whether there may be more.

    Raises:
        NotFound: the school isn't the caller's to see.
    """
    async with registry.runtime.pool.acquire() as conn:
        await visible_school(registry, conn, caller, urn)
        stored, more = await _page(conn, SchoolId(urn), after, kinds, limit)
    source = f"{registry.runtime.settings.base_url}/register/v1"
    return [cloud_event(event, source) for event in stored], more


async def _page(
    conn: Connection, school: SchoolId, after: int, kinds: Sequence[str] | None, limit: int
) -> tuple[list[StoredEvent], bool]:
    """Read a few events at a time, until the page has as many or as much as it may."""
    up_to = await head(conn, school)
    of_kinds = [LOG_KINDS[kind] for kind in kinds] if kinds else None
    page: list[StoredEvent] = []
    size = 0
    while len(page) < limit:
        most = min(EVENTS_AT_ONCE, limit - len(page))
        few = await read_log(conn, school, after=after, up_to=up_to, limit=most, kinds=of_kinds)
        for event in few:
            page.append(event)
            size += len(event.payload)
            if size >= PAGE_SIZE:
                return page, True
        if len(few) < most:
            return page, False
        after = few[-1].position
    return page, True


def _register(
    urn: int,
    session: Session,
    school: School,
    entries: Sequence[tables.EntryInForce],
    *,
    position: int,
    group: str | None,
    as_of: datetime | None,
) -> RegisterOut:
    """Lay out a register in the order of the roll; whoever left it since comes last."""
    roll = school.roll_on(session.on, group)
    by_pupil = {entry.pupil: entry for entry in entries}
    marked = [by_pupil.pop(pupil.pupil) for pupil in roll if pupil.pupil in by_pupil]
    if group is None:
        marked += sorted(by_pupil.values(), key=lambda entry: entry.pupil)
    with_entry = {entry.pupil for entry in marked}
    expected = school.calendar.is_open(session)
    return RegisterOut(
        urn=urn,
        date=session.on,
        session=session.half,
        as_of=as_of,
        position=position,
        marks=[
            MarkOut(
                pupil=entry.pupil,
                code=entry.code,
                amended=entry.amended,
                late_entry=entry.late_entry,
                recorded_at=entry.recorded_at,
            )
            for entry in marked
        ],
        missing=[
            pupil.pupil
            for pupil in roll
            if expected and not pupil.boarder and pupil.pupil not in with_entry
        ],
    )


def _entries(stored: Sequence[StoredEvent], pupil: PupilId) -> Iterator[EntryOut]:
    for event in stored:
        match decode(event.kind, event.payload):
            case MarksRecorded() as recorded:
                for mark in recorded.marks:
                    if mark.pupil == pupil:
                        yield EntryOut(
                            position=event.position,
                            kind="original",
                            code=mark.code,
                            minutes_late=mark.minutes_late,
                            detail=mark.detail,
                            recorded_at=recorded.recorded_at,
                            by=_signed(recorded.recorded_by),
                        )
            case MarksAmended() as amended:
                for each in amended.amendments:
                    if each.pupil == pupil:
                        yield EntryOut(
                            position=event.position,
                            kind="amendment",
                            code=each.amended,
                            original_code=each.original,
                            reason=each.reason,
                            minutes_late=each.minutes_late,
                            detail=each.detail,
                            recorded_at=amended.recorded_at,
                            by=_signed(amended.recorded_by),
                        )


def _signed(by: Signatory) -> SignatoryIn:
    return SignatoryIn(name=by.name, position=by.position)

"""Carries out closures that nobody planned, and their reversals: read, decide, append.

Holds no rule and no SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from attendance.closing import (
    CloseSchool,
    Closing,
    Reversal,
    ReverseClosure,
    close_school,
    reverse_closure,
    unestablished,
)
from attendance.codec import decode, encode
from attendance.codes import Code
from attendance.entries import Whose
from attendance.events import ClosureReversed, MarksAmended, MarksRecorded, UnplannedClosure
from attendance.identifiers import Urn
from attendance.session import Half, Session
from attendance.streams import closures_stream, session_stream
from eventlog import (
    LAST,
    Appended,
    Command,
    Connection,
    NewEvent,
    SchoolId,
    read_command,
    read_streams,
)
from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.paging import decode_cursor, encode_cursor

from register_api import tables
from register_api.commands import Registry, append_decided, carry_out
from register_api.errors import ClosureUndone
from register_api.queries.histories import histories_of
from register_api.queries.moment import moment_of
from register_api.schemas.queries import ClosuresQuery
from register_api.schools import Known

CLOSURES: Final = UUID("6a1e2f0c-7c0b-5f7e-8f5c-0f3f7a2b9d41")  # namespace; fixed for ever


@dataclass(slots=True)
class Closure:
    """A closure as its stream tells it."""

    declared: UnplannedClosure
    position: int  # of its declaration
    reversal: ClosureReversed | None = None


@dataclass(slots=True)
class Effect:
    """What a command did to the registers: how many entries, by what was done."""

    recorded: int = 0
    amended: int = 0
    unestablished: list[Whose] = field(default_factory=list)  # now N, for want of an entry before


def closure_id(command: Command) -> UUID:
    """Name a closure by the command that declared it, so that a retry has the same."""
    return uuid5(CLOSURES, str(command.id))


async def declare_closure(
    registry: Registry, urn: int, closing: CloseSchool, command: Command
) -> Appended:
    """Enter an unplanned closure for every pupil concerned: all of them, or none.

    Raises:
        Refused: every reason at once.
    """
    halves = tuple(Half) if closing.half is None else (closing.half,)
    sessions = [Session(closing.on, half) for half in halves]

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        entries = await histories_of(conn, urn, sessions)
        decided = close_school(closing, known.school, entries, now=now)
        return await _stored(conn, known, decided, command, now)

    return await carry_out(registry, urn, command, store)


async def undo_closure(
    registry: Registry, urn: int, closure: UUID, reversal: ReverseClosure, command: Command
) -> Appended:
    """Amend a closure's entries back to what stood before them: all of them, or none.

    Raises:
        NotFound: the school never had such a closure.
        ClosureUndone: it was reversed before.
        Refused: every reason at once.
    """

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        closures = await _closures(conn, urn)
        found = closures.get(closure)
        if found is None:
            raise NotFound("There is no such closure at this school.")
        if found.reversal is not None:
            raise ClosureUndone("The closure was reversed before.")
        entries = await histories_of(conn, urn, found.declared.sessions)
        undone = {each for each, one in closures.items() if one.reversal is not None}
        decided = reverse_closure(reversal, found.declared, entries, undone=undone, now=now)
        return await _stored(conn, known, decided, command, now)

    return await carry_out(registry, urn, command, store)


async def effect_of(registry: Registry, urn: int, command: Command) -> Effect:
    """Tell what a command did, from the events it stored: a retry is told the same."""
    effect = Effect()
    async with of_school(registry.runtime.pool, urn) as conn:
        stored = await read_command(conn, SchoolId(urn), command.id)
        for event in stored[1] if stored else ():
            match decode(event.kind, event.payload):
                case MarksRecorded() as recorded:
                    effect.recorded += len(recorded.marks)
                case MarksAmended() as amended:
                    effect.amended += len(amended.amendments)
                    effect.unestablished += await _unestablished(conn, urn, amended, event.position)
    return effect


async def closures_of(
    registry: Registry, caller: Caller, urn: int, query: ClosuresQuery
) -> tuple[list[Closure], str | None]:
    """Read a page of a school's unplanned closures, newest first, and the cursor of the next.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: the cursor isn't one of ours, or the moment can't be one (422).
    """
    resumed = decode_cursor(query.cursor, (int,))
    before = resumed[0] if resumed else None
    async with moment_of(registry, caller, urn, query) as moment:
        found = await _closures(moment.conn, urn, up_to=moment.position)
    rest = [each for each in reversed(found.values()) if before is None or each.position < before]
    page = rest[: query.limit]
    return page, encode_cursor([page[-1].position]) if len(rest) > len(page) else None


async def _unestablished(
    conn: Connection, urn: int, amended: MarksAmended, position: int
) -> list[Whose]:
    if not any(each.amended is Code.N for each in amended.amendments):
        return []
    return unestablished(amended, position, await histories_of(conn, urn, [amended.session]))


async def _closures(conn: Connection, urn: int, *, up_to: int = LAST) -> dict[UUID, Closure]:
    found: dict[UUID, Closure] = {}
    streams = [closures_stream(Urn(urn))]
    for event in await read_streams(conn, SchoolId(urn), streams, up_to=up_to):
        match decode(event.kind, event.payload):
            case UnplannedClosure() as declared:
                found[declared.closure] = Closure(declared, event.position)
            case ClosureReversed() as reversal if reversal.closure in found:
                found[reversal.closure].reversal = reversal
    return found


async def _stored(
    conn: Connection,
    known: Known,
    decided: Sequence[Closing | Reversal],
    command: Command,
    now: datetime,
) -> Appended:
    """Append what was decided and put its entries in force."""
    school = SchoolId(known.urn)
    events = [NewEvent(_stream(known.urn, event), *encode(event)) for event in decided]
    appended = await append_decided(conn, known, events, command, now)
    if appended.replayed:
        return appended
    first = appended.position - len(decided) + 1
    for position, event in enumerate(decided, start=first):
        match event:
            case MarksRecorded():
                await tables.enter(conn, school, event, position)
            case MarksAmended():
                await tables.amend(conn, school, event, position)
    return appended


def _stream(urn: Urn, event: Closing | Reversal) -> UUID:
    if isinstance(event, MarksRecorded | MarksAmended):
        return session_stream(urn, event.session)
    return closures_stream(urn)

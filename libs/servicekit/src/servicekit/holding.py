"""Places and lifts holds on what is kept, for whoever has the database at hand. Decides nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias
from uuid import uuid4

from attendance.codec import decode, encode
from attendance.events import Event, RetentionHoldLifted, RetentionHoldPlaced
from attendance.holds import LiftHold, PlaceHold, holds_after, lift_hold, place_hold
from attendance.identifiers import Urn
from attendance.school import NO_SCHOOL, evolve
from attendance.streams import admissions_stream, retention_stream, school_stream
from eventlog import (
    Command,
    Connection,
    NewEvent,
    SchoolId,
    append,
    hold,
    newest_at,
    read_streams,
)

NO_COMMAND: Final = b""  # said by a person at a terminal, whom nobody retries

Decide: TypeAlias = Callable[[list[Event], datetime], RetentionHoldPlaced | RetentionHoldLifted]


async def place(conn: Connection, urn: Urn, command: PlaceHold, now: datetime) -> None:
    """Place a hold.

    Raises:
        SchoolUnknown: the school was never registered.
        HoldRefused: every reason at once.
    """
    await _carry_out(
        conn, urn, now, lambda events, at: place_hold(evolve(NO_SCHOOL, events), command, at)
    )


async def lift(conn: Connection, urn: Urn, command: LiftHold, now: datetime) -> None:
    """Lift a hold.

    Raises:
        HoldUnknown: the school has no such hold.
        HoldRefused: every reason at once.
    """
    await _carry_out(conn, urn, now, lambda events, at: lift_hold(holds_after(events), command, at))


async def _carry_out(conn: Connection, urn: Urn, now: datetime, decide: Decide) -> None:
    """Decide on the school as it stands, while its log is held, and append what follows."""
    school, holds = SchoolId(urn), retention_stream(urn)
    async with conn.transaction():
        await hold(conn, school)
        stored = await read_streams(
            conn, school, [school_stream(urn), admissions_stream(urn), holds]
        )
        # Machines' clocks differ, and a school's log never goes back.
        at = max(now, await newest_at(conn, school) or now)
        decided = decide([decode(each.kind, each.payload) for each in stored], at)
        await append(
            conn,
            school,
            [NewEvent(holds, *encode(decided))],
            command=Command(uuid4(), NO_COMMAND),
            recorded_at=at,
        )

"""Appends to the event log: the only way into `eventlog.event`.

Positions come from a row lock on the school's log, held to commit. So a school's positions are 1..n
without a gap, in commit order, and a reader that resumes from its cursor can't have missed
anything. Read and decide before; nothing slow after.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import uuid4

import asyncpg

from eventlog.connection import Connection
from eventlog.errors import (
    CommandInFlight,
    CommandReused,
    EventLogError,
    RecordedTooEarly,
    RecordedTooLate,
    StreamMoved,
)
from eventlog.record import (
    Appended,
    Command,
    Guard,
    NewEvent,
    SchoolId,
    leaf_hash,
    new_salt,
    recording_year,
)

APPEND: Final = """
SELECT last_position, replayed
  FROM eventlog.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

APPEND_EACH: Final = """
SELECT count(appended.last_position)
  FROM unnest($1::int[], $2::smallint[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::text[],
              $7::text[], $8::bytea[], $9::bytea[])
       AS new (school, year, recorded_at, command, stream, kind, payload, salt, leaf_hash)
 CROSS JOIN LATERAL eventlog.append(
       new.school, new.year, new.recorded_at, new.command, ''::bytea, ARRAY[new.stream],
       ARRAY[new.kind], ARRAY[new.payload], ARRAY[new.salt], ARRAY[new.leaf_hash], '{}', '{}')
       AS appended
"""

REFUSALS: Final = {
    "RB001": CommandInFlight("The first request with this key hasn't ended; ask again."),
    "RB002": CommandReused("This key was used for another request; take a new one."),
    "RB003": StreamMoved("What this was decided on has changed meanwhile."),
    "RB004": RecordedTooEarly("The newest event was recorded later than this."),
    "RB006": RecordedTooLate("This lies ahead of the database's clock."),
}


class OneOf(NamedTuple):
    """One of the events that are appended together, each to the log of its own school."""

    school: SchoolId
    event: NewEvent
    recorded_at: datetime


async def append(
    conn: Connection,
    school: SchoolId,
    events: Sequence[NewEvent],
    *,
    command: Command,
    recorded_at: datetime,
    guards: Sequence[Guard] = (),
) -> Appended:
    """Append events to one school's log, all or none, in the caller's transaction.

    Args:
        events: at least one, in the order they happened.
        recorded_at: an aware instant, not before the newest event of the school, and not ahead of
            the database's clock by more than a minute.
        guards: streams that must still be at the version they were read at.

    Returns:
        The last position given; `replayed` is true when this command was already stored.

    Raises:
        CommandReused: the command id was used for other events.
        CommandInFlight: the same command is being appended elsewhere.
        StreamMoved: a guarded stream has moved on.
        RecordedTooEarly: `recorded_at` lies before the newest event.
        RecordedTooLate: `recorded_at` lies ahead of the database's clock.
    """
    salts = [new_salt() for _ in events]
    try:
        row = await conn.fetchrow(
            APPEND,
            school,
            recording_year(recorded_at),
            recorded_at,
            command.id,
            command.hash,
            [event.stream_id for event in events],
            [event.kind for event in events],
            [event.payload for event in events],
            salts,
            [leaf_hash(salt, event.payload) for salt, event in zip(salts, events, strict=True)],
            [guard.stream_id for guard in guards],
            [guard.version for guard in guards],
        )
    except asyncpg.PostgresError as refusal:
        named = refusal_named(refusal.sqlstate)
        if named is None:
            raise
        raise named from None
    return Appended(row["last_position"], row["replayed"])


async def append_each(conn: Connection, new: Sequence[OneOf]) -> None:
    """Append an event to each of many schools' logs in one round trip, all or none.

    For an act across schools, of which each event is a command of its own that nobody sends again.
    Holds the logs in the order given; whoever holds them all before needs no order.

    Raises:
        RecordedTooEarly: one would be recorded before the newest event of its school.
        RecordedTooLate: one lies ahead of the database's clock.
    """
    salts = [new_salt() for _ in new]
    try:
        await conn.execute(
            APPEND_EACH,
            [each.school for each in new],
            [recording_year(each.recorded_at) for each in new],
            [each.recorded_at for each in new],
            [uuid4() for _ in new],
            [each.event.stream_id for each in new],
            [each.event.kind for each in new],
            [each.event.payload for each in new],
            salts,
            [leaf_hash(salt, each.event.payload) for salt, each in zip(salts, new, strict=True)],
        )
    except asyncpg.PostgresError as refusal:
        raise refusal_named(refusal.sqlstate) or refusal from None


def refusal_named(sqlstate: str | None) -> EventLogError | None:
    """Name what `eventlog.append` refuses by its SQLSTATE; None when it isn't one of its own."""
    named = REFUSALS.get(sqlstate or "")
    return None if named is None else type(named)(*named.args)

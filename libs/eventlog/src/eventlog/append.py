"""Appends to the event log: the only way into `eventlog.event`.

Positions come from a row lock on the school's log, held to commit. So a school's positions are 1..n
without a gap, in commit order, and a reader that resumes from its cursor can't have missed
anything. Read and decide before; nothing slow after.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

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

REFUSALS: Final = {
    "RB001": CommandInFlight("The first request with this key hasn't ended; ask again."),
    "RB002": CommandReused("This key was used for another request; take a new one."),
    "RB003": StreamMoved("What this was decided on has changed meanwhile."),
    "RB004": RecordedTooEarly("The newest event was recorded later than this."),
    "RB006": RecordedTooLate("This lies ahead of the database's clock."),
}


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


def refusal_named(sqlstate: str | None) -> EventLogError | None:
    """Name what `eventlog.append` refuses by its SQLSTATE; None when it isn't one of its own."""
    named = REFUSALS.get(sqlstate or "")
    return None if named is None else type(named)(*named.args)

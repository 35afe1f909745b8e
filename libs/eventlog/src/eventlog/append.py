"""Appends to the event log: the only way into `eventlog.event`.

Positions come from a row lock on the school's log, held to commit. So a school's positions are 1..n
without a gap, in commit order, and a reader that resumes from its cursor can't have missed
anything. Read and decide before; nothing slow after.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import asyncpg

from eventlog.connection import Connection
from eventlog.errors import CommandInFlight, CommandReused, RecordedTooEarly, StreamMoved
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

# For a statement of a service's own that appends and writes its inline projection in one round
# trip: it starts with these words and binds `append_arguments` as $1 to $12.
APPENDED: Final = """\
WITH appended AS MATERIALIZED (
    SELECT last_position, replayed
      FROM eventlog.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
)"""

APPEND: Final = APPENDED + " SELECT last_position, replayed FROM appended"

REFUSALS: Final = {
    "RB001": CommandInFlight("The first request with this key hasn't ended; ask again."),
    "RB002": CommandReused("This key was used for another request; take a new one."),
    "RB003": StreamMoved("What this was decided on has changed meanwhile."),
    "RB004": RecordedTooEarly("The newest event was recorded later than this."),
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
        recorded_at: an aware instant, not before the newest event of the school.
        guards: streams that must still be at the version they were read at.

    Returns:
        The last position given; `replayed` is true when this command was already stored.

    Raises:
        CommandReused: the command id was used for other events.
        CommandInFlight: the same command is being appended elsewhere.
        StreamMoved: a guarded stream has moved on.
        RecordedTooEarly: `recorded_at` lies before the newest event.
    """
    arguments = append_arguments(
        school, events, command=command, recorded_at=recorded_at, guards=guards
    )
    with naming_refusals():
        row = await conn.fetchrow(APPEND, *arguments)
    return Appended(row["last_position"], row["replayed"])


def append_arguments(
    school: SchoolId,
    events: Sequence[NewEvent],
    *,
    command: Command,
    recorded_at: datetime,
    guards: Sequence[Guard] = (),
) -> tuple[object, ...]:
    """Lay out the twelve arguments of `eventlog.append`, hashing each event as a leaf."""
    salts = [new_salt() for _ in events]
    return (
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


@contextmanager
def naming_refusals() -> Iterator[None]:
    """Turn the refusals of `eventlog.append` into the log's own errors."""
    try:
        yield
    except asyncpg.PostgresError as refusal:
        named = REFUSALS.get(refusal.sqlstate or "")
        if named is None:
            raise
        raise type(named)(*named.args) from None

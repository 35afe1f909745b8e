"""Reads the log: by position, by stream, by place. Never writes, never interprets a payload."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eventlog.connection import Connection
from eventlog.record import SchoolId, StoredEvent

COLUMNS: Final = ", ".join(StoredEvent._fields)

HEAD: Final = "SELECT position FROM eventlog.school_log WHERE school_id = $1"

HEADS: Final = """
SELECT school_id, position FROM eventlog.school_log WHERE school_id = ANY($1)
"""

POSITION_AT: Final = "SELECT eventlog.position_at($1, $2)"

HOLD: Final = "SELECT eventlog.hold($1)"

SETTLE: Final = "SELECT eventlog.settle($1, $2)"

NEWEST_OF: Final = """
SELECT school_id, recorded_at FROM eventlog.school_log WHERE school_id = ANY($1)
"""

NEWEST_AT: Final = "SELECT recorded_at FROM eventlog.school_log WHERE school_id = $1"

# Up to a head that was read before: every position up to it is committed and stays. Positions
# ascend with the years: told so, the server takes the index's order and reads no further than
# the limit; by position alone it would sort all the rest of the log for each page.
LOG: Final = f"""
SELECT {COLUMNS} FROM eventlog.event
 WHERE school_id = $1 AND position > $2 AND position <= $3
 ORDER BY year, position LIMIT $4
"""

LOG_OF_KINDS: Final = f"""
SELECT {COLUMNS} FROM eventlog.event
 WHERE school_id = $1 AND position > $2 AND position <= $3 AND kind = ANY($5)
 ORDER BY year, position LIMIT $4
"""

NEXT: Final = f"""
SELECT {COLUMNS}, octet_length(payload::text)::bigint AS size FROM eventlog.event
 WHERE school_id = $1 AND position > {{after}} AND position <= $3
   AND ($6::text[] IS NULL OR kind = ANY($6))
 ORDER BY year, position LIMIT 1
"""

# One by one: a large payload lies apart and compressed, and only those that are given are opened.
PAGE: Final = f"""
WITH RECURSIVE page AS (
    SELECT first.*, size AS bytes, 1 AS events FROM ({NEXT.format(after="$2")}) AS first
    UNION ALL
    SELECT following.*, page.bytes + following.size, page.events + 1
      FROM page CROSS JOIN LATERAL ({NEXT.format(after="page.position")}) AS following
     WHERE page.events < $4 AND page.bytes < $5
)
SELECT {COLUMNS}, bytes FROM page ORDER BY position
"""

STREAMS: Final = f"""
SELECT {COLUMNS} FROM eventlog.event
 WHERE school_id = $1 AND stream_id = ANY($2) AND position > $3 AND position <= $4
 ORDER BY position
"""
LAST: Final = 2**63 - 1  # a position no log comes to

AT: Final = f"""
SELECT {COLUMNS} FROM eventlog.event
 WHERE school_id = $1 AND position = ANY($2)
 ORDER BY position
"""

OF_COMMAND: Final = f"""
SELECT command_hash, {COLUMNS} FROM eventlog.event
 WHERE school_id = $1 AND command_id = $2
 ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some of a log: events in order, and the position up to which there are no others."""

    events: list[StoredEvent]
    reached: int


async def head(conn: Connection, school: SchoolId) -> int:
    """Read the position of the school's newest committed event; 0 when it has none."""
    return await conn.fetchval(HEAD, school) or 0


async def heads(conn: Connection, schools: Collection[SchoolId]) -> dict[SchoolId, int]:
    """Read where the logs of some schools stand; one without events is left out."""
    rows = await conn.fetch(HEADS, list(schools))
    return {SchoolId(row["school_id"]): row["position"] for row in rows}


async def hold(conn: Connection, school: SchoolId) -> int:
    """Keep a school's log from growing until the caller's transaction ends; read its head."""
    return await conn.fetchval(HOLD, school) or 0


async def settle(conn: Connection, school: SchoolId, instant: datetime) -> None:
    """See to it that nothing more is recorded at or before a past instant.

    Afterwards, and from a snapshot taken afterwards, what was known at the instant is always the
    same. Waits for whoever is appending at this moment; an instant yet to come is left alone.
    """
    await conn.execute(SETTLE, school, instant)


async def newest_at(conn: Connection, school: SchoolId) -> datetime | None:
    """Read when the school's newest event was recorded; None when it has none."""
    instant: datetime | None = await conn.fetchval(NEWEST_AT, school)
    return instant


async def newest_of(conn: Connection, schools: Collection[SchoolId]) -> dict[SchoolId, datetime]:
    """Read when the newest event of each school was recorded; one without events is left out."""
    rows = await conn.fetch(NEWEST_OF, list(schools))
    return {SchoolId(row["school_id"]): row["recorded_at"] for row in rows}


async def position_at(conn: Connection, school: SchoolId, instant: datetime) -> int:
    """Find the position of the last event recorded at or before an instant; 0 when none was."""
    position: int = await conn.fetchval(POSITION_AT, school, instant)
    return position


async def read_log(
    conn: Connection,
    school: SchoolId,
    *,
    after: int,
    up_to: int,
    limit: int,
    kinds: Collection[str] | None = None,
) -> list[StoredEvent]:
    """Read events after one position and up to another, in order.

    Args:
        up_to: a head read before, so that what lies below it is whole.
        kinds: only these; None for all.
    """
    if kinds is None:
        rows = await conn.fetch(LOG, school, after, up_to, limit)
    else:
        rows = await conn.fetch(LOG_OF_KINDS, school, after, up_to, limit, list(kinds))
    return [StoredEvent._make(row) for row in rows]


async def read_page(
    conn: Connection,
    school: SchoolId,
    *,
    after: int,
    up_to: int,
    limit: int,
    most_bytes: int,
    kinds: Collection[str] | None = None,
) -> LogPage:
    """Read as `read_log` does, and no more than one event beyond a number of bytes.

    Slower for small events, as each is found by itself.

    Args:
        most_bytes: of payload; the page ends with the event that comes to it.
    """
    wanted = None if kinds is None else list(kinds)
    rows = await conn.fetch(PAGE, school, after, up_to, limit, most_bytes, wanted)
    full = len(rows) == limit or (rows and rows[-1]["bytes"] >= most_bytes)
    events = [StoredEvent._make(row[:-1]) for row in rows]
    return LogPage(events, events[-1].position if full else up_to)


async def read_streams(
    conn: Connection,
    school: SchoolId,
    streams: Collection[UUID],
    *,
    after: int = 0,
    up_to: int = LAST,
) -> list[StoredEvent]:
    """Read the events of some streams after one position and up to another, in order."""
    rows = await conn.fetch(STREAMS, school, list(streams), after, up_to)
    return [StoredEvent._make(row) for row in rows]


async def read_at(
    conn: Connection, school: SchoolId, positions: Sequence[int]
) -> list[StoredEvent]:
    """Read the events at some positions, in order; one that doesn't exist is left out."""
    rows = await conn.fetch(AT, school, list(positions))
    return [StoredEvent._make(row) for row in rows]


async def read_command(
    conn: Connection, school: SchoolId, command: UUID
) -> tuple[bytes, list[StoredEvent]] | None:
    """Read what a command stored: its hash and its events, in order; None when it stored none."""
    rows = await conn.fetch(OF_COMMAND, school, command)
    events = [StoredEvent._make(row[1:]) for row in rows]
    return (rows[0]["command_hash"], events) if rows else None

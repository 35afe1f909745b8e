"""Events that a consumer isn't handed, because a person said so: each with who, when and why.

The last resort for an event that no version of the code will read. The rest of the school's log is
followed as ever, and a rebuild passes over the same events. Owns `eventlog.consumer_skip`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eventlog.connection import Connection
from eventlog.errors import NoFaultThere
from eventlog.faults import fault_over
from eventlog.record import SchoolId

SKIP: Final = """
INSERT INTO eventlog.consumer_skip
       (school_id, consumer, position, reason, by_name, by_position, skipped_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

SKIPPED: Final = """
SELECT school_id, consumer, position, reason, by_name, by_position, skipped_at
  FROM eventlog.consumer_skip WHERE $1::text IS NULL OR consumer = $1
 ORDER BY skipped_at, school_id, consumer, position
"""

PASSED_OVER: Final = """
SELECT position FROM eventlog.consumer_skip
 WHERE school_id = $1 AND consumer = $2 AND position > $3 AND position <= $4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """An event that one consumer passes over, and who answers for that."""

    consumer: str
    school: SchoolId
    position: int
    reason: str
    by_name: str
    by_position: str
    skipped_at: datetime


async def skip(conn: Connection, skipped: Skip) -> None:
    """Have a consumer pass over the event that holds a school back, in the caller's transaction.

    Args:
        conn: the owner's; no service may.

    Raises:
        NoFaultThere: that event holds nobody back, so there is no reason to pass it over.
    """
    at = (skipped.consumer, skipped.school, skipped.position)
    if not await fault_over(conn, *at):
        raise NoFaultThere(
            f"{skipped.consumer} isn't held back at position {skipped.position} of that school"
        )
    await conn.execute(
        SKIP,
        skipped.school,
        skipped.consumer,
        skipped.position,
        skipped.reason,
        skipped.by_name,
        skipped.by_position,
        skipped.skipped_at,
    )


async def skips(conn: Connection, consumer: str | None = None) -> list[Skip]:
    """List what a consumer passes over, or every one does, in the order it was said."""
    return [
        Skip(
            consumer=row["consumer"],
            school=SchoolId(row["school_id"]),
            position=row["position"],
            reason=row["reason"],
            by_name=row["by_name"],
            by_position=row["by_position"],
            skipped_at=row["skipped_at"],
        )
        for row in await conn.fetch(SKIPPED, consumer)
    ]


async def passed_over(
    conn: Connection, consumer: str, school: SchoolId, *, after: int, up_to: int
) -> frozenset[int]:
    """Read which positions after one and up to another a consumer isn't handed the events of."""
    rows = await conn.fetch(PASSED_OVER, school, consumer, after, up_to)
    return frozenset(row["position"] for row in rows)

"""Faults: a school whose next event a consumer can't digest waits, seen and alone.

A fault holds back one school in one consumer. It is tried again after a growing delay, or at once
when a person asks; only a person has its event skipped. Only the error's type and place are kept:
its text may hold what a pupil's record says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from eventlog.connection import Connection
from eventlog.record import SchoolId

FIRST_DELAY_SECONDS: Final = 1
LONGEST_DELAY_SECONDS: Final = 300

RECORD: Final = """
INSERT INTO eventlog.consumer_fault AS f
       (school_id, consumer, position, error, attempts, first_at, next_try_at)
VALUES ($1, $2, $3, $4, 1, $5, $5::timestamptz + $6::interval)
ON CONFLICT (school_id, consumer) DO UPDATE
   SET position = excluded.position, error = excluded.error, attempts = f.attempts + 1,
       next_try_at = $5 + least($6 * power(2, least(f.attempts, 20)), $7::interval)
"""

CLEAR: Final = "DELETE FROM eventlog.consumer_fault WHERE school_id = $1 AND consumer = $2"

OVER: Final = """
DELETE FROM eventlog.consumer_fault
 WHERE school_id = $1 AND consumer = $2 AND position = $3
RETURNING true
"""

TRY_NOW: Final = """
UPDATE eventlog.consumer_fault SET next_try_at = least(next_try_at, $3)
 WHERE ($1::text IS NULL OR consumer = $1) AND ($2::int IS NULL OR school_id = $2)
"""

STANDING: Final = """
SELECT consumer, school_id, position, error, attempts, first_at, next_try_at
  FROM eventlog.consumer_fault
 WHERE ($1::text IS NULL OR consumer = $1) AND ($2::int IS NULL OR school_id = $2)
 ORDER BY first_at, consumer, school_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A school that one consumer can't go on with, and why."""

    consumer: str
    school: SchoolId
    position: int
    error: str
    attempts: int
    first_at: datetime
    next_try_at: datetime


async def record_fault(
    conn: Connection, consumer: str, school: SchoolId, *, position: int, error: str, now: datetime
) -> None:
    """Hold a school back: a second at first, twice as long each time, five minutes at most."""
    await conn.execute(
        RECORD,
        school,
        consumer,
        position,
        error,
        now,
        timedelta(seconds=FIRST_DELAY_SECONDS),
        timedelta(seconds=LONGEST_DELAY_SECONDS),
    )


async def clear_fault(conn: Connection, consumer: str, school: SchoolId) -> None:
    """Let a school go on in a consumer."""
    await conn.execute(CLEAR, school, consumer)


async def fault_over(conn: Connection, consumer: str, school: SchoolId, position: int) -> bool:
    """Let a school go on from one event, and tell whether it was held back there."""
    return await conn.fetchval(OVER, school, consumer, position) is not None


async def try_now(
    conn: Connection, consumer: str | None, school: SchoolId | None, *, now: datetime
) -> None:
    """End the delays of standing faults: of one consumer or all, of one school or all."""
    await conn.execute(TRY_NOW, consumer, school, now)


async def standing_faults(
    conn: Connection, consumer: str | None = None, school: SchoolId | None = None
) -> list[Fault]:
    """List the schools that consumers, or one of them, can't go on with, longest first."""
    return [
        Fault(
            consumer=row["consumer"],
            school=SchoolId(row["school_id"]),
            position=row["position"],
            error=row["error"],
            attempts=row["attempts"],
            first_at=row["first_at"],
            next_try_at=row["next_try_at"],
        )
        for row in await conn.fetch(STANDING, consumer, school)
    ]

"""Faults: a school whose next event a consumer can't digest waits, seen and alone.

A fault holds back one school in one consumer. It is tried again after a growing delay and never
skipped. Only the error's type and place are kept: its text may hold what a pupil's record says.
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

STANDING: Final = """
SELECT school_id, position, error, attempts, first_at, next_try_at
  FROM eventlog.consumer_fault WHERE consumer = $1 ORDER BY first_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A school that one consumer can't go on with, and why."""

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


async def standing_faults(conn: Connection, consumer: str) -> list[Fault]:
    """List the schools a consumer can't go on with, longest first."""
    return [
        Fault(
            school=SchoolId(row["school_id"]),
            position=row["position"],
            error=row["error"],
            attempts=row["attempts"],
            first_at=row["first_at"],
            next_try_at=row["next_try_at"],
        )
        for row in await conn.fetch(STANDING, consumer)
    ]

"""What an interrupted rebuild has done of a consumer, so that the next goes on from there.

A run is all the rows of one consumer: the schools that were begun, by which code, and whether they
are done. Owns `eventlog.consumer_rebuild`; decides no version and moves no cursor.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eventlog.connection import Connection
from eventlog.record import SchoolId

STANDING: Final = """
SELECT school_id, made_by, begun_at, done FROM eventlog.consumer_rebuild
 WHERE consumer = $1
"""

GIVE_UP: Final = "DELETE FROM eventlog.consumer_rebuild WHERE consumer = $1"

GIVE_UP_SCHOOL: Final = """
DELETE FROM eventlog.consumer_rebuild WHERE school_id = $1 AND consumer = $2
"""

NOTE: Final = """
INSERT INTO eventlog.consumer_rebuild AS r (school_id, consumer, made_by, done)
VALUES ($1, $2, $3, $4)
ON CONFLICT (school_id, consumer) DO UPDATE SET made_by = excluded.made_by, done = excluded.done
"""

HALF_MADE_BY: Final = """
SELECT made_by FROM eventlog.consumer_rebuild
 WHERE school_id = $1 AND consumer = $2 AND NOT done
"""


@dataclass(frozen=True, slots=True)
class RebuildRun:
    """A rebuild of every school that was interrupted.

    Attributes:
        done: the schools whose new version is in its place.
        other_code: whether it was made by other code than the one asked about, and so is over.
    """

    begun_at: datetime
    done: frozenset[SchoolId]
    other_code: bool


async def interrupted_run(conn: Connection, consumer: str, made_by: str) -> RebuildRun | None:
    """Read what an interrupted rebuild of a consumer has done; None when none was interrupted.

    Args:
        made_by: tells the code that would go on with it.
    """
    rows = await conn.fetch(STANDING, consumer)
    if not rows:
        return None
    return RebuildRun(
        begun_at=min(row["begun_at"] for row in rows),
        done=frozenset(SchoolId(row["school_id"]) for row in rows if row["done"]),
        other_code=any(row["made_by"] != made_by for row in rows),
    )


async def give_up_run(conn: Connection, consumer: str) -> None:
    """Forget what a rebuild of a consumer has done: it has ended, or the next begins anew."""
    await conn.execute(GIVE_UP, consumer)


async def note_rebuild(
    conn: Connection, consumer: str, school: SchoolId, made_by: str | None, *, done: bool
) -> None:
    """Write down that one school's new version is begun, or in its place.

    Args:
        made_by: tells the code; None for a version that nobody may go on with.
    """
    if made_by is None:
        await conn.execute(GIVE_UP_SCHOOL, school, consumer)
    else:
        await conn.execute(NOTE, school, consumer, made_by, done)


async def half_made_by(conn: Connection, consumer: str, school: SchoolId) -> str | None:
    """Tell by which code a school's unfinished version is; None where nobody may go on with it."""
    made_by: str | None = await conn.fetchval(HALF_MADE_BY, school, consumer)
    return made_by

"""Every statement that clears imports away: staged rows first, problems later, the job last.

Of every school, or of the one that the connection is taken for.
"""

from collections.abc import Awaitable
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from eventlog import Connection, SchoolId

GIVE_UP_SILENT: Final = """
UPDATE register.import_job SET command_id = NULL
 WHERE NOT cleared AND status = 'receiving' AND touched_at < $1
"""

GIVEN_UP: Final = """
SELECT school_id, number FROM register.import_job
 WHERE NOT cleared AND command_id IS NULL ORDER BY number LIMIT $1
"""

ENDED: Final = """
SELECT school_id, number FROM register.import_job
 WHERE NOT cleared AND status IN ('finished', 'failed', 'cancelled') ORDER BY number LIMIT $1
"""

PAST: Final = """
SELECT school_id, number FROM register.import_job
 WHERE cleared AND finished_at < $1 ORDER BY finished_at LIMIT $2
"""

DELETE_ROWS: Final = """
DELETE FROM register.import_row WHERE ctid = ANY (ARRAY(
    SELECT r.ctid FROM register.import_row AS r WHERE r.school_id = $1 AND r.job = $2 LIMIT $3))
"""

DELETE_PROBLEMS: Final = """
DELETE FROM register.import_problem WHERE ctid = ANY (ARRAY(
    SELECT p.ctid FROM register.import_problem AS p WHERE p.school_id = $1 AND p.job = $2 LIMIT $3))
"""

CLEARED: Final = """
UPDATE register.import_job SET cleared = true WHERE school_id = $1 AND number = $2
"""

FORGET: Final = "DELETE FROM register.import_job WHERE school_id = $1 AND number = $2"


class JobKey(NamedTuple):
    """Which job of which school."""

    school: SchoolId
    number: int


class Delete(Protocol):
    """Deletes some of a job's rows, and says how many."""

    def __call__(self, conn: Connection, job: JobKey, /, *, limit: int) -> Awaitable[int]:
        """Delete so many at the most."""


async def give_up_silent(conn: Connection, before: datetime) -> None:
    """Give up the uploads that gave no sign of life since an instant."""
    await conn.execute(GIVE_UP_SILENT, before)


async def given_up(conn: Connection, *, limit: int) -> list[JobKey]:
    """List jobs whose upload was given up: nothing of them is to be kept."""
    return [JobKey(*row) for row in await conn.fetch(GIVEN_UP, limit)]


async def ended(conn: Connection, *, limit: int) -> list[JobKey]:
    """List jobs that have ended and may have staged rows left."""
    return [JobKey(*row) for row in await conn.fetch(ENDED, limit)]


async def past(conn: Connection, before: datetime, *, limit: int) -> list[JobKey]:
    """List jobs that ended before an instant and have no staged row left."""
    return [JobKey(*row) for row in await conn.fetch(PAST, before, limit)]


async def delete_rows(conn: Connection, job: JobKey, /, *, limit: int) -> int:
    """Delete some of a job's staged rows, and say how many."""
    return _count(await conn.execute(DELETE_ROWS, *job, limit))


async def delete_problems(conn: Connection, job: JobKey, /, *, limit: int) -> int:
    """Delete some of what was wrong with a job's rows, and say how many."""
    return _count(await conn.execute(DELETE_PROBLEMS, *job, limit))


async def cleared(conn: Connection, job: JobKey) -> None:
    """Note that no staged row of a job is left."""
    await conn.execute(CLEARED, *job)


async def forget(conn: Connection, job: JobKey) -> None:
    """Delete a job of which nothing else is left."""
    await conn.execute(FORGET, *job)


def _count(status: str) -> int:
    """Read how many rows a statement touched: PostgreSQL says `DELETE 12`."""
    return int(status.rpartition(" ")[2])

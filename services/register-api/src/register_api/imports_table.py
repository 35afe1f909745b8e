"""Every statement on `register.import_job`: what was sent, how far it has come. Decides nothing."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from attendance.events import Signatory
from eventlog import Connection, SchoolId

from register_api.importing.job import (
    FileForm,
    ImportJob,
    ImportStatus,
    RegisterKey,
    Step,
    Upload,
)

COLUMNS: Final = """
number, id, school_id, said, form, status, by_name, by_position, row_count, rows_done,
registers_stored, registers_refused, marks_recorded, marks_unchanged, problem_count, created_at,
started_at, finished_at, reached_on, reached_half, reached_group
"""

# To the end of the transaction: what is looked at before a job begins stays so until it has.
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('import', $1))"

AT_WORK: Final = """
SELECT count(*) FROM register.import_job
 WHERE school_id = $1 AND status IN ('receiving', 'queued', 'running') AND command_id IS NOT NULL
"""

BEGIN: Final = f"""
INSERT INTO register.import_job (school_id, id, command_id, form, status, by_name, by_position,
                                 created_at, touched_at)
VALUES ($1, $2, $3, $4, 'receiving', $5, $6, $7, $7)
RETURNING {COLUMNS}
"""

OF_COMMAND: Final = f"""
SELECT {COLUMNS} FROM register.import_job WHERE school_id = $1 AND command_id = $2
"""

TOUCH: Final = """
UPDATE register.import_job
   SET touched_at = $3, row_count = row_count + $4, rows_done = rows_done + $5,
       problem_count = problem_count + $6
 WHERE school_id = $1 AND number = $2 AND status = 'receiving' AND command_id IS NOT NULL
RETURNING true
"""

QUEUE: Final = f"""
UPDATE register.import_job SET status = 'queued', said = $3
 WHERE school_id = $1 AND number = $2 AND status = 'receiving' AND command_id IS NOT NULL
RETURNING {COLUMNS}
"""

GIVE_UP: Final = """
UPDATE register.import_job SET command_id = NULL
 WHERE school_id = $1 AND number = $2 AND status = 'receiving'
"""

JOB: Final = f"""
SELECT {COLUMNS} FROM register.import_job
 WHERE school_id = $1 AND id = $2 AND command_id IS NOT NULL
"""

NEWEST: Final = f"""
SELECT {COLUMNS} FROM register.import_job
 WHERE school_id = $1 AND number < $2 AND command_id IS NOT NULL
 ORDER BY number DESC LIMIT $3
"""

CANCEL: Final = f"""
UPDATE register.import_job SET status = 'cancelled', finished_at = $3
 WHERE school_id = $1 AND id = $2 AND status IN ('receiving', 'queued', 'running')
   AND command_id IS NOT NULL
RETURNING {COLUMNS}
"""

# One of each school, so that none can fill the workers' hands; its others come after.
OPEN: Final = """
SELECT DISTINCT ON (school_id) school_id, number FROM register.import_job
 WHERE status IN ('queued', 'running') AND school_id > $1
 ORDER BY school_id, number LIMIT $2
"""

# Whoever has the row works on the job; it is let go of with the transaction, or with its process.
TAKE: Final = f"""
SELECT {COLUMNS} FROM register.import_job
 WHERE school_id = $1 AND number = $2 AND status IN ('queued', 'running')
   FOR UPDATE SKIP LOCKED
"""

ADVANCE: Final = """
UPDATE register.import_job
   SET status = 'running', started_at = coalesce(started_at, $3), rows_done = rows_done + $4,
       registers_stored = registers_stored + $5, registers_refused = registers_refused + $6,
       marks_recorded = marks_recorded + $7, marks_unchanged = marks_unchanged + $8,
       problem_count = problem_count + $9, reached_on = $10, reached_half = $11,
       reached_group = $12
 WHERE school_id = $1 AND number = $2
"""

END: Final = f"""
UPDATE register.import_job
   SET status = $3, started_at = coalesce(started_at, $4), finished_at = $4,
       rows_done = CASE $3 WHEN 'finished' THEN row_count ELSE rows_done END
 WHERE school_id = $1 AND number = $2 AND status IN ('queued', 'running')
RETURNING {COLUMNS}
"""


async def one_at_a_time(conn: Connection, school: SchoolId) -> None:
    """Wait until no other upload of a school begins, and keep them waiting to the commit."""
    await conn.execute(ONE_AT_A_TIME, school)


async def at_work(conn: Connection, school: SchoolId) -> int:
    """Count a school's jobs that are coming in, waiting or being worked off."""
    counted: int = await conn.fetchval(AT_WORK, school)
    return counted


async def begin(conn: Connection, upload: Upload, id_: UUID, now: datetime) -> ImportJob:
    """Begin a job, where its command has none."""
    row = await conn.fetchrow(
        BEGIN,
        upload.school,
        id_,
        upload.command,
        upload.form.value,
        upload.by.name,
        upload.by.position,
        now,
    )
    return _job(row)


async def job_of_command(conn: Connection, school: SchoolId, command: UUID) -> ImportJob | None:
    """Read the job a command began; None when it began none, or was given up."""
    row = await conn.fetchrow(OF_COMMAND, school, command)
    return None if row is None else _job(row)


async def touch(
    conn: Connection, job: ImportJob, *, rows: int, done: int, problems: int, now: datetime
) -> bool:
    """Count what was staged, and show that the upload is alive.

    Args:
        done: how many of the rows belong to no register, and so are done with.

    Returns:
        False when the upload was given up meanwhile: it must stop.
    """
    return bool(await conn.fetchval(TOUCH, job.school, job.number, now, rows, done, problems))


async def queue(conn: Connection, job: ImportJob, said: bytes) -> ImportJob | None:
    """Hand a job that has come in whole to the workers; None when it was given up meanwhile."""
    row = await conn.fetchrow(QUEUE, job.school, job.number, said)
    return None if row is None else _job(row)


async def give_up(conn: Connection, job: ImportJob) -> None:
    """Let go of an upload that broke: its key is free at once, its rows are cleared away later."""
    await conn.execute(GIVE_UP, job.school, job.number)


async def job_with(conn: Connection, school: SchoolId, id_: UUID) -> ImportJob | None:
    """Read a job; None when the school has none of that id."""
    row = await conn.fetchrow(JOB, school, id_)
    return None if row is None else _job(row)


async def newest_jobs(
    conn: Connection, school: SchoolId, *, before: int, limit: int
) -> list[ImportJob]:
    """Read a school's jobs that began before the one of a number, newest first."""
    return [_job(row) for row in await conn.fetch(NEWEST, school, before, limit)]


async def cancel(conn: Connection, school: SchoolId, id_: UUID, now: datetime) -> ImportJob | None:
    """End a job as it comes in, waits or between two registers; None when it has ended."""
    row = await conn.fetchrow(CANCEL, school, id_, now)
    return None if row is None else _job(row)


async def open_jobs(conn: Connection, *, after: SchoolId, limit: int) -> list[tuple[SchoolId, int]]:
    """List the oldest job there is work on of each school after one: school and number."""
    rows = await conn.fetch(OPEN, after, limit)
    return [(SchoolId(row["school_id"]), row["number"]) for row in rows]


async def take(conn: Connection, school: SchoolId, number: int) -> ImportJob | None:
    """Take a job for the length of a transaction; None when another has it, or it has ended."""
    row = await conn.fetchrow(TAKE, school, number)
    return None if row is None else _job(row)


async def advance(
    conn: Connection, job: ImportJob, step: Step, reached: RegisterKey, now: datetime
) -> None:
    """Add what a step did to what a job shows, and where the next one begins."""
    await conn.execute(
        ADVANCE,
        job.school,
        job.number,
        now,
        step.rows,
        step.registers_stored,
        step.registers_refused,
        step.marks_recorded,
        step.marks_unchanged,
        step.problems,
        *reached,
    )


async def end(
    conn: Connection, school: SchoolId, number: int, status: ImportStatus, now: datetime
) -> ImportJob | None:
    """End a job that is at work; None when it has ended before."""
    row = await conn.fetchrow(END, school, number, status.value, now)
    return None if row is None else _job(row)


def _job(row: asyncpg.Record) -> ImportJob:
    return ImportJob(
        number=row["number"],
        id=row["id"],
        school=SchoolId(row["school_id"]),
        said=row["said"],
        form=FileForm(row["form"]),
        status=ImportStatus(row["status"]),
        by=Signatory(row["by_name"], row["by_position"]),
        row_count=row["row_count"],
        rows_done=row["rows_done"],
        registers_stored=row["registers_stored"],
        registers_refused=row["registers_refused"],
        marks_recorded=row["marks_recorded"],
        marks_unchanged=row["marks_unchanged"],
        problem_count=row["problem_count"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        reached=(row["reached_on"], row["reached_half"], row["reached_group"]),
    )

"""Clears away what imports leave: rows of jobs that ended, uploads that died, jobs long past.

Anybody may do it, twice at once too: it only deletes, a little at a time, so nobody waits long.
"""

from datetime import timedelta
from typing import Final

from servicekit.database import of_every_school
from servicekit.service import Runtime

from register_api import import_remains_table as remains

KEPT: Final = timedelta(days=30)  # jobs, and what was wrong with their rows
DEAD_AFTER: Final = timedelta(minutes=2)  # without a sign of life an upload's process is gone
JOBS_AT_ONCE: Final = 20
ROWS_AT_ONCE: Final = 10_000  # deleted in one statement: some tenths of a second


async def clear_away(runtime: Runtime) -> None:
    """Clear away what is due, and stop when the process does."""
    now = runtime.clock()
    async with of_every_school(runtime.pool) as conn:
        await remains.give_up_silent(conn, now - DEAD_AFTER)
        uncleared = await remains.uncleared(conn, limit=JOBS_AT_ONCE)
        past = await remains.past(conn, now - KEPT, limit=JOBS_AT_ONCE)
    for job in uncleared:
        if await _emptied(runtime, remains.delete_rows, job):
            async with of_every_school(runtime.pool) as conn:
                await remains.cleared(conn, job)
    for job in past:
        if await _emptied(runtime, remains.delete_problems, job):
            async with of_every_school(runtime.pool) as conn:
                await remains.forget(conn, job)


async def _emptied(runtime: Runtime, delete: remains.Delete, job: remains.JobKey) -> bool:
    """Delete a job's rows in one table, a few thousand a transaction; say whether all are gone."""
    deleted = ROWS_AT_ONCE
    while deleted == ROWS_AT_ONCE and not runtime.stopping.is_set():
        async with of_every_school(runtime.pool) as conn:
            deleted = await delete(conn, job, limit=ROWS_AT_ONCE)
    return deleted < ROWS_AT_ONCE

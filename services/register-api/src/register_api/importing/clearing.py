"""Clears away what imports leave: rows of jobs that ended, uploads that died, jobs long past.

Anybody may do it, twice at once too: it only deletes, a little at a time, so nobody waits long.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeAlias

from eventlog import Connection
from servicekit.database import of_every_school
from servicekit.runner import until_stopped
from servicekit.service import Runtime

from register_api import import_remains_table as remains

KEPT: Final = timedelta(days=30)  # jobs, and what was wrong with their rows
DEAD_AFTER: Final = timedelta(minutes=2)  # without a sign of life an upload's process is gone
CLEAR_SECONDS: Final = 60
JOBS_AT_ONCE: Final = 20
ROWS_AT_ONCE: Final = 10_000  # deleted in one statement: some tenths of a second

Settle: TypeAlias = Callable[[Connection, remains.JobKey], Awaitable[None]]


async def clear_imports(runtime: Runtime) -> None:
    """Clear away what is due, every minute, for as long as the process lives."""
    cleared = -float(CLEAR_SECONDS)

    async def look() -> None:
        nonlocal cleared
        if time.monotonic() - cleared > CLEAR_SECONDS:
            cleared = time.monotonic()
            await clear_away(runtime)

    await until_stopped(runtime, "clearing imports", look)


async def clear_away(runtime: Runtime) -> None:
    """Clear away all that is due, and stop when the process does."""
    more = True
    while more and not runtime.stopping.is_set():
        more = await _clear_some(runtime)


async def _clear_some(runtime: Runtime) -> bool:
    """Clear away some of what is due, and say whether there may be more."""
    now = runtime.clock()
    async with of_every_school(runtime.pool) as conn:
        await remains.give_up_silent(conn, now - DEAD_AFTER)
        given_up = await remains.given_up(conn, limit=JOBS_AT_ONCE)
        ended = await remains.ended(conn, limit=JOBS_AT_ONCE)
        past = await remains.past(conn, now - KEPT, limit=JOBS_AT_ONCE)
    for job in given_up:
        await _empty(
            runtime, job, remains.delete_rows, remains.delete_problems, then=remains.forget
        )
    for job in ended:
        await _empty(runtime, job, remains.delete_rows, then=remains.cleared)
    for job in past:
        await _empty(runtime, job, remains.delete_problems, then=remains.forget)
    return JOBS_AT_ONCE in (len(given_up), len(ended), len(past))


async def _empty(
    runtime: Runtime, job: remains.JobKey, *deletes: remains.Delete, then: Settle
) -> None:
    """Delete a job's rows in some tables, a few thousand a transaction; then settle the job."""
    for delete in deletes:
        deleted = ROWS_AT_ONCE
        while deleted == ROWS_AT_ONCE:
            if runtime.stopping.is_set():
                return
            async with of_every_school(runtime.pool) as conn:
                deleted = await delete(conn, job, limit=ROWS_AT_ONCE)
    async with of_every_school(runtime.pool) as conn:
        await then(conn, job)

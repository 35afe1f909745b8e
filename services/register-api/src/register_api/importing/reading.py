"""Reads a school's imports and what was wrong with their rows, for whoever may see the school.

Changes nothing but to cancel a job.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from eventlog import Connection, SchoolId
from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.problems import Problem

from register_api import import_rows_table, imports_table
from register_api.access import visible_school
from register_api.commands import Registry
from register_api.importing.job import ImportJob, ImportStatus
from register_api.importing.refused import IMPORT_ENDED
from register_api.importing.rows import RowProblem

NEWEST: Final = 2**62  # beyond any job's number


@asynccontextmanager
async def seen(registry: Registry, caller: Caller, urn: int) -> AsyncIterator[Connection]:
    """Take a connection for a school that the caller may see.

    Raises:
        NotFound: it isn't registered, or is another's.
    """
    async with of_school(registry.runtime.pool, urn) as conn:
        await visible_school(registry, conn, caller, urn)
        yield conn


async def found_job(registry: Registry, caller: Caller, urn: int, id_: UUID) -> ImportJob:
    """Read one import.

    Raises:
        NotFound: the school has none of that id, or isn't the caller's to see.
    """
    async with seen(registry, caller, urn) as conn:
        return await _job(conn, urn, id_)


async def page_of_jobs(
    registry: Registry, caller: Caller, urn: int, *, before: int | None, limit: int
) -> tuple[list[ImportJob], int | None]:
    """Read a page of a school's imports, newest first, and where the next page begins.

    Raises:
        NotFound: the school isn't the caller's to see.
    """
    async with seen(registry, caller, urn) as conn:
        jobs = await imports_table.newest_jobs(
            conn, SchoolId(urn), before=NEWEST if before is None else before, limit=limit + 1
        )
    page = jobs[:limit]
    return page, page[-1].number if len(jobs) > limit else None


async def page_of_problems(
    registry: Registry,
    caller: Caller,
    urn: int,
    id_: UUID,
    *,
    after: tuple[int, str, str] | None,
    limit: int,
) -> tuple[ImportJob, list[RowProblem], bool]:
    """Read a page of what is wrong with an import's rows, and whether there is more.

    Raises:
        NotFound: the school has no such import, or isn't the caller's to see.
    """
    async with seen(registry, caller, urn) as conn:
        job = await _job(conn, urn, id_)
        problems = await import_rows_table.problems_of(
            conn, job, after=after or (0, "", ""), limit=limit + 1
        )
    return job, problems[:limit], len(problems) > limit


async def cancelled(registry: Registry, caller: Caller, urn: int, id_: UUID) -> ImportJob:
    """End an import as it comes in, waits or between two registers; what it stored stays stored.

    Raises:
        NotFound: the school has no such import, or isn't the caller's to see.
        Problem: it has ended by itself.
    """
    async with seen(registry, caller, urn) as conn:
        now = registry.runtime.clock()
        job = await imports_table.cancel(conn, SchoolId(urn), id_, now)
        job = job or await _job(conn, urn, id_)
    if job.status is not ImportStatus.CANCELLED:
        raise Problem(IMPORT_ENDED, "Only an import that hasn't ended can be cancelled.")
    return job


async def _job(conn: Connection, urn: int, id_: UUID) -> ImportJob:
    job = await imports_table.job_with(conn, SchoolId(urn), id_)
    if job is None:
        raise NotFound("There is no such import at this school.")
    return job

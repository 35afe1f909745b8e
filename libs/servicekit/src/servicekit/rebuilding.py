"""Rebuilds read models from the log: a consumer's or an inline projection's, schools at once.

A school that can't be rebuilt keeps what it had, is named, and stops no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Final

import asyncpg
import httpx
from eventlog import Consumer, NotRebuildable, SchoolId, rebuild_school, schools_of
from rich.console import Console
from rich.progress import Progress

from servicekit.clock import system_clock
from servicekit.database import of_every_school, of_school, open_pool
from servicekit.errors import NoSuchService
from servicekit.runner import Failed, attempted
from servicekit.service import InlineProjection, Runtime, Service, chosen_services
from servicekit.settings import Settings

SCHOOLS_AT_ONCE: Final = 4

ALL_SCHOOLS: Final = "SELECT school_id FROM eventlog.school_log ORDER BY school_id"


async def rebuild_all(settings: Settings, name: str, console: Console) -> int:
    """Rebuild one consumer or inline projection for every school, with a progress bar.

    Names on the console each school that failed, with its error's type and place.

    Returns:
        How many schools were rebuilt.

    Raises:
        SystemExit: 1, when a school failed.
        NoSuchService: nothing that can be rebuilt is called so.
        NotRebuildable: it keeps a ledger.
    """
    for service in chosen_services([]):
        pool = await open_pool(settings, service.role)
        async with pool, httpx.AsyncClient() as http:
            runtime = Runtime(settings, pool, http, system_clock, asyncio.Event())
            rebuilder = _rebuilder(service, runtime, name)
            if rebuilder is not None:
                return await _rebuild(pool, *await rebuilder(), console, name)
    raise NoSuchService(f"nothing called {name} can be rebuilt; try register or thresholds")


Rebuild = Callable[[SchoolId], Coroutine[None, None, int]]
Rebuilder = Callable[[], Awaitable[tuple[Sequence[SchoolId], Rebuild]]]


def _rebuilder(service: Service, runtime: Runtime, name: str) -> Rebuilder | None:
    for consumer in service.consumers(runtime):
        if consumer.name == name:
            return lambda: _of_consumer(runtime, consumer)
    for projection in service.inline:
        if projection.name == name:
            return lambda: _of_inline(runtime, projection)
    return None


async def _of_consumer(runtime: Runtime, consumer: Consumer) -> tuple[Sequence[SchoolId], Rebuild]:
    if consumer.forget is None:  # told before any school is begun
        raise NotRebuildable(f"{consumer.name} keeps a ledger, not a read model")

    async def rebuild(school: SchoolId) -> int:
        async with of_school(runtime.pool, school) as conn:
            return await rebuild_school(conn, consumer, school)

    async with of_every_school(runtime.pool) as conn:
        return await schools_of(conn, consumer.name), rebuild


async def _of_inline(
    runtime: Runtime, projection: InlineProjection
) -> tuple[Sequence[SchoolId], Rebuild]:
    async def rebuild(school: SchoolId) -> int:
        async with of_school(runtime.pool, school) as conn, conn.transaction():
            return await projection.rebuild(conn, school)

    async with of_every_school(runtime.pool) as conn:
        rows = await conn.fetch(ALL_SCHOOLS)
    return [SchoolId(row["school_id"]) for row in rows], rebuild


async def _rebuild(
    pool: asyncpg.Pool,
    schools: Sequence[SchoolId],
    rebuild: Rebuild,
    console: Console,
    name: str,
) -> int:
    at_once = asyncio.Semaphore(min(SCHOOLS_AT_ONCE, pool.get_max_size()))
    with Progress(console=console) as progress:
        bar = progress.add_task(f"rebuilding {name}", total=len(schools))

        async def one(school: SchoolId) -> Failed | int:
            async with at_once:
                outcome = await attempted(rebuild(school))
            progress.advance(bar)
            return outcome

        outcomes = await asyncio.gather(*(one(school) for school in schools))
    failures = {
        school: outcome.error
        for school, outcome in zip(schools, outcomes, strict=True)
        if isinstance(outcome, Failed)
    }
    for school, error in failures.items():
        console.print(f"{school} not rebuilt: {error}", highlight=False, markup=False)
    if failures:
        console.print(f"{len(failures)} of {len(schools)} school(s) keep the {name} they had.")
        raise SystemExit(1)
    return len(schools)

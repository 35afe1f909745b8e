"""Rebuilds read models from the log: a consumer's or an inline projection's, schools at once.

A school that can't be rebuilt keeps what it had, is named, and stops no other. What an interruption
left is gone on with by the same code, and begun anew by any other (docs/decisions/0036).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Set
from dataclasses import dataclass
from typing import Final

import httpx
from eventlog import (
    Connection,
    Consumer,
    NotRebuildable,
    SchoolId,
    Watch,
    give_up_run,
    interrupted_run,
    note_rebuild,
    rebuild_school,
    schools_of,
)
from rich.console import Console

from servicekit.clock import system_clock
from servicekit.database import of_every_school, of_school, open_pool
from servicekit.errors import NoSuchService
from servicekit.fingerprint import fingerprint_of
from servicekit.replay_bar import ReplayBar, replay_bar
from servicekit.runner import Failed, attempted
from servicekit.service import InlineProjection, Runtime, Service, chosen_services
from servicekit.settings import Settings

SCHOOLS_AT_ONCE: Final = 4

ALL_SCHOOLS: Final = "SELECT school_id, position FROM eventlog.school_log ORDER BY school_id"


@dataclass(frozen=True, slots=True)
class Rebuildable:
    """Something that can be made again from the log, a school at a time.

    Attributes:
        schools: lists those that have it, and the position each one's replay goes up to.
        rebuild: makes one school's anew by code that is told so, saying how far it has come.
    """

    name: str
    schools: Callable[[Connection], Awaitable[Mapping[SchoolId, int]]]
    rebuild: Callable[[SchoolId, str, Watch], Coroutine[None, None, object]]


async def rebuild_all(
    settings: Settings, name: str, console: Console, *, afresh: bool = False
) -> int:
    """Rebuild one consumer or inline projection for every school, with a progress bar.

    Names on the console each school that failed, with its error's type and place.

    Args:
        afresh: don't go on with what an interrupted rebuild by the same code has done.

    Returns:
        How many schools were rebuilt, by this command or the interrupted one that it goes on with.

    Raises:
        SystemExit: 1, when a school failed.
        NoSuchService: nothing that can be rebuilt is called so.
        NotRebuildable: it keeps a ledger.
    """
    for service in chosen_services([]):
        pool = await open_pool(settings, service.role)
        async with pool, httpx.AsyncClient() as http:
            runtime = Runtime(settings, pool, http, system_clock, asyncio.Event())
            found = _rebuildable(service, runtime, name)
            if found is not None:
                package = service.name.replace("-", "_")
                return await _rebuild(runtime, found, package, console, afresh=afresh)
    raise NoSuchService(f"nothing called {name} can be rebuilt; try register or thresholds")


def _rebuildable(service: Service, runtime: Runtime, name: str) -> Rebuildable | None:
    for consumer in service.consumers(runtime):
        if consumer.name == name:
            return _consumers(runtime, consumer)
    for projection in service.inline:
        if projection.name == name:
            return _inline(runtime, projection)
    return None


def _consumers(runtime: Runtime, consumer: Consumer) -> Rebuildable:
    if consumer.forget is None:  # told before any school is begun
        raise NotRebuildable(f"{consumer.name} keeps a ledger, not a read model")

    async def rebuild(school: SchoolId, made_by: str, watch: Watch) -> None:
        async with of_school(runtime.pool, school) as conn:
            await rebuild_school(conn, consumer, school, made_by=made_by, watch=watch)

    return Rebuildable(consumer.name, lambda conn: schools_of(conn, consumer.name), rebuild)


def _inline(runtime: Runtime, projection: InlineProjection) -> Rebuildable:
    async def rebuild(school: SchoolId, made_by: str, watch: Watch) -> None:
        async with of_school(runtime.pool, school) as conn, conn.transaction():
            reached = await projection.rebuild(conn, school)
            await note_rebuild(conn, projection.name, school, made_by, done=True)
        watch(reached, reached)

    return Rebuildable(projection.name, _all_schools, rebuild)


async def _all_schools(conn: Connection) -> Mapping[SchoolId, int]:
    rows = await conn.fetch(ALL_SCHOOLS)
    return {SchoolId(row["school_id"]): row["position"] for row in rows}


async def _rebuild(
    runtime: Runtime, what: Rebuildable, package: str, console: Console, *, afresh: bool
) -> int:
    async with of_every_school(runtime.pool) as conn:
        made_by = await fingerprint_of(conn, package)
        done = await _taken_up(conn, what.name, made_by, console, afresh=afresh)
        goals = await what.schools(conn)
    with replay_bar(console, f"rebuilding {what.name}", goals, done) as bar:
        failures = await _rebuild_each(runtime, what, made_by, goals.keys() - done, bar)
    for school, failed in sorted(failures.items()):
        console.print(f"{school} not rebuilt: {failed.error}", highlight=False, markup=False)
    if failures:
        console.print(f"{len(failures)} of {len(goals)} school(s) keep the {what.name} they had.")
        raise SystemExit(1)
    async with of_every_school(runtime.pool) as conn:
        await give_up_run(conn, what.name)
    return len(goals)


async def _rebuild_each(
    runtime: Runtime, what: Rebuildable, made_by: str, schools: Set[SchoolId], bar: ReplayBar
) -> dict[SchoolId, Failed]:
    """Rebuild schools, a few at once; give those that failed."""
    at_once = asyncio.Semaphore(min(SCHOOLS_AT_ONCE, runtime.pool.get_max_size()))
    in_order = sorted(schools)

    async def one(school: SchoolId) -> object:
        async with at_once:
            return await attempted(what.rebuild(school, made_by, bar.watch(school)))

    outcomes = await asyncio.gather(*(one(school) for school in in_order))
    return {
        school: outcome
        for school, outcome in zip(in_order, outcomes, strict=True)
        if isinstance(outcome, Failed)
    }


async def _taken_up(
    conn: Connection, name: str, made_by: str, console: Console, *, afresh: bool
) -> Set[SchoolId]:
    """Find the schools that an interrupted rebuild has done, and say whether it is gone on with."""
    run = await interrupted_run(conn, name, made_by)
    if run is None:
        return frozenset()
    begun = f"the rebuild begun {run.begun_at:%Y-%m-%d %H:%M} UTC"
    if afresh or run.other_code:
        await give_up_run(conn, name)
        why = "as you ask" if afresh else "the code has changed since"
        console.print(f"Not going on with {begun}: {why}.", highlight=False)
        return frozenset()
    console.print(f"Going on with {begun}: {len(run.done)} school(s) are done.", highlight=False)
    return run.done

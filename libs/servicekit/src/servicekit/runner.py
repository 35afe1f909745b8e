"""Runs consumers for as long as the process lives: whatever goes wrong, the register goes on.

The one place that catches everything. A school whose event can't be digested is set aside as a
fault and tried again later; the other schools, and the other consumers, never wait for it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

import asyncpg
from eventlog import (
    Consumer,
    Dirty,
    SchoolId,
    clear_fault,
    consume,
    consume_due,
    consume_time,
    dirty_schools,
    due_schools,
    lag,
    next_handed,
    record_fault,
    skips,
    standing_faults,
)

from servicekit.database import AWAY, STUMBLED, of_every_school, of_school
from servicekit.logs import described, log
from servicekit.metrics import Metrics
from servicekit.service import Runtime

SCHOOLS_A_LOOK: Final = 100
SCHOOLS_AT_ONCE: Final = 4
REST_AFTER_FAILURE_SECONDS: Final = 1.0
GAUGE_SECONDS: Final = 5.0

# The database is away or busy, or the pool is being closed: as a rule nothing is wrong with the
# school. But what a batch itself brings about, such as being idle in its transaction for too long,
# looks the same: so each further try goes event by event, and there is a last one.
PASSING: Final = (*AWAY, *STUMBLED)
LOSSES_IN_A_ROW: Final = 5

# It takes too long, and would again: there is less to do event by event.
TOO_LONG: Final = (asyncpg.QueryCanceledError, TimeoutError)

AN_INSTANT: Final = 0  # as the position of a fault, which no event has: nothing is to be skipped

T = TypeVar("T")

# How often in a row a school's next event was lost to what passes as a rule.
Losses: TypeAlias = Counter[SchoolId]


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that raised: what and where, without the error's text, and whether it may pass."""

    error: str
    passing: bool


async def attempted(doing: Coroutine[None, None, T]) -> T | Failed:
    """Do something that must not end a worker whatever it raises; cancelling still does."""
    try:
        return await doing
    except Exception as error:  # noqa: BLE001 - the one place: a worker outlives any error
        passing = isinstance(error, PASSING) and not isinstance(error, TOO_LONG)
        return Failed(described(error), passing)


async def until_stopped(
    runtime: Runtime, name: str, look: Callable[[], Coroutine[None, None, object]]
) -> None:
    """Do something every `poll_seconds` until the process stops; a failure is tried again."""
    while not runtime.stopping.is_set():
        outcome = await attempted(look())
        rest = runtime.settings.poll_seconds
        if isinstance(outcome, Failed):
            log.error("worker failed", worker=name, error=outcome.error)
            rest = max(rest, REST_AFTER_FAILURE_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(runtime.stopping.wait(), rest)


async def follow(runtime: Runtime, consumer: Consumer, metrics: Metrics) -> None:
    """Keep a consumer up with every school's log until the process stops.

    Looks, works off what it finds, rests `poll_seconds`: under load batches grow instead of
    wake-ups, so following costs little beside the register.
    """
    gauged = 0.0
    losses: Losses = Counter()

    async def look() -> None:
        nonlocal gauged
        await catch_up(runtime, consumer, metrics, losses)
        if time.monotonic() - gauged > GAUGE_SECONDS:
            gauged = time.monotonic()
            await _gauge(runtime, consumer, metrics)

    await until_stopped(runtime, f"consumer {consumer.name}", look)


async def catch_up(runtime: Runtime, consumer: Consumer, metrics: Metrics, losses: Losses) -> None:
    """Work off every school that has news for a consumer, a few at once, until none has.

    That an instant has come is news as well, to a school without any other. While some school
    takes long, the others are looked after every `poll_seconds`.

    Args:
        losses: kept from one call to the next.
    """
    at_once = asyncio.Semaphore(SCHOOLS_AT_ONCE)
    in_hand: dict[SchoolId, asyncio.Task[int]] = {}
    moved = True
    async with asyncio.TaskGroup() as tasks:
        while (moved or in_hand) and not runtime.stopping.is_set():
            for news in await _with_news(runtime, consumer, places=SCHOOLS_A_LOOK - len(in_hand)):
                if news.school not in in_hand:
                    doing = _in_turn(at_once, advance(runtime, consumer, news, metrics, losses))
                    in_hand[news.school] = tasks.create_task(doing)
            moved = await _worked_off(in_hand, runtime.settings.poll_seconds)


async def advance(
    runtime: Runtime, consumer: Consumer, dirty: Dirty, metrics: Metrics, losses: Losses
) -> int:
    """Take one batch of one school; when it fails, event by event up to the one at fault.

    Returns:
        How many positions the cursor moved; 1 when an instant had its effect.
    """
    started = time.perf_counter()
    moved, failed = await _taken(runtime, consumer, dirty, cautious=dirty.school in losses)
    if moved:
        losses.pop(dirty.school, None)
        if dirty.held_back:
            await _let_go(runtime, consumer, dirty)
    if failed:
        losses[dirty.school] += 1
        if failed.passing and losses[dirty.school] < LOSSES_IN_A_ROW:
            log.warning(
                "consumer waits", consumer=consumer.name, school=dirty.school, error=failed.error
            )
        else:
            await _set_aside(runtime, consumer, dirty, failed)
    metrics.batch_seconds.labels(consumer.name).observe(time.perf_counter() - started)
    if dirty.due_at is None:
        metrics.consumed.labels(consumer.name).inc(moved)
    return moved


async def _with_news(runtime: Runtime, consumer: Consumer, *, places: int) -> list[Dirty]:
    """List schools with news, those in hand among them, unless no place is left."""
    if places <= 0:
        return []
    now = runtime.clock()
    async with of_every_school(runtime.pool) as conn:
        schools = await dirty_schools(conn, consumer.name, now=now, limit=SCHOOLS_A_LOOK)
        return schools + await due_schools(conn, consumer, now=now, limit=SCHOOLS_A_LOOK)


async def _worked_off(in_hand: dict[SchoolId, asyncio.Task[int]], seconds: float) -> bool:
    """Wait for the schools in hand, so long at most; put down those that are done.

    Returns:
        Whether any of these moved.
    """
    if in_hand:
        await asyncio.wait(in_hand.values(), timeout=seconds)
    moved = False
    for school in [school for school, doing in in_hand.items() if doing.done()]:
        moved |= in_hand.pop(school).result() > 0
    return moved


async def _in_turn(at_once: asyncio.Semaphore, doing: Coroutine[None, None, int]) -> int:
    async with at_once:
        return await doing


async def _taken(
    runtime: Runtime, consumer: Consumer, dirty: Dirty, *, cautious: bool
) -> tuple[int, Failed | None]:
    """Take a batch, or each event by itself when cautious or when the batch failed for good."""
    school = dirty.school
    if dirty.due_at is not None:
        outcome = await attempted(_had_effect(runtime, consumer, school, dirty.due_at))
        return (0, outcome) if isinstance(outcome, Failed) else (outcome, None)
    if not cautious:
        outcome = await attempted(_consumed(runtime, consumer, school, limit=None))
        if not isinstance(outcome, Failed):
            return outcome, None
        if outcome.passing:
            return 0, outcome
    moved = 0
    while True:
        outcome = await attempted(_consumed(runtime, consumer, school, limit=1))
        if isinstance(outcome, Failed):
            return moved, outcome
        if outcome == 0:
            return moved, None
        moved += outcome


async def _consumed(
    runtime: Runtime, consumer: Consumer, school: SchoolId, *, limit: int | None
) -> int:
    """Consume on a connection of its own: the one before may have been lost with its batch."""
    async with of_school(runtime.pool, school) as conn:
        return await consume(conn, consumer, school, limit=limit)


async def _had_effect(
    runtime: Runtime, consumer: Consumer, school: SchoolId, due_at: datetime
) -> int:
    async with of_school(runtime.pool, school) as conn:
        return await consume_due(conn, consumer, school, due_at)


async def _let_go(runtime: Runtime, consumer: Consumer, dirty: Dirty) -> None:
    """End a school's fault, unless it is of an instant that had no effect yet."""
    async with of_school(runtime.pool, dirty.school) as conn:
        faults = await standing_faults(conn, consumer.name, dirty.school)
        at_an_instant = any(fault.position == AN_INSTANT for fault in faults)
        if dirty.due_at is None and at_an_instant:
            due = await due_schools(conn, consumer, now=runtime.clock(), limit=SCHOOLS_A_LOOK)
            if any(each.school == dirty.school for each in due):
                return
        await clear_fault(conn, consumer.name, dirty.school)


async def _set_aside(runtime: Runtime, consumer: Consumer, dirty: Dirty, failed: Failed) -> None:
    school = dirty.school
    position, failed = await _at_fault(runtime, consumer, dirty, failed)
    async with of_school(runtime.pool, school) as conn:
        await record_fault(
            conn, consumer.name, school, position=position, error=failed.error, now=runtime.clock()
        )
    log.error(
        "consumer fault",
        consumer=consumer.name,
        school=school,
        position=position,
        error=failed.error,
    )


async def _at_fault(
    runtime: Runtime, consumer: Consumer, dirty: Dirty, failed: Failed
) -> tuple[int, Failed]:
    """Tell an event's failure from one of the time before it, which fails without the event too.

    A person may have the event skipped, and nothing would be the better for it.
    """
    if dirty.due_at is not None:
        return AN_INSTANT, failed
    before = await attempted(_time_passed(runtime, consumer, dirty.school))
    if isinstance(before, Failed):
        return AN_INSTANT, before
    async with of_school(runtime.pool, dirty.school) as conn:
        return await next_handed(conn, consumer, dirty.school), failed


async def _time_passed(runtime: Runtime, consumer: Consumer, school: SchoolId) -> None:
    async with of_school(runtime.pool, school) as conn:
        await consume_time(conn, consumer, school)


async def _gauge(runtime: Runtime, consumer: Consumer, metrics: Metrics) -> None:
    async with of_every_school(runtime.pool) as conn:
        metrics.lag.labels(consumer.name).set(await lag(conn, consumer.name))
        faults = await standing_faults(conn, consumer.name)
        metrics.faults.labels(consumer.name).set(len(faults))
        metrics.skipped.labels(consumer.name).set(len(await skips(conn, consumer.name)))

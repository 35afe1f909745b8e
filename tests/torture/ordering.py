"""Scenarios of order: what a follower is told, whatever transactions do. Each lists what it found.

An empty list means the promise was kept. They know nothing of how it is kept, so that the same
scenario tells a log with its mechanism from one without (`test_mechanisms`).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from typing import Final
from uuid import UUID, uuid4

import asyncpg
from eventlog import Consumer, EventLogError, SchoolId, consume, head
from support.eventually import eventually
from support.log import (
    OTHER_SCHOOL,
    SCHOOL,
    a_command,
    connected,
    make_told,
    note,
    noted,
    teller,
    told,
    waits_for_a_lock,
    whole_log,
)

WRITERS: Final = 6
TRANSACTIONS_A_WRITER: Final = 12
LONGEST_PAUSE_SECONDS: Final = 0.008  # between an append and its commit
MOST_EVENTS: Final = 5
ROLLED_BACK: Final = 0.25
FOLLOWERS: Final = 2  # replicas of one consumer

PAUSE: Final = "SELECT pg_sleep($1)"
WRITE_FIRST: Final = "SELECT pg_current_xact_id()"  # as any first write of a transaction does
COMMANDS: Final = "SELECT DISTINCT command_id FROM eventlog.event WHERE school_id = $1"

Follow = Callable[[asyncpg.Connection, Consumer, SchoolId], Awaitable[int]]


async def interleaved_batches(url: str, *, seed: int = 1, follow: Follow = consume) -> list[str]:
    """Let writers interleave, pause and roll back while two replicas of a consumer follow."""
    await make_told(url)
    chance = random.Random(seed)
    acknowledged: set[UUID] = set()
    async with AsyncExitStack() as stack:
        writers = [await stack.enter_async_context(connected(url)) for _ in range(WRITERS)]
        followers = [await stack.enter_async_context(connected(url)) for _ in range(FOLLOWERS)]
        writing = asyncio.gather(*(_write(conn, chance, acknowledged) for conn in writers))
        failures = await asyncio.gather(*(_follow(conn, writing, follow) for conn in followers))
        await writing
        found = [failure for failure in failures if failure]
        return found + await differences(followers[0], SCHOOL, acknowledged)


async def slow_append(url: str) -> list[str]:
    """Leave an append open, append behind it and elsewhere, and follow before it commits."""
    await make_told(url)
    async with connected(url) as slow, connected(url) as quick, connected(url) as follower:
        in_hand = slow.transaction()
        await in_hand.start()
        await note(slow, SCHOOL)
        behind = asyncio.create_task(note(quick, SCHOOL))
        await _done_or_waiting(behind, quick, follower)
        found = await _stalled_elsewhere(url, follower)
        await consume(follower, teller(), SCHOOL)
        await in_hand.commit()
        await behind
        await consume(follower, teller(), SCHOOL)
        return found + await differences(follower, SCHOOL)


async def idle_transaction(url: str) -> list[str]:
    """Follow while a transaction that has written sits open elsewhere and does nothing."""
    await make_told(url)
    async with connected(url) as idle, connected(url) as conn:
        async with idle.transaction():
            await idle.execute(WRITE_FIRST)
            for _ in range(3):
                last = await note(conn, SCHOOL, 2)
                await consume(conn, teller(), SCHOOL)
            heard = await told(conn, SCHOOL)
            found = await differences(conn, SCHOOL)
        if last.position not in heard:
            found.append("the feed stood still behind an idle transaction")
        return found


async def write_before(url: str) -> list[str]:
    """Append late in a transaction that wrote early, to a stream another appended to between."""
    await make_told(url)
    stream = uuid4()
    async with connected(url) as early, connected(url) as late, connected(url) as follower:
        async with early.transaction():
            await early.execute(WRITE_FIRST)
            await note(late, events=[noted("said first", stream=stream)])
            await consume(follower, teller(), SCHOOL)
            await note(early, events=[noted("said second", stream=stream)])
        await consume(follower, teller(), SCHOOL)
        found = await differences(follower, SCHOOL)
        versions = [event.version for event in await whole_log(follower)]
        if versions != sorted(versions):
            found.append(f"the stream's versions come in the order {versions}")
        return found


async def differences(
    conn: asyncpg.Connection, school: SchoolId, acknowledged: Collection[UUID] | None = None
) -> list[str]:
    """Compare what was told with what is in the log, and that with what was acknowledged."""
    stored = [event.position for event in await whole_log(conn, school)]
    heard = await told(conn, school)
    found = []
    if stored != list(range(1, await head(conn, school) + 1)):
        found.append(f"positions aren't 1 to n: {stored}")
    if missing := sorted(set(stored) - set(heard)):
        found.append(f"never told: {missing}")
    if len(set(heard)) < len(heard):
        found.append("told twice")
    if heard != sorted(heard):
        found.append("told out of order")
    if acknowledged is not None:
        commands = {row["command_id"] for row in await conn.fetch(COMMANDS, school)}
        if commands != set(acknowledged):
            found.append("what is stored isn't what was acknowledged")
    return found


async def _write(conn: asyncpg.Connection, chance: random.Random, acknowledged: set[UUID]) -> None:
    for _ in range(TRANSACTIONS_A_WRITER):
        command = a_command()
        transaction = conn.transaction()
        await transaction.start()
        await conn.execute(PAUSE, chance.uniform(0, LONGEST_PAUSE_SECONDS))
        await note(conn, SCHOOL, chance.randint(1, MOST_EVENTS), command=command)
        await conn.execute(PAUSE, chance.uniform(0, LONGEST_PAUSE_SECONDS))
        if chance.random() < ROLLED_BACK:
            await transaction.rollback()
        else:
            await transaction.commit()
            acknowledged.add(command.id)


async def _follow(
    conn: asyncpg.Connection, writing: asyncio.Future[list[None]], follow: Follow
) -> str | None:
    """Follow until the writers have ended and nothing is left."""
    consumer = teller()
    try:
        while not writing.done():
            await follow(conn, consumer, SCHOOL)
        while await follow(conn, consumer, SCHOOL):
            pass
    except (EventLogError, asyncpg.PostgresError) as error:
        return f"a follower failed: {type(error).__name__}"
    return None


async def _stalled_elsewhere(url: str, follower: asyncpg.Connection) -> list[str]:
    """Append to another school and follow it; whatever has to wait for the slow one is found."""
    async with connected(url) as elsewhere:
        appending = asyncio.create_task(note(elsewhere, OTHER_SCHOOL))
        if not await _done_or_waiting(appending, elsewhere, follower):
            appending.cancel()
            return ["an append to another school waited"]
    await consume(follower, teller(), OTHER_SCHOOL)
    return await differences(follower, OTHER_SCHOOL)


async def _done_or_waiting(
    task: asyncio.Task[object], conn: asyncpg.Connection, observer: asyncpg.Connection
) -> bool:
    """Wait until a task is done, or its session waits for a lock; tell which."""

    async def either() -> bool:
        return task.done() or await waits_for_a_lock(observer, conn)

    await eventually(either)
    return task.done()

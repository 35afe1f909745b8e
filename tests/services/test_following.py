"""Following the log whatever happens: what passes is waited for, what doesn't is set aside."""

import asyncio
import io
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from eventlog import Batch, Connection, Consumer, Cursor, consume, cursor_of, record_fault
from rich.console import Console
from servicekit.database import of_every_school, of_school
from servicekit.rebuilding import rebuild_all
from servicekit.runner import LOSSES_IN_A_ROW
from support.eventually import eventually
from support.following import EVENTS, NAME, OTHER_SCHOOL, SCHOOL, Following, two_schools

LOCK = "SELECT FROM eventlog.consumer_cursor FOR UPDATE"
PASS_OVER = "UPDATE eventlog.consumer_cursor SET position = position + 1 WHERE school_id = $1"


@pytest.fixture
async def following(database_url: str, tmp_path: Path) -> AsyncIterator[Following]:
    """Two schools with some events, followed by nobody yet."""
    async with two_schools(database_url, tmp_path) as made:
        yield made


async def take_too_long(conn: Connection) -> None:
    await conn.execute("SET LOCAL statement_timeout = '1ms'")
    await conn.execute("SELECT pg_sleep(60)")


async def lose_connection(conn: Connection) -> None:
    conn.terminate()
    await conn.execute("SELECT 1")


async def digest(_conn: Connection, _batch: Batch) -> None:
    return


async def test_a_batch_that_takes_too_long_is_taken_event_by_event(following: Following) -> None:
    async def handle(conn: Connection, batch: Batch) -> None:
        if len(batch.events) > 1:
            await take_too_long(conn)

    await following.look(handle)

    assert (await following.reached(), await following.faults()) == (EVENTS, [])


async def test_an_event_that_takes_too_long_by_itself_is_set_aside(following: Following) -> None:
    async def handle(conn: Connection, batch: Batch) -> None:
        if batch.school == SCHOOL and batch.events[-1].position >= EVENTS:
            await take_too_long(conn)

    await following.look(handle)

    [fault] = await following.faults()
    assert (fault.school, fault.position) == (SCHOOL, EVENTS)
    assert (await following.reached(SCHOOL), await following.reached(OTHER_SCHOOL)) == (2, EVENTS)


async def test_a_school_that_loses_its_connection_is_tried_again_and_only_at_last_set_aside(
    following: Following,
) -> None:
    lost = 0

    async def handle(conn: Connection, batch: Batch) -> None:
        nonlocal lost
        if batch.school == SCHOOL and batch.events[-1].position >= EVENTS:
            lost += 1
            await lose_connection(conn)

    while not await following.faults():
        await following.look(handle)

    assert lost == 1 + LOSSES_IN_A_ROW, "once in a batch; then the event by itself, in a row"
    assert (await following.faults())[0].position == EVENTS
    assert (await following.reached(SCHOOL), await following.reached(OTHER_SCHOOL)) == (2, EVENTS)


async def test_connections_lost_now_and_then_set_nothing_aside(following: Following) -> None:
    tries = 0

    async def handle(conn: Connection, batch: Batch) -> None:
        nonlocal tries
        tries += batch.school == SCHOOL
        if batch.school == SCHOOL and tries % 2:
            await lose_connection(conn)

    for _ in range(3 * LOSSES_IN_A_ROW):
        await following.look(handle)
        await following.append(SCHOOL)

    assert await following.faults() == []
    assert await following.reached() > EVENTS


@pytest.mark.parametrize("said", [asyncpg.InterfaceError, asyncpg.InternalClientError])
async def test_a_connection_that_ends_while_an_answer_is_read_sets_nothing_aside(
    following: Following, said: type[Exception]
) -> None:
    async def handle(_conn: Connection, batch: Batch) -> None:
        if batch.school == SCHOOL:
            raise said("the connection was ended")

    await following.look(handle)

    assert await following.faults() == []
    assert await following.reached(OTHER_SCHOOL) == EVENTS


async def test_a_fault_stands_while_another_replica_is_trying_the_school(
    following: Following,
) -> None:
    async with of_every_school(following.runtime.pool) as conn:
        await consume(conn, Consumer(name=NAME, kinds=None, handle=digest, forget=None), SCHOOL)
        await record_fault(
            conn, NAME, SCHOOL, position=4, error="X at y", now=following.house.clock()
        )
    await following.append(SCHOOL)
    following.house.clock.forward(seconds=2)

    async with of_school(following.runtime.pool, SCHOOL) as replica, replica.transaction():
        await replica.execute(LOCK)
        await following.look(digest)
    meanwhile = await following.faults()
    await following.look(digest)

    assert len(meanwhile) == 1
    assert await following.faults() == []


async def test_a_school_that_takes_long_keeps_no_other_waiting(following: Following) -> None:
    held, released = asyncio.Event(), asyncio.Event()

    async def handle(_conn: Connection, batch: Batch) -> None:
        if batch.school == SCHOOL:
            held.set()
            await released.wait()

    looking = asyncio.create_task(following.look(handle))
    await held.wait()
    try:
        for more in range(2):  # of which the second comes after a batch that was taken
            await eventually(partial(following.has_reached, EVENTS + more, OTHER_SCHOOL))
            await following.append(OTHER_SCHOOL)
        await eventually(partial(following.has_reached, EVENTS + 2, OTHER_SCHOOL))
        meanwhile = await following.reached(SCHOOL)
    finally:
        released.set()
        await looking

    assert (meanwhile, await following.reached(SCHOOL)) == (0, EVENTS)


async def test_a_school_that_can_t_be_rebuilt_is_named_and_stops_no_other(
    following: Following,
) -> None:
    await following.look(digest)
    await following.append(SCHOOL, "MarksRecorded.v1", '{"pupil": "zq-7741"}')
    async with of_every_school(following.runtime.pool) as conn:
        await conn.execute(PASS_OVER, SCHOOL)
    said = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        await rebuild_all(following.house.settings, NAME, Console(file=said, width=200))

    assert ended.value.code == 1
    assert f"{SCHOOL} not rebuilt: MalformedEvent at " in said.getvalue()
    assert "zq-7741" not in said.getvalue()
    async with of_every_school(following.runtime.pool) as conn:
        assert await cursor_of(conn, NAME, SCHOOL) == Cursor(1, EVENTS + 1)
        assert await cursor_of(conn, NAME, OTHER_SCHOOL) == Cursor(2, EVENTS)

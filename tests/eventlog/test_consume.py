"""Consumers: every event of a school, in order, each with its effect exactly once."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from eventlog import (
    Batch,
    Connection,
    Consumer,
    Cursor,
    CursorMoved,
    Dirty,
    SchoolId,
    consume,
    cursor_of,
    dirty_schools,
    lag,
    record_fault,
)
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, note, noted, teller, told

pytestmark = pytest.mark.usefixtures("telling")

THIRD_SCHOOL = SchoolId(999003)
MOVE = "UPDATE eventlog.consumer_cursor SET position = position + 1 WHERE school_id = $1"


class Indigestible(Exception):
    """What a consumer raises over an event it can't digest."""


async def test_events_are_told_in_order_batch_after_batch(conn: asyncpg.Connection) -> None:
    await note(conn, events=5)
    follower = teller(batch_events=2)

    moved = [await consume(conn, follower, SCHOOL) for _ in range(4)]

    assert moved == [2, 2, 1, 0]
    assert await told(conn) == [1, 2, 3, 4, 5]
    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(version=1, position=5)


async def test_a_batch_is_live_and_of_the_active_version(conn: asyncpg.Connection) -> None:
    batches: list[Batch] = []

    async def keep(_: Connection, batch: Batch) -> None:
        batches.append(batch)

    await note(conn, events=2)
    await consume(conn, Consumer(name="keeper", kinds=None, handle=keep, forget=None), SCHOOL)

    assert [(batch.school, batch.version, batch.live) for batch in batches] == [(SCHOOL, 1, True)]


async def test_kinds_that_were_not_asked_for_are_passed_over(conn: asyncpg.Connection) -> None:
    kinds = ["A.v1", "B.v1", "A.v1", "B.v1"]
    await note(conn, events=[noted(kind=kind) for kind in kinds])

    assert await consume(conn, teller(kinds={"A.v1"}), SCHOOL) == 4
    assert await told(conn) == [1, 3]


async def test_a_cursor_moves_on_where_there_was_nothing_to_hand_over(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=3)

    assert await consume(conn, teller(kinds={"Never.v1"}), SCHOOL) == 3
    assert await told(conn) == []


async def test_a_limit_stops_after_the_last_event_it_allows(conn: asyncpg.Connection) -> None:
    kinds = ["A.v1", "B.v1", "A.v1", "B.v1"]
    await note(conn, events=[noted(kind=kind) for kind in kinds])
    follower = teller(kinds={"A.v1"})

    moved = [await consume(conn, follower, SCHOOL, limit=1) for _ in range(4)]

    assert moved == [1, 2, 1, 0]


async def test_a_failed_batch_has_no_effect_and_leaves_the_cursor(
    conn: asyncpg.Connection,
) -> None:
    follower = teller()

    async def fail(conn: Connection, batch: Batch) -> None:
        await follower.handle(conn, batch)
        raise Indigestible

    await note(conn, events=2)
    with pytest.raises(Indigestible):
        await consume(conn, Consumer(name="teller", kinds=None, handle=fail, forget=None), SCHOOL)
    assert await told(conn) == []
    assert await cursor_of(conn, "teller", SCHOOL) is None

    await consume(conn, follower, SCHOOL)
    assert await told(conn) == [1, 2]


async def test_a_replica_passes_by_a_school_that_another_works_on(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    follower = teller()
    passed_by: list[int] = []

    async def meanwhile(conn: Connection, batch: Batch) -> None:
        passed_by.append(await consume(second, follower, SCHOOL))
        await follower.handle(conn, batch)

    await note(conn)
    await consume(conn, follower, SCHOOL)
    await note(conn)
    await consume(conn, Consumer(name="teller", kinds=None, handle=meanwhile, forget=None), SCHOOL)

    assert passed_by == [0]
    assert await told(conn) == [1, 2]


async def test_two_replicas_that_both_begin_a_school_begin_it_once(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    begun = asyncio.Event()
    follower = teller()

    async def slowly(conn: Connection, batch: Batch) -> None:
        begun.set()
        await conn.execute("SELECT pg_sleep(0.05)")
        await follower.handle(conn, batch)

    async def late() -> int:
        await begun.wait()
        return await consume(second, follower, SCHOOL)

    await note(conn, events=2)
    slow = Consumer(name="teller", kinds=None, handle=slowly, forget=None)

    moved = await asyncio.gather(consume(conn, slow, SCHOOL), late())

    assert list(moved) == [2, 0]
    assert await told(conn) == [1, 2]


async def test_a_batch_whose_cursor_was_moved_by_another_is_undone(
    conn: asyncpg.Connection,
) -> None:
    follower = teller()

    async def meddle(conn: Connection, batch: Batch) -> None:
        await follower.handle(conn, batch)
        await conn.execute(MOVE, batch.school)

    await note(conn, events=2)
    with pytest.raises(CursorMoved):
        await consume(conn, Consumer(name="teller", kinds=None, handle=meddle, forget=None), SCHOOL)

    assert await told(conn) == []


async def test_the_school_least_behind_comes_first(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, SCHOOL, 5)
    await note(conn, OTHER_SCHOOL, 2)
    await note(conn, THIRD_SCHOOL, 9)
    await consume(conn, teller(), THIRD_SCHOOL, limit=8)

    found = await dirty_schools(conn, "teller", now=MORNING, limit=3)

    assert [each.school for each in found] == [THIRD_SCHOOL, OTHER_SCHOOL, SCHOOL]


async def test_a_school_far_behind_has_its_turn_though_others_always_have_a_little_news(
    conn: asyncpg.Connection,
) -> None:
    for school in range(1, 8):
        await note(conn, SchoolId(school))
    await note(conn, SCHOOL, 9)

    looks = [await dirty_schools(conn, "teller", now=MORNING, limit=4) for _ in range(200)]

    assert {len(look) for look in looks} == {4}, "the limit holds"
    assert any(Dirty(SCHOOL, held_back=False) in look for look in looks)


async def test_a_school_that_has_been_read_to_its_head_is_not_dirty(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=2)
    await consume(conn, teller(), SCHOOL)

    assert await dirty_schools(conn, "teller", now=MORNING, limit=10) == []
    assert await dirty_schools(conn, "another", now=MORNING, limit=10) == [
        Dirty(SCHOOL, held_back=False)
    ]


async def test_a_school_held_back_is_passed_over_until_its_time_has_come(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, SCHOOL)
    await note(conn, OTHER_SCHOOL)
    await record_fault(conn, "teller", SCHOOL, position=1, error="Indigestible", now=MORNING)

    early = await dirty_schools(conn, "teller", now=MORNING, limit=10)
    due = await dirty_schools(conn, "teller", now=MORNING + timedelta(seconds=1), limit=10)

    assert early == [Dirty(OTHER_SCHOOL, held_back=False)]
    assert {each.school: each.held_back for each in due} == {SCHOOL: True, OTHER_SCHOOL: False}


async def test_the_lag_is_what_waits_over_all_schools(conn: asyncpg.Connection) -> None:
    assert await lag(conn, "teller") == 0

    await note(conn, SCHOOL, 5)
    await note(conn, OTHER_SCHOOL, 2)
    await consume(conn, teller(), SCHOOL, limit=4)

    assert await lag(conn, "teller") == 3

"""Rebuilding: the new read model grows beside the old, and takes its place all at once."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from eventlog import (
    Batch,
    Connection,
    Cursor,
    NotRebuildable,
    RebuildUnderWay,
    SchoolId,
    consume,
    cursor_of,
    rebuild_school,
    schools_of,
)
from support.eventually import eventually
from support.log import OTHER_SCHOOL, SCHOOL, note, teller, told, waits_for_a_lock

HELD_STILL = "SELECT FROM eventlog.consumer_cursor FOR UPDATE"

pytestmark = pytest.mark.usefixtures("telling")


class Interrupted(Exception):
    """The end of a process, in the middle of a rebuild."""


async def test_a_rebuilt_model_is_a_new_version_made_of_all_the_log(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=5)
    follower = teller(batch_events=2)
    while await consume(conn, follower, SCHOOL):
        pass

    assert await rebuild_school(conn, follower, SCHOOL) == 2
    assert await told(conn, version=2) == [1, 2, 3, 4, 5]
    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(version=2, position=5)


async def test_the_old_version_is_forgotten(conn: asyncpg.Connection) -> None:
    await note(conn, events=2)
    await consume(conn, teller(), SCHOOL)
    await rebuild_school(conn, teller(), SCHOOL)

    assert await told(conn, version=1) == []
    assert await conn.fetchval("SELECT count(*) FROM eventlog.consumer_cursor") == 1


async def test_nothing_is_live_while_it_is_replayed(conn: asyncpg.Connection) -> None:
    await note(conn, events=2)
    await consume(conn, teller(), SCHOOL)
    await rebuild_school(conn, teller(), SCHOOL)

    assert await conn.fetchval("SELECT count(*) FROM public.told WHERE live") == 0


async def test_a_rebuild_stops_where_the_version_in_use_stands_and_the_rest_follows_live(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=3)
    await consume(conn, teller(), SCHOOL, limit=2)

    await rebuild_school(conn, teller(), SCHOOL)
    assert await told(conn, version=2) == [1, 2]

    await consume(conn, teller(), SCHOOL)
    assert await told(conn, version=2) == [1, 2, 3]
    assert await conn.fetchval("SELECT position FROM public.told WHERE live") == 3


async def test_a_rebuild_catches_up_with_what_happens_meanwhile(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    follower = teller(batch_events=2)

    async def as_more_is_appended(conn: Connection, batch: Batch) -> None:
        await follower.handle(conn, batch)
        if batch.events[-1].position == 4:
            await note(second)

    await note(conn, events=6)
    while await consume(conn, follower, SCHOOL):
        pass
    await rebuild_school(conn, replace(follower, handle=as_more_is_appended), SCHOOL)
    await consume(conn, follower, SCHOOL)

    assert await told(conn, version=2) == [1, 2, 3, 4, 5, 6, 7]


async def test_an_interrupted_rebuild_leaves_what_there_was_and_one_of_no_code_begins_anew(
    conn: asyncpg.Connection,
) -> None:
    follower = teller(batch_events=2)

    async def until_the_fifth(conn: Connection, batch: Batch) -> None:
        if batch.events[-1].position > 4:
            raise Interrupted
        await follower.handle(conn, batch)

    await note(conn, events=6)
    await consume(conn, follower, SCHOOL, limit=6)
    with pytest.raises(Interrupted):
        await rebuild_school(conn, replace(follower, handle=until_the_fifth), SCHOOL)
    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(version=1, position=6)
    assert await told(conn, version=2) == [1, 2, 3, 4]

    handed: list[int] = []

    async def by_other_code(conn: Connection, batch: Batch) -> None:
        handed.extend(event.position for event in batch.events)
        await follower.handle(conn, batch)

    await note(conn)
    await consume(conn, follower, SCHOOL)
    assert await rebuild_school(conn, replace(follower, handle=by_other_code), SCHOOL) == 2
    assert handed == [1, 2, 3, 4, 5, 6, 7]
    assert await told(conn, version=2) == [1, 2, 3, 4, 5, 6, 7]


async def test_a_rebuild_is_refused_while_another_is_under_way_and_not_after_it(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    follower = teller()

    async def meanwhile(conn: Connection, batch: Batch) -> None:
        with pytest.raises(RebuildUnderWay):
            await rebuild_school(second, follower, SCHOOL)
        await follower.handle(conn, batch)

    await note(conn, events=2)
    await consume(conn, follower, SCHOOL)

    assert await rebuild_school(conn, replace(follower, handle=meanwhile), SCHOOL) == 2
    assert await rebuild_school(second, follower, SCHOOL) == 3


async def test_a_rebuild_whose_connection_was_lost_can_be_begun_by_another(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    follower = teller()

    async def lose(conn: Connection, _batch: Batch) -> None:
        conn.terminate()
        raise Interrupted

    await note(conn, events=2)
    await consume(conn, follower, SCHOOL)
    with pytest.raises((Interrupted, asyncpg.InterfaceError)):
        await rebuild_school(conn, replace(follower, handle=lose), SCHOOL)

    async def begun() -> bool:
        try:
            return await rebuild_school(second, follower, SCHOOL) == 2
        except RebuildUnderWay:
            return False

    await eventually(begun)


async def test_the_school_is_followed_live_while_it_is_rebuilt(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    follower = teller(batch_events=2)
    moved: list[int] = []

    async def meanwhile(conn: Connection, batch: Batch) -> None:
        if batch.events[-1].position <= 4:
            await note(second)
            moved.append(await consume(second, follower, SCHOOL))
        await follower.handle(conn, batch)

    await note(conn, events=8)
    while await consume(conn, follower, SCHOOL):
        pass
    await rebuild_school(conn, replace(follower, handle=meanwhile), SCHOOL)

    assert moved == [1, 1]
    assert await told(conn, version=2) == list(range(1, 11))


async def test_a_school_that_moves_on_before_its_last_batch_is_followed_to_where_it_stands(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    follower = teller(batch_events=2)
    await note(conn, events=2)
    await consume(conn, follower, SCHOOL)
    async with second.transaction():
        await second.execute(HELD_STILL)
        rebuilding = asyncio.create_task(rebuild_school(conn, follower, SCHOOL))
        await eventually(lambda: waits_for_a_lock(second, conn))
        await note(second, events=3)
        while await consume(second, follower, SCHOOL):
            pass

    assert await rebuilding == 2
    assert await told(conn, version=2) == [1, 2, 3, 4, 5]


async def test_a_school_the_consumer_has_not_begun_is_not_rebuilt(conn: asyncpg.Connection) -> None:
    await note(conn)

    with pytest.raises(NotRebuildable):
        await rebuild_school(conn, teller(), SCHOOL)


async def test_a_rebuilt_model_can_be_rebuilt(conn: asyncpg.Connection) -> None:
    await note(conn, events=3)
    await consume(conn, teller(), SCHOOL)

    versions = [await rebuild_school(conn, teller(), SCHOOL) for _ in range(3)]

    assert versions == [2, 3, 4]
    assert await told(conn, version=4) == [1, 2, 3]


async def test_a_ledger_is_not_rebuilt(conn: asyncpg.Connection) -> None:
    await note(conn)
    await consume(conn, teller(), SCHOOL)

    with pytest.raises(NotRebuildable):
        await rebuild_school(conn, replace(teller(), forget=None), SCHOOL)

    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(version=1, position=1)


async def test_the_schools_to_rebuild_are_those_the_consumer_has_begun(
    conn: asyncpg.Connection,
) -> None:
    for school in (OTHER_SCHOOL, SCHOOL, SchoolId(999003)):
        await note(conn, school)
    for school in (OTHER_SCHOOL, SCHOOL):
        await consume(conn, teller(), school)

    assert await schools_of(conn, "teller") == {SCHOOL: 1, OTHER_SCHOOL: 1}
    assert await schools_of(conn, "another") == {}

"""Instants that have come: each had once, by one replica, after all that was recorded up to it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from eventlog import (
    Batch,
    Connection,
    Consumer,
    Cursor,
    Dirty,
    DueSchool,
    RecordedTooEarly,
    SchoolId,
    consume,
    consume_due,
    consume_time,
    cursor_of,
    due_schools,
    record_fault,
)
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, note, teller

pytestmark = pytest.mark.usefixtures("telling")

NOON = MORNING + timedelta(hours=3)
MOMENT = timedelta(microseconds=1)


class Bell:
    """A consumer that rings at noon in every school, and what it was handed."""

    def __init__(self) -> None:
        self.rung: list[Batch] = []

    def consumer(self) -> Consumer:
        """Make the consumer."""
        told = teller()

        async def handle(conn: Connection, batch: Batch) -> None:
            if batch.at is None:
                await told.handle(conn, batch)
            else:
                self.rung.append(batch)

        async def due(
            _conn: Connection, now: datetime, limit: int, others: Collection[SchoolId]
        ) -> list[DueSchool]:
            schools = [school for school in (SCHOOL, OTHER_SCHOOL) if school not in others]
            return [DueSchool(school, NOON) for school in schools if now >= NOON][:limit]

        return replace(told, handle=handle, due=due)


@pytest.fixture
async def bell(conn: asyncpg.Connection) -> Bell:
    """A bell in two schools whose logs it has read."""
    bell = Bell()
    for school in (SCHOOL, OTHER_SCHOOL):
        await note(conn, school)
        await consume(conn, bell.consumer(), school)
    return bell


async def test_a_consumer_that_time_means_nothing_to_has_nothing_due(
    conn: asyncpg.Connection,
) -> None:
    assert await due_schools(conn, teller(), now=NOON, limit=10) == []


async def test_what_is_due_is_listed_from_its_instant_on(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    before = await due_schools(conn, bell.consumer(), now=NOON - MOMENT, limit=10)

    assert before == []
    assert await due_schools(conn, bell.consumer(), now=NOON, limit=1) == [
        Dirty(SCHOOL, held_back=False, due_at=NOON)
    ]


async def test_a_school_held_back_by_a_fault_waits_for_its_next_try(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    await record_fault(conn, "teller", SCHOOL, position=0, error="X at y", now=NOON)

    waiting = await due_schools(conn, bell.consumer(), now=NOON, limit=10)
    later = await due_schools(conn, bell.consumer(), now=NOON + timedelta(minutes=1), limit=10)

    assert [each.school for each in waiting] == [OTHER_SCHOOL]
    assert later[0] == Dirty(SCHOOL, held_back=True, due_at=NOON)


async def test_an_instant_is_had_without_events_and_moves_no_cursor(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    assert await consume_due(conn, bell.consumer(), SCHOOL, NOON)

    assert bell.rung == [Batch(SCHOOL, 1, (), live=True, after=1, at=NOON)]
    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(version=1, position=1)


async def test_events_that_wait_are_had_before_it(conn: asyncpg.Connection, bell: Bell) -> None:
    await note(conn, at=NOON)

    early = await consume_due(conn, bell.consumer(), SCHOOL, NOON)
    await consume(conn, bell.consumer(), SCHOOL)

    assert not early
    assert await consume_due(conn, bell.consumer(), SCHOOL, NOON)
    assert [batch.after for batch in bell.rung] == [2]


async def test_nothing_is_recorded_any_more_up_to_an_instant_that_was_had(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    await consume_due(conn, bell.consumer(), SCHOOL, NOON)

    with pytest.raises(RecordedTooEarly):
        await note(conn, at=NOON)
    assert (await note(conn, at=NOON + MOMENT)).position == 2


async def test_an_instant_the_database_hasn_t_come_to_waits(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)

    assert not await consume_due(conn, bell.consumer(), SCHOOL, ahead)
    assert bell.rung == []


async def test_a_school_without_a_log_has_nothing_due(conn: asyncpg.Connection) -> None:
    assert not await consume_due(conn, Bell().consumer(), SchoolId(999009), NOON)


async def test_while_one_replica_has_a_school_another_passes_it_by(
    conn: asyncpg.Connection, second: asyncpg.Connection, bell: Bell
) -> None:
    async with conn.transaction():
        await conn.execute("SELECT FROM eventlog.consumer_cursor FOR UPDATE")

        assert not await consume_due(second, bell.consumer(), SCHOOL, NOON)

    assert bell.rung == []


async def test_time_is_had_up_to_the_next_event_without_that_event(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    await note(conn, at=NOON)

    await consume_time(conn, bell.consumer(), SCHOOL)

    assert bell.rung == [Batch(SCHOOL, 1, (), live=True, after=1, at=NOON - MOMENT)]
    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(version=1, position=1)


async def test_with_no_event_to_come_there_is_no_time_before_it(
    conn: asyncpg.Connection, bell: Bell
) -> None:
    await consume_time(conn, bell.consumer(), SCHOOL)

    assert bell.rung == []


async def test_time_alone_is_had_by_one_replica_and_where_it_means_something(
    conn: asyncpg.Connection, second: asyncpg.Connection, bell: Bell
) -> None:
    await note(conn, at=NOON)
    async with conn.transaction():
        await conn.execute("SELECT FROM eventlog.consumer_cursor FOR UPDATE")
        await consume_time(second, bell.consumer(), SCHOOL)
    await consume_time(conn, replace(bell.consumer(), due=None), SCHOOL)

    assert bell.rung == []

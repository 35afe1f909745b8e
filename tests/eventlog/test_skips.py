"""Skipping: one event isn't handed to one consumer, and it stands who decided that."""

from dataclasses import replace

import asyncpg
import pytest
from eventlog import (
    Batch,
    Connection,
    Consumer,
    Cursor,
    NoFaultThere,
    SchoolId,
    Skip,
    consume,
    cursor_of,
    next_handed,
    rebuild_school,
    record_fault,
    skip,
    skips,
    standing_faults,
    try_now,
)
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, note, noted, teller, told

pytestmark = pytest.mark.usefixtures("telling")


class Unreadable(Exception):
    """What the second event does to whoever reads it."""


def skipped(position: int = 2, *, consumer: str = "teller", school: SchoolId = SCHOOL) -> Skip:
    return Skip(
        consumer=consumer,
        school=school,
        position=position,
        reason="Written by a test of ours.",
        by_name="O. Perator",
        by_position="On call",
        skipped_at=MORNING,
    )


async def fail(
    conn: asyncpg.Connection, position: int = 2, school: SchoolId = SCHOOL, who: str = "teller"
) -> None:
    await record_fault(conn, who, school, position=position, error="X at y", now=MORNING)


def stumbling(*, batch_events: int = 500) -> Consumer:
    """Make a teller that can't read the second event."""
    sound = teller(batch_events=batch_events)

    async def handle(conn: Connection, batch: Batch) -> None:
        if any(event.position == 2 for event in batch.events):
            raise Unreadable
        await sound.handle(conn, batch)

    return replace(sound, handle=handle)


@pytest.mark.parametrize("batch_events", [1, 500])
async def test_a_school_goes_on_after_the_event_that_was_skipped(
    conn: asyncpg.Connection, owner: asyncpg.Connection, batch_events: int
) -> None:
    consumer = stumbling(batch_events=batch_events)
    await note(conn, events=4)
    await fail(conn)
    await skip(owner, skipped())

    while await consume(conn, consumer, SCHOOL):
        pass

    assert await told(conn) == [1, 3, 4]
    assert await cursor_of(conn, "teller", SCHOOL) == Cursor(1, 4)
    assert await standing_faults(conn) == []


async def test_a_rebuild_passes_over_the_same_event(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await note(conn, events=4)
    await fail(conn)
    await skip(owner, skipped())
    await consume(conn, stumbling(), SCHOOL)

    assert await rebuild_school(conn, stumbling(batch_events=1), SCHOOL) == 2
    assert await told(conn, version=2) == [1, 3, 4]


async def test_no_other_school_and_no_other_consumer_passes_over_it(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    for school in (SCHOOL, OTHER_SCHOOL):
        await note(conn, school, events=3)
    await fail(conn)
    await skip(owner, skipped())

    await consume(conn, teller(), OTHER_SCHOOL)
    await consume(conn, teller("another"), SCHOOL)

    assert await told(conn, OTHER_SCHOOL) == [1, 2, 3]
    assert await told(conn, consumer="another") == [1, 2, 3]


async def test_a_skip_says_who_decided_it_when_and_why(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await fail(conn)
    await fail(conn, who="another")
    await skip(owner, skipped(consumer="another"))
    await skip(owner, skipped())

    assert await skips(conn, "teller") == [skipped()]
    assert await skips(conn) == [skipped(consumer="another"), skipped()]


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(skipped(3), id="another position"),
        pytest.param(skipped(school=OTHER_SCHOOL), id="another school"),
        pytest.param(skipped(consumer="another"), id="another consumer"),
    ],
)
async def test_only_an_event_that_holds_the_consumer_back_is_skipped(
    conn: asyncpg.Connection, owner: asyncpg.Connection, elsewhere: Skip
) -> None:
    await fail(conn)

    with pytest.raises(NoFaultThere):
        await skip(owner, elsewhere)

    assert await skips(conn) == []
    assert len(await standing_faults(conn)) == 1


async def test_no_service_skips_anything(conn: asyncpg.Connection) -> None:
    await fail(conn)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with conn.transaction():
            await skip(conn, skipped())

    assert len(await standing_faults(conn)) == 1


async def test_the_next_event_is_the_first_that_is_handed_over(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    consumer = teller(kinds={"Heard.v1"})
    kinds = ("Noted.v1", "Heard.v1", "Noted.v1", "Heard.v1")
    await note(conn, events=[noted(kind=kind) for kind in kinds])
    first = await next_handed(conn, consumer, SCHOOL)
    await fail(conn)
    await skip(owner, skipped())
    then = await next_handed(conn, consumer, SCHOOL)
    await consume(conn, consumer, SCHOOL)

    assert (first, then) == (2, 4)
    assert await next_handed(conn, consumer, SCHOOL) == 5


@pytest.mark.parametrize(
    ("consumer", "school", "hurried"),
    [
        pytest.param(None, None, 3, id="all"),
        pytest.param("teller", None, 2, id="of one consumer"),
        pytest.param(None, SCHOOL, 2, id="of one school"),
        pytest.param("teller", OTHER_SCHOOL, 1, id="of both"),
        pytest.param("nobody", None, 0, id="of nobody"),
    ],
)
async def test_delays_are_ended_where_that_was_asked_for(
    conn: asyncpg.Connection, consumer: str | None, school: SchoolId | None, hurried: int
) -> None:
    await fail(conn)
    await fail(conn, school=OTHER_SCHOOL)
    await fail(conn, who="another")

    await try_now(conn, consumer, school, now=MORNING)

    due = [fault for fault in await standing_faults(conn) if fault.next_try_at == MORNING]
    assert len(due) == hurried
    assert due == await standing_faults(conn, consumer, school)

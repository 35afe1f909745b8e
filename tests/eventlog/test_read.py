"""Reading the log: by position, by stream, by place and by instant."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate, count
from uuid import uuid4

import asyncpg
from eventlog import (
    SchoolId,
    StoredEvent,
    head,
    hold,
    newest_at,
    position_at,
    read_at,
    read_log,
    read_page,
    read_streams,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.eventually import eventually
from support.log import (
    EVERY_EVENT,
    MORNING,
    OTHER_SCHOOL,
    SCHOOL,
    connected,
    note,
    noted,
    waits_for_a_lock,
    whole_log,
)

UNUSED_SCHOOLS = count(1)
PAUSES = st.lists(st.integers(0, 3), max_size=12)  # seconds between one event and the next


def places(events: Sequence[StoredEvent]) -> list[int]:
    return [event.position for event in events]


async def test_a_school_without_events_stands_at_nought_everywhere(
    conn: asyncpg.Connection,
) -> None:
    assert await head(conn, SCHOOL) == 0
    assert await hold(conn, SCHOOL) == 0
    assert await newest_at(conn, SCHOOL) is None
    assert await position_at(conn, SCHOOL, MORNING) == 0
    assert await whole_log(conn) == []


async def test_the_newest_instant_is_the_last_events(conn: asyncpg.Connection) -> None:
    await note(conn)
    await note(conn, at=MORNING + timedelta(minutes=1))

    assert await newest_at(conn, SCHOOL) == MORNING + timedelta(minutes=1)


async def test_an_event_is_read_as_it_was_appended(conn: asyncpg.Connection) -> None:
    event = noted("as it was", kind="Said.v2")
    await note(conn, events=[event])

    assert await whole_log(conn) == [
        StoredEvent(
            school_id=SCHOOL,
            position=1,
            stream_id=event.stream_id,
            version=1,
            kind="Said.v2",
            recorded_at=MORNING,
            payload=event.payload,
        )
    ]


async def test_a_reading_keeps_to_its_bounds_its_limit_and_its_school(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, SCHOOL, 6)
    await note(conn, OTHER_SCHOOL, 6)

    bounded = await read_log(conn, SCHOOL, after=1, up_to=5, limit=EVERY_EVENT)
    limited = await read_log(conn, SCHOOL, after=1, up_to=5, limit=2)

    assert places(bounded) == [2, 3, 4, 5]
    assert {event.school_id for event in bounded} == {SCHOOL}
    assert places(limited) == [2, 3]


async def test_kinds_are_counted_before_the_limit(conn: asyncpg.Connection) -> None:
    kinds = ["A.v1", "B.v1", "A.v1", "C.v1", "A.v1"]
    await note(conn, events=[noted(kind=kind) for kind in kinds])

    found = await read_log(conn, SCHOOL, after=0, up_to=5, limit=3, kinds={"A.v1", "C.v1"})

    assert places(found) == [1, 3, 4]


async def test_a_page_ends_with_the_event_that_comes_to_its_bytes(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=[noted("x" * 1000), *[noted("é" * 50)] * 4])
    size = len((await whole_log(conn))[1].payload.encode())

    async def page(after: int, most_bytes: int) -> tuple[list[int], int]:
        read = await read_page(
            conn, SCHOOL, after=after, up_to=5, limit=EVERY_EVENT, most_bytes=most_bytes
        )
        return places(read.events), read.reached

    assert await page(0, 1) == ([1], 1), "one is given however large it is"
    assert await page(1, 2 * size) == ([2, 3], 3)
    assert await page(1, 2 * size + 1) == ([2, 3, 4], 4)
    assert await page(1, 4 * size + 1) == ([2, 3, 4, 5], 5)
    assert await page(5, 1) == ([], 5)


async def test_a_page_is_what_the_log_has_between_its_bounds(conn: asyncpg.Connection) -> None:
    kinds = ["A.v1", "B.v1", "A.v1", "C.v1", "A.v1", "B.v1"]
    await note(conn, events=[noted(kind=kind) for kind in kinds], at=MORNING)
    await note(conn, OTHER_SCHOOL, 6)
    await note(conn, events=6, at=MORNING + timedelta(days=365))

    wanted = {"A.v1", "C.v1"}
    for after, up_to, limit, of in [(0, 12, 12, None), (2, 9, 3, None), (1, 12, 2, wanted)]:
        page = await read_page(
            conn, SCHOOL, after=after, up_to=up_to, limit=limit, most_bytes=10**9, kinds=of
        )
        assert page.events == await read_log(
            conn, SCHOOL, after=after, up_to=up_to, limit=limit, kinds=of
        )
        assert page.reached == page.events[-1].position


async def test_a_page_with_room_left_reaches_as_far_as_it_was_to(conn: asyncpg.Connection) -> None:
    await note(conn, events=[noted(kind="A.v1"), noted(kind="B.v1"), noted(kind="B.v1")])

    page = await read_page(
        conn, SCHOOL, after=0, up_to=3, limit=2, most_bytes=10**9, kinds=["A.v1"]
    )

    assert (places(page.events), page.reached) == ([1], 3)


async def test_streams_are_read_in_the_order_of_the_log_after_a_position(
    conn: asyncpg.Connection,
) -> None:
    one, another, third = uuid4(), uuid4(), uuid4()
    in_turn = [one, another, third, one, another]
    await note(conn, events=[noted(stream=stream) for stream in in_turn])
    await note(conn, OTHER_SCHOOL, [noted(stream=one)])

    assert places(await read_streams(conn, SCHOOL, [another, one])) == [1, 2, 4, 5]
    assert places(await read_streams(conn, SCHOOL, [one], after=1)) == [4]


async def test_a_place_that_holds_nothing_is_left_out(conn: asyncpg.Connection) -> None:
    await note(conn, events=3)

    assert places(await read_at(conn, SCHOOL, [3, 99, 1])) == [1, 3]


async def test_a_held_log_takes_no_append_until_the_holder_ends(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    await note(conn)
    async with conn.transaction():
        assert await hold(conn, SCHOOL) == 1
        waiting = asyncio.create_task(note(second))
        await eventually(lambda: waits_for_a_lock(conn, second))
        assert await head(conn, SCHOOL) == 1

    assert (await waiting).position == 2


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pauses=PAUSES, asked=st.integers(-1, 40))
async def test_the_position_at_an_instant_is_the_last_event_not_after_it(
    database_url: str, pauses: list[int], asked: int
) -> None:
    school = SchoolId(next(UNUSED_SCHOOLS))
    instants = [MORNING + timedelta(seconds=second) for second in accumulate(pauses)]
    instant = MORNING + timedelta(seconds=asked)

    async with connected(database_url) as conn:
        for recorded_at in instants:
            await note(conn, school, at=recorded_at)
        found = await position_at(conn, school, instant)

    assert found == sum(recorded_at <= instant for recorded_at in instants)

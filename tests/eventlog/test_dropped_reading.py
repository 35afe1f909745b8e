"""A log of which a year was dropped reads as before: by position, by instant, by followers."""

import hashlib
import json
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import asyncpg
import pytest
from eventlog import (
    NewEvent,
    SchoolId,
    consume,
    cursor_of,
    grown_since,
    heads,
    hold_every_log,
    is_named,
    named_since,
    position_at,
    put_in_place,
    read_log,
    rebuild_school,
    recorded_years,
    set_aside,
    stretches_of,
    years_of_schools,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.dropping import IN_2019, IN_2020, NOW, SECOND, drop, three_years
from support.log import OTHER_SCHOOL, SCHOOL, note, noted, teller, told

URNS = count(100_001)

asking = st.integers(-1, 31)


@pytest.mark.parametrize(
    ("at", "position"),
    [
        (IN_2019 - SECOND, 0),
        (IN_2019, 0),
        (IN_2019 + SECOND, 2),
        (IN_2019 + 2 * SECOND, 2),
        (IN_2019 + 4 * SECOND, 4),
        (IN_2019 + 5 * SECOND, 6),
        (IN_2020 - SECOND, 6),
        (IN_2020, 7),
        (IN_2020 + SECOND, 8),
        (IN_2020 + 500 * SECOND, 9),
        (NOW - SECOND, 9),
        (NOW, 10),
        (datetime(9998, 8, 1, tzinfo=UTC), 10),
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
    ],
)
async def test_the_position_at_an_instant_is_the_last_one_that_is_still_there(
    conn: asyncpg.Connection, owner: asyncpg.Connection, at: datetime, position: int
) -> None:
    await three_years(conn)
    await three_years(conn, OTHER_SCHOOL)
    await drop(owner)

    assert await position_at(conn, SCHOOL, at) == position


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=12), asking)
async def test_the_position_at_any_instant_is_found_over_any_holes(
    conn: asyncpg.Connection,
    owner: asyncpg.Connection,
    drawn: list[tuple[int, bool]],
    asked: int,
) -> None:
    school = SchoolId(next(URNS))  # the log of the example before is there still
    drawn.sort()
    for second, _ in drawn:
        await note(conn, school, at=IN_2019 + second * SECOND)
    going = [(school, place) for place, (_, stays) in enumerate(drawn, start=1) if not stays]
    async with owner.transaction():
        await set_aside(owner, 2019, kinds=[], going=going)
        await hold_every_log(owner)
        await put_in_place(owner, [2019])

    there = [
        place for place, (second, stays) in enumerate(drawn, start=1) if stays and second <= asked
    ]

    assert await position_at(conn, school, IN_2019 + asked * SECOND) == max(there, default=0)


async def test_reading_passes_over_what_is_gone(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    await drop(owner)

    first = await read_log(conn, SCHOOL, after=0, up_to=10, limit=3)
    then = await read_log(conn, SCHOOL, after=first[-1].position, up_to=10, limit=10)

    assert [event.position for event in [*first, *then]] == [2, 4, 6, 7, 8, 9, 10]


@pytest.mark.usefixtures("telling")
async def test_a_consumer_is_told_what_stays_and_a_rebuild_the_same(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    consumer = teller(batch_events=2)
    while await consume(conn, consumer, SCHOOL):
        pass
    await drop(owner)

    version = await rebuild_school(conn, consumer, SCHOOL)
    newcomer = teller("newcomer", batch_events=2)
    while await consume(conn, newcomer, SCHOOL):
        pass

    assert await told(conn, version=version) == [2, 4, 6, 7, 8, 9, 10]
    assert await told(conn, consumer="newcomer") == [2, 4, 6, 7, 8, 9, 10]
    cursor = await cursor_of(conn, "newcomer", SCHOOL)
    assert cursor is not None
    assert cursor.position == 10


async def test_a_year_is_described_school_by_school(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    await note(conn, OTHER_SCHOOL, at=IN_2019)
    leaves = await owner.fetch(
        "SELECT leaf_hash FROM eventlog.event WHERE school_id = $1 AND year = 2019"
        " ORDER BY position",
        SCHOOL,
    )

    [stretch, other] = await stretches_of(owner, 2019)

    assert (stretch.school, stretch.first, stretch.last, stretch.events) == (SCHOOL, 1, 6, 6)
    assert stretch.digest == hashlib.sha256(b"".join(row[0] for row in leaves)).hexdigest()
    assert (other.school, other.events) == (OTHER_SCHOOL, 1)
    assert await stretches_of(owner, 2018) == []
    assert await years_of_schools(owner) == {SCHOOL: [2019, 2020, 2026], OTHER_SCHOOL: [2019]}


async def test_the_years_are_listed_with_those_that_were_dropped(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    await drop(owner, going=[(SCHOOL, 2), (SCHOOL, 4), (SCHOOL, 6)])

    listed = await recorded_years(owner)

    assert [(each.year, each.events, each.schools) for each in listed] == [
        (2019, 0, 0),
        (2020, 3, 1),
        (2026, 1, 1),
    ]
    assert [each.dropped_at for each in listed] == [NOW, None, None]
    assert [each.youngest_at for each in listed] == [None, IN_2020 + 2 * SECOND, NOW]


async def test_a_name_is_found_in_the_year_it_stands_in_and_no_other(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await note(conn, events=[noted("p_1")], at=IN_2019)
    await note(conn, events=[noted("p21")], at=IN_2020)

    found = [await is_named(owner, SCHOOL, year, '"p_1"') for year in (2019, 2020, 2026)]

    assert found == [True, False, False], "no character stands for another"
    assert not await is_named(owner, OTHER_SCHOOL, 2019, '"p_1"')


async def test_names_are_found_in_what_was_recorded_since_about_days_up_to_one(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    def said(name: str, on: str) -> NewEvent:
        return NewEvent(uuid4(), "Noted.v1", json.dumps({"date": on, "who": name}))

    await note(conn, events=[said("before", "2019-10-01")], at=IN_2019)
    for name, on in (("late", "2020-07-31"), ("new", "2020-09-09")):
        await note(conn, events=[said(name, on)], at=IN_2020)
    await note(conn, OTHER_SCHOOL, [said("elsewhere", "2020-07-31")], at=IN_2020)
    names = [f'"{name}"' for name in ("before", "late", "new", "elsewhere")]

    async def found(kind: str) -> set[str]:
        return await named_since(
            owner, SCHOOL, 2019, names, kinds=[kind], field="date", up_to="2020-07-31"
        )

    assert await found("Noted.v1") == {'"late"'}
    assert await found("Other.v1") == set()


async def test_a_school_whose_log_grew_is_named(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await note(conn, at=NOW)
    await note(conn, OTHER_SCHOOL, at=NOW)
    known = await heads(owner, [SCHOOL, OTHER_SCHOOL])
    await note(conn, at=NOW + SECOND)
    await note(conn, OTHER_SCHOOL, [noted(kind="Passing.v1")], at=NOW + SECOND)

    assert await grown_since(owner, known, besides=[]) == {SCHOOL, OTHER_SCHOOL}
    assert await grown_since(owner, known, besides=["Passing.v1"]) == {SCHOOL}
    assert await grown_since(owner, await heads(owner, [SCHOOL]), besides=[]) == set()

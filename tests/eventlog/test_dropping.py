"""A year can be dropped from the log: what stays is as it was, and nothing else is touched."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from eventlog import (
    LogBusy,
    begin_dropping,
    hold,
    hold_every_log,
    mark_dropped,
    put_in_place,
    retention,
    set_aside,
)
from eventlog.connection import Connection
from eventlog.record import SchoolId
from support.dropping import IN_2019, NOW, SECOND, drop, three_years
from support.eventually import eventually
from support.log import (
    OTHER_SCHOOL,
    SCHOOL,
    connected,
    note,
    noted,
    waits_for_a_lock,
    whole_log,
)

ROWS = "SELECT e::text FROM eventlog.event AS e WHERE school_id = $1 ORDER BY position"
ATTACHED = """
SELECT count(*) FROM pg_inherits
 WHERE inhparent = 'eventlog.event'::regclass AND inhrelid = to_regclass($1)
"""
APART = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = $1::regclass"


async def rows(conn: Connection, school: SchoolId = SCHOOL) -> list[str]:
    return [row[0] for row in await conn.fetch(ROWS, school)]


async def test_what_stays_is_byte_for_byte_what_it_was_and_at_its_place(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    before = await rows(conn)

    await drop(owner, going=[(SCHOOL, 4)])

    assert await rows(conn) == [before[1], before[5], *before[6:]]
    assert [event.position for event in await whole_log(conn)] == [2, 6, 7, 8, 9, 10]


async def test_another_year_and_another_school_s_events_are_untouched(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    await three_years(conn, OTHER_SCHOOL)
    before = await rows(conn, OTHER_SCHOOL)

    await drop(owner, going=[(SCHOOL, 2), (SCHOOL, 4), (SCHOOL, 6)])

    assert [event.position for event in await whole_log(conn)] == [7, 8, 9, 10]
    assert await rows(conn, OTHER_SCHOOL) == [before[1], before[3], *before[5:]]


async def test_a_dropped_year_can_be_thinned_again(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    await drop(owner)
    async with owner.transaction():
        await set_aside(owner, 2019, kinds=["Noted.v1"], going=[(SCHOOL, 2)])
        await set_aside(owner, 2020, kinds=["Noted.v1"], going=())
        await hold_every_log(owner)
        await put_in_place(owner, [2019, 2020])

    assert [event.position for event in await whole_log(conn)] == [4, 6, 8, 10]


async def test_appending_goes_on_where_it_was(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    stream = uuid4()
    await note(conn, events=[noted(stream=stream), noted(stream=stream)], at=IN_2019)
    await drop(owner)

    appended = await note(conn, events=[noted(stream=stream)], at=NOW)

    assert appended.position == 3
    assert [event.position for event in await whole_log(conn)] == [3]


@pytest.mark.parametrize("statement", ["UPDATE {} SET kind = ''", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["eventlog.event_2019", "eventlog.event"])
async def test_what_stays_is_append_only_still(
    conn: asyncpg.Connection, owner: asyncpg.Connection, statement: str, table: str
) -> None:
    await three_years(conn)
    await drop(owner)
    before = await rows(conn)

    with pytest.raises(asyncpg.PostgresError) as refusal:
        await owner.execute(statement.format(table))

    assert refusal.value.sqlstate == "RB000"
    assert await rows(conn) == before


async def test_what_stays_is_kept_apart_by_school_still(
    conn: asyncpg.Connection, owner: asyncpg.Connection, database_url: str
) -> None:
    await three_years(conn)
    await three_years(conn, OTHER_SCHOOL)
    await drop(owner)

    async with connected(database_url, whose=f"{SCHOOL}") as bound:
        seen = await bound.fetch("SELECT DISTINCT school_id FROM eventlog.event")

    assert [row["school_id"] for row in seen] == [SCHOOL]
    assert await owner.fetchval(APART, "eventlog.event_2019")
    assert await owner.fetchval(ATTACHED, "eventlog.event_2019") == 1


async def test_keys_are_kept_over_what_stays(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)
    await drop(owner)

    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute(
            "INSERT INTO eventlog.event SELECT * FROM eventlog.event WHERE position = 2"
        )


async def test_what_is_interrupted_before_the_end_leaves_all_as_it_was(
    conn: asyncpg.Connection, owner: asyncpg.Connection, database_url: str
) -> None:
    await three_years(conn)
    before = await rows(conn)

    async with connected(database_url, role=None) as dying:
        transaction = dying.transaction()
        await transaction.start()
        await begin_dropping(dying)
        await set_aside(dying, 2019, kinds=["Noted.v1"], going=())
        await hold_every_log(dying)
        await put_in_place(dying, [2019])
        await mark_dropped(dying, 2019, NOW)
        dying.terminate()

    assert await rows(conn) == before
    assert await owner.fetchval("SELECT to_regclass('eventlog.event_2019_staying')") is None
    async with owner.transaction():
        assert await begin_dropping(owner) == []


async def test_appends_go_on_while_what_stays_is_copied(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await three_years(conn)

    async with owner.transaction():
        await begin_dropping(owner)
        await set_aside(owner, 2019, kinds=["Noted.v1"], going=())
        appended = await note(conn, at=NOW + SECOND)

    assert appended.position == 11


async def test_a_log_that_is_never_let_go_of_is_left_alone(
    conn: asyncpg.Connection,
    owner: asyncpg.Connection,
    second: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await three_years(conn)
    monkeypatch.setattr(retention, "TRIES", 2)

    async with conn.transaction():
        await note(conn, at=NOW + SECOND)
        with pytest.raises(LogBusy):
            await drop(owner)
        read = await whole_log(second)

    assert len(read) == 10, "nobody waits for a dropping that waits"


async def test_whoever_holds_a_school_s_log_and_then_reads_meets_no_deadlock(
    conn: asyncpg.Connection, owner: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    """As a command does; an append takes the two the other way round."""
    await three_years(conn)

    async with asyncio.TaskGroup() as tasks, conn.transaction():
        await hold(conn, SCHOOL)
        tasks.create_task(drop(owner))
        await eventually(lambda: waits_for_a_lock(second, owner))
        held = await whole_log(conn)
        await note(conn, at=NOW + SECOND)

    assert len(held) == 10
    assert len(await whole_log(conn)) == 8


async def test_two_never_drop_at_once(
    conn: asyncpg.Connection, owner: asyncpg.Connection, database_url: str
) -> None:
    async def listed(other: Connection) -> list[int]:
        async with other.transaction():
            return await begin_dropping(other)

    async with (
        connected(database_url, role=None) as other,
        asyncio.TaskGroup() as tasks,
        owner.transaction(),
    ):
        await begin_dropping(owner)
        waiting = tasks.create_task(listed(other))
        await eventually(lambda: waits_for_a_lock(conn, other))
        await mark_dropped(owner, 2019, NOW)

    assert waiting.result() == [2019]

"""Appending: positions, versions, guards, instants, and the bytes that are kept."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import uuid4

import asyncpg
import pytest
from eventlog import (
    Guard,
    NewEvent,
    RecordedTooEarly,
    RecordedTooLate,
    SchoolId,
    StreamMoved,
    head,
    leaf_hash,
)
from eventlog.append import APPEND
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, connected, note, noted, whole_log

AS_WRITTEN = [
    '{"b":1,"a":2}',
    ' { "spaced" :\t[ 1.0, 1e2, -0 ] }\n',
    '{"twice":1,"twice":2}',
    '{"name":"Zoë Ní Dhomhnaill 😀","escaped":"\\u00e9\\ud83d\\ude00\\u0000"}',
    "null",
]

SALT = b"sixteen bytes it"
AS_PARAMETERS: tuple[object, ...] = (
    SCHOOL,
    2026,
    MORNING,
    uuid4(),
    b"hash",
    [uuid4()],
    ["Noted.v1"],
    ["{}"],
    [SALT],
    [leaf_hash(SALT, "{}")],
    [],
    [],
)

# As the migration has it; for the other tests it was made to let every instant pass.
LATEST_INSTANT = import_module("rollbook_migrations.versions.0001_eventlog").LATEST_INSTANT


async def test_positions_run_from_one_without_a_gap(conn: asyncpg.Connection) -> None:
    await note(conn, events=3)
    last = await note(conn, events=2)

    assert (last.position, last.replayed) == (5, False)
    assert [event.position for event in await whole_log(conn)] == [1, 2, 3, 4, 5]


async def test_an_append_that_was_rolled_back_leaves_no_gap(conn: asyncpg.Connection) -> None:
    await note(conn)
    undone = conn.transaction()
    await undone.start()
    await note(conn, events=4)
    await undone.rollback()

    assert (await note(conn)).position == 2


async def test_each_school_counts_for_itself(conn: asyncpg.Connection) -> None:
    await note(conn, SCHOOL, 3)

    assert (await note(conn, OTHER_SCHOOL)).position == 1


async def test_versions_count_the_events_of_a_stream_within_a_command_and_across(
    conn: asyncpg.Connection,
) -> None:
    one, another = uuid4(), uuid4()
    await note(conn, events=[noted(stream=one), noted(stream=another), noted(stream=one)])
    await note(conn, events=[noted(stream=one)])

    found = [(event.stream_id, event.version) for event in await whole_log(conn)]
    assert found == [(one, 1), (another, 1), (one, 2), (one, 3)]


async def test_a_guard_lets_pass_what_stands_where_it_was_read(conn: asyncpg.Connection) -> None:
    stream, untouched = uuid4(), uuid4()
    await note(conn, events=[noted(stream=stream)])

    done = await note(conn, guards=[Guard(stream, 1), Guard(untouched, 0)])

    assert done.position == 2


@pytest.mark.parametrize("read_at", [0, 2])
async def test_a_guard_at_any_other_version_refuses_all_and_stores_nothing(
    conn: asyncpg.Connection, read_at: int
) -> None:
    stream = uuid4()
    await note(conn, events=[noted(stream=stream)])

    with pytest.raises(StreamMoved):
        await note(conn, events=2, guards=[Guard(uuid4(), 0), Guard(stream, read_at)])

    assert await head(conn, SCHOOL) == 1


async def test_a_guard_sees_what_was_committed_while_the_append_waited(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    stream = uuid4()
    await note(conn)
    async with conn.transaction():
        await note(conn, events=[noted(stream=stream)])
        waiting = asyncio.create_task(note(second, guards=[Guard(stream, 0)]))

    with pytest.raises(StreamMoved):
        await waiting


async def test_an_append_of_no_events_is_refused(conn: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.InvalidParameterValueError):
        await note(conn, events=[])


@pytest.mark.parametrize(
    ("parameter", "wrong"),
    [
        pytest.param(1, 3000, id="another recording year"),
        pytest.param(1, None, id="no recording year"),
        pytest.param(6, [], id="an event without its kind"),
        pytest.param(7, ["{}", "{}"], id="a payload of no event"),
        pytest.param(8, [b"another salt"], id="another salt"),
        pytest.param(9, [b"\0" * 32], id="a false leaf hash"),
        pytest.param(9, [None], id="no leaf hash"),
        pytest.param(10, [uuid4()], id="a guard without its version"),
    ],
)
async def test_an_append_that_does_not_fit_together_is_refused_and_stores_nothing(
    conn: asyncpg.Connection, parameter: int, wrong: object
) -> None:
    parameters = list(AS_PARAMETERS)
    assert (await conn.fetchrow(APPEND, *parameters))["last_position"] == 1
    parameters[3] = uuid4()
    parameters[parameter] = wrong

    with pytest.raises(asyncpg.InvalidParameterValueError):
        await conn.fetchrow(APPEND, *parameters)

    assert await head(conn, SCHOOL) == 1


async def test_a_guard_whose_version_is_not_known_refuses_all(conn: asyncpg.Connection) -> None:
    parameters = [*AS_PARAMETERS[:10], [uuid4()], [None]]

    with pytest.raises(asyncpg.PostgresError) as refusal:
        await conn.fetchrow(APPEND, *parameters)

    assert refusal.value.sqlstate == "RB003"


async def test_an_instant_ahead_of_the_databases_clock_is_refused_and_a_minute_is_not(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute(LATEST_INSTANT.replace("CREATE", "CREATE OR REPLACE"))
    now: datetime = await owner.fetchval("SELECT clock_timestamp()")
    ahead, far_ahead = now + timedelta(seconds=59), now + timedelta(hours=1)

    await note(conn, at=ahead)
    with pytest.raises(RecordedTooLate):
        await note(conn, at=far_ahead)

    assert await head(conn, SCHOOL) == 1


async def test_an_instant_before_the_newest_is_refused_and_the_same_is_not(
    conn: asyncpg.Connection,
) -> None:
    await note(conn)
    await note(conn)

    with pytest.raises(RecordedTooEarly):
        await note(conn, at=MORNING - timedelta(microseconds=1))

    assert await head(conn, SCHOOL) == 2


async def test_a_school_that_is_in_the_new_recording_year_takes_nothing_from_the_old(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, at=datetime(2026, 8, 1, 0, 0, tzinfo=UTC))

    with pytest.raises(RecordedTooEarly):
        await note(conn, at=datetime(2026, 7, 31, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("recorded_at", "year"),
    [
        pytest.param(datetime(2031, 7, 31, 23, 59, 59, tzinfo=UTC), 2030, id="31 July"),
        pytest.param(datetime(2031, 8, 1, tzinfo=UTC), 2031, id="1 August"),
        pytest.param(datetime(2032, 1, 1, tzinfo=UTC), 2031, id="January"),
    ],
)
async def test_a_recording_year_begins_on_1_august_and_its_partition_is_made_when_wanted(
    conn: asyncpg.Connection, recorded_at: datetime, year: int
) -> None:
    await note(conn, at=recorded_at)

    found = await conn.fetchval("SELECT tableoid::regclass::text FROM eventlog.event")
    assert found == f"eventlog.event_{year}"


async def test_positions_and_versions_go_on_in_a_new_recording_year(
    conn: asyncpg.Connection,
) -> None:
    stream = uuid4()
    await note(conn, events=[noted(stream=stream)], at=datetime(2026, 7, 31, tzinfo=UTC))
    await note(conn, events=[noted(stream=stream)], at=datetime(2026, 8, 1, tzinfo=UTC))

    found = [(event.position, event.version) for event in await whole_log(conn)]
    assert found == [(1, 1), (2, 2)]


async def test_schools_that_open_a_year_at_once_share_its_partition(database_url: str) -> None:
    far_ahead = datetime(2040, 9, 1, tzinfo=UTC)

    async def first_of_year(number: int) -> int:
        async with connected(database_url) as conn:
            # Two appends to each school, so that its first row is raced for as well.
            return (await note(conn, SchoolId(number // 2 + 1), at=far_ahead)).position

    positions = await asyncio.gather(*(first_of_year(number) for number in range(12)))

    assert sorted(positions) == [1] * 6 + [2] * 6


@pytest.mark.parametrize("payload", AS_WRITTEN)
async def test_a_payload_is_kept_byte_for_byte(conn: asyncpg.Connection, payload: str) -> None:
    await note(conn, events=[NewEvent(uuid4(), "Noted.v1", payload)])

    stored = await conn.fetchval("SELECT convert_to(payload::text, 'UTF8') FROM eventlog.event")
    [event] = await whole_log(conn)
    assert stored == payload.encode()
    assert event.payload == payload


@pytest.mark.parametrize("payload", AS_WRITTEN)
async def test_the_leaf_hash_is_of_the_salt_and_the_bytes_stored(
    conn: asyncpg.Connection, payload: str
) -> None:
    await note(conn, events=[NewEvent(uuid4(), "Noted.v1", payload)])

    row = await conn.fetchrow("SELECT payload::text, salt, leaf_hash FROM eventlog.event")
    by_us = hashlib.sha256(b"\x00" + row["salt"] + row["payload"].encode()).digest()
    by_the_server = await conn.fetchval(
        r"SELECT sha256('\x00'::bytea || salt || convert_to(payload::text, 'UTF8'))"
        " FROM eventlog.event"
    )
    assert len(row["salt"]) == 16
    assert row["leaf_hash"] == by_us == by_the_server


async def test_two_events_that_say_the_same_have_different_hashes(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=[noted("the same"), noted("the same")])

    hashes = await conn.fetch("SELECT DISTINCT leaf_hash FROM eventlog.event")
    assert len(hashes) == 2


@pytest.mark.parametrize("payload", ["", "{", "'single'", '{"a":1}{"b":2}'])
async def test_what_is_no_json_is_refused_by_the_database_and_nothing_is_stored(
    conn: asyncpg.Connection, payload: str
) -> None:
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        await note(conn, events=[noted("sound"), NewEvent(uuid4(), "Noted.v1", payload)])

    assert await head(conn, SCHOOL) == 0
    assert await whole_log(conn) == []

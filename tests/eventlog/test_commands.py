"""The same command sent again: stored once, answered the same."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from eventlog import (
    CommandInFlight,
    CommandReused,
    Guard,
    RecordedTooEarly,
    head,
    read_command,
)
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, a_command, note, noted, said_with, whole_log

BEFORE_MIDNIGHT = datetime(2026, 7, 31, 23, 59, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 8, 1, 0, 0, 1, tzinfo=UTC)


async def test_a_retry_stores_nothing_and_answers_with_the_position_of_the_first(
    conn: asyncpg.Connection,
) -> None:
    command = a_command()
    await note(conn, events=2, command=command)
    await note(conn)

    again = await note(conn, events=2, command=command)

    assert (again.position, again.replayed) == (2, True)
    assert await head(conn, SCHOOL) == 3


async def test_a_retry_is_answered_though_its_guards_no_longer_hold(
    conn: asyncpg.Connection,
) -> None:
    stream, command = uuid4(), a_command()
    await note(conn, events=[noted(stream=stream)], command=command, guards=[Guard(stream, 0)])

    again = await note(
        conn, events=[noted(stream=stream)], command=command, guards=[Guard(stream, 0)]
    )

    assert again.replayed


async def test_a_retry_is_answered_by_a_replica_whose_clock_is_behind(
    conn: asyncpg.Connection,
) -> None:
    command = a_command()
    await note(conn, command=command)

    assert (await note(conn, command=command, at=MORNING - timedelta(hours=1))).replayed


async def test_an_id_that_said_something_else_is_refused_and_stores_nothing(
    conn: asyncpg.Connection,
) -> None:
    command = a_command("one thing")
    await note(conn, command=command)

    with pytest.raises(CommandReused):
        await note(conn, command=said_with(command.id, "another"))

    assert await head(conn, SCHOOL) == 1


async def test_a_command_whose_first_run_is_still_open_is_told_to_ask_again(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    command = a_command()
    async with conn.transaction():
        await note(conn, command=command)
        with pytest.raises(CommandInFlight):
            await note(second, command=command)

    assert (await note(second, command=command)).replayed


async def test_a_command_whose_first_run_was_undone_is_stored(
    conn: asyncpg.Connection, second: asyncpg.Connection
) -> None:
    command = a_command()
    undone = conn.transaction()
    await undone.start()
    await note(conn, command=command)
    await undone.rollback()

    assert not (await note(second, command=command)).replayed


async def test_a_command_is_a_schools_own(conn: asyncpg.Connection) -> None:
    command = a_command("one thing")
    await note(conn, SCHOOL, command=command)

    elsewhere = await note(conn, OTHER_SCHOOL, command=said_with(command.id, "another"))

    assert not elsewhere.replayed


async def test_a_retry_after_midnight_of_31_july_finds_what_was_stored_before(
    conn: asyncpg.Connection,
) -> None:
    command = a_command()
    await note(conn, command=command, at=BEFORE_MIDNIGHT)

    again = await note(conn, command=command, at=AFTER_MIDNIGHT)

    assert (again.position, again.replayed) == (1, True)
    assert await head(conn, SCHOOL) == 1


async def test_another_body_after_midnight_of_31_july_is_refused(conn: asyncpg.Connection) -> None:
    command = a_command("one thing")
    await note(conn, command=command, at=BEFORE_MIDNIGHT)

    with pytest.raises(CommandReused):
        await note(conn, command=said_with(command.id, "another"), at=AFTER_MIDNIGHT)


async def test_a_retry_by_a_clock_still_before_midnight_is_refused_and_never_stored_again(
    conn: asyncpg.Connection,
) -> None:
    command = a_command()
    await note(conn, command=command, at=AFTER_MIDNIGHT)

    with pytest.raises(RecordedTooEarly):
        await note(conn, command=command, at=BEFORE_MIDNIGHT)

    assert (await note(conn, command=command, at=AFTER_MIDNIGHT)).replayed


async def test_what_a_command_stored_is_found_under_its_id_alone(conn: asyncpg.Connection) -> None:
    command = a_command("both")
    await note(conn)
    await note(conn, events=[noted("first"), noted("second")], command=command)
    await note(conn)

    assert await read_command(conn, SCHOOL, command.id) == (
        command.hash,
        (await whole_log(conn))[1:3],
    )
    assert await read_command(conn, OTHER_SCHOOL, command.id) is None

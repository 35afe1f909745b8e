"""Settling the past: what was known at an instant that was asked about never changes."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from eventlog import RecordedTooEarly, newest_at, position_at, settle
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, note

LATER = MORNING + timedelta(minutes=5)


async def test_nothing_is_recorded_at_or_before_a_settled_instant(conn: asyncpg.Connection) -> None:
    await note(conn)

    await settle(conn, SCHOOL, LATER)

    for instant in (MORNING, LATER):
        with pytest.raises(RecordedTooEarly):
            await note(conn, at=instant)
    after = await note(conn, at=LATER + timedelta(microseconds=1))
    assert await position_at(conn, SCHOOL, LATER) == after.position - 1


async def test_an_instant_that_newer_events_have_passed_is_settled_already(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, at=LATER)

    await settle(conn, SCHOOL, MORNING)

    assert await newest_at(conn, SCHOOL) == LATER


async def test_an_instant_yet_to_come_is_left_alone(conn: asyncpg.Connection) -> None:
    await note(conn)

    await settle(conn, SCHOOL, datetime.now(UTC) + timedelta(hours=1))

    assert await newest_at(conn, SCHOOL) == MORNING


async def test_another_schools_past_stays_open(conn: asyncpg.Connection) -> None:
    await note(conn)
    await note(conn, OTHER_SCHOOL)

    await settle(conn, SCHOOL, LATER)

    assert not (await note(conn, OTHER_SCHOOL, at=MORNING)).replayed

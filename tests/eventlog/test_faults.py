"""Faults: one school waits, longer each time, and nobody else does."""

from datetime import timedelta

import asyncpg
import pytest
from eventlog import Fault, SchoolId, clear_fault, record_fault, standing_faults
from support.log import MORNING, OTHER_SCHOOL, SCHOOL

pytestmark = pytest.mark.usefixtures("telling")


async def fail(conn: asyncpg.Connection, school: SchoolId = SCHOOL, after_seconds: int = 0) -> None:
    now = MORNING + timedelta(seconds=after_seconds)
    await record_fault(conn, "teller", school, position=7, error="KeyError digest:41", now=now)


async def test_a_fault_says_where_and_what_and_since_when(conn: asyncpg.Connection) -> None:
    await fail(conn)

    assert await standing_faults(conn, "teller") == [
        Fault(
            consumer="teller",
            school=SCHOOL,
            position=7,
            error="KeyError digest:41",
            attempts=1,
            first_at=MORNING,
            next_try_at=MORNING + timedelta(seconds=1),
        )
    ]


async def test_the_delay_doubles_and_ends_at_five_minutes(conn: asyncpg.Connection) -> None:
    delays: list[float] = []
    for attempt in range(12):
        await fail(conn, after_seconds=attempt)
        [fault] = await standing_faults(conn, "teller")
        now = MORNING + timedelta(seconds=attempt)
        delays.append((fault.next_try_at - now).total_seconds())

    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert (fault.attempts, fault.first_at) == (12, MORNING)


async def test_a_fault_of_a_thousand_attempts_is_still_tried_in_five_minutes(
    conn: asyncpg.Connection,
) -> None:
    await fail(conn)
    await conn.execute("UPDATE eventlog.consumer_fault SET attempts = 30000")

    await fail(conn)

    [fault] = await standing_faults(conn, "teller")
    assert fault.next_try_at == MORNING + timedelta(minutes=5)


async def test_the_longest_standing_comes_first(conn: asyncpg.Connection) -> None:
    await fail(conn, SCHOOL, after_seconds=5)
    await fail(conn, OTHER_SCHOOL)

    standing = await standing_faults(conn, "teller")

    assert [fault.school for fault in standing] == [OTHER_SCHOOL, SCHOOL]


async def test_a_cleared_fault_leaves_those_of_other_schools_and_consumers(
    conn: asyncpg.Connection,
) -> None:
    await fail(conn, SCHOOL)
    await fail(conn, OTHER_SCHOOL)
    await record_fault(conn, "another", SCHOOL, position=1, error="KeyError", now=MORNING)

    await clear_fault(conn, "teller", SCHOOL)

    assert [fault.school for fault in await standing_faults(conn, "teller")] == [OTHER_SCHOOL]
    assert [fault.school for fault in await standing_faults(conn, "another")] == [SCHOOL]

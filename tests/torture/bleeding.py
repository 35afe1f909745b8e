"""Scenario of two schools that are alike in everything but their number. Lists what it found.

Both have the same pupils, registers, keys, positions, consumers and faults. Whatever is done to the
one, every row of the other is compared before and after, in every table there is.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID, uuid4

import asyncpg
from attendance.codec import encode
from domain.given import REGISTERED
from eventlog import (
    Batch,
    Connection,
    Consumer,
    EventLogError,
    NewEvent,
    SchoolId,
    clear_fault,
    consume,
    consume_due,
    cursor_of,
    head,
    hold,
    newest_at,
    position_at,
    read_at,
    read_command,
    read_log,
    read_streams,
    rebuild_school,
    record_fault,
)
from register_api import projector, tables
from support.house import TERM_TIME, House, house
from support.log import (
    EVERY_EVENT,
    OTHER_SCHOOL,
    SCHOOL,
    connected,
    make_told,
    note,
    said_with,
    teller,
)
from support.school import PUPILS, SmallSchool, accepted, amendment, drawn

SCHOOLS: Final = (SCHOOL, OTHER_SCHOOL)
MOMENT: Final = timedelta(microseconds=1)
STATED: Final = encode(REGISTERED)  # every consumer can read it
MONDAY: Final = date(2026, 11, 9)
STREAM: Final = UUID("5d3b2c1a-0000-5000-8000-000000000001")
COMMAND: Final = said_with(UUID("5d3b2c1a-0000-5000-8000-000000000002"), "said")
NEXT_COMMAND: Final = said_with(UUID("5d3b2c1a-0000-5000-8000-000000000003"), "said")

# Every table with a school in it, in whichever schema, so that a new one is watched by itself.
TABLES_OF_SCHOOLS: Final = """
SELECT a.attrelid::regclass::text FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
 WHERE a.attname = 'school_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""

Deed: TypeAlias = Callable[[asyncpg.Connection], Awaitable[object]]


class Interrupted(Exception):
    """What ends a rebuild before its time."""


async def alike_but_for_their_number(url: str, data_dir: Path) -> list[str]:
    """Do to one school whatever is done to schools, and look at the other after each."""
    await make_told(url)
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(house(url, data_dir))
        client = await stack.enter_async_context(running.client())
        # The owner, who sees every service's tables.
        conn = await stack.enter_async_context(connected(url, role=None))
        schools = [SmallSchool(running, client, urn) for urn in SCHOOLS]
        for school in schools:
            await _fill(school, conn)
        await running.settle()
        for each in SCHOOLS:
            await _half_rebuild(conn, each)
        found: list[str] = []
        for name, deed in _deeds(schools[0]).items():
            found += await _touched(conn, name, deed)
        return found + await _misread(conn)


async def _fill(school: SmallSchool, conn: asyncpg.Connection) -> None:
    """Make a school with ten holidays of one pupil, an amendment, and a consumer at fault."""
    urn = SchoolId(school.urn)
    await school.open(*PUPILS)
    await school.take_weeks("p1", "GGGGGGGGGG", monday=MONDAY)
    await accepted(school.enter(drawn("//I"), key="the-same-key"))
    await accepted(school.amend([amendment("p3", "I", "M")], key="the-same-amendment"))
    events = [NewEvent(STREAM, *STATED), NewEvent(uuid4(), *STATED)]
    await note(conn, urn, events, command=COMMAND, at=school.house.clock())
    await consume(conn, teller(), urn, limit=4)
    await record_fault(conn, "teller", urn, position=5, error="KeyError", now=school.house.clock())


async def _half_rebuild(conn: asyncpg.Connection, school: SchoolId) -> None:
    """Leave a version beside the one in use, as an interrupted rebuild does."""
    follower = teller(batch_events=2)

    async def until_the_second(conn: Connection, batch: Batch) -> None:
        if batch.events[-1].position > 2:
            raise Interrupted
        await follower.handle(conn, batch)

    try:
        await rebuild_school(conn, replace(follower, handle=until_the_second), school)
    except Interrupted:
        return


def _deeds(school: SmallSchool) -> Mapping[str, Deed]:
    """All that is done to a school by a person, a consumer or an operator, by name."""
    running = school.house
    at = running.clock()
    thresholds = _consumer(running, "thresholds")
    notifications = _consumer(running, "notifications")

    async def rebuild_register(conn: asyncpg.Connection) -> None:
        async with conn.transaction():
            await projector.rebuild(conn, SCHOOL)

    async def forget_register(conn: asyncpg.Connection) -> None:
        async with conn.transaction():
            await tables.forget(conn, SCHOOL)

    async def forget_thresholds(conn: asyncpg.Connection) -> None:
        cursor = await cursor_of(conn, "thresholds", SCHOOL)
        assert cursor is not None
        assert thresholds.forget is not None
        await thresholds.forget(conn, SCHOOL, cursor.version)

    return {
        "appending": lambda conn: note(
            conn, SCHOOL, [NewEvent(STREAM, *STATED)], command=NEXT_COMMAND, at=at
        ),
        "a retry": lambda conn: note(conn, SCHOOL, command=COMMAND, at=at),
        "taking a register": lambda _: school.enter(drawn("N/-", "PM"), half="PM", key="new"),
        "amending": lambda _: school.amend([amendment("p1", "/", "I")], key="new-amendment"),
        "consuming": lambda conn: consume(conn, teller(), SCHOOL, limit=2),
        "thresholds' consuming": lambda conn: consume(conn, thresholds, SCHOOL),
        "an instant of thresholds": lambda conn: consume_due(conn, thresholds, SCHOOL, at),
        "notifications' consuming": lambda conn: consume(conn, notifications, SCHOOL),
        "another fault": lambda conn: record_fault(
            conn, "teller", SCHOOL, position=5, error="KeyError", now=at
        ),
        "clearing a fault": lambda conn: clear_fault(conn, "teller", SCHOOL),
        "rebuilding": lambda conn: rebuild_school(conn, teller(batch_events=2), SCHOOL),
        "rebuilding thresholds": lambda conn: rebuild_school(conn, thresholds, SCHOOL),
        "rebuilding the register": rebuild_register,
        "holding": lambda conn: hold(conn, SCHOOL),
        "forgetting the register": forget_register,
        "forgetting thresholds": forget_thresholds,
    }


def _consumer(running: House, name: str) -> Consumer:
    every = running.app.state.consumers.values()
    found: Consumer = next(each for consumers in every for each in consumers if each.name == name)
    return found


async def _touched(conn: asyncpg.Connection, name: str, deed: Deed) -> list[str]:
    before = await _rows_of(conn, OTHER_SCHOOL)
    own_before = await _rows_of(conn, SCHOOL)
    try:
        await deed(conn)
    except (EventLogError, asyncpg.PostgresError) as error:
        return [f"{name} failed: {type(error).__name__}"]
    after = await _rows_of(conn, OTHER_SCHOOL)
    found = [
        f"{name} touched another school's {table}"
        for table in before.keys() & after.keys()
        if before[table] != after[table]
    ]
    idle = name not in {"a retry", "holding", "rebuilding the register"}
    if idle and await _rows_of(conn, SCHOOL) == own_before:
        found.append(f"{name} did nothing")
    return found


async def _rows_of(conn: asyncpg.Connection, school: SchoolId) -> dict[str, list[str]]:
    return {
        table: [
            row[0]
            for row in await conn.fetch(
                f"SELECT t::text FROM {table} AS t WHERE school_id = $1 ORDER BY 1", school
            )
        ]
        for (table,) in await conn.fetch(TABLES_OF_SCHOOLS)
    }


async def _misread(conn: asyncpg.Connection) -> list[str]:
    """Read both schools in every way; the one has more events than the other by now."""
    found = []
    for school in SCHOOLS:
        own = await conn.fetchval(
            "SELECT count(*) FROM eventlog.event WHERE school_id = $1", school
        )
        newest = await conn.fetchval(
            "SELECT max(recorded_at) FROM eventlog.event WHERE school_id = $1", school
        )
        _, of_command = await read_command(conn, school, COMMAND.id) or (b"", [])
        read = {
            "the log": await read_log(conn, school, after=0, up_to=own, limit=EVERY_EVENT),
            "kinds": await read_log(
                conn, school, after=0, up_to=own, limit=EVERY_EVENT, kinds={STATED[0]}
            ),
            "a stream": await read_streams(conn, school, [STREAM]),
            "places": await read_at(conn, school, [1, 2]),
            "a command": of_command,
        }
        found += [
            f"reading {what} read another school's"
            for what, events in read.items()
            if not events or {event.school_id for event in events} != {school}
        ]
        stands = (await head(conn, school), await position_at(conn, school, TERM_TIME))
        # Later by a moment, where an instant of the school's own was settled.
        settled = await newest_at(conn, school)
        if stands != (own, own) or settled not in (newest, newest + MOMENT):
            found.append("where a school stands was read from another")
    return found

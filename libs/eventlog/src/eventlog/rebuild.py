"""Rebuilds a consumer's read model from the log, school by school, beside the one in use.

A school's new version replays up to exactly where the old one stands and then takes its place in
one transaction, so readers never see half of either. Nothing is fired again: the batches aren't
live. What an interruption left half made is gone on with by the code that made it, and made anew by
any other (docs/decisions/0036).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, TypeAlias

from eventlog.connection import Connection
from eventlog.consume import CURSOR, LOCK_CURSOR, Consumer, Cursor, Forget, cursor_of, step
from eventlog.errors import NotRebuildable, RebuildUnderWay
from eventlog.rebuild_run import half_made_by, note_rebuild
from eventlog.record import SchoolId

SCHOOLS: Final = """
SELECT school_id, position FROM eventlog.consumer_cursor
 WHERE consumer = $1 AND active ORDER BY school_id
"""

ACTIVE: Final = LOCK_CURSOR.replace(" SKIP LOCKED", "")

BESIDE: Final = """
INSERT INTO eventlog.consumer_cursor (school_id, consumer, version, position, active)
VALUES ($1, $2, $3, 0, false)
"""

LEFT: Final = """
SELECT version, position FROM eventlog.consumer_cursor
 WHERE school_id = $1 AND consumer = $2 AND version = $3 AND NOT active
"""

RETIRE: Final = """
DELETE FROM eventlog.consumer_cursor WHERE school_id = $1 AND consumer = $2 AND version = $3
"""

ACTIVATE: Final = """
UPDATE eventlog.consumer_cursor SET active = true
 WHERE school_id = $1 AND consumer = $2 AND version = $3
"""


# Of the session, since a rebuild is many transactions; it goes with the connection at the latest.
CLAIM: Final = "SELECT pg_try_advisory_lock(hashtextextended('rebuild ' || $1, $2))"
LET_GO: Final = "SELECT pg_advisory_unlock(hashtextextended('rebuild ' || $1, $2))"

# Told the position the new version has come to, and the one it is to come to as far as is known.
Watch: TypeAlias = Callable[[int, int], None]


class _Making(NamedTuple):
    """What is made: a new version of one school's read model, by which code."""

    consumer: Consumer
    forget: Forget
    school: SchoolId
    made_by: str | None


async def schools_of(conn: Connection, consumer: str) -> dict[SchoolId, int]:
    """List the schools a consumer has a read model of, by URN, and the position each stands at."""
    rows = await conn.fetch(SCHOOLS, consumer)
    return {SchoolId(row["school_id"]): row["position"] for row in rows}


async def rebuild_school(
    conn: Connection,
    consumer: Consumer,
    school: SchoolId,
    *,
    made_by: str | None = None,
    watch: Watch = lambda _reached, _goal: None,
) -> int:
    """Make one school's read model anew and put it in the old one's place.

    Args:
        conn: with no transaction open; commits a batch at a time.
        made_by: tells the code that replays. What the same code left half made is gone on with;
            None begins at the first event, and what it leaves nobody goes on with.
        watch: is told as the new version begins and after each batch.

    Returns:
        The version now in use.

    Raises:
        NotRebuildable: the consumer keeps a ledger, or hasn't begun this school.
        RebuildUnderWay: someone else is rebuilding it.
    """
    if consumer.forget is None:
        raise NotRebuildable(f"{consumer.name} keeps a ledger, not a read model")
    async with _claimed(conn, consumer.name, school):
        making = _Making(consumer, consumer.forget, school, made_by)
        new, goal = await _begin(conn, making)
        in_place = False
        while not in_place:
            watch(new.position, goal)
            new, goal, in_place = await _go_on(conn, making, new)
        watch(new.position, goal)
    return new.version


@asynccontextmanager
async def _claimed(conn: Connection, consumer: str, school: SchoolId) -> AsyncIterator[None]:
    if not await conn.fetchval(CLAIM, consumer, school):
        raise RebuildUnderWay(f"{consumer} is being rebuilt for this school already")
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute(LET_GO, consumer, school)


async def _begin(conn: Connection, making: _Making) -> tuple[Cursor, int]:
    """Find the version to go on with, or make an empty one beside the one in use.

    Returns:
        Where the new version stands, and the position of the one in use.
    """
    consumer, forget, school, made_by = making
    async with conn.transaction():
        in_use = await cursor_of(conn, consumer.name, school)
        if in_use is None:
            raise NotRebuildable(f"{consumer.name} has read nothing of this school yet")
        version = in_use.version + 1
        if made_by is not None and await half_made_by(conn, consumer.name, school) == made_by:
            left = await conn.fetchrow(LEFT, school, consumer.name, version)
            if left is not None:
                return Cursor(**left), in_use.position
        await forget(conn, school, version)
        await conn.execute(RETIRE, school, consumer.name, version)
        await conn.execute(BESIDE, school, consumer.name, version)
        await note_rebuild(conn, consumer.name, school, made_by, done=False)
    return Cursor(version, 0), in_use.position


async def _go_on(conn: Connection, making: _Making, new: Cursor) -> tuple[Cursor, int, bool]:
    """Take one batch of what the version in use has read.

    Returns:
        Where the new version stands, the position of the one it replaces, and whether it has.
    """
    consumer, forget, school, made_by = making
    few, limit = consumer.batch_events, consumer.replay_events or consumer.batch_events
    async with conn.transaction():
        old = Cursor(**await conn.fetchrow(CURSOR, school, consumer.name))
        # Held still for the last batch alone: whoever follows the school live passes by till then.
        last = old.position - new.position <= few
        if last:
            old = Cursor(**await conn.fetchrow(ACTIVE, school, consumer.name))
        moved = await step(conn, consumer, school, new, live=False, limit=limit, up_to=old.position)
        new = Cursor(new.version, new.position + moved)
        if not last or new.position < old.position:
            return new, old.position, False
        await forget(conn, school, old.version)
        await conn.execute(RETIRE, school, consumer.name, old.version)
        await conn.execute(ACTIVATE, school, consumer.name, new.version)
        await note_rebuild(conn, consumer.name, school, made_by, done=True)
        return new, old.position, True

"""Rebuilds a consumer's read model from the log, school by school, beside the one in use.

A school's new version replays up to exactly where the old one stands and then takes its place in
one transaction, so readers never see half of either. Nothing is fired again: the batches aren't
live. Begins at the first event, also after an interruption: what was made before then may be of
other code.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from eventlog.connection import Connection
from eventlog.consume import CURSOR, LOCK_CURSOR, Consumer, Cursor, Forget, cursor_of, step
from eventlog.errors import NotRebuildable, RebuildUnderWay
from eventlog.record import SchoolId

SCHOOLS: Final = """
SELECT school_id FROM eventlog.consumer_cursor WHERE consumer = $1 AND active ORDER BY school_id
"""

ACTIVE: Final = LOCK_CURSOR.replace(" SKIP LOCKED", "")

BESIDE: Final = """
INSERT INTO eventlog.consumer_cursor (school_id, consumer, version, position, active)
VALUES ($1, $2, $3, 0, false)
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


async def schools_of(conn: Connection, consumer: str) -> list[SchoolId]:
    """List the schools a consumer has a read model of."""
    return [SchoolId(row["school_id"]) for row in await conn.fetch(SCHOOLS, consumer)]


async def rebuild_school(conn: Connection, consumer: Consumer, school: SchoolId) -> int:
    """Make one school's read model anew and put it in the old one's place.

    Args:
        conn: with no transaction open; commits a batch at a time.

    Returns:
        The version now in use.

    Raises:
        NotRebuildable: the consumer keeps a ledger, or hasn't begun this school.
        RebuildUnderWay: someone else is rebuilding it.
    """
    if consumer.forget is None:
        raise NotRebuildable(f"{consumer.name} keeps a ledger, not a read model")
    async with _claimed(conn, consumer.name, school):
        begun = await _begin(conn, consumer, consumer.forget, school)
        unfinished: Cursor | None = begun
        while unfinished is not None:
            unfinished = await _go_on(conn, consumer, consumer.forget, school, unfinished)
    return begun.version


@asynccontextmanager
async def _claimed(conn: Connection, consumer: str, school: SchoolId) -> AsyncIterator[None]:
    if not await conn.fetchval(CLAIM, consumer, school):
        raise RebuildUnderWay(f"{consumer} is being rebuilt for this school already")
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute(LET_GO, consumer, school)


async def _begin(conn: Connection, consumer: Consumer, forget: Forget, school: SchoolId) -> Cursor:
    """Make an empty version beside the one in use, in the place of what was left unfinished."""
    async with conn.transaction():
        in_use = await cursor_of(conn, consumer.name, school)
        if in_use is None:
            raise NotRebuildable(f"{consumer.name} has read nothing of this school yet")
        new = Cursor(in_use.version + 1, 0)
        await forget(conn, school, new.version)
        await conn.execute(RETIRE, school, consumer.name, new.version)
        await conn.execute(BESIDE, school, consumer.name, new.version)
    return new


async def _go_on(
    conn: Connection, consumer: Consumer, forget: Forget, school: SchoolId, new: Cursor
) -> Cursor | None:
    """Take one batch of what the version in use has read; None once the new one is in its place."""
    async with conn.transaction():
        old = Cursor(**await conn.fetchrow(CURSOR, school, consumer.name))
        # Held still for the last batch alone: whoever follows the school live passes by till then.
        last = old.position - new.position <= consumer.batch_events
        if last:
            old = Cursor(**await conn.fetchrow(ACTIVE, school, consumer.name))
        moved = await step(
            conn, consumer, school, new, live=False, limit=consumer.batch_events, up_to=old.position
        )
        new = Cursor(new.version, new.position + moved)
        if not last or new.position < old.position:
            return new
        await forget(conn, school, old.version)
        await conn.execute(RETIRE, school, consumer.name, old.version)
        await conn.execute(ACTIVATE, school, consumer.name, new.version)
        return None

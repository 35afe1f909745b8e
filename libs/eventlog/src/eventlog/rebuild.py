"""Rebuilds a consumer's read model from the log, school by school, beside the one in use.

A school's new version replays up to exactly where the old one stands and then takes its place in
one transaction, so readers never see half of either. Nothing is fired again: the batches aren't
live. Interrupted, it goes on where it stopped.
"""

from typing import Final

from eventlog.connection import Connection
from eventlog.consume import LOCK_CURSOR, Consumer, Cursor, step
from eventlog.errors import NotRebuildable
from eventlog.record import SchoolId

SCHOOLS: Final = """
SELECT school_id FROM eventlog.consumer_cursor WHERE consumer = $1 AND active ORDER BY school_id
"""

ACTIVE: Final = LOCK_CURSOR.replace(" SKIP LOCKED", "")

BESIDE: Final = """
INSERT INTO eventlog.consumer_cursor (school_id, consumer, version, position, active)
VALUES ($1, $2, $3, 0, false)
ON CONFLICT DO NOTHING
"""

LOCK_BESIDE: Final = """
SELECT position FROM eventlog.consumer_cursor
 WHERE school_id = $1 AND consumer = $2 AND version = $3
   FOR UPDATE
"""

RETIRE: Final = """
DELETE FROM eventlog.consumer_cursor WHERE school_id = $1 AND consumer = $2 AND version = $3
"""

ACTIVATE: Final = """
UPDATE eventlog.consumer_cursor SET active = true
 WHERE school_id = $1 AND consumer = $2 AND version = $3
"""


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
        NotRebuildable: the consumer keeps a ledger.
    """
    if consumer.forget is None:
        raise NotRebuildable(f"{consumer.name} keeps a ledger, not a read model")
    while True:
        # Few at a time while the old version goes on; the old one is held still for the last.
        async with conn.transaction():
            old = await _cursor(conn, ACTIVE, school, consumer.name)
            new = await _beside(conn, consumer.name, school, old.version + 1)
            await step(
                conn,
                consumer,
                school,
                new,
                live=False,
                limit=consumer.batch_events,
                up_to=old.position,
            )
            caught_up = await conn.fetchval(LOCK_BESIDE, school, consumer.name, new.version)
            if caught_up == old.position:
                await consumer.forget(conn, school, old.version)
                await conn.execute(RETIRE, school, consumer.name, old.version)
                await conn.execute(ACTIVATE, school, consumer.name, new.version)
                return new.version


async def _cursor(conn: Connection, statement: str, school: SchoolId, consumer: str) -> Cursor:
    row = await conn.fetchrow(statement, school, consumer)
    return Cursor(row["version"], row["position"])


async def _beside(conn: Connection, consumer: str, school: SchoolId, version: int) -> Cursor:
    await conn.execute(BESIDE, school, consumer, version)
    position = await conn.fetchval(LOCK_BESIDE, school, consumer, version)
    return Cursor(version, position)

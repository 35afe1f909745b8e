"""Time as a cause: what is true from an instant on although nothing is recorded.

A consumer keeps when something is due in a school, and is handed a batch without events once that
instant has come. Under the lock of its cursor, so that of several replicas one has it; and with the
past closed behind the instant, so that what was known then is what it will ever have been.
"""

from datetime import datetime, timedelta
from typing import Final

from eventlog.connection import Connection
from eventlog.consume import Batch, Consumer, Cursor, Dirty, lock_cursor, next_handed
from eventlog.read import head, newest_at, read_at, settle
from eventlog.record import SchoolId

HELD_BACK: Final = """
SELECT school_id, next_try_at <= $2 AS again FROM eventlog.consumer_fault WHERE consumer = $1
"""

MOMENT: Final = timedelta(microseconds=1)


async def due_schools(
    conn: Connection, consumer: Consumer, *, now: datetime, limit: int
) -> list[Dirty]:
    """List the schools in which something is due for a consumer that has read all their news.

    A school that a fault holds back is left out until it is tried again.
    """
    if consumer.due is None:
        return []
    faults = {
        SchoolId(row["school_id"]): row["again"]
        for row in await conn.fetch(HELD_BACK, consumer.name, now)
    }
    waiting = [school for school, again in faults.items() if not again]
    due = await consumer.due(conn, now, limit, waiting)
    return [Dirty(school, school in faults, due_at) for school, due_at in due]


async def consume_due(
    conn: Connection, consumer: Consumer, school: SchoolId, due_at: datetime
) -> bool:
    """Have the effect of an instant that has come in a school: once, and after all up to it.

    Args:
        conn: with no transaction open.
        due_at: as `due_schools` gave it; what is due later is listed again.

    Returns:
        Whether it was had. Not while events wait, or an append with an earlier instant might still
        come, or another replica has the school.
    """
    await settle(conn, school, due_at)
    async with conn.transaction():
        cursor = await lock_cursor(conn, consumer.name, school)
        if cursor is None or not await _all_is_known(conn, school, cursor, due_at):
            return False
        batch = Batch(school, cursor.version, (), live=True, after=cursor.position, at=due_at)
        await consumer.handle(conn, batch)
    return True


async def consume_time(conn: Connection, consumer: Consumer, school: SchoolId) -> None:
    """Have the effect of what was due before a school's next event, without the event.

    As the batch with the event would have it first. Nothing where time changes nothing, no event
    waits, or another replica has the school.

    Args:
        conn: with no transaction open.
    """
    if consumer.due is None:
        return
    async with conn.transaction():
        cursor = await lock_cursor(conn, consumer.name, school)
        if cursor is None:
            return
        following = await read_at(conn, school, [await next_handed(conn, consumer, school)])
        for event in following:
            at, after = event.recorded_at - MOMENT, event.position - 1
            await consumer.handle(
                conn, Batch(school, cursor.version, (), live=True, after=after, at=at)
            )


async def _all_is_known(
    conn: Connection, school: SchoolId, cursor: Cursor, due_at: datetime
) -> bool:
    settled_to = await newest_at(conn, school)
    if settled_to is None or settled_to <= due_at:
        return False  # the database's clock isn't there yet
    return await head(conn, school) == cursor.position

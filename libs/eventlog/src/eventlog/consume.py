"""Consumers: one school's events, in order, each with its effect exactly once.

The cursor is locked, advanced and committed with the effect itself. A row lock is all the sharing
there is between replicas: who holds a school's cursor works on it, the others pass by, and a
replica that dies lets go with its connection (docs/decisions/0002). Catches no error: what a
failure means is decided by whoever runs the consumer.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from eventlog.connection import Connection
from eventlog.errors import CursorMoved
from eventlog.read import head, read_log
from eventlog.record import SchoolId, StoredEvent
from eventlog.skips import passed_over

# Half the places by lot once there are more schools than places: were all given to the least
# behind, a school far behind would wait for as long as enough others have a little news.
DIRTY: Final = """
WITH waiting AS (
SELECT l.school_id, f.school_id IS NOT NULL AS held_back,
       row_number() OVER (ORDER BY l.position - coalesce(c.position, 0)) AS place
  FROM eventlog.school_log AS l
  LEFT JOIN eventlog.consumer_cursor AS c
    ON c.school_id = l.school_id AND c.consumer = $1 AND c.active
  LEFT JOIN eventlog.consumer_fault AS f
    ON f.school_id = l.school_id AND f.consumer = $1
 WHERE l.position > coalesce(c.position, 0) AND (f.next_try_at IS NULL OR f.next_try_at <= $2)
), chosen AS (
SELECT school_id, held_back, place FROM waiting
 ORDER BY CASE WHEN place > ($3 + 1) / 2 THEN 1 + random() ELSE 0 END LIMIT $3
)
SELECT school_id, held_back FROM chosen ORDER BY place
"""

LOCK_CURSOR: Final = """
SELECT version, position FROM eventlog.consumer_cursor
 WHERE school_id = $1 AND consumer = $2 AND active
   FOR UPDATE SKIP LOCKED
"""

NEW_CURSOR: Final = """
INSERT INTO eventlog.consumer_cursor (school_id, consumer, version, position, active)
VALUES ($1, $2, 1, 0, true)
ON CONFLICT DO NOTHING
RETURNING version, position
"""

ADVANCE: Final = """
UPDATE eventlog.consumer_cursor SET position = $5
 WHERE school_id = $1 AND consumer = $2 AND version = $3 AND position = $4
RETURNING true
"""

CURSOR: Final = """
SELECT version, position FROM eventlog.consumer_cursor
 WHERE school_id = $1 AND consumer = $2 AND active
"""

LAG: Final = """
SELECT coalesce(sum(l.position - coalesce(c.position, 0)), 0)::bigint
  FROM eventlog.school_log AS l
  LEFT JOIN eventlog.consumer_cursor AS c
    ON c.school_id = l.school_id AND c.consumer = $1 AND c.active
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one school, for one version of one consumer, in order; or none, and an instant.

    `live` is false while a rebuild replays what happened: effects outside the consumer's own
    tables (appending, delivering) have been had already and must not be fired again.
    """

    school: SchoolId
    version: int
    events: tuple[StoredEvent, ...]
    live: bool
    after: int = 0  # the position up to which the consumer had come
    at: datetime | None = None  # without events: the instant that has come (see `due`)


Due: TypeAlias = Callable[
    [Connection, datetime, int, Collection[SchoolId]], Awaitable[Sequence["DueSchool"]]
]
Handle: TypeAlias = Callable[[Connection, Batch], Awaitable[None]]
Forget: TypeAlias = Callable[[Connection, SchoolId, int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A follower of every school's log, by name.

    Attributes:
        kinds: the event kinds it is handed; the cursor passes over the rest. None for all.
        handle: has the effect of a batch, in the transaction it is given; commits nothing.
        due: names the schools in which something is due by an instant, each with the instant it is
            due at and the longest due first: those read to their heads, so many at most, and none
            of those given. It is then handed a batch for each. None where time changes nothing.
        forget: deletes one version of one school's read model. None when what it keeps is a
            ledger and can't be made again.
        replay_events: how many events a rebuild hands it at once; as many as ever when None. What
            is the same for a batch of any size is paid less often with a larger one.
    """

    name: str
    kinds: frozenset[str] | None
    handle: Handle
    forget: Forget | None
    batch_events: int = 500
    replay_events: int | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Dirty:
    """A school with news for a consumer; `held_back` when a fault stands and a retry is due."""

    school: SchoolId
    held_back: bool
    due_at: datetime | None = None  # its news is that this instant has come


class DueSchool(NamedTuple):
    """A school in which something is due, and since when."""

    school: SchoolId
    at: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one version of a consumer has come in one school's log."""

    version: int
    position: int


async def dirty_schools(
    conn: Connection, consumer: str, *, now: datetime, limit: int
) -> list[Dirty]:
    """List schools whose log is ahead of the cursor and whose turn it is; least behind first.

    The smallest backlog comes first, so a school with much to read never delays the others. When
    not all find a place, half the places are drawn by lot, so it has its turn too.
    """
    rows = await conn.fetch(DIRTY, consumer, now, limit)
    return [Dirty(SchoolId(row["school_id"]), row["held_back"]) for row in rows]


async def consume(
    conn: Connection, consumer: Consumer, school: SchoolId, *, limit: int | None = None
) -> int:
    """Take one batch of one school: read, have the effect, advance the cursor, commit.

    Args:
        conn: with no transaction open.
        limit: at most so many events; the consumer's own batch size when None.

    Returns:
        How many positions the cursor moved; 0 when nothing was new or another replica has it.

    Raises:
        CursorMoved: the cursor was moved by someone who didn't hold its lock.
    """
    async with conn.transaction():
        cursor = await lock_cursor(conn, consumer.name, school)
        if cursor is None:
            return 0
        return await step(
            conn, consumer, school, cursor, live=True, limit=limit or consumer.batch_events
        )


async def step(
    conn: Connection,
    consumer: Consumer,
    school: SchoolId,
    cursor: Cursor,
    *,
    live: bool,
    limit: int,
    up_to: int | None = None,
) -> int:
    """Have the effect of the next events after a locked cursor, and advance it.

    Args:
        up_to: stop at this position; the school's head when None.

    Returns:
        How many positions the cursor moved.
    """
    newest = await head(conn, school) if up_to is None else up_to
    if newest <= cursor.position:
        return 0
    events = await read_log(
        conn, school, after=cursor.position, up_to=newest, limit=limit, kinds=consumer.kinds
    )
    reached = events[-1].position if len(events) == limit else newest
    skipped = await passed_over(conn, consumer.name, school, after=cursor.position, up_to=reached)
    handed = tuple(event for event in events if event.position not in skipped)
    if handed:
        await consumer.handle(conn, Batch(school, cursor.version, handed, live, cursor.position))
    await _advance(conn, consumer.name, school, cursor, reached)
    return reached - cursor.position


async def lock_cursor(conn: Connection, consumer: str, school: SchoolId) -> Cursor | None:
    """Lock a consumer's place in a school's log until the transaction ends; None if another has."""
    row = await conn.fetchrow(LOCK_CURSOR, school, consumer)
    if row is None:
        row = await conn.fetchrow(NEW_CURSOR, school, consumer)
    return Cursor(row["version"], row["position"]) if row else None


async def cursor_of(conn: Connection, consumer: str, school: SchoolId) -> Cursor | None:
    """Read where the active version of a consumer stands; None before its first batch."""
    row = await conn.fetchrow(CURSOR, school, consumer)
    return Cursor(row["version"], row["position"]) if row else None


async def next_handed(conn: Connection, consumer: Consumer, school: SchoolId) -> int:
    """Find the position of the next event a consumer is to be handed, of kinds that it hears.

    Where none waits, the position after the cursor.
    """
    cursor = await cursor_of(conn, consumer.name, school) or Cursor(1, 0)
    newest, after = await head(conn, school), cursor.position
    skipped = await passed_over(conn, consumer.name, school, after=after, up_to=newest)
    events = await read_log(
        conn, school, after=after, up_to=newest, limit=len(skipped) + 1, kinds=consumer.kinds
    )
    handed = (event.position for event in events if event.position not in skipped)
    return next(handed, after + 1)


async def lag(conn: Connection, consumer: str) -> int:
    """Count the events that wait for a consumer, over all schools."""
    waiting: int = await conn.fetchval(LAG, consumer)
    return waiting


async def _advance(
    conn: Connection, consumer: str, school: SchoolId, cursor: Cursor, reached: int
) -> None:
    moved = await conn.fetchval(ADVANCE, school, consumer, cursor.version, cursor.position, reached)
    if not moved:
        raise CursorMoved("the cursor was moved by someone who did not hold its lock")

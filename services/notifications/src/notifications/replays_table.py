"""Every statement on replays: who asked for what to be sent again, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from eventlog import Connection

ADD: Final = """
INSERT INTO notifications.replay (id, subscription_id, total, created_at) VALUES ($1, $2, 0, $3)
"""

COUNTED: Final = """
UPDATE notifications.replay SET total = $2 WHERE id = $1
"""

FIND: Final = """
SELECT r.id, r.subscription_id, r.total, r.created_at, r.finished_at,
       coalesce(r.delivered, count(*) FILTER (WHERE i.status = 'delivered')) AS delivered,
       coalesce(r.undelivered, count(*) FILTER (WHERE i.status = 'undelivered')) AS undelivered
  FROM notifications.replay AS r
  LEFT JOIN notifications.replay_item AS i ON i.replay_id = r.id
 WHERE r.subscription_id = $1 AND r.id = $2
 GROUP BY r.id
"""

RUNNING: Final = """
SELECT id FROM notifications.replay
 WHERE finished_at IS NULL AND (look_at IS NULL OR look_at <= $1) ORDER BY created_at
"""

RUNNING_OF: Final = """
SELECT id FROM notifications.replay WHERE subscription_id = $1 AND finished_at IS NULL
"""

# One process takes a replay on at a time, and none while its subscription is being ended.
HOLD: Final = """
SELECT r.subscription_id, r.looks_in_vain FROM notifications.replay AS r
  JOIN notifications.subscription AS s ON s.id = r.subscription_id
 WHERE r.id = $1 AND r.finished_at IS NULL AND (r.look_at IS NULL OR r.look_at <= $2)
   FOR UPDATE OF r SKIP LOCKED FOR KEY SHARE OF s SKIP LOCKED
"""

LOOK: Final = "UPDATE notifications.replay SET looks_in_vain = $2, look_at = $3 WHERE id = $1"

PUT_OFF: Final = "UPDATE notifications.replay SET look_at = $2 WHERE id = $1"

FINISH: Final = """
UPDATE notifications.replay AS r
   SET finished_at = $2, delivered = n.delivered, undelivered = n.undelivered
  FROM (SELECT count(*) FILTER (WHERE i.status = 'delivered') AS delivered,
               count(*) FILTER (WHERE i.status = 'undelivered') AS undelivered
          FROM notifications.replay_item AS i WHERE i.replay_id = $1) AS n
 WHERE r.id = $1
"""

FORGET_ITEMS: Final = "DELETE FROM notifications.replay_item WHERE replay_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A replay as it stands."""

    id: UUID
    subscription: UUID
    total: int
    delivered: int
    undelivered: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A replay that a process takes on."""

    subscription: UUID
    looks_in_vain: int  # since a message was put back


async def add_replay(conn: Connection, replay: UUID, subscription: UUID, *, now: datetime) -> None:
    """Add a replay of nothing yet."""
    await conn.execute(ADD, replay, subscription, now)


async def count_replay(conn: Connection, replay: UUID, total: int) -> None:
    """State how many messages a new replay takes up."""
    await conn.execute(COUNTED, replay, total)


async def find_replay(conn: Connection, subscription: UUID, replay: UUID) -> Replay | None:
    """Read one replay of a subscription, counted as it stands."""
    row = await conn.fetchrow(FIND, subscription, replay)
    return _replay(row) if row else None


async def running_replays(conn: Connection, *, now: datetime) -> list[UUID]:
    """List the replays that are to be looked at by now, the oldest first."""
    return [row["id"] for row in await conn.fetch(RUNNING, now)]


async def running_replay_of(conn: Connection, subscription: UUID) -> UUID | None:
    """Name the replay of a subscription that isn't finished, if there is one."""
    running: UUID | None = await conn.fetchval(RUNNING_OF, subscription)
    return running


async def hold_replay(conn: Connection, replay: UUID, *, now: datetime) -> Held | None:
    """Hold a replay until the transaction ends.

    Returns:
        None where another process has it, or has just looked, or it is finished.
    """
    row = await conn.fetchrow(HOLD, replay, now)
    return Held(row["subscription_id"], row["looks_in_vain"]) if row else None


async def note_look(
    conn: Connection, replay: UUID, *, in_vain: int, look_at: datetime | None
) -> None:
    """Note when a replay is to be looked at again, None for at once, and why."""
    await conn.execute(LOOK, replay, in_vain, look_at)


async def put_off(conn: Connection, replay: UUID, *, until: datetime) -> None:
    """Leave a replay alone for a while."""
    await conn.execute(PUT_OFF, replay, until)


async def finish_replay(conn: Connection, replay: UUID, *, now: datetime) -> None:
    """Count a replay up, close it, and forget what it took up."""
    await conn.execute(FINISH, replay, now)
    await conn.execute(FORGET_ITEMS, replay)


async def cancel_replays(conn: Connection, subscription: UUID, *, now: datetime) -> None:
    """Close a replay whose subscription is ended, wherever it had come."""
    running = await running_replay_of(conn, subscription)
    if running is not None:
        await finish_replay(conn, running, now=now)


def _replay(row: asyncpg.Record) -> Replay:
    return Replay(
        id=row["id"],
        subscription=row["subscription_id"],
        total=row["total"],
        delivered=row["delivered"],
        undelivered=row["undelivered"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )

"""Every statement that ends what a subscription was owed, some of it at a time.

A subscription is marked as ended first; from then nothing is added to it and nothing claimed. Locks
are taken in the order of lanes_table, and the returns that were to be brought come last.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from eventlog import Connection, SchoolId

from notifications.returns_table import note_sent

ENDING: Final = "SELECT id FROM notifications.subscription WHERE ending"

# One process takes an ending on at a time.
HOLD: Final = """
SELECT FROM notifications.subscription WHERE id = $1 AND ending FOR NO KEY UPDATE SKIP LOCKED
"""

# Along an index, however much waits behind it.
PICK: Final = """
SELECT school_id, subject, position, ordinal, return_id FROM notifications.delivery
 WHERE subscription_id = $1 AND status = 'pending' ORDER BY created_at LIMIT $2
"""

# A new token: what is in hand can be sent, but no longer settled. Locked in the order in which
# senders settle and projections fill. The subscription is given with each row, here and below: it
# must not look as if all that it has were the way to find a few.
CLOSE: Final = """
WITH closing AS MATERIALIZED (
    SELECT l.school_id, l.subscription_id, l.subject
      FROM unnest($1::int[], $2::uuid[], $3::text[]) AS n (school_id, subscription_id, subject)
      JOIN notifications.lane AS l
        ON l.school_id = n.school_id AND l.subscription_id = n.subscription_id
       AND l.subject = n.subject
     ORDER BY l.school_id, l.subject
       FOR UPDATE OF l
)
UPDATE notifications.lane AS l SET due_at = NULL, leased = false, token = l.token + 1
  FROM closing
 WHERE l.school_id = closing.school_id AND l.subscription_id = closing.subscription_id
   AND l.subject = closing.subject
"""

# What a replay had put back is again what it was before. What was settled meanwhile stays so.
CANCEL: Final = """
UPDATE notifications.delivery AS d
   SET next_attempt_at = NULL,
       status = CASE WHEN d.delivered_at IS NOT NULL THEN 'delivered'
                     WHEN d.replay_id IS NOT NULL THEN 'undelivered'
                     ELSE 'cancelled' END
  FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::smallint[])
       AS n (school_id, subscription_id, position, ordinal)
 WHERE d.school_id = n.school_id AND d.subscription_id = n.subscription_id
   AND d.position = n.position AND d.ordinal = n.ordinal AND d.status = 'pending'
"""

ENDED: Final = "UPDATE notifications.subscription SET ending = false WHERE id = $1"


async def endings(conn: Connection) -> list[UUID]:
    """List the subscriptions that were ended and have something left to cancel."""
    return [row["id"] for row in await conn.fetch(ENDING)]


async def hold_ending(conn: Connection, subscription: UUID) -> bool:
    """Hold an ending until the transaction ends; not if another process has it, or it is done."""
    return await conn.fetchrow(HOLD, subscription) is not None


async def cancel_some(conn: Connection, subscription: UUID, *, limit: int, now: datetime) -> int:
    """Cancel the oldest of what waits for a subscription that is held; gives how many."""
    picked = await conn.fetch(PICK, subscription, limit)
    schools, whose = [row["school_id"] for row in picked], [subscription] * len(picked)
    await conn.execute(CLOSE, schools, whose, [row["subject"] for row in picked])
    positions, ordinals = ([row[column] for row in picked] for column in ("position", "ordinal"))
    await conn.execute(CANCEL, schools, whose, positions, ordinals)
    brought = {(SchoolId(row["school_id"]), row["return_id"]) for row in picked if row["return_id"]}
    await note_sent(conn, sorted(brought), now=now)
    return len(picked)


async def note_ended(conn: Connection, subscription: UUID) -> None:
    """Note that nothing is left to cancel."""
    await conn.execute(ENDED, subscription)

"""Every statement on lanes: what makes deliveries go in order, once at a time, to a fair endpoint.

A lane is one subscription's deliveries about one pupil. It is claimed whole, under a lease and with
a token that grows; who lost the lease can't settle (docs/decisions/0016). Locks are taken in one
order: subscription, lane, delivery. Sends nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
from eventlog import Connection, SchoolId

from notifications.retries import DeliveryStatus, Verdict

LEASE_SECONDS: Final = 60  # an attempt takes 20 at most; the rest is for settling under load
ENDPOINT_AT_ONCE: Final = 4  # of all senders together: one slow authority can't take them all

# Senders that claim for the same endpoint take turns, so that its cap holds between them. One that
# is at its cap is passed by: its old backlog would hide everybody else's.
LOCK_ENDPOINTS: Final = """
SELECT s.id FROM notifications.subscription AS s
 WHERE s.status = 'active'
   AND (SELECT count(*) FROM notifications.lane AS busy
         WHERE busy.subscription_id = s.id AND busy.leased AND busy.due_at > $1) < $3
   AND EXISTS (SELECT FROM notifications.lane AS l
                WHERE l.subscription_id = s.id AND l.due_at <= $1)
 ORDER BY (SELECT min(l.due_at) FROM notifications.lane AS l WHERE l.subscription_id = s.id)
 LIMIT $2
   FOR NO KEY UPDATE OF s SKIP LOCKED
"""

# An expired lease is simply due again: its sender is dead, or will find its token stale.
CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT picked.school_id, picked.subscription_id, picked.subject
      FROM unnest($1::uuid[]) WITH ORDINALITY AS endpoint (id, place)
     CROSS JOIN LATERAL (
           SELECT l.school_id, l.subscription_id, l.subject FROM notifications.lane AS l
            WHERE l.subscription_id = endpoint.id AND l.due_at <= $2
            ORDER BY l.due_at
            LIMIT greatest(0, $4 - (SELECT count(*) FROM notifications.lane AS busy
                                     WHERE busy.subscription_id = endpoint.id
                                       AND busy.leased AND busy.due_at > $2))
              FOR UPDATE SKIP LOCKED) AS picked
     ORDER BY endpoint.place
     LIMIT $3
)
UPDATE notifications.lane AS l SET leased = true, token = l.token + 1, due_at = $5
  FROM due
 WHERE l.school_id = due.school_id AND l.subscription_id = due.subscription_id
   AND l.subject = due.subject
RETURNING l.school_id, l.subscription_id, l.subject, l.token
"""

# After the claim, in a statement of its own: it sees what was added until the lanes were locked.
TAKE_FIRST: Final = """
UPDATE notifications.delivery AS d SET status = 'sending', next_attempt_at = NULL
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[])
       AS claimed (school_id, subscription_id, subject, token)
 CROSS JOIN LATERAL (
       SELECT first.position FROM notifications.delivery AS first
        WHERE first.school_id = claimed.school_id
          AND first.subscription_id = claimed.subscription_id
          AND first.subject = claimed.subject AND first.status IN ('pending', 'sending')
        ORDER BY first.position LIMIT 1) AS first
  JOIN notifications.message AS m
    ON m.school_id = claimed.school_id AND m.position = first.position
  JOIN notifications.subscription AS s ON s.id = claimed.subscription_id
 WHERE d.school_id = claimed.school_id AND d.subscription_id = claimed.subscription_id
   AND d.position = first.position
RETURNING d.school_id, d.subscription_id, d.subject, claimed.token, d.position, d.attempts,
          m.id AS event_id, m.type, m.body, s.url, s.key_id, s.sealed_secret
"""

LET_GO: Final = """
UPDATE notifications.lane SET leased = false, due_at = $5
 WHERE school_id = $1 AND subscription_id = $2 AND subject = $3 AND token = $4 AND leased
RETURNING true
"""

SETTLE: Final = """
UPDATE notifications.delivery
   SET status = $4, attempts = attempts + 1, next_attempt_at = $5, delivered_at = $6
 WHERE school_id = $1 AND subscription_id = $2 AND position = $3
"""

EMPTY: Final = """
UPDATE notifications.lane AS l SET due_at = NULL
 WHERE l.school_id = $1 AND l.subscription_id = $2 AND l.subject = $3
   AND NOT EXISTS (SELECT FROM notifications.delivery AS d
                    WHERE d.school_id = $1 AND d.subscription_id = $2 AND d.subject = $3
                      AND d.status IN ('pending', 'sending'))
"""

# The row is locked whether or not it changes, so that a sender that is emptying the lane and a
# projection that fills it can't miss each other.
FILL: Final = """
INSERT INTO notifications.lane AS l (school_id, subscription_id, subject, due_at)
SELECT DISTINCT $1::int, n.subscription_id, n.subject, $4::timestamptz
  FROM unnest($2::uuid[], $3::text[]) AS n (subscription_id, subject)
 ORDER BY n.subscription_id, n.subject
ON CONFLICT (school_id, subscription_id, subject) DO UPDATE SET due_at = excluded.due_at
 WHERE l.due_at IS NULL
"""

# A new token: what is in hand can be sent, but no longer settled.
CLOSE: Final = """
UPDATE notifications.lane SET due_at = NULL, leased = false, token = token + 1
 WHERE subscription_id = $1 AND due_at IS NOT NULL
"""

CANCEL: Final = """
UPDATE notifications.delivery SET status = 'cancelled', next_attempt_at = NULL
 WHERE subscription_id = $1 AND status IN ('pending', 'sending')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in hand: what to send where, and the token to settle it with."""

    school: SchoolId
    subscription: UUID
    subject: str
    token: int
    position: int
    attempts: int  # settled before this one
    event_id: UUID
    type: str
    body: str
    url: str
    key_id: str
    sealed_secret: bytes


async def fill_lanes(
    conn: Connection, school: SchoolId, lanes: Sequence[tuple[UUID, str]], *, now: datetime
) -> None:
    """Make lanes due that were empty; before their deliveries are added, in the same transaction.

    Args:
        lanes: subscription and subject of each delivery to come.
    """
    subscriptions = [subscription for subscription, _ in lanes]
    await conn.execute(FILL, school, subscriptions, [subject for _, subject in lanes], now)


async def claim(conn: Connection, *, now: datetime, limit: int) -> list[Claimed]:
    """Claim lanes that are due, the first delivery of each, for as long as a lease.

    The caller's transaction is to be committed before anything is sent.
    """
    endpoints = [
        row["id"] for row in await conn.fetch(LOCK_ENDPOINTS, now, limit, ENDPOINT_AT_ONCE)
    ]
    if not endpoints:
        return []
    lease_ends = now + timedelta(seconds=LEASE_SECONDS)
    lanes = await conn.fetch(CLAIM, endpoints, now, limit, ENDPOINT_AT_ONCE, lease_ends)
    rows = await conn.fetch(
        TAKE_FIRST,
        [lane["school_id"] for lane in lanes],
        [lane["subscription_id"] for lane in lanes],
        [lane["subject"] for lane in lanes],
        [lane["token"] for lane in lanes],
    )
    return [_claimed(row) for row in rows]


async def settle(conn: Connection, claimed: Claimed, verdict: Verdict, *, now: datetime) -> bool:
    """Record what becomes of a delivery, and let its lane go on.

    Returns:
        False, with nothing changed, when the lease was lost: another sender has it by now.
    """
    lane = (claimed.school, claimed.subscription, claimed.subject)
    held = await conn.fetchval(LET_GO, *lane, claimed.token, verdict.due_at or now)
    if not held:
        return False
    delivered_at = now if verdict.status is DeliveryStatus.DELIVERED else None
    await conn.execute(
        SETTLE,
        claimed.school,
        claimed.subscription,
        claimed.position,
        verdict.status.value,
        verdict.due_at,
        delivered_at,
    )
    if verdict.due_at is None:
        await conn.execute(EMPTY, *lane)
    return True


async def cancel_all(conn: Connection, subscription: UUID) -> None:
    """Cancel all that waits for a subscription; after the subscription itself was locked."""
    await conn.execute(CLOSE, subscription)
    await conn.execute(CANCEL, subscription)


def _claimed(row: asyncpg.Record) -> Claimed:
    return Claimed(
        school=SchoolId(row["school_id"]),
        subscription=row["subscription_id"],
        subject=row["subject"],
        token=row["token"],
        position=row["position"],
        attempts=row["attempts"],
        event_id=row["event_id"],
        type=row["type"],
        body=row["body"],
        url=row["url"],
        key_id=row["key_id"],
        sealed_secret=row["sealed_secret"],
    )

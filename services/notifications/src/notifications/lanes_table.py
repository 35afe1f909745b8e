"""Every statement on lanes: what makes deliveries go in order, once at a time, to a fair endpoint.

A lane is one subscription's deliveries about one pupil. It is claimed whole, under a lease and with
a token that grows; who lost the lease can't settle (docs/decisions/0016). Locks are taken in one
order: subscription, lane, delivery. Sends nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
from eventlog import Connection, SchoolId

LEASE_SECONDS: Final = 60  # an attempt takes 20 at most; the rest is for waiting and for settling
ENDPOINT_AT_ONCE: Final = 4  # in hand of all senders together; one that answers promptly gets more

# Senders that claim for the same endpoint take turns, so that its cap holds between them. One that
# is at its cap is passed by: its old backlog would hide everybody else's. One whose circuit is open
# is passed by too, until it is time for a probe, which is one lane.
LOCK_ENDPOINTS: Final = """
SELECT s.id, s.probe_at IS NOT NULL AS probing
  FROM notifications.subscription AS s
  LEFT JOIN unnest($3::uuid[], $4::int[]) AS cap (id, lanes) ON cap.id = s.id
 CROSS JOIN LATERAL (
       SELECT l.due_at FROM notifications.lane AS l
        WHERE l.subscription_id = s.id AND l.due_at <= $1
        ORDER BY l.due_at LIMIT 1) AS oldest
 WHERE s.status = 'active' AND (s.probe_at IS NULL OR s.probe_at <= $1)
   AND (SELECT count(*) FROM notifications.lane AS busy
         WHERE busy.subscription_id = s.id AND busy.leased AND busy.due_at > $1)
       < CASE WHEN s.probe_at IS NULL THEN coalesce(cap.lanes, $5) ELSE 1 END
 ORDER BY oldest.due_at
 LIMIT $2
   FOR NO KEY UPDATE OF s SKIP LOCKED
"""

# An expired lease is simply due again: its sender is dead, or will find its token stale.
CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT picked.school_id, picked.subscription_id, picked.subject
      FROM unnest($1::uuid[], $4::int[]) WITH ORDINALITY AS endpoint (id, lanes, place)
     CROSS JOIN LATERAL (
           SELECT l.school_id, l.subscription_id, l.subject FROM notifications.lane AS l
            WHERE l.subscription_id = endpoint.id AND l.due_at <= $2
            ORDER BY l.due_at
            LIMIT greatest(0, endpoint.lanes
                              - (SELECT count(*) FROM notifications.lane AS busy
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
# Which is first is found by itself: planned as one join, it was looked for among all there are.
# Nothing is written on it: that its lane is leased says that it is under way. Names go out only
# where they were owed and are still wanted: who took them off may have given the address away.
READ_FIRST: Final = """
WITH first AS MATERIALIZED (
    SELECT claimed.school_id, claimed.subscription_id, claimed.subject, claimed.token,
           d.position, d.ordinal, d.attempts, d.sequence, d.replay_id, d.return_id, d.whole
      FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[])
           AS claimed (school_id, subscription_id, subject, token)
     CROSS JOIN LATERAL (
           SELECT * FROM notifications.delivery AS d
            WHERE d.school_id = claimed.school_id AND d.subscription_id = claimed.subscription_id
              AND d.subject = claimed.subject AND d.status = 'pending'
            ORDER BY d.position, d.ordinal LIMIT 1) AS d
)
SELECT first.school_id, first.subscription_id, first.subject, first.token, first.position,
       first.ordinal, first.attempts, first.sequence, first.replay_id, first.return_id,
       m.id AS event_id, m.type,
       CASE WHEN form.with_names THEN m.whole_body ELSE m.body END AS body, form.with_names,
       s.url, s.key_id, s.sealed_secret, s.previous_secret, s.previous_until
  FROM first
  JOIN notifications.message AS m
    ON m.school_id = first.school_id AND m.position = first.position
   AND m.ordinal = first.ordinal
  JOIN notifications.subscription AS s ON s.id = first.subscription_id
 CROSS JOIN LATERAL (SELECT first.whole AND s.full_bodies AND m.whole_body IS NOT NULL)
       AS form (with_names)
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

# Retention may have taken what a lane was filled for. Still locked by the claim, so that whatever
# comes into it makes it due again.
EMPTY: Final = """
UPDATE notifications.lane AS l SET due_at = NULL, leased = false
  FROM unnest($1::int[], $2::uuid[], $3::text[]) AS n (school_id, subscription_id, subject)
 WHERE l.school_id = n.school_id AND l.subscription_id = n.subscription_id
   AND l.subject = n.subject
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in hand: what to send where, and the token to settle it with."""

    school: SchoolId
    subscription: UUID
    subject: str
    token: int
    lease_ends: datetime
    position: int
    ordinal: int
    attempts: int  # settled before this one
    sequence: int  # in the subscription's feed
    replay_id: UUID | None  # that has taken it up again
    return_id: UUID | None  # the statutory return it brings
    event_id: UUID
    type: str
    body: str
    with_names: bool  # in the body: it is a whole return
    url: str
    key_id: str
    sealed_secret: bytes
    previous_secret: bytes | None
    previous_until: datetime | None


async def fill_lanes(
    conn: Connection, school: SchoolId, lanes: Sequence[tuple[UUID, str]], *, now: datetime
) -> None:
    """Make lanes due that were empty; before their deliveries are added, in the same transaction.

    Args:
        lanes: subscription and subject of each delivery to come.
    """
    subscriptions = [subscription for subscription, _ in lanes]
    await conn.execute(FILL, school, subscriptions, [subject for _, subject in lanes], now)


async def claim(
    conn: Connection, *, now: datetime, limit: int, lanes: Mapping[UUID, int], lease_seconds: float
) -> list[Claimed]:
    """Claim lanes that are due, the first delivery of each, for as long as a lease.

    The caller's transaction is to be committed before anything is sent.

    Args:
        lanes: how many of an endpoint may be in hand; of one not named the usual few.
    """
    endpoints = await conn.fetch(
        LOCK_ENDPOINTS, now, limit, list(lanes), list(lanes.values()), ENDPOINT_AT_ONCE
    )
    if not endpoints:
        return []
    caps = [1 if row["probing"] else lanes.get(row["id"], ENDPOINT_AT_ONCE) for row in endpoints]
    lease_ends = now + timedelta(seconds=lease_seconds)
    claimed = await conn.fetch(
        CLAIM, [row["id"] for row in endpoints], now, limit, caps, lease_ends
    )
    return [_claimed(row, lease_ends) for row in await _first_of(conn, claimed)]


async def _first_of(conn: Connection, claimed: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Read the first delivery of each lane; one that has none is emptied."""
    found: list[asyncpg.Record] = await conn.fetch(
        READ_FIRST, *_keys(claimed), [lane["token"] for lane in claimed]
    )
    with_news = {_key(row) for row in found}
    empty = [lane for lane in claimed if _key(lane) not in with_news]
    if empty:
        await conn.execute(EMPTY, *_keys(empty))
    return found


def _keys(lanes: Sequence[asyncpg.Record]) -> tuple[list[int], list[UUID], list[str]]:
    return (
        [lane["school_id"] for lane in lanes],
        [lane["subscription_id"] for lane in lanes],
        [lane["subject"] for lane in lanes],
    )


def _key(row: asyncpg.Record) -> tuple[int, UUID, str]:
    return row["school_id"], row["subscription_id"], row["subject"]


def _claimed(row: asyncpg.Record, lease_ends: datetime) -> Claimed:
    return Claimed(
        school=SchoolId(row["school_id"]),
        subscription=row["subscription_id"],
        subject=row["subject"],
        token=row["token"],
        lease_ends=lease_ends,
        position=row["position"],
        ordinal=row["ordinal"],
        attempts=row["attempts"],
        sequence=row["sequence"],
        replay_id=row["replay_id"],
        return_id=row["return_id"],
        event_id=row["event_id"],
        type=row["type"],
        body=row["body"],
        with_names=row["with_names"],
        url=row["url"],
        key_id=row["key_id"],
        sealed_secret=row["sealed_secret"],
        previous_secret=row["previous_secret"],
        previous_until=row["previous_until"],
    )

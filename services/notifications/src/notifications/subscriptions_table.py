"""Every statement on subscriptions: whose they are, how they stand, what they are owed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

import asyncpg
from eventlog import Connection, SchoolId

from notifications.access import NAME, Audience, Boundary
from notifications.circuit import Circuit, DisabledBecause
from notifications.owing import Choice, Collecting

COLUMNS: Final = """
s.id, s.la_code, s.urns, s.url, s.types, s.rules, s.full_bodies, s.status, s.key_id,
s.sealed_secret, s.previous_secret, s.previous_until,
s.created_at, s.activated_at, s.disabled_at, s.disabled_because,
s.failures, s.failing_since, s.probe_at,
(SELECT max(d.delivered_at) FROM notifications.delivery AS d
  WHERE d.subscription_id = s.id AND d.delivered_at IS NOT NULL) AS last_success_at,
(SELECT min(d.created_at) FROM notifications.delivery AS d
  WHERE d.subscription_id = s.id AND d.status = 'pending'
    AND d.replay_id IS NULL) AS oldest_waiting_at
"""

WITHIN: Final = "($1::text IS NULL OR s.la_code = $1) AND ($2::int[] IS NULL OR s.urns <@ $2)"

ADD: Final = """
INSERT INTO notifications.subscription
       (id, la_code, urns, url, types, rules, full_bodies, status, key_id, sealed_secret,
        created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10)
"""

FIND: Final = f"""
SELECT {COLUMNS} FROM notifications.subscription AS s
 WHERE {WITHIN} AND s.id = $3 AND s.status <> 'deleted'
"""

# Stronger than what a projection takes, so that a change waits for the batch that counts on it.
FIND_TO_CHANGE: Final = f"{FIND} FOR UPDATE OF s"

# Not so strong: projections go on while a replay writes down what it takes up.
FIND_TO_REPLAY: Final = f"{FIND} FOR NO KEY UPDATE OF s"

SEEN: Final = f"""
SELECT EXISTS (SELECT FROM notifications.subscription AS s WHERE {WITHIN} AND s.id = $3)
"""

PAGE: Final = f"""
SELECT {COLUMNS} FROM notifications.subscription AS s
 WHERE {WITHIN} AND s.status <> 'deleted'
   AND ($3::timestamptz IS NULL OR (s.created_at, s.id) > ($3, $4))
 ORDER BY s.created_at, s.id LIMIT $5
"""

# The first activation draws the line: what lies before it isn't the subscription's, ever after.
STARTS_AFTER: Final = """
INSERT INTO notifications.activation (school_id, subscription_id, position)
SELECT l.school_id, s.id, l.position
  FROM notifications.subscription AS s
 CROSS JOIN eventlog.school_log AS l
  LEFT JOIN eventlog.consumer_cursor AS c
    ON c.school_id = l.school_id AND c.consumer = $2 AND c.active
 WHERE s.id = $1 AND s.activated_at IS NULL AND l.position > coalesce(c.position, 0)
"""

ACTIVATE: Final = """
UPDATE notifications.subscription
   SET status = 'active', activated_at = coalesce(activated_at, $2), disabled_at = NULL,
       disabled_because = NULL, failures = 0, failing_since = NULL, probe_at = NULL,
       failed_at = NULL
 WHERE id = $1
"""

CHANGE: Final = """
UPDATE notifications.subscription
   SET types = $2, url = $3, rules = $4, full_bodies = $5,
       status = CASE WHEN url = $3 THEN status ELSE 'pending' END,
       disabled_at = CASE WHEN url = $3 THEN disabled_at END
 WHERE id = $1
"""

ROTATE: Final = """
UPDATE notifications.subscription
   SET key_id = $2, sealed_secret = $3, previous_secret = sealed_secret, previous_until = $4
 WHERE id = $1
"""

# The secret is forgotten. The rest stays: it says to whom the deliveries went. What waits is left
# to be cancelled: with a long backlog that takes longer than anybody should wait for this row.
DELETE: Final = """
UPDATE notifications.subscription
   SET status = 'deleted', ending = true, sealed_secret = NULL, previous_secret = NULL
 WHERE id = $1
"""

# Not only active ones: what happens while an endpoint is disabled waits for it, nothing is dropped.
# Locked lightly, so that one deleted meanwhile gets no delivery after its others were cancelled.
COLLECTING: Final = """
SELECT s.id, s.la_code, s.types, s.rules, s.full_bodies, coalesce(a.position, 0) AS starts_after
  FROM notifications.subscription AS s
  LEFT JOIN notifications.activation AS a ON a.school_id = $1 AND a.subscription_id = s.id
 WHERE s.activated_at IS NOT NULL AND s.status <> 'deleted'
   AND (s.la_code = ANY($2) OR $1 = ANY(s.urns))
   FOR KEY SHARE OF s
"""


class SubscriptionStatus(StrEnum):
    """Where a subscription stands."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription as it stands."""

    id: UUID
    audience: Audience
    url: str
    choice: Choice
    status: SubscriptionStatus
    key_id: str
    sealed_secret: bytes
    previous_secret: bytes | None  # good until the next
    previous_until: datetime | None
    created_at: datetime
    activated_at: datetime | None
    disabled_at: datetime | None
    disabled_because: DisabledBecause | None  # also while a new address of it isn't verified yet
    circuit: Circuit
    last_success_at: datetime | None
    oldest_waiting_at: datetime | None

    @property
    def in_trouble(self) -> bool:
        """Whether operators were told that its endpoint fails or was disabled."""
        return self.disabled_because is not None or self.circuit.broken


async def add_subscription(conn: Connection, new: Subscription) -> None:
    """Store a new subscription; it waits for its endpoint to be verified."""
    await conn.execute(
        ADD,
        new.id,
        new.audience.la_code,
        new.audience.urns,
        new.url,
        new.choice.types,
        new.choice.rules,
        new.choice.full_bodies,
        new.key_id,
        new.sealed_secret,
        new.created_at,
    )


async def find_subscription(
    conn: Connection,
    boundary: Boundary,
    subscription: UUID,
    *,
    to: Literal["read", "change", "replay"],
) -> Subscription | None:
    """Read one subscription, if it is there and the caller's; locked unless it is only read."""
    statement = {"read": FIND, "change": FIND_TO_CHANGE, "replay": FIND_TO_REPLAY}[to]
    row = await conn.fetchrow(statement, boundary.la_code, boundary.urns, subscription)
    return _subscription(row) if row else None


async def is_seen(conn: Connection, boundary: Boundary, subscription: UUID) -> bool:
    """Tell whether a subscription is or was the caller's; a deleted one leaves its deliveries."""
    seen: bool = await conn.fetchval(SEEN, boundary.la_code, boundary.urns, subscription)
    return seen


async def subscriptions_page(
    conn: Connection, boundary: Boundary, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Subscription]:
    """List a caller's subscriptions, oldest first."""
    created_at, last = after or (None, None)
    rows = await conn.fetch(PAGE, boundary.la_code, boundary.urns, created_at, last, limit)
    return [_subscription(row) for row in rows]


async def activate(conn: Connection, subscription: UUID, *, now: datetime) -> None:
    """Begin to deliver, or go on after a pause.

    The first time, what was appended up to this moment is marked as not the subscription's. Each
    time, its circuit is closed: its endpoint has just answered.
    """
    await conn.execute(STARTS_AFTER, subscription, NAME)
    await conn.execute(ACTIVATE, subscription, now)


async def change(conn: Connection, subscription: UUID, *, url: str, choice: Choice) -> None:
    """Change where and what; a new address must be verified before anything goes there."""
    await conn.execute(CHANGE, subscription, choice.types, url, choice.rules, choice.full_bodies)


async def rotate(
    conn: Connection, subscription: UUID, *, key_id: str, sealed_secret: bytes, until: datetime
) -> None:
    """Replace a subscription's secret; the one before goes on signing beside it.

    Args:
        until: when it ceases to.
    """
    await conn.execute(ROTATE, subscription, key_id, sealed_secret, until)


async def delete(conn: Connection, subscription: UUID) -> None:
    """End a subscription for good and forget its secret."""
    await conn.execute(DELETE, subscription)


async def collecting(
    conn: Connection, school: SchoolId, la_codes: Collection[str]
) -> list[Collecting]:
    """List the subscriptions that events of a school belong to.

    Args:
        la_codes: the authorities the school had while the events happened.
    """
    rows = await conn.fetch(COLLECTING, school, list(la_codes))
    return [
        Collecting(
            id=row["id"],
            la_code=row["la_code"],
            choice=_choice(row),
            starts_after=row["starts_after"],
        )
        for row in rows
    ]


def _choice(row: asyncpg.Record) -> Choice:
    return Choice(
        types=tuple(row["types"]), rules=tuple(row["rules"]), full_bodies=row["full_bodies"]
    )


def _subscription(row: asyncpg.Record) -> Subscription:
    urns, because = row["urns"], row["disabled_because"]
    return Subscription(
        id=row["id"],
        audience=Audience(row["la_code"], None if urns is None else tuple(urns)),
        url=row["url"],
        choice=_choice(row),
        status=SubscriptionStatus(row["status"]),
        key_id=row["key_id"],
        sealed_secret=row["sealed_secret"],
        previous_secret=row["previous_secret"],
        previous_until=row["previous_until"],
        created_at=row["created_at"],
        activated_at=row["activated_at"],
        disabled_at=row["disabled_at"],
        disabled_because=DisabledBecause(because) if because else None,
        circuit=Circuit(row["failures"], row["failing_since"], row["probe_at"]),
        last_success_at=row["last_success_at"],
        oldest_waiting_at=row["oldest_waiting_at"],
    )

"""Every statement on deliveries as a caller sees them, and on the attempts at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

import asyncpg
from eventlog import Connection, SchoolId

from notifications.access import Boundary
from notifications.answer import Answer, Failure
from notifications.publication import Message
from notifications.retries import DeliveryStatus

ADD: Final = """
INSERT INTO notifications.delivery
       (school_id, subscription_id, position, id, event_id, subject, created_at)
SELECT $1, n.subscription_id, n.position, n.id, n.event_id, n.subject, $7
  FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[])
       AS n (subscription_id, position, id, event_id, subject)
"""

COLUMNS: Final = """
d.id, d.subscription_id, d.event_id, m.type, d.subject, d.status, d.attempts, d.next_attempt_at,
d.created_at, d.delivered_at
"""

SEEN: Final = """
  FROM notifications.delivery AS d
  JOIN notifications.subscription AS s ON s.id = d.subscription_id
  JOIN notifications.message AS m ON m.school_id = d.school_id AND m.position = d.position
 WHERE ($1::text IS NULL OR s.la_code = $1) AND ($2::int[] IS NULL OR s.urns <@ $2)
"""

FIND: Final = f"SELECT {COLUMNS} {SEEN} AND d.id = $3"

PAGE: Final = f"""
SELECT {COLUMNS} {SEEN}
   AND ($3::uuid IS NULL OR d.subscription_id = $3) AND ($4::text IS NULL OR d.status = $4)
   AND ($5::timestamptz IS NULL OR (d.created_at, d.id) < ($5, $6))
 ORDER BY d.created_at DESC, d.id DESC LIMIT $7
"""

ADD_ATTEMPT: Final = """
INSERT INTO notifications.attempt
       (subscription_id, event_id, type, key_id, address, started_at, latency_ms, status, failure,
        answer)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

ATTEMPTS: Final = """
SELECT key_id, address, started_at, latency_ms, status, failure, answer
  FROM notifications.attempt WHERE subscription_id = $1 AND event_id = $2 ORDER BY number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message owed to a subscription, as it stands."""

    id: UUID
    subscription: UUID
    event: UUID
    type: str
    subject: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempted:
    """What stands in the log of attempts: the answer, and the secret it was signed with."""

    key_id: str
    answer: Answer


async def add_deliveries(
    conn: Connection, school: SchoolId, owed: Sequence[tuple[UUID, Message]], *, now: datetime
) -> None:
    """Add deliveries of one school; their lanes are filled before.

    Args:
        owed: each message with the subscription it is owed to, in the order of the log.
    """
    await conn.execute(
        ADD,
        school,
        [subscription for subscription, _ in owed],
        [message.position for _, message in owed],
        [uuid5(subscription, str(message.id)) for subscription, message in owed],
        [message.id for _, message in owed],
        [message.subject for _, message in owed],
        now,
    )


async def find_delivery(conn: Connection, boundary: Boundary, delivery: UUID) -> Delivery | None:
    """Read one delivery, if it is there and of a subscription the caller may see."""
    row = await conn.fetchrow(FIND, boundary.la_code, boundary.urns, delivery)
    return _delivery(row) if row else None


async def deliveries_page(
    conn: Connection,
    boundary: Boundary,
    *,
    subscription: UUID | None,
    status: DeliveryStatus | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Delivery]:
    """List deliveries of the subscriptions a caller may see, newest first."""
    created_at, last = before or (None, None)
    rows = await conn.fetch(
        PAGE, boundary.la_code, boundary.urns, subscription, status, created_at, last, limit
    )
    return [_delivery(row) for row in rows]


async def add_attempt(
    conn: Connection, subscription: UUID, *, event: UUID, type_: str, attempted: Attempted
) -> None:
    """Add an attempt to the log, which is never changed after."""
    answer = attempted.answer
    await conn.execute(
        ADD_ATTEMPT,
        subscription,
        event,
        type_,
        attempted.key_id,
        answer.address,
        answer.started_at,
        answer.latency_ms,
        answer.status,
        answer.failure,
        answer.excerpt,
    )


async def attempts_of(conn: Connection, subscription: UUID, event: UUID) -> list[Attempted]:
    """List the attempts at one message to one subscription, oldest first."""
    return [_attempted(row) for row in await conn.fetch(ATTEMPTS, subscription, event)]


def _delivery(row: asyncpg.Record) -> Delivery:
    return Delivery(
        id=row["id"],
        subscription=row["subscription_id"],
        event=row["event_id"],
        type=row["type"],
        subject=row["subject"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        created_at=row["created_at"],
        delivered_at=row["delivered_at"],
    )


def _attempted(row: asyncpg.Record) -> Attempted:
    answer = Answer(
        started_at=row["started_at"],
        latency_ms=row["latency_ms"],
        address=row["address"],
        status=row["status"],
        failure=Failure(row["failure"]) if row["failure"] else None,
        excerpt=row["answer"],
    )
    return Attempted(row["key_id"], answer)

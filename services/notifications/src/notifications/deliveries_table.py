"""Every statement on deliveries as a caller sees them, and on the attempts at them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

import asyncpg
from eventlog import Connection, SchoolId

from notifications.access import Boundary
from notifications.answer import Answer, Failure
from notifications.feed_table import take_numbers
from notifications.owing import Owing
from notifications.retries import DeliveryStatus
from notifications.subscriptions_table import WITHIN

ADD: Final = """
INSERT INTO notifications.delivery
       (school_id, subscription_id, position, ordinal, sequence, id, event_id, subject, whole,
        return_id, created_at)
SELECT $1, n.subscription_id, n.position, n.ordinal, n.sequence, n.id, n.event_id, n.subject,
       n.whole, n.return_id, $11
  FROM unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::bigint[], $6::uuid[], $7::uuid[],
              $8::text[], $9::boolean[], $10::uuid[])
       AS n (subscription_id, position, ordinal, sequence, id, event_id, subject, whole, return_id)
"""

# In one order, so that two batches can't wait for each other.
THIN: Final = """
WITH held AS MATERIALIZED (
    SELECT d.school_id, d.subscription_id, d.position, d.ordinal
      FROM notifications.delivery AS d
     WHERE d.school_id = $1 AND d.return_id = ANY($2) AND d.whole
     ORDER BY d.subscription_id, d.position, d.ordinal
       FOR NO KEY UPDATE
)
UPDATE notifications.delivery AS d SET whole = false
  FROM held
 WHERE d.school_id = held.school_id AND d.subscription_id = held.subscription_id
   AND d.position = held.position AND d.ordinal = held.ordinal
"""

COLUMNS: Final = """
d.id, d.subscription_id, d.sequence, d.event_id, m.type, d.subject, d.status, d.attempts,
d.next_attempt_at, d.created_at, d.delivered_at
"""

MESSAGE: Final = """
  JOIN notifications.message AS m
    ON m.school_id = d.school_id AND m.position = d.position AND m.ordinal = d.ordinal
"""

FIND: Final = f"""
SELECT {COLUMNS} FROM notifications.delivery AS d
  JOIN notifications.subscription AS s ON s.id = d.subscription_id {MESSAGE}
 WHERE {WITHIN} AND d.id = $3
"""

# A page of each subscription's, along its own index: one over all would be kept up with every
# delivery, for a list that is seldom asked for.
PAGE: Final = f"""
SELECT {COLUMNS} FROM notifications.subscription AS s
 CROSS JOIN LATERAL (
       SELECT * FROM notifications.delivery AS d
        WHERE d.subscription_id = s.id AND ($4::text IS NULL OR d.status = $4)
          AND ($5::timestamptz IS NULL OR (d.created_at, d.id) < ($5, $6))
        ORDER BY d.created_at DESC, d.id DESC LIMIT $7) AS d {MESSAGE}
 WHERE {WITHIN} AND ($3::uuid IS NULL OR s.id = $3)
 ORDER BY d.created_at DESC, d.id DESC LIMIT $7
"""

ADD_ATTEMPTS: Final = """
INSERT INTO notifications.attempt
       (subscription_id, event_id, type, key_id, address, started_at, latency_ms, status, failure,
        answer)
SELECT n.subscription_id, n.event_id, n.type, n.key_id, n.address, n.started_at, n.latency_ms,
       n.status, n.failure, n.answer
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
              $7::int[], $8::smallint[], $9::text[], $10::bytea[])
       WITH ORDINALITY AS n (subscription_id, event_id, type, key_id, address, started_at,
                             latency_ms, status, failure, answer, place)
 ORDER BY n.place
"""

ON_RECORD: Final = """
SELECT n.place
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
       WITH ORDINALITY AS n (subscription_id, event_id, started_at, place)
 WHERE EXISTS (SELECT FROM notifications.attempt AS a
                WHERE a.subscription_id = n.subscription_id AND a.event_id = n.event_id
                  AND a.started_at = n.started_at)
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
    sequence: int  # in the subscription's feed
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An attempt that has ended: what was sent to whom, and what came of it."""

    subscription: UUID
    event: UUID
    type: str
    attempted: Attempted


def delivery_id(subscription: UUID, event: UUID) -> UUID:
    """Name the delivery of a message to a subscription; there is one of each."""
    return uuid5(subscription, str(event))


async def add_deliveries(
    conn: Connection, school: SchoolId, owed: Sequence[Owing], *, now: datetime
) -> None:
    """Add deliveries of one school, each numbered in its subscription's feed.

    Their lanes are filled before: numbering holds the feeds, and they are held no longer than this.

    Args:
        owed: in the order of the log.
    """
    subscriptions = [each.subscription for each in owed]
    messages = [each.message for each in owed]
    numbers = await take_numbers(conn, subscriptions)
    await conn.execute(
        ADD,
        school,
        subscriptions,
        [message.position for message in messages],
        [message.ordinal for message in messages],
        numbers,
        [delivery_id(each.subscription, each.message.id) for each in owed],
        [message.id for message in messages],
        [message.subject for message in messages],
        [each.whole for each in owed],
        [each.return_id for each in owed],
        now,
    )


async def make_thin(conn: Connection, school: SchoolId, returns: Collection[UUID]) -> None:
    """Bring some returns thin from now on, and not whole, wherever they are still to be sent.

    After the lanes of whatever tells of their end were filled, in the same transaction.
    """
    await conn.execute(THIN, school, list(returns))


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


async def add_attempts(conn: Connection, made: Sequence[Made]) -> None:
    """Add attempts to the log, in the order they ended; none is ever changed after."""
    answers = [each.attempted.answer for each in made]
    await conn.execute(
        ADD_ATTEMPTS,
        [each.subscription for each in made],
        [each.event for each in made],
        [each.type for each in made],
        [each.attempted.key_id for each in made],
        [answer.address for answer in answers],
        [answer.started_at for answer in answers],
        [answer.latency_ms for answer in answers],
        [answer.status for answer in answers],
        [answer.failure for answer in answers],
        [answer.excerpt for answer in answers],
    )


async def attempts_on_record(conn: Connection, made: Sequence[Made]) -> frozenset[int]:
    """Tell which of some attempts are in the log, by their places from 0."""
    rows = await conn.fetch(
        ON_RECORD,
        [each.subscription for each in made],
        [each.event for each in made],
        [each.attempted.answer.started_at for each in made],
    )
    return frozenset(row["place"] - 1 for row in rows)


async def attempts_of(conn: Connection, subscription: UUID, event: UUID) -> list[Attempted]:
    """List the attempts at one message to one subscription, oldest first."""
    return [_attempted(row) for row in await conn.fetch(ATTEMPTS, subscription, event)]


def _delivery(row: asyncpg.Record) -> Delivery:
    return Delivery(
        id=row["id"],
        subscription=row["subscription_id"],
        sequence=row["sequence"],
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

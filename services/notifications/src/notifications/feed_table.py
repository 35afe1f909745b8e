"""Every statement on feeds: what a subscription was owed, numbered as it was owed, none left out.

A number is taken in the transaction that adds its delivery, from a row that stays locked until that
commits. So whoever sees a number sees all before it, whichever school they are of.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from eventlog import Connection

from notifications.access import Boundary

# In one order, so that batches of two schools can't wait for each other.
TAKE: Final = """
INSERT INTO notifications.feed AS f (subscription_id, sequence)
SELECT n.subscription_id, n.count
  FROM unnest($1::uuid[], $2::bigint[]) AS n (subscription_id, count)
 ORDER BY n.subscription_id
ON CONFLICT (subscription_id) DO UPDATE SET sequence = f.sequence + excluded.sequence
RETURNING f.subscription_id, f.sequence
"""

HEAD: Final = """
SELECT coalesce(f.sequence, 0) FROM notifications.subscription AS s
  LEFT JOIN notifications.feed AS f ON f.subscription_id = s.id
 WHERE ($1::text IS NULL OR s.la_code = $1) AND ($2::int[] IS NULL OR s.urns <@ $2)
   AND s.id = $3 AND s.status <> 'deleted'
"""

HEADS: Final = """
SELECT subscription_id, sequence FROM notifications.feed WHERE subscription_id = ANY($1)
"""

# The first comes however large it is, or nobody would get past it. Names as in lanes_table.
PAGE: Final = """
SELECT sequence, type, body FROM (
       SELECT d.sequence, m.type, s.body,
              sum(octet_length(s.body)) OVER (ORDER BY d.sequence) - octet_length(s.body) AS before
         FROM notifications.delivery AS d
         JOIN notifications.message AS m
           ON m.school_id = d.school_id AND m.position = d.position AND m.ordinal = d.ordinal
         JOIN notifications.subscription AS owed ON owed.id = d.subscription_id
        CROSS JOIN LATERAL (SELECT CASE WHEN d.whole AND owed.full_bodies AND $6
                                        THEN coalesce(m.whole_body, m.body)
                                        ELSE m.body END AS body) AS s
        WHERE d.subscription_id = $1 AND d.sequence > $2 AND d.sequence <= $3
        ORDER BY d.sequence LIMIT $4) AS page
 WHERE before < $5 ORDER BY sequence
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message in a feed: the same bytes that are sent to the endpoint."""

    sequence: int
    type: str
    body: str


async def take_numbers(conn: Connection, subscriptions: Sequence[UUID]) -> list[int]:
    """Number what is about to be added to feeds, holding them until the transaction ends.

    Args:
        subscriptions: of each delivery to come.

    Returns:
        The number of each of them.
    """
    counts = Counter(subscriptions)
    rows = await conn.fetch(TAKE, list(counts), list(counts.values()))
    last = {
        row["subscription_id"]: row["sequence"] - counts[row["subscription_id"]] for row in rows
    }
    numbers = []
    for subscription in subscriptions:
        last[subscription] += 1
        numbers.append(last[subscription])
    return numbers


async def feed_head(conn: Connection, boundary: Boundary, subscription: UUID) -> int | None:
    """Read the newest number of a feed, 0 of an empty one; None if it isn't the caller's."""
    head: int | None = await conn.fetchval(HEAD, boundary.la_code, boundary.urns, subscription)
    return head


async def feed_heads(conn: Connection, subscriptions: Sequence[UUID]) -> dict[UUID, int]:
    """Read the newest numbers of some feeds; one that is empty is left out."""
    rows = await conn.fetch(HEADS, list(subscriptions))
    return {row["subscription_id"]: row["sequence"] for row in rows}


async def feed_page(
    conn: Connection,
    subscription: UUID,
    *,
    after: int,
    up_to: int,
    limit: int,
    most_bytes: int,
    whole: bool,
) -> list[Owed]:
    """Read some of a feed, oldest first.

    Args:
        whole: full bodies where the subscription has them; otherwise none but thin ones.
        up_to: a head read before.
        most_bytes: of bodies; the last goes over it.
    """
    rows = await conn.fetch(PAGE, subscription, after, up_to, limit, most_bytes, whole)
    return [Owed(row["sequence"], row["type"], row["body"]) for row in rows]

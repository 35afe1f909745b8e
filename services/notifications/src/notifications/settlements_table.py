"""Every statement that settles what senders had in hand: many at once, each only under its lease.

Who lost a lease changes nothing: another sender has its lane by now (docs/decisions/0016). Locks
are taken in the order of lanes_table. Sends nothing, and judges no answer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eventlog import Connection, SchoolId

from notifications.lanes_table import Claimed
from notifications.replay_items_table import Place, note_replayed
from notifications.retries import DeliveryStatus, Verdict
from notifications.returns_table import note_sent, returns_waiting

# In one order, so that two senders can't wait for each other. Each lane by its key: planned as one
# join, they were looked for among all that were ever leased.
HOLD: Final = """
SELECT n.place
  FROM (SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[])
                      WITH ORDINALITY AS n (school_id, subscription_id, subject, token, place)
         ORDER BY school_id, subscription_id, subject) AS n
 CROSS JOIN LATERAL (
       SELECT l.token, l.leased FROM notifications.lane AS l
        WHERE l.school_id = n.school_id AND l.subscription_id = n.subscription_id
          AND l.subject = n.subject
        LIMIT 1 FOR NO KEY UPDATE) AS l
 WHERE l.token = n.token AND l.leased
"""

# A replay that fails makes nothing undelivered that was delivered once.
SETTLE: Final = """
UPDATE notifications.delivery AS d
   SET status = CASE WHEN n.status = 'undelivered' AND d.delivered_at IS NOT NULL THEN 'delivered'
                     ELSE n.status END,
       attempts = d.attempts + n.attempts, next_attempt_at = n.due_at,
       delivered_at = CASE WHEN n.status = 'delivered' THEN $7::timestamptz ELSE d.delivered_at END
  FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::text[], $5::int[], $6::timestamptz[],
              $8::smallint[])
       AS n (school_id, subscription_id, position, status, attempts, due_at, ordinal)
 WHERE d.school_id = n.school_id AND d.subscription_id = n.subscription_id
   AND d.position = n.position AND d.ordinal = n.ordinal
"""

# After the lanes were locked, in a statement of its own: it sees what came into them until then.
GO_ON: Final = """
UPDATE notifications.lane AS l
   SET leased = false,
       due_at = coalesce(n.due_at, CASE WHEN EXISTS (
           SELECT FROM notifications.delivery AS d
            WHERE d.school_id = l.school_id AND d.subscription_id = l.subscription_id
              AND d.subject = l.subject AND d.status = 'pending')
           THEN $5::timestamptz END)
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::timestamptz[])
       AS n (school_id, subscription_id, subject, due_at)
 WHERE l.school_id = n.school_id AND l.subscription_id = n.subscription_id
   AND l.subject = n.subject
"""

# What didn't fail by itself needn't wait as if it had. Lanes that somebody else has are passed by,
# so that nobody is waited for: they wait no longer than they would have.
BRING_FORWARD: Final = """
WITH early AS MATERIALIZED (
    SELECT school_id, subscription_id, subject FROM notifications.lane
     WHERE subscription_id = ANY($1) AND NOT leased AND due_at > $2
       FOR NO KEY UPDATE SKIP LOCKED
), lanes AS (
    UPDATE notifications.lane AS l SET due_at = $2
      FROM early
     WHERE l.school_id = early.school_id AND l.subscription_id = early.subscription_id
       AND l.subject = early.subject
)
UPDATE notifications.delivery AS d SET next_attempt_at = $2
  FROM early
 WHERE d.school_id = early.school_id AND d.subscription_id = early.subscription_id
   AND d.subject = early.subject AND d.status = 'pending' AND d.next_attempt_at > $2
"""

UNSENT: Final = Verdict(DeliveryStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a delivery in hand."""

    claimed: Claimed
    verdict: Verdict
    sent: bool = True  # an attempt was made, and counts


async def settle(
    conn: Connection,
    settlements: Sequence[Settlement],
    *,
    now: datetime,
    disabled: Collection[UUID] = (),
) -> frozenset[int]:
    """Record what becomes of deliveries and of the returns they bring, and let their lanes go on.

    Args:
        disabled: subscriptions that were disabled in this transaction: to them nothing is brought.

    Returns:
        The places, from 0, of those that were settled; of the rest the lease was lost, and
        nothing is changed.
    """
    lanes = [each.claimed for each in settlements]
    rows = await conn.fetch(
        HOLD,
        [lane.school for lane in lanes],
        [lane.subscription for lane in lanes],
        [lane.subject for lane in lanes],
        [lane.token for lane in lanes],
    )
    held = frozenset(row["place"] - 1 for row in rows)
    settled = [settlements[place] for place in sorted(held)]
    if settled:
        await _store(conn, settled, now)
    unbrought = await returns_waiting(conn, disabled) if disabled else []
    await note_sent(conn, [*_brought(settled), *unbrought], now=now)
    return held


async def bring_forward(conn: Connection, subscriptions: Sequence[UUID], *, now: datetime) -> None:
    """Make due what waits for its retry at endpoints that are back; last in a transaction."""
    if subscriptions:
        await conn.execute(BRING_FORWARD, list(subscriptions), now)


async def _store(conn: Connection, held: Sequence[Settlement], now: datetime) -> None:
    schools = [each.claimed.school for each in held]
    subscriptions = [each.claimed.subscription for each in held]
    due = [each.verdict.due_at for each in held]
    await conn.execute(
        SETTLE,
        schools,
        subscriptions,
        [each.claimed.position for each in held],
        [each.verdict.status.value for each in held],
        [int(each.sent) for each in held],
        due,
        now,
        [each.claimed.ordinal for each in held],
    )
    await conn.execute(
        GO_ON, schools, subscriptions, [each.claimed.subject for each in held], due, now
    )
    for each in held:
        replay = each.claimed.replay_id
        if replay is not None and each.verdict.status is not DeliveryStatus.PENDING:
            await note_replayed(conn, replay, _place(each.claimed), each.verdict)


def _brought(settled: Sequence[Settlement]) -> list[tuple[SchoolId, UUID]]:
    """List the returns of which a delivery is over."""
    return [
        (each.claimed.school, each.claimed.return_id)
        for each in settled
        if each.claimed.return_id is not None and each.verdict.status is not DeliveryStatus.PENDING
    ]


def _place(claimed: Claimed) -> Place:
    return Place(claimed.school, claimed.position, claimed.ordinal)

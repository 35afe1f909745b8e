"""Every statement that settles what senders had in hand: many at once, each only under its lease.

Who lost a lease changes nothing: another sender has its lane by now (docs/decisions/0016). Locks
are taken in the order of lanes_table. Sends nothing, and counts no attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eventlog import Connection

from notifications.lanes_table import Claimed
from notifications.replay_items_table import Place, note_replayed
from notifications.retries import DeliveryStatus, Verdict
from notifications.returns_table import note_sent

# In one order, so that two senders can't wait for each other.
HOLD: Final = """
SELECT n.place
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[])
       WITH ORDINALITY AS n (school_id, subscription_id, subject, token, place)
  JOIN notifications.lane AS l
    ON l.school_id = n.school_id AND l.subscription_id = n.subscription_id
   AND l.subject = n.subject AND l.token = n.token AND l.leased
 ORDER BY l.school_id, l.subscription_id, l.subject
   FOR NO KEY UPDATE OF l
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

UNSENT: Final = Verdict(DeliveryStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a delivery in hand."""

    claimed: Claimed
    verdict: Verdict  # UNSENT: it goes back as it was

    @property
    def attempts(self) -> int:
        """How many attempts this adds."""
        return 0 if self.verdict is UNSENT else 1


async def settle(
    conn: Connection, settlements: Sequence[Settlement], *, now: datetime
) -> frozenset[int]:
    """Record what becomes of deliveries, and let their lanes go on.

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
    if held:
        await _store(conn, [settlements[place] for place in sorted(held)], now)
    return held


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
        [each.attempts for each in held],
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
    brought = [
        (each.claimed.school, each.claimed.return_id)
        for each in held
        if each.claimed.return_id is not None and each.verdict.status is not DeliveryStatus.PENDING
    ]
    await note_sent(conn, brought, now=now)


def _place(claimed: Claimed) -> Place:
    return Place(claimed.school, claimed.position, claimed.ordinal)

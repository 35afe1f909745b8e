"""How deliveries stand as a whole: what operators look at. Reads, and each read is bounded.

By endpoint and along an index, never over all that waits: it is asked most when most waits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from eventlog import Connection

MOST_COUNTED: Final = 10_000  # lanes of an endpoint, returns; of more nobody needs the number

ENDPOINTS: Final = """
SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
       count(*) FILTER (WHERE status = 'active' AND probe_at IS NULL) AS active,
       count(*) FILTER (WHERE status = 'active' AND probe_at IS NOT NULL) AS failing,
       count(*) FILTER (WHERE status = 'disabled') AS disabled
  FROM notifications.subscription WHERE status <> 'deleted'
"""

# What a replay has put back is old and not late, and never more than a hundred an endpoint.
OLDEST: Final = """
SELECT min(waiting.created_at) AS waiting, min(given_up.created_at) AS given_up
  FROM notifications.subscription AS s
  LEFT JOIN LATERAL (
       SELECT d.created_at FROM notifications.delivery AS d
        WHERE d.subscription_id = s.id AND d.status = 'pending' AND d.replay_id IS NULL
        ORDER BY d.created_at LIMIT 1) AS waiting ON true
  LEFT JOIN LATERAL (
       SELECT d.created_at FROM notifications.delivery AS d
        WHERE d.subscription_id = s.id AND d.status = 'undelivered'
        ORDER BY d.created_at LIMIT 1) AS given_up ON true
 WHERE s.status <> 'deleted'
"""

# A lane is blocked that has something to send and may not: its first delivery failed and waits for
# its retry, or nothing at all goes to its endpoint now.
BLOCKED: Final = """
SELECT coalesce(sum(blocked.lanes), 0)::int
  FROM notifications.subscription AS s
 CROSS JOIN LATERAL (
       SELECT count(*) AS lanes FROM (
              SELECT FROM notifications.lane AS l
               WHERE l.subscription_id = s.id AND NOT l.leased
                 AND CASE WHEN s.status = 'active' AND s.probe_at IS NULL THEN l.due_at > $1
                          ELSE l.due_at IS NOT NULL END
               LIMIT $2) AS l) AS blocked
 WHERE s.status <> 'deleted'
"""

# Along an index of what is open, and no further than anybody needs the number.
RETURNS: Final = """
SELECT (SELECT count(*) FROM (SELECT FROM notifications.statutory_return
                               WHERE status = 'undelivered' LIMIT $2) AS u) AS undelivered,
       (SELECT count(*) FROM (SELECT FROM notifications.statutory_return
                               WHERE status = 'due' AND due_on < $1 LIMIT $2) AS o) AS past_due,
       (SELECT min(o.undelivered_at)
          FROM (SELECT undelivered_at FROM notifications.statutory_return
                 WHERE status = 'undelivered' LIMIT $2) AS o) AS oldest_undelivered_at,
       (SELECT count(*) FROM (SELECT FROM notifications.statutory_return
                               WHERE withdrawal_untold LIMIT $2) AS w) AS withdrawals_untold
"""

WAITING: Final = """
SELECT count(*) FROM notifications.delivery WHERE status = 'pending'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How deliveries stand."""

    endpoints: dict[str, int]  # how many are in each state
    oldest_waiting_at: datetime | None
    oldest_given_up_at: datetime | None
    blocked_lanes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnsStanding:
    """How statutory returns stand that no authority has."""

    undelivered: int  # given up after the last attempt, or with the last endpoint
    past_due: int  # due by a day that has passed, to an authority that takes none from here
    oldest_undelivered_at: datetime | None
    withdrawals_untold: int  # of returns that a person had sent


async def standing(conn: Connection, *, now: datetime) -> Standing:
    """Read how deliveries stand, over all schools."""
    oldest = await conn.fetchrow(OLDEST)
    return Standing(
        endpoints=dict(await conn.fetchrow(ENDPOINTS)),
        oldest_waiting_at=oldest["waiting"],
        oldest_given_up_at=oldest["given_up"],
        blocked_lanes=await conn.fetchval(BLOCKED, now, MOST_COUNTED),
    )


async def returns_standing(conn: Connection, *, today: date) -> ReturnsStanding:
    """Read how statutory returns stand, over all schools."""
    return ReturnsStanding(**await conn.fetchrow(RETURNS, today, MOST_COUNTED))


async def count_waiting(conn: Connection) -> int:
    """Count what is owed and not made yet: a look at each of them."""
    waiting: int = await conn.fetchval(WAITING)
    return waiting

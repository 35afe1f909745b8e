"""Every statement on statutory returns: what is due to whom, and what became of it.

What a projection knows of a return and what a sender does are columns of their own, and neither
writes the other's. Rows are locked last, after lanes and deliveries.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from attendance.identifiers import PupilId, Urn
from eventlog import Connection, SchoolId

from notifications.access import Boundary
from notifications.retries import DeliveryStatus
from notifications.return_record import ReturnRecord, ReturnStatus, columns_of, record_of
from notifications.statutory_return import StatutoryReturn

COLUMNS: Final = """
r.school_id, r.id, r.alert_id, r.rule, r.pupil, r.la_code, r.role, r.version, r.corrects, r.met_on,
r.due_on, r.provisional, r.contents, r.made_at, r.made_position, r.heard_position,
r.acknowledged_at, r.acknowledgement, r.submitted_on, r.submission, r.corrected_by, r.corrected_at,
r.withdrawn_at, r.withdrawn_because, r.handed_over, r.withdrawal_submitted_on,
r.withdrawal_submission, r.withdrawal_untold, r.status, r.sent_at, r.undelivered_at
"""

WITHIN: Final = (
    "($1::text IS NULL OR r.la_code = $1) AND ($2::int[] IS NULL OR r.school_id = ANY($2))"
)

OF_ALERTS: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r
 WHERE r.school_id = $1 AND r.alert_id = ANY($2) ORDER BY r.version
"""

# A look at every return of the school: pupils seldom move.
OF_PUPILS: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r
 WHERE r.school_id = $1 AND r.pupil = ANY($2) ORDER BY r.version
"""

FIND: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r WHERE {WITHIN} AND r.id = $3
"""

PAGE: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r
 WHERE {WITHIN} AND ($3::text IS NULL OR r.la_code = $3) AND ($4::int IS NULL OR r.school_id = $4)
   AND ($5::text IS NULL OR r.status = $5) AND ($6::text IS NULL OR r.rule = $6)
   AND ($7::boolean IS NULL OR $7 = (r.status = 'undelivered' OR r.withdrawal_untold
                                     OR (r.status = 'due' AND coalesce(r.due_on < $8, false))))
   AND ($9::timestamptz IS NULL OR (r.made_at, r.id) < ($9, $10))
 ORDER BY r.made_at DESC, r.id DESC LIMIT $11
"""

PUT: Final = """
INSERT INTO notifications.statutory_return AS r
       (school_id, id, alert_id, rule, pupil, la_code, role, version, corrects, met_on, due_on,
        provisional, contents, made_at, made_position, heard_position, acknowledged_at,
        acknowledgement, submitted_on, submission, corrected_by, corrected_at, withdrawn_at,
        withdrawn_because, handed_over, withdrawal_submitted_on, withdrawal_submission)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $25, $26, $27)
ON CONFLICT (school_id, id) DO UPDATE
   SET heard_position = excluded.heard_position, acknowledged_at = excluded.acknowledged_at,
       acknowledgement = excluded.acknowledgement, submitted_on = excluded.submitted_on,
       submission = excluded.submission, corrected_by = excluded.corrected_by,
       corrected_at = excluded.corrected_at, withdrawn_at = excluded.withdrawn_at,
       withdrawn_because = excluded.withdrawn_because, handed_over = excluded.handed_over,
       withdrawal_submitted_on = excluded.withdrawal_submitted_on,
       withdrawal_submission = excluded.withdrawal_submission
"""

DELIVERIES: Final = """
SELECT d.event_id, d.status, d.attempts, d.created_at, d.delivered_at
  FROM notifications.delivery AS d
 WHERE d.school_id = $1 AND d.return_id = $2 ORDER BY d.created_at, d.id
"""

# In one order, so that two senders can't wait for each other.
HOLD: Final = """
SELECT FROM notifications.statutory_return AS r
  JOIN (SELECT DISTINCT * FROM unnest($1::int[], $2::uuid[]) AS n (school_id, id)) AS n
    ON r.school_id = n.school_id AND r.id = n.id
 ORDER BY r.school_id, r.id
   FOR NO KEY UPDATE OF r
"""

# After the rows were locked, in a statement of its own: of two endpoints of an authority, the one
# that is settled last sees what became of the other. One that was disabled or deleted is tried no
# more; one whose new address is to be verified is, soon.
NOTE_SENT: Final = """
UPDATE notifications.statutory_return AS r
   SET sent_at = coalesce(r.sent_at, d.delivered_at),
       undelivered_at = coalesce(r.undelivered_at, CASE WHEN d.in_vain THEN $3::timestamptz END)
  FROM unnest($1::int[], $2::uuid[]) AS n (school_id, id)
 CROSS JOIN LATERAL (
       SELECT min(d.delivered_at) AS delivered_at,
              bool_and(d.delivered_at IS NULL
                       AND (d.status <> 'pending' OR s.status IN ('disabled', 'deleted')))
              AS in_vain
         FROM notifications.delivery AS d
         JOIN notifications.subscription AS s ON s.id = d.subscription_id
        WHERE d.school_id = n.school_id AND d.return_id = n.id) AS d
 WHERE r.school_id = n.school_id AND r.id = n.id
   AND (r.sent_at IS NULL AND d.delivered_at IS NOT NULL OR r.undelivered_at IS NULL AND d.in_vain)
"""

WAITING: Final = """
SELECT DISTINCT d.school_id, d.return_id FROM notifications.delivery AS d
 WHERE d.subscription_id = ANY($1) AND d.status = 'pending' AND d.return_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDelivery:
    """How a return fared on its way to one endpoint of its authority."""

    event: UUID
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReturns:
    """Which returns to list, of those a caller may see."""

    la_code: str | None = None
    urn: int | None = None
    status: ReturnStatus | None = None
    kind: str | None = None
    overdue: bool | None = None
    today: date
    before: tuple[datetime, UUID] | None = None


async def returns_concerned(
    conn: Connection, urn: Urn, alerts: Collection[UUID], moved: Collection[PupilId]
) -> list[StatutoryReturn]:
    """Read the returns that were made of some findings, and all of pupils who moved."""
    rows = await conn.fetch(OF_ALERTS, urn, list(alerts))
    if moved:
        rows += await conn.fetch(OF_PUPILS, urn, list(moved))
    return [record_of(row).made for row in rows]


async def returns_beside(conn: Connection, record: ReturnRecord) -> list[ReturnRecord]:
    """List the versions of a return, it itself among them, the first made first."""
    rows = await conn.fetch(OF_ALERTS, record.urn, [record.made.alert])
    found = [record_of(row) for row in rows]
    return [each for each in found if each.made.la_code == record.made.la_code]


async def deliveries_of(conn: Connection, record: ReturnRecord) -> list[ReturnDelivery]:
    """List how a return fared with each endpoint of its authority, oldest first."""
    return [
        ReturnDelivery(
            event=row["event_id"],
            status=DeliveryStatus(row["status"]),
            attempts=row["attempts"],
            created_at=row["created_at"],
            delivered_at=row["delivered_at"],
        )
        for row in await conn.fetch(DELIVERIES, record.urn, record.made.id)
    ]


async def find_return(conn: Connection, boundary: Boundary, id_: UUID) -> ReturnRecord | None:
    """Read one return, if it is there and the caller's to see."""
    row = await conn.fetchrow(FIND, boundary.la_code, boundary.urns, id_)
    return record_of(row) if row else None


async def returns_page(
    conn: Connection, boundary: Boundary, wanted: WantedReturns, *, limit: int
) -> list[ReturnRecord]:
    """List returns that a caller may see, newest first."""
    made_at, last = wanted.before or (None, None)
    rows = await conn.fetch(
        PAGE,
        boundary.la_code,
        boundary.urns,
        wanted.la_code,
        wanted.urn,
        wanted.status,
        wanted.kind,
        wanted.overdue,
        wanted.today,
        made_at,
        last,
        limit,
    )
    return [record_of(row) for row in rows]


async def remember_returns(conn: Connection, urn: Urn, changed: Iterable[StatutoryReturn]) -> None:
    """Store returns as the log has them now; last in the transaction."""
    await conn.executemany(PUT, [columns_of(urn, each) for each in changed])


async def returns_waiting(
    conn: Connection, subscriptions: Collection[UUID]
) -> list[tuple[SchoolId, UUID]]:
    """List the returns that some endpoints have still to be sent; a look at all that waits."""
    rows = await conn.fetch(WAITING, list(subscriptions))
    return [(SchoolId(row["school_id"]), row["return_id"]) for row in rows]


async def note_sent(
    conn: Connection, settled: Sequence[tuple[SchoolId, UUID]], *, now: datetime
) -> None:
    """Note which returns an endpoint took, or none will; after their deliveries were settled."""
    if not settled:
        return
    schools, ids = [school for school, _ in settled], [id_ for _, id_ in settled]
    await conn.fetch(HOLD, schools, ids)
    await conn.execute(NOTE_SENT, schools, ids, now)

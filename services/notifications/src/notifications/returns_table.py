"""Every statement on statutory returns: what is due to whom, and what became of it.

What a projection knows of a return and what a sender does are columns of their own, and neither
writes the other's. Rows are locked last, after lanes and deliveries.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg
from attendance.identifiers import LaCode, PupilId, Urn
from attendance.returns import Role
from eventlog import Connection, SchoolId

from notifications.access import Boundary
from notifications.codec import Json, compact
from notifications.retries import DeliveryStatus
from notifications.returns import StatutoryReturn, WithdrawnBecause

COLUMNS: Final = """
r.school_id, r.id, r.alert_id, r.rule, r.pupil, r.la_code, r.role, r.version, r.corrects, r.met_on,
r.due_on, r.provisional, r.contents, r.made_at, r.made_position, r.heard_position,
r.acknowledged_at, r.acknowledgement, r.submitted_on, r.submission, r.corrected_by, r.corrected_at,
r.withdrawn_at, r.withdrawn_because, r.status, r.sent_at, r.undelivered_at
"""

WITHIN: Final = (
    "($1::text IS NULL OR r.la_code = $1) AND ($2::int[] IS NULL OR r.school_id = ANY($2))"
)

OF_ALERTS: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r
 WHERE r.school_id = $1 AND r.alert_id = ANY($2) ORDER BY r.version
"""

FIND: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r WHERE {WITHIN} AND r.id = $3
"""

PAGE: Final = f"""
SELECT {COLUMNS} FROM notifications.statutory_return AS r
 WHERE {WITHIN} AND ($3::text IS NULL OR r.la_code = $3) AND ($4::int IS NULL OR r.school_id = $4)
   AND ($5::text IS NULL OR r.status = $5) AND ($6::text IS NULL OR r.rule = $6)
   AND ($7::boolean IS NULL OR $7 = (r.status = 'undelivered'
                                     OR (r.status = 'due' AND coalesce(r.due_on < $8, false))))
   AND ($9::timestamptz IS NULL OR (r.made_at, r.id) < ($9, $10))
 ORDER BY r.made_at DESC, r.id DESC LIMIT $11
"""

PUT: Final = """
INSERT INTO notifications.statutory_return AS r
       (school_id, id, alert_id, rule, pupil, la_code, role, version, corrects, met_on, due_on,
        provisional, contents, made_at, made_position, heard_position, acknowledged_at,
        acknowledgement, submitted_on, submission, corrected_by, corrected_at, withdrawn_at,
        withdrawn_because)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24)
ON CONFLICT (school_id, id) DO UPDATE
   SET heard_position = excluded.heard_position, acknowledged_at = excluded.acknowledged_at,
       acknowledgement = excluded.acknowledgement, submitted_on = excluded.submitted_on,
       submission = excluded.submission, corrected_by = excluded.corrected_by,
       corrected_at = excluded.corrected_at, withdrawn_at = excluded.withdrawn_at,
       withdrawn_because = excluded.withdrawn_because
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
# that is settled last sees what became of the other.
NOTE_SENT: Final = """
UPDATE notifications.statutory_return AS r
   SET sent_at = coalesce(r.sent_at, d.delivered_at),
       undelivered_at = coalesce(r.undelivered_at, CASE WHEN d.given_up AND NOT d.open
                                                        THEN $3::timestamptz END)
  FROM unnest($1::int[], $2::uuid[]) AS n (school_id, id)
 CROSS JOIN LATERAL (
       SELECT min(d.delivered_at) AS delivered_at, bool_or(d.status = 'undelivered') AS given_up,
              bool_or(d.status = 'pending') AS open
         FROM notifications.delivery AS d
        WHERE d.school_id = n.school_id AND d.return_id = n.id) AS d
 WHERE r.school_id = n.school_id AND r.id = n.id
"""


class ReturnStatus(StrEnum):
    """How a return stands."""

    DUE = "due"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRecord:
    """A return as it stands, its way to the authority included."""

    urn: Urn
    made: StatutoryReturn
    status: ReturnStatus
    sent_at: datetime | None  # an endpoint of the authority took it
    undelivered_at: datetime | None  # the last attempt at every endpoint of it failed

    def is_overdue(self, today: date) -> bool:
        """Whether the school should have told the authority by now; never told, it is."""
        if self.status is ReturnStatus.UNDELIVERED:
            return True
        due_on = self.made.due_on
        return self.status is ReturnStatus.DUE and due_on is not None and due_on < today


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


async def returns_of_alerts(
    conn: Connection, urn: Urn, alerts: Collection[UUID]
) -> list[StatutoryReturn]:
    """Read the returns that were made of some findings."""
    rows = await conn.fetch(OF_ALERTS, urn, list(alerts))
    return [_record(row).made for row in rows]


async def returns_beside(conn: Connection, record: ReturnRecord) -> list[ReturnRecord]:
    """List the versions of a return, it itself among them, the first made first."""
    rows = await conn.fetch(OF_ALERTS, record.urn, [record.made.alert])
    found = [_record(row) for row in rows]
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
    return _record(row) if row else None


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
    return [_record(row) for row in rows]


async def remember_returns(conn: Connection, urn: Urn, changed: Iterable[StatutoryReturn]) -> None:
    """Store returns as the log has them now; last in the transaction."""
    await conn.executemany(PUT, [_columns(urn, each) for each in changed])


async def note_sent(
    conn: Connection, settled: Sequence[tuple[SchoolId, UUID]], *, now: datetime
) -> None:
    """Note which returns an endpoint took, or none will; after their deliveries were settled."""
    if not settled:
        return
    schools, ids = [school for school, _ in settled], [id_ for _, id_ in settled]
    await conn.fetch(HOLD, schools, ids)
    await conn.execute(NOTE_SENT, schools, ids, now)


def _columns(urn: Urn, made: StatutoryReturn) -> tuple[object, ...]:
    return (
        urn,
        made.id,
        made.alert,
        made.rule,
        made.pupil,
        made.la_code,
        made.role,
        made.version,
        made.corrects,
        made.met_on,
        made.due_on,
        made.provisional,
        compact(made.contents),
        made.made_at,
        made.made_position,
        made.heard_position,
        made.acknowledged_at,
        made.acknowledgement and compact(made.acknowledgement),
        made.submitted_on,
        made.submission and compact(made.submission),
        made.corrected_by,
        made.corrected_at,
        made.withdrawn_at,
        made.withdrawn_because,
    )


def _record(row: asyncpg.Record) -> ReturnRecord:
    because = row["withdrawn_because"]
    made = StatutoryReturn(
        id=row["id"],
        alert=row["alert_id"],
        rule=row["rule"],
        pupil=PupilId(row["pupil"]),
        la_code=LaCode(row["la_code"]),
        role=Role(row["role"]),
        version=row["version"],
        corrects=row["corrects"],
        met_on=row["met_on"],
        due_on=row["due_on"],
        provisional=row["provisional"],
        contents=json.loads(row["contents"]),
        made_at=row["made_at"],
        made_position=row["made_position"],
        heard_position=row["heard_position"],
        acknowledged_at=row["acknowledged_at"],
        acknowledgement=_read(row["acknowledgement"]),
        submitted_on=row["submitted_on"],
        submission=_read(row["submission"]),
        corrected_by=row["corrected_by"],
        corrected_at=row["corrected_at"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_because=WithdrawnBecause(because) if because else None,
    )
    return ReturnRecord(
        urn=Urn(row["school_id"]),
        made=made,
        status=ReturnStatus(row["status"]),
        sent_at=row["sent_at"],
        undelivered_at=row["undelivered_at"],
    )


def _read(text: str | None) -> Json | None:
    return None if text is None else json.loads(text)

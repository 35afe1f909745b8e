"""A return as the ledger has it, its way to the authority included, and how its row is read.

Holds no statement; `returns_table` does.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import asyncpg
from attendance.identifiers import LaCode, PupilId, Urn
from attendance.returns import Role

from notifications.codec import Json, compact
from notifications.statutory_return import StatutoryReturn, WithdrawnBecause


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
    undelivered_at: datetime | None  # no endpoint of it was tried any more
    withdrawal_untold: bool  # the authority has it by hand, and must hear that it was withdrawn

    def is_overdue(self, today: date) -> bool:
        """Whether the school should have told the authority by now; never told, it is."""
        if self.status is ReturnStatus.UNDELIVERED or self.withdrawal_untold:
            return True
        due_on = self.made.due_on
        return self.status is ReturnStatus.DUE and due_on is not None and due_on < today


def columns_of(urn: Urn, made: StatutoryReturn) -> tuple[object, ...]:
    """Give a return's values in the order in which they are stored."""
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
        made.handed_over,
        made.withdrawal_submitted_on,
        made.withdrawal_submission and compact(made.withdrawal_submission),
    )


def record_of(row: asyncpg.Record) -> ReturnRecord:
    """Read a return from its row."""
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
        handed_over=row["handed_over"],
        withdrawal_submitted_on=row["withdrawal_submitted_on"],
        withdrawal_submission=_read(row["withdrawal_submission"]),
    )
    return ReturnRecord(
        urn=Urn(row["school_id"]),
        made=made,
        status=ReturnStatus(row["status"]),
        sent_at=row["sent_at"],
        undelivered_at=row["undelivered_at"],
        withdrawal_untold=row["withdrawal_untold"],
    )


def _read(text: str | None) -> Json | None:
    return None if text is None else json.loads(text)

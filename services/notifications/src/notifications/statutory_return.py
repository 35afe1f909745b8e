"""A statutory return to one authority, and what was recorded of it. A value; makes none.

A return is never altered. What became of it stands beside what it tells.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from attendance.events import ReturnAcknowledged, ReturnEvent, Signatory
from attendance.identifiers import LaCode, PupilId
from attendance.returns import Role

from notifications.codec import Json, instant


class WithdrawnBecause(StrEnum):
    """Why nothing is to be told any more."""

    NO_GROUND = "no-ground"  # the register as amended doesn't show it
    NOT_REQUIRED = "not-required"  # a person decided so
    ANOTHER_AUTHORITY = "another-authority"  # it is for another now


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryReturn:
    """A return to one authority, with what became of it but for its way there."""

    id: UUID
    alert: UUID
    rule: str
    pupil: PupilId
    la_code: LaCode
    role: Role
    version: int  # 1, and one more with each correction
    corrects: UUID | None
    met_on: date
    due_on: date | None
    provisional: bool
    contents: Json
    made_at: datetime
    made_position: int  # of the event it was made of
    heard_position: int  # of the newest event about it
    acknowledged_at: datetime | None = None
    acknowledgement: Json | None = None
    submitted_on: date | None = None
    submission: Json | None = None
    corrected_by: UUID | None = None
    corrected_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_because: WithdrawnBecause | None = None
    handed_over: bool = False  # of the newest: by hand the authority has it or a version before
    withdrawal_submitted_on: date | None = None
    withdrawal_submission: Json | None = None

    @property
    def stands(self) -> bool:
        """Whether it is neither corrected nor withdrawn."""
        return self.corrected_by is None and self.withdrawn_because is None

    def says_the_same_as(self, other: "StatutoryReturn") -> bool:
        """Whether an authority would learn nothing new from one that knows the other."""
        return (
            self.role is other.role
            and self.met_on == other.met_on
            and self.due_on == other.due_on
            and self.provisional == other.provisional
            and self.contents == other.contents
        )

    def with_recorded(self, event: ReturnEvent) -> "StatutoryReturn":
        """Give it with what was recorded of it: acknowledged, sent by hand, told as withdrawn."""
        if isinstance(event, ReturnAcknowledged):
            return self._with_acknowledged(event)
        submission = {
            "how": event.how.value,
            "reference": event.reference,
            "by": _person(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
        if event.withdrawal:
            on = event.submitted_on
            return replace(self, withdrawal_submitted_on=on, withdrawal_submission=submission)
        return replace(self, submitted_on=event.submitted_on, submission=submission)

    def _with_acknowledged(self, event: ReturnAcknowledged) -> "StatutoryReturn":
        said: Json = {"reference": event.reference, "by": _person(event.acknowledged_by)}
        if self.acknowledgement is None:
            return replace(self, acknowledged_at=event.acknowledged_at, acknowledgement=said)
        added = {**said, "at": instant(event.acknowledged_at)}
        return replace(self, acknowledgement={**self.acknowledgement, "reference_added": added})


def _person(by: Signatory | None) -> Json | None:
    return None if by is None else {"name": by.name, "position": by.position}

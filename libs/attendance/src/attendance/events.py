"""The facts that registers are made of, as records a court may read.

Each is what happened, in the regulations' words, in the past tense. Frozen, without behaviour, and
once released never reshaped: a new need is a new event or a new optional field
(tests/architecture/test_event_json.py holds the JSON to that). Names and positions are those of the
day, never joined to today's staff. Every `_at` is an aware UTC instant.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from attendance.admission_entry import Parent, Sex
from attendance.admission_events import (
    AdmissionEvent,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
)
from attendance.alert_events import (
    AlertConsidered,
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.calendar import CalendarYear
from attendance.closure_events import ClosureEvent, ClosureReversed, UnplannedClosure
from attendance.codes import Code
from attendance.entry_rules import EntryRules
from attendance.identifiers import PupilId
from attendance.plan_events import (
    AbsencePlanEnded,
    ActivityPlanned,
    DualRegistrationRecorded,
    IllnessReported,
    LeaveDecided,
    LeaveRequested,
    PartTimeTimetableAgreed,
    PlanEvent,
    PupilExcluded,
)
from attendance.retention_events import (
    RecordingYearDropped,
    RetentionEvent,
    RetentionHoldLifted,
    RetentionHoldPlaced,
)
from attendance.return_events import ReturnAcknowledged, ReturnEvent, ReturnSubmitted
from attendance.rule_events import RuleTermsSet, TermsPeriod
from attendance.school_details import Phase, SchoolDetails, SessionTimes
from attendance.session import Session
from attendance.signing import Signatory

__all__ = [
    "AbsencePlanEnded",
    "ActivityPlanned",
    "AdmissionEvent",
    "AlertConsidered",
    "AlertEvent",
    "Amendment",
    "CalendarPublished",
    "ClosureEvent",
    "ClosureReversed",
    "DualRegistrationRecorded",
    "EntryRulesPublished",
    "Event",
    "EvidenceEntry",
    "IllnessReported",
    "LeaveDecided",
    "LeaveRequested",
    "Mark",
    "MarksAmended",
    "MarksRecorded",
    "Parent",
    "PartTimeTimetableAgreed",
    "Phase",
    "PlanEvent",
    "PupilAdmitted",
    "PupilDeleted",
    "PupilDetailsChanged",
    "PupilExcluded",
    "RecordingYearDropped",
    "RetentionEvent",
    "RetentionHoldLifted",
    "RetentionHoldPlaced",
    "ReturnAcknowledged",
    "ReturnEvent",
    "ReturnSubmitted",
    "RuleTermsSet",
    "SchoolDetails",
    "SchoolDetailsChanged",
    "SchoolRegistered",
    "SessionTimes",
    "Sex",
    "Signatory",
    "TermsPeriod",
    "ThresholdCorrected",
    "ThresholdLapsed",
    "ThresholdMet",
    "ThresholdWithdrawn",
    "UnplannedClosure",
]


class Mark(NamedTuple):
    """One pupil's entry in the register of one session.

    A named tuple and not a dataclass (decision 0012): marks come by the million.
    """

    pupil: PupilId
    code: Code
    minutes_late: int | None = None  # whole minutes after taking began; for L and U
    detail: str | None = None  # the nature of the activity or of the circumstances
    raw_code: str | None = None  # what was sent, when it had to be read as the code


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One entry's change; it repeats the original so that it stands alone in evidence (reg 6)."""

    pupil: PupilId
    original: Code  # the entry in force when it was amended
    amended: Code
    reason: str  # why, in the words of the person who amended it
    minutes_late: int | None = None  # whole minutes, of the amended entry
    detail: str | None = None  # of the amended entry
    raw_code: str | None = None  # what was sent as amended, when it had to be read as the code


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRegistered:
    """A school began to keep its registers here."""

    details: SchoolDetails
    recorded_by: Signatory | None  # None: a system acted, under its own token
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDetailsChanged:
    """A school's name, authority, phase, trust or session times changed; all are stated anew."""

    details: SchoolDetails
    recorded_by: Signatory | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished:
    """A school's calendar for one academic year was published, in place of any before it.

    Thresholds are judged by the calendar as published last; each edition stays in the log.
    """

    calendar: CalendarYear
    recorded_by: Signatory | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksRecorded:
    """Pupils' attendance was entered in the register: original entries (reg 10).

    One act of recording: a class register, a partial save, or one late arrival. Kept at least six
    years, never edited (reg 7); a change is `MarksAmended`.
    """

    session: Session  # what the entries are about
    group: str | None  # the registration group, when the register was taken by group
    marks: tuple[Mark, ...]  # at least one; a pupil appears once
    recorded_by: Signatory
    recorded_at: datetime  # when the entries were made
    closure: UUID | None = None  # the unplanned closure they were entered for


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksAmended:
    """Entries were amended: original, amended, reason, when, by whom and their position (reg 6).

    The entries amended stay in the register beside it, each kept six years from its own making.
    """

    session: Session
    amendments: tuple[Amendment, ...]  # at least one; a pupil appears once
    recorded_by: Signatory
    recorded_at: datetime
    closure: UUID | None = None  # the unplanned closure they were amended for, or its reversal


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRulesPublished:
    """A school's own rules for entries were published, in place of any before them.

    Of effect on sessions by the days that the rules themselves give.
    """

    rules: EntryRules
    recorded_by: Signatory | None  # None: a system acted, under its own token
    recorded_at: datetime


Event: TypeAlias = (
    SchoolRegistered
    | SchoolDetailsChanged
    | CalendarPublished
    | AdmissionEvent
    | PlanEvent
    | MarksRecorded
    | MarksAmended
    | EntryRulesPublished
    | ClosureEvent
    | RetentionEvent
    | RuleTermsSet
    | AlertEvent
    | ReturnEvent
)

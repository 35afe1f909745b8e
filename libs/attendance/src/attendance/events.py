"""The facts that registers are made of, as records a court may read.

Each is what happened, in the regulations' words, in the past tense. Frozen, without behaviour, and
once released never reshaped: a new need is a new event or a new optional field
(tests/architecture/test_event_json.py holds the JSON to that). Names and positions are those of the
day, never joined to today's staff. Every `_at` is an aware UTC instant.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from attendance.alert_events import (
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.calendar import CalendarYear
from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.school_details import Phase, SchoolDetails, SessionTimes
from attendance.session import Session

__all__ = [
    "AlertEvent",
    "Amendment",
    "CalendarPublished",
    "Event",
    "EvidenceEntry",
    "Mark",
    "MarksAmended",
    "MarksRecorded",
    "Parent",
    "Phase",
    "PupilAdmitted",
    "SchoolDetails",
    "SchoolDetailsChanged",
    "SchoolRegistered",
    "SessionTimes",
    "Sex",
    "Signatory",
    "ThresholdCorrected",
    "ThresholdLapsed",
    "ThresholdMet",
    "ThresholdWithdrawn",
]


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who answers for an entry: their name and position on the day (reg 6)."""

    name: str
    position: str


class Sex(StrEnum):
    """A pupil's sex as the admission register states it (reg 8)."""

    FEMALE = "F"
    MALE = "M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A parent as the admission register states them (reg 8)."""

    name: str
    address: str | None = None
    telephone: str | None = None  # a number for an emergency
    lives_with: bool  # whether the pupil normally lives with them


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
class PupilAdmitted:
    """A pupil was entered in the admission register (reg 8).

    Of effect from `starting_day`, which may lie before or after the day of recording.
    """

    pupil: PupilId
    legal_surname: str
    legal_forename: str
    date_of_birth: date
    sex: Sex
    upn: str | None  # unique pupil number
    year_group: str  # "R", "7"
    groups: tuple[str, ...]  # registration groups, whose registers the pupil is on
    starting_day: date
    boarder: bool  # of a boarder no attendance register need be taken (reg 10(1))
    address: str | None
    parents: tuple[Parent, ...]
    characteristics: tuple[str, ...]  # the school's own words, such as "ehcp"
    recorded_by: Signatory
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksAmended:
    """Entries were amended: original, amended, reason, when, by whom and their position (reg 6).

    The entries amended stay in the register beside it, each kept six years from its own making.
    """

    session: Session
    amendments: tuple[Amendment, ...]  # at least one; a pupil appears once
    recorded_by: Signatory
    recorded_at: datetime


Event: TypeAlias = (
    SchoolRegistered
    | SchoolDetailsChanged
    | CalendarPublished
    | PupilAdmitted
    | MarksRecorded
    | MarksAmended
    | AlertEvent
)

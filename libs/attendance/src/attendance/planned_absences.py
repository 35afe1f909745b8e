"""What may be planned about a pupil's sessions, kind by kind: each as it was asked or agreed.

Values only. Whether one may be planned is for `planning`; what became of it, for `absence_plans`.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208, regs 10, 11.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Final, NewType, TypeAlias
from uuid import UUID

from attendance.codes import Code
from attendance.identifiers import Urn
from attendance.plan_terms import CODE_OF_LEAVE, LeavePurpose, PlanKind
from attendance.session import Half, Session
from attendance.signing import Signatory

PlanId = NewType("PlanId", UUID)
"""An absence plan; a revised plan is another one."""

Pattern: TypeAlias = frozenset[tuple[int, Half]]
"""Which sessions of a week: days from Monday, 0, to Friday, 4. Empty: every session."""

EVERY_SESSION: Final[Pattern] = frozenset()
DAY: Final = timedelta(days=1)


class Weekday(StrEnum):
    """A day of the week on which a school meets."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"

    @property
    def number(self) -> int:
        """As `date.weekday` counts: Monday is 0."""
        return WEEK.index(self)


WEEK: Final = tuple(Weekday)


class Relationship(StrEnum):
    """Who asks for leave, as seen from the pupil."""

    PARENT = "parent"
    PUPIL = "pupil"


class ExclusionKind(StrEnum):
    """For how long a pupil is excluded."""

    SUSPENSION = "suspension"  # for a fixed period
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks for leave."""

    name: str
    relationship: Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Leave of absence as it is asked for (reg 11); granted, it is authorised absence."""

    kind: ClassVar[PlanKind] = PlanKind.LEAVE
    pattern: ClassVar[Pattern] = EVERY_SESSION

    purpose: LeavePurpose
    starts: Session
    ends: Session  # the last session asked for
    requested_by: Requester
    requested_on: date
    reason: str  # in the words of who asks
    evidence_shown: str | None = None  # a licence, a letter, an examination timetable

    @property
    def code(self) -> Code:
        """What a register says of a session of this leave, once granted."""
        return CODE_OF_LEAVE[self.purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTimeTimetable:
    """A part-time timetable for a time, agreed with a parent (reg 11(6))."""

    kind: ClassVar[PlanKind] = PlanKind.PART_TIME_TIMETABLE
    code: ClassVar[Code] = Code.C2

    starts: Session
    ends: Session
    pattern: Pattern  # the sessions for which the pupil has leave; at least one a week
    agreed_with: str  # the parent whom the pupil normally lives with
    agreed_on: date
    authorised_by: Signatory  # who agreed for the school, authorised by its proprietor
    reviews_on: tuple[date, ...]  # in order
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A suspension or permanent exclusion on disciplinary grounds (Education Act 2002 s51A)."""

    kind: ClassVar[PlanKind] = PlanKind.EXCLUSION
    code: ClassVar[Code] = Code.E
    pattern: ClassVar[Pattern] = EVERY_SESSION

    exclusion: ExclusionKind
    starts: Session
    ends: Session | None  # None: permanent
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """An illness as it was reported, with the return that is expected.

    Interpretation (decision 0023): with no return expected it is of the day it starts, no longer,
    or a pupil of whom nothing more is heard would be put down as ill for ever.
    """

    kind: ClassVar[PlanKind] = PlanKind.ILLNESS
    code: ClassVar[Code] = Code.I
    pattern: ClassVar[Pattern] = EVERY_SESSION

    starts: Session
    expected_return: date | None = None  # after the day it starts
    medical_evidence_seen: bool = False

    @property
    def ends(self) -> Session:
        """The last session that it is expected to take."""
        last = self.starts.on if self.expected_return is None else self.expected_return - DAY
        return Session(last, Half.PM)


@dataclass(frozen=True, slots=True, kw_only=True)
class DualRegistration:
    """A pupil's registration at another school as well, where some sessions are due."""

    kind: ClassVar[PlanKind] = PlanKind.DUAL_REGISTRATION
    code: ClassVar[Code] = Code.D

    other_school: Urn
    main: bool  # whether this school, and not the other, is the main one
    starts: Session
    ends: Session | None = None  # None: until further notice
    pattern: Pattern = EVERY_SESSION  # the sessions due there, which its register has


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An educational activity off the site: a visit, sport, work experience, other provision.

    Of codes V, P, W, B and K (reg 10(3) Table 2, reg 10(11)).
    """

    kind: ClassVar[PlanKind] = PlanKind.ACTIVITY

    code: Code
    nature: str
    place: str
    supervisor: str | None = None  # who supervises it there; of V, P, W and B
    provider: str | None = None  # whom the local authority arranged it with; of K
    starts: Session
    ends: Session | None = None  # None: until further notice, for K alone
    pattern: Pattern = EVERY_SESSION


PlannedAbsence: TypeAlias = (
    Leave | PartTimeTimetable | Exclusion | Illness | DualRegistration | Activity
)


def takes(session: Session, *, starts: Session, ends: Session | None, pattern: Pattern) -> bool:
    """Whether a session is within some days, both ends included, and a pattern of the week."""
    if session < starts or (ends is not None and ends < session):
        return False
    return not pattern or (session.on.weekday(), session.half) in pattern


def in_week(pattern: Pattern) -> list[tuple[Weekday, Half]]:
    """List the sessions of a pattern from Monday AM to Friday PM."""
    return [(WEEK[number], half) for number, half in sorted(pattern)]

"""The facts about absence plans: what was asked, agreed, decided and reported, and its end.

A plan enters nothing in the attendance register: taking the register does. A revision is a plan of
the same kind that names the one it replaces, which is gone from then on. Every `_at` is an aware
UTC instant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from attendance.identifiers import PupilId
from attendance.plan_terms import PlanKind
from attendance.planned_absences import (
    Activity,
    DualRegistration,
    Exclusion,
    Illness,
    Leave,
    PartTimeTimetable,
    PlanId,
)
from attendance.session import Session
from attendance.signing import Signatory


class LeaveOutcome(StrEnum):
    """What was decided about leave that was asked for."""

    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRequested:
    """Leave of absence was asked for; whether it is granted is decided by another event."""

    plan: PlanId
    pupil: PupilId
    planned: Leave
    replaces: PlanId | None = None
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveDecided:
    """Leave was granted or refused, by a person whom the proprietor authorised (reg 11(1))."""

    plan: PlanId
    pupil: PupilId
    outcome: LeaveOutcome
    decided_on: date
    reason: str
    recorded_by: Signatory  # the authorised person
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTimeTimetableAgreed:
    """A temporary part-time timetable was agreed with a parent (reg 11(6))."""

    plan: PlanId
    pupil: PupilId
    planned: PartTimeTimetable
    replaces: PlanId | None = None
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilExcluded:
    """A pupil was suspended or permanently excluded."""

    plan: PlanId
    pupil: PupilId
    planned: Exclusion
    replaces: PlanId | None = None
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IllnessReported:
    """A pupil was reported ill, with or without an expected return."""

    plan: PlanId
    pupil: PupilId
    planned: Illness
    replaces: PlanId | None = None
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DualRegistrationRecorded:
    """A pupil's registration at another school as well was recorded."""

    plan: PlanId
    pupil: PupilId
    planned: DualRegistration
    replaces: PlanId | None = None
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPlanned:
    """A pupil is to take part in an educational activity off the site."""

    plan: PlanId
    pupil: PupilId
    planned: Activity
    replaces: PlanId | None = None
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsencePlanEnded:
    """An absence plan ended before its time, or was withdrawn altogether."""

    plan: PlanId
    pupil: PupilId
    ends: Session | None  # the last session it still covers; None: it was withdrawn
    reason: str
    recorded_by: Signatory
    recorded_at: datetime


PlanStated: TypeAlias = (
    LeaveRequested
    | PartTimeTimetableAgreed
    | PupilExcluded
    | IllnessReported
    | DualRegistrationRecorded
    | ActivityPlanned
)
PlanEvent: TypeAlias = PlanStated | LeaveDecided | AbsencePlanEnded

STATED: Final[Mapping[PlanKind, Callable[..., PlanStated]]] = MappingProxyType(
    {
        PlanKind.LEAVE: LeaveRequested,
        PlanKind.PART_TIME_TIMETABLE: PartTimeTimetableAgreed,
        PlanKind.EXCLUSION: PupilExcluded,
        PlanKind.ILLNESS: IllnessReported,
        PlanKind.DUAL_REGISTRATION: DualRegistrationRecorded,
        PlanKind.ACTIVITY: ActivityPlanned,
    }
)
"""The event that states a plan of each kind."""

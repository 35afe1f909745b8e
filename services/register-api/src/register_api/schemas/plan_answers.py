"""Answers about absence plans: each plan as it stands, with what its kind has.

What it is about and when is for whoever reads the register. Why is for whoever may amend it as
well: a reason, evidence or illness says more of a child than a register needs.
"""

from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeAlias

from attendance.absence_plans import PlanStatus
from attendance.plan_events import LeaveOutcome
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import ExclusionKind, Relationship, Weekday
from attendance.session import Half
from pydantic import Field
from servicekit.fields import Closed, Line, PupilField, SignatoryIn

from register_api.schemas.planned import PlanField, UrnField
from register_api.schemas.responses import PositionOut

WITHHELD: Final = "; null without the scope register:amend"

Reason = Annotated[str | None, Field(description=f"why, in words{WITHHELD}")]


class PlannedOut(PositionOut):
    """A plan that is recorded."""

    plan: PlanField


class PlanOfPupilOut(Closed):
    """A pupil's plan that is recorded."""

    pupil: PupilField
    plan: PlanField


class ActivitiesPlannedOut(PositionOut):
    """Plans of one activity that are recorded, in the order the pupils were given in."""

    plans: list[PlanOfPupilOut]


class SessionOut(Closed):
    """A session."""

    date: date
    session: Half


class WeekSessionOut(Closed):
    """A session that comes every week."""

    weekday: Weekday
    session: Half


class RequesterOut(Closed):
    """Who asked for leave."""

    name: Line = Field(description="full name", examples=["Jo Green"])
    relationship: Relationship


class DecisionOut(Closed):
    """What was decided about leave."""

    outcome: LeaveOutcome
    decided_on: date
    reason: Reason
    recorded_at: datetime
    by: SignatoryIn


class EndingOut(Closed):
    """How a plan ended before its time."""

    ends: SessionOut | None = Field(
        description="the last session it covers; null when it was withdrawn"
    )
    reason: Reason
    recorded_at: datetime
    by: SignatoryIn


class PlanOut(Closed):
    """What every plan has, whatever its kind."""

    plan: PlanField
    status: PlanStatus = Field(
        description="`ended`: before its time, and in force for the sessions up to its end; "
        "`withdrawn`: in force for none. A pupil's deletion does either by itself"
    )
    code: str = Field(description="the code it proposes", examples=["C"])
    starts: SessionOut
    ends: SessionOut | None = Field(
        description="the last session, an early end or a deletion considered; null when it has "
        "none yet"
    )
    pattern: list[WeekSessionOut] = Field(description="its sessions of a week; all when empty")
    ending: EndingOut | None = Field(description="null unless somebody ended or withdrew it")
    recorded_at: datetime
    by: SignatoryIn


class LeaveOut(PlanOut):
    """Leave of absence."""

    kind: Literal["leave"] = "leave"
    purpose: LeavePurpose
    requested_by: RequesterOut
    requested_on: date
    reason: Reason
    evidence_shown: str | None = Field(description=f"what was shown{WITHHELD}")
    decision: DecisionOut | None = Field(description="null until it is decided")


class PartTimeTimetableOut(PlanOut):
    """A temporary part-time timetable."""

    kind: Literal["part-time-timetable"] = "part-time-timetable"
    agreed_with: Line
    agreed_on: date
    authorised_by: SignatoryIn
    reviews_on: list[date]
    reason: Reason


class ExclusionOut(PlanOut):
    """A suspension or permanent exclusion."""

    kind: Literal["exclusion"] = "exclusion"
    exclusion: ExclusionKind
    reason: Reason
    sixth_school_day: date | None = Field(
        description="from when education is due elsewhere, by the school's calendar; null "
        "when the exclusion, or the calendar, ends before it"
    )


class IllnessOut(PlanOut):
    """An illness as it was reported."""

    kind: Literal["illness"] = "illness"
    expected_return: date | None
    medical_evidence_seen: bool | None = Field(description=f"whether a person saw any{WITHHELD}")


class DualRegistrationOut(PlanOut):
    """A registration at another school as well."""

    kind: Literal["dual-registration"] = "dual-registration"
    other_school: UrnField
    main: bool = Field(description="whether this school, and not the other, is the main one")


class ActivityOut(PlanOut):
    """An educational activity off the site."""

    kind: Literal["activity"] = "activity"
    nature: str
    place: Line
    supervisor: Line | None
    provider: Line | None


AnyPlanOut: TypeAlias = Annotated[
    LeaveOut | PartTimeTimetableOut | ExclusionOut | IllnessOut | DualRegistrationOut | ActivityOut,
    Field(discriminator="kind"),
]


class PlansOut(Closed):
    """A pupil's absence plans, in the order they were stated."""

    items: list[AnyPlanOut]
    next: str | None = Field(default=None, description="always null: they come in one page")

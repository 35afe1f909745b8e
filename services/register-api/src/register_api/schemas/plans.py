"""Bodies for absence plans: what may be sent to make one, to decide one and to end one."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from attendance.events import Signatory
from attendance.identifiers import PupilId
from attendance.plan_events import LeaveOutcome
from attendance.plan_outcomes import DecideLeave, EndPlan
from attendance.plan_terms import PlanKind
from attendance.planned_absences import PlanId
from attendance.planning import PlanAbsence, PlanActivity
from pydantic import BaseModel, ConfigDict, Discriminator, Field, WrapValidator
from servicekit.dates import Day
from servicekit.fields import By, Closed, PupilField, Reason

from register_api.schemas.planned import (
    ActivityFields,
    ActivityIn,
    DualRegistrationIn,
    ExclusionIn,
    IllnessIn,
    LastSessionIn,
    LeaveIn,
    PartTimeTimetableIn,
    end_of,
)

PUPILS_A_REQUEST: Final = 500

Planned: TypeAlias = (
    LeaveIn | PartTimeTimetableIn | ExclusionIn | IllnessIn | DualRegistrationIn | ActivityIn
)

FORMS: Final[Mapping[PlanKind, type[Planned]]] = MappingProxyType(
    {
        PlanKind.LEAVE: LeaveIn,
        PlanKind.PART_TIME_TIMETABLE: PartTimeTimetableIn,
        PlanKind.EXCLUSION: ExclusionIn,
        PlanKind.ILLNESS: IllnessIn,
        PlanKind.DUAL_REGISTRATION: DualRegistrationIn,
        PlanKind.ACTIVITY: ActivityIn,
    }
)


class _Kind(BaseModel):
    """The one field that says which others there are."""

    model_config = ConfigDict(extra="ignore")

    kind: PlanKind


def _by_kind(sent: Any, _union: Callable[[Any], Planned]) -> Planned:  # noqa: ANN401  # JSON as sent
    """Read a plan by its kind, so that what is wrong is pointed to where it stands.

    Left to itself pydantic would put the kind before every pointer, as if it were a field.
    """
    kind = _Kind.model_validate(sent, from_attributes=True).kind
    return FORMS[kind].model_validate(sent)


PlanIn: TypeAlias = Annotated[Planned, Discriminator("kind"), WrapValidator(_by_kind)]


class ActivitiesIn(ActivityFields):
    """One educational activity of several pupils, such as a class's visit."""

    pupils: list[PupilField] = Field(max_length=PUPILS_A_REQUEST, examples=[["p0421"]])
    by: By

    def to_command(self, by: Signatory | None) -> PlanActivity:
        """Read it in the law's terms."""
        return PlanActivity(
            pupils=tuple(PupilId(pupil) for pupil in self.pupils),
            activity=self.to_planned(),
            by=by,
        )


class DecisionIn(Closed):
    """What an authorised person decided about leave that was asked for."""

    outcome: LeaveOutcome
    decided_on: Day | None = Field(
        default=None, description="today when absent", examples=["2026-11-10"]
    )
    reason: Reason = Field(
        default_factory=str, description="why, in words", examples=["exceptional; close family"]
    )
    by: By

    def to_command(self, pupil: str, plan: UUID, by: Signatory | None) -> DecideLeave:
        """Read it in the law's terms."""
        return DecideLeave(
            pupil=PupilId(pupil),
            plan=PlanId(plan),
            outcome=self.outcome,
            decided_on=self.decided_on,
            reason=self.reason,
            by=by,
        )


class EndingIn(Closed):
    """The end of a plan before its time, or its withdrawal."""

    ends: LastSessionIn | None = Field(
        default=None,
        description="the last session it is still to cover; none at all, a withdrawal, when absent",
    )
    reason: Reason = Field(
        default_factory=str, description="why, in words", examples=["back at school"]
    )
    by: By

    def to_command(self, pupil: str, plan: UUID, by: Signatory | None) -> EndPlan:
        """Read it in the law's terms."""
        return EndPlan(
            pupil=PupilId(pupil),
            plan=PlanId(plan),
            ends=end_of(self.ends),
            reason=self.reason,
            by=by,
        )


def to_command(stated: Planned, pupil: str, by: Signatory | None) -> PlanAbsence:
    """Read a plan in the law's terms."""
    return PlanAbsence(
        pupil=PupilId(pupil),
        planned=stated.to_planned(),
        replaces=None if stated.replaces is None else PlanId(stated.replaces),
        by=by,
    )

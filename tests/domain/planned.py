"""What the tests of absence plans start from: one plan of each kind, for a pupil of ten."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import pytest
from attendance.absence_plans import AbsencePlan, PlanStatus
from attendance.codes import Code
from attendance.errors import PlanRefused
from attendance.events import PlanEvent, PupilAdmitted, Signatory
from attendance.identifiers import PupilId, Urn
from attendance.plan_events import LeaveOutcome
from attendance.plan_outcomes import DecideLeave, decide_leave
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    Activity,
    DualRegistration,
    Exclusion,
    ExclusionKind,
    Illness,
    Leave,
    PartTimeTimetable,
    PlanId,
    PlannedAbsence,
    Relationship,
    Requester,
)
from attendance.planning import PlanAbsence, plan_absence
from attendance.school import School, evolve
from attendance.session import Half
from domain.given import OFFICER, URN, a_school, admitted
from statute.registers import am, pm

NOW: Final = datetime(2026, 9, 11, 12, 0, tzinfo=UTC)  # a Friday
MONDAY: Final = date(2026, 9, 14)
FRIDAY: Final = date(2026, 9, 18)
PUPIL: Final = PupilId("1")

LEAVE: Final = Leave(
    purpose=LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES,
    starts=am(MONDAY),
    ends=pm(FRIDAY),
    requested_by=Requester("N. Adeyemi", Relationship.PARENT),
    requested_on=date(2026, 9, 9),
    reason="a funeral",
)
TIMETABLE: Final = PartTimeTimetable(
    starts=am(MONDAY),
    ends=pm(date(2026, 10, 9)),
    pattern=frozenset({(0, Half.PM), (2, Half.PM)}),
    agreed_with="N. Adeyemi",
    agreed_on=date(2026, 9, 10),
    authorised_by=OFFICER,
    reviews_on=(date(2026, 9, 25), date(2026, 10, 9)),
    reason="return after an operation",
)
SUSPENSION: Final = Exclusion(
    exclusion=ExclusionKind.SUSPENSION, starts=pm(MONDAY), ends=pm(FRIDAY), reason="fighting"
)
ILLNESS: Final = Illness(starts=am(MONDAY), expected_return=date(2026, 9, 16))
REGISTRATION: Final = DualRegistration(other_school=Urn(999002), main=True, starts=am(MONDAY))
VISIT: Final = Activity(
    code=Code.V,
    nature="museum visit",
    place="Lyme Regis",
    supervisor="C. Jones",
    starts=am(MONDAY),
    ends=pm(MONDAY),
)
ONE_OF_EACH: Final = (LEAVE, TIMETABLE, SUSPENSION, ILLNESS, REGISTRATION, VISIT)


@dataclass(slots=True)
class Planner:
    """A school with pupils, and the plans made so far."""

    school: School
    made: int = 0

    def plan(
        self,
        planned: PlannedAbsence,
        pupil: PupilId = PUPIL,
        *,
        replaces: PlanId | None = None,
        now: datetime = NOW,
    ) -> PlanId:
        """Make a plan, which must not be refused."""
        self.made += 1
        command = PlanAbsence(pupil=pupil, planned=planned, replaces=replaces, by=OFFICER)
        stated = plan_absence(self.school, command, identity(self.made), urn=URN, now=now)
        self.happened(stated)
        return stated.plan

    def grant(self, plan: PlanId, pupil: PupilId = PUPIL) -> None:
        """Grant leave, which must not be refused."""
        command = DecideLeave(
            pupil=pupil, plan=plan, outcome=LeaveOutcome.GRANTED, reason="family", by=OFFICER
        )
        self.happened(decide_leave(self.school, command, NOW))

    def happened(self, event: PlanEvent) -> None:
        """Fold an event."""
        self.school = evolve(self.school, [event])

    def plans(self, pupil: PupilId = PUPIL) -> tuple[AbsencePlan, ...]:
        """The plans of a pupil, as they stand."""
        return self.school.roll[pupil].plans


def a_planner(*admissions: PupilAdmitted) -> Planner:
    """A school with these pupils; with one of ten years when none is given."""
    return Planner(a_school(*(admissions or [admitted("1")])))


def identity(number: int) -> PlanId:
    """An identity for a plan."""
    return PlanId(UUID(int=number))


def reasons(refused: PlanRefused) -> list[tuple[str, str]]:
    """What was wrong: pointer and slug of every item."""
    return [(each.pointer, each.code) for each in refused.refusals]


def why_not(
    planned: PlannedAbsence,
    *admissions: PupilAdmitted,
    planner: Planner | None = None,
    replaces: PlanId | None = None,
    by: Signatory | None = OFFICER,
) -> list[tuple[str, str]]:
    """Why a plan is refused, of a pupil of ten years unless admissions say otherwise."""
    school = (planner or a_planner(*admissions)).school
    command = PlanAbsence(pupil=PUPIL, planned=planned, replaces=replaces, by=by)
    with pytest.raises(PlanRefused) as raised:
        plan_absence(school, command, identity(99), urn=URN, now=NOW)
    return reasons(raised.value)


def standing(planned: PlannedAbsence) -> AbsencePlan:
    """A plan in force."""
    return AbsencePlan(
        id=identity(1),
        planned=planned,
        status=PlanStatus.IN_FORCE,
        recorded_by=OFFICER,
        recorded_at=NOW,
    )

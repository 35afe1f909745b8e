"""Given a pupil, when an absence is planned, then that is a fact or refused with every reason."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.absence_plans import PlanStatus
from attendance.codes import Code
from attendance.errors import PlanRefused, PupilUnknown, SchoolUnknown
from attendance.identifiers import PupilId
from attendance.plan_events import LeaveOutcome
from attendance.plan_outcomes import DecideLeave, decide_leave
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    PlannedAbsence,
)
from attendance.planning import PlanAbsence, PlanActivity, plan_absence, plan_activity
from attendance.school import NO_SCHOOL
from domain.given import OFFICER, URN, a_school, admitted
from domain.planned import (
    ILLNESS,
    LEAVE,
    NOW,
    ONE_OF_EACH,
    PUPIL,
    VISIT,
    a_planner,
    identity,
    reasons,
    why_not,
)
from statute.registers import am, pm

TUESDAY = date(2026, 9, 15)


@pytest.mark.parametrize("planned", ONE_OF_EACH, ids=lambda each: each.kind)
def test_a_plan_of_each_kind_is_a_fact_of_its_own_kind_and_says_what_was_planned(
    planned: PlannedAbsence,
) -> None:
    planner = a_planner()

    plan = planner.plan(planned)

    [stands] = planner.plans()
    assert (stands.id, stands.planned, stands.kind) == (plan, planned, planned.kind)
    assert (stands.recorded_by, stands.recorded_at) == (OFFICER, NOW)


@pytest.mark.parametrize("planned", ONE_OF_EACH, ids=lambda each: each.kind)
def test_only_leave_waits_to_be_decided(planned: PlannedAbsence) -> None:
    planner = a_planner()

    planner.plan(planned)

    asked = planned is LEAVE
    assert planner.plans()[0].status is (PlanStatus.REQUESTED if asked else PlanStatus.IN_FORCE)


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        (LeavePurpose.REGULATED_PERFORMANCE, Code.C1),
        (LeavePurpose.MEDICAL_APPOINTMENT, Code.M),
        (LeavePurpose.INTERVIEW, Code.J1),
        (LeavePurpose.STUDY, Code.S),
        (LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES, Code.C),
        (LeavePurpose.RELIGIOUS_OBSERVANCE, Code.R),
        (LeavePurpose.TRAVELLING, Code.T),
    ],
)
def test_leave_is_entered_with_the_code_of_its_purpose(purpose: LeavePurpose, code: Code) -> None:
    assert replace(LEAVE, purpose=purpose).code is code


def test_a_plan_is_for_a_pupil_on_roll_when_it_starts_and_signed() -> None:
    later = admitted("1", starting=TUESDAY)

    assert why_not(VISIT, later) == [("/starts", "not-on-roll")]
    assert a_planner(later).plan(replace(VISIT, starts=am(TUESDAY), ends=pm(TUESDAY)))
    assert why_not(VISIT, by=None) == [("/by", "signatory-required")]


def test_a_pupil_never_admitted_and_a_school_never_registered_have_no_plans() -> None:
    command = PlanAbsence(pupil=PupilId("nobody"), planned=VISIT, by=OFFICER)
    several = PlanActivity(pupils=(PUPIL,), activity=VISIT, by=OFFICER)

    with pytest.raises(PupilUnknown):
        plan_absence(a_school(), command, identity(1), urn=URN, now=NOW)
    with pytest.raises(SchoolUnknown):
        plan_absence(NO_SCHOOL, command, identity(1), urn=URN, now=NOW)
    with pytest.raises(SchoolUnknown):
        plan_activity(NO_SCHOOL, several, {PUPIL: identity(1)}, now=NOW)


def test_leave_that_was_refused_is_in_no_ones_way() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)
    command = DecideLeave(
        pupil=PUPIL, plan=plan, outcome=LeaveOutcome.REFUSED, reason="a holiday", by=OFFICER
    )
    planner.happened(decide_leave(planner.school, command, NOW))

    planner.plan(LEAVE)

    assert [each.status for each in planner.plans()] == [PlanStatus.REFUSED, PlanStatus.REQUESTED]


def test_a_revision_takes_the_place_of_the_plan_it_names() -> None:
    planner = a_planner()
    first = planner.plan(ILLNESS)

    second = planner.plan(replace(ILLNESS, expected_return=date(2026, 9, 21)), replaces=first)

    assert [each.id for each in planner.plans()] == [second]


def test_leave_that_is_revised_is_to_be_decided_again() -> None:
    planner = a_planner()
    first = planner.plan(LEAVE)
    planner.grant(first)

    planner.plan(replace(LEAVE, ends=pm(TUESDAY)), replaces=first)

    [revised] = planner.plans()
    assert (revised.status, revised.decision) == (PlanStatus.REQUESTED, None)


def test_a_plan_replaces_one_of_its_own_kind_that_is_open() -> None:
    planner = a_planner()
    visit, leave = planner.plan(VISIT), planner.plan(LEAVE)
    refused = DecideLeave(
        pupil=PUPIL, plan=leave, outcome=LeaveOutcome.REFUSED, reason="no", by=OFFICER
    )
    planner.happened(decide_leave(planner.school, refused, NOW))

    no_plan = [("/replaces", "replaces-no-plan")]
    assert why_not(LEAVE, planner=planner, replaces=visit) == no_plan
    assert why_not(LEAVE, planner=planner, replaces=identity(77)) == no_plan
    assert why_not(LEAVE, planner=planner, replaces=leave) == [("/replaces", "plan-not-open")]


def test_a_class_visit_is_a_plan_of_each_pupil_under_its_own_identity() -> None:
    school = a_school(admitted("1"), admitted("2"))
    pupils = (PupilId("2"), PUPIL)
    identities = {PupilId("2"): identity(2), PUPIL: identity(1)}

    planned = plan_activity(
        school, PlanActivity(pupils=pupils, activity=VISIT, by=OFFICER), identities, now=NOW
    )

    assert [(each.pupil, each.plan, each.planned) for each in planned] == [
        (PupilId("2"), identity(2), VISIT),
        (PUPIL, identity(1), VISIT),
    ]


def test_a_class_visit_is_planned_for_all_or_none_and_every_pupil_in_the_way_is_named() -> None:
    planner = a_planner(
        admitted("1"), admitted("2", starting=TUESDAY), admitted("3"), admitted("4")
    )
    planner.plan(VISIT, PupilId("3"))
    command = PlanActivity(
        pupils=tuple(PupilId(each) for each in ("1", "2", "3", "9", "1", "4")),
        activity=replace(VISIT, supervisor=None),
        by=None,
    )

    with pytest.raises(PlanRefused) as raised:
        plan_activity(planner.school, command, {}, now=NOW)

    assert reasons(raised.value) == [
        ("/by", "signatory-required"),
        ("/supervisor", "supervisor-required"),
        ("/pupils/1", "not-on-roll"),
        ("/pupils/2", "plan-overlaps"),
        ("/pupils/3", "not-on-roll"),
        ("/pupils/4", "duplicate-pupil"),
    ]
    assert not raised.value.conflict


def test_an_activity_is_of_at_least_one_pupil() -> None:
    with pytest.raises(PlanRefused) as raised:
        plan_activity(a_school(), PlanActivity(pupils=(), activity=VISIT, by=OFFICER), {}, now=NOW)

    assert reasons(raised.value) == [("/pupils", "no-pupils")]

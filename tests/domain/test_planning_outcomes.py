"""Given a plan, when leave is decided or a plan ends, then that is a fact or refused."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.absence_plans import AbsencePlan, PlanStatus
from attendance.codes import Code
from attendance.errors import PlanRefused, PlanUnknown, PupilUnknown
from attendance.identifiers import PupilId
from attendance.plan_events import LeaveOutcome
from attendance.plan_outcomes import DecideLeave, EndPlan, decide_leave, end_plan
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import PlanId, PlannedAbsence
from attendance.session import Session
from domain.given import OFFICER
from domain.planned import (
    FRIDAY,
    ILLNESS,
    LEAVE,
    MONDAY,
    NOW,
    PUPIL,
    REGISTRATION,
    TIMETABLE,
    VISIT,
    Planner,
    a_planner,
    identity,
)
from statute.registers import am, pm

BEFORE = date(2026, 9, 10)
TUESDAY = date(2026, 9, 15)
SEPTEMBER_9 = date(2026, 9, 9)


def decision(plan: PlanId, outcome: LeaveOutcome = LeaveOutcome.GRANTED) -> DecideLeave:
    return DecideLeave(pupil=PUPIL, plan=plan, outcome=outcome, reason="family", by=OFFICER)


def ending(plan: PlanId, ends: Session | None) -> EndPlan:
    return EndPlan(pupil=PUPIL, plan=plan, ends=ends, reason="back early", by=OFFICER)


def carried_out(planner: Planner, command: DecideLeave | EndPlan) -> object:
    if isinstance(command, DecideLeave):
        return decide_leave(planner.school, command, NOW)
    return end_plan(planner.school, command, NOW)


def why_not(planner: Planner, command: DecideLeave | EndPlan) -> list[tuple[str, str, bool]]:
    with pytest.raises(PlanRefused) as raised:
        carried_out(planner, command)
    return [(each.pointer, each.code, each.conflict) for each in raised.value.refusals]


def only(planner: Planner) -> AbsencePlan:
    [plan] = planner.plans()
    return plan


def test_leave_granted_is_in_force_and_says_who_granted_it_when_and_why() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)

    decided = decide_leave(planner.school, decision(plan), NOW)
    planner.happened(decided)

    assert (decided.decided_on, decided.reason, decided.recorded_by) == (
        date(2026, 9, 11),
        "family",
        OFFICER,
    )
    assert (only(planner).status, only(planner).decision) == (PlanStatus.IN_FORCE, decided)
    assert only(planner).covers(am(MONDAY))


def test_leave_refused_covers_nothing_and_is_known_to_be_refused_for_its_sessions_alone() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)

    planner.happened(decide_leave(planner.school, decision(plan, LeaveOutcome.REFUSED), NOW))

    assert not only(planner).covers(am(MONDAY))
    assert only(planner).refused_for(am(MONDAY))
    assert not only(planner).refused_for(am(date(2026, 9, 21)))


def test_leave_that_nobody_decided_covers_nothing() -> None:
    planner = a_planner()
    planner.plan(LEAVE)

    assert not only(planner).covers(am(MONDAY))
    assert not only(planner).refused_for(am(MONDAY))


def test_leave_is_decided_once() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)
    planner.grant(plan)

    assert why_not(planner, decision(plan)) == [("", "already-decided", True)]


def test_leave_that_was_withdrawn_is_not_decided() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)
    planner.happened(end_plan(planner.school, ending(plan, None), NOW))

    assert why_not(planner, decision(plan)) == [("", "plan-not-open", True)]


def test_only_leave_is_decided() -> None:
    planner = a_planner()
    plan = planner.plan(VISIT)

    assert why_not(planner, decision(plan)) == [("", "not-leave", False)]


def test_a_decision_is_of_a_day_between_the_request_and_today_and_gives_its_reason() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)
    unsaid = replace(decision(plan), reason=" ", by=None)

    assert why_not(planner, replace(unsaid, decided_on=date(2026, 9, 8))) == [
        ("/by", "signatory-required", False),
        ("/reason", "reason-required", False),
        ("/decided_on", "decided-before-request", False),
    ]
    assert why_not(planner, replace(decision(plan), decided_on=date(2026, 9, 12))) == [
        ("/decided_on", "date-in-future", False)
    ]
    assert decide_leave(planner.school, replace(decision(plan), decided_on=SEPTEMBER_9), NOW)


@pytest.mark.parametrize(
    ("purpose", "outcome", "in_time"),
    [
        (LeavePurpose.STUDY, LeaveOutcome.GRANTED, False),
        (LeavePurpose.STUDY, LeaveOutcome.REFUSED, True),
        (LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES, LeaveOutcome.GRANTED, True),
    ],
)
def test_study_leave_is_agreed_in_advance_and_so_not_granted_once_it_began(
    purpose: LeavePurpose, outcome: LeaveOutcome, *, in_time: bool
) -> None:
    planner = a_planner()
    begun = replace(LEAVE, purpose=purpose, starts=am(BEFORE), requested_on=SEPTEMBER_9)
    plan = planner.plan(begun)

    if in_time:
        assert decide_leave(planner.school, decision(plan, outcome), NOW)
    else:
        assert why_not(planner, decision(plan, outcome)) == [
            ("/decided_on", "not-in-advance", False)
        ]
    assert decide_leave(planner.school, replace(decision(plan), decided_on=BEFORE), NOW)


def test_a_plan_that_ends_early_covers_what_it_covered_and_nothing_after() -> None:
    planner = a_planner()
    plan = planner.plan(ILLNESS)

    ended = end_plan(planner.school, ending(plan, am(MONDAY)), NOW)
    planner.happened(ended)

    assert (only(planner).status, only(planner).ends) == (PlanStatus.ENDED, am(MONDAY))
    assert only(planner).ending == ended
    assert [only(planner).covers(each) for each in (am(MONDAY), pm(MONDAY))] == [True, False]


def test_a_plan_that_is_withdrawn_never_covered_anything() -> None:
    planner = a_planner()
    plan = planner.plan(VISIT)

    planner.happened(end_plan(planner.school, ending(plan, None), NOW))

    assert (only(planner).status, only(planner).ends) == (PlanStatus.WITHDRAWN, pm(MONDAY))
    assert not only(planner).covers(am(MONDAY))
    planner.plan(VISIT)


def test_a_plan_without_an_end_is_given_one() -> None:
    planner = a_planner()
    plan = planner.plan(REGISTRATION)

    planner.happened(end_plan(planner.school, ending(plan, pm(FRIDAY)), NOW))

    assert only(planner).covers(pm(FRIDAY))
    assert not only(planner).covers(am(date(2026, 9, 21)))


@pytest.mark.parametrize("ends", [pm(date(2026, 9, 11)), pm(TUESDAY), pm(FRIDAY)])
def test_an_early_end_shortens_the_plan_and_leaves_some_of_it(ends: Session) -> None:
    planner = a_planner()
    plan = planner.plan(ILLNESS)

    assert why_not(planner, ending(plan, ends)) == [("/ends", "end-outside-plan", False)]


def test_an_end_gives_its_reason_and_is_signed() -> None:
    planner = a_planner()
    plan = planner.plan(ILLNESS)

    assert why_not(planner, replace(ending(plan, None), reason="", by=None)) == [
        ("/by", "signatory-required", False),
        ("/reason", "reason-required", False),
    ]


@pytest.mark.parametrize("first", [None, am(MONDAY)])
def test_a_plan_ends_once(first: Session | None) -> None:
    planner = a_planner()
    plan = planner.plan(ILLNESS)
    planner.happened(end_plan(planner.school, ending(plan, first), NOW))

    assert why_not(planner, ending(plan, None)) == [("", "plan-not-open", True)]


def test_leave_that_was_only_asked_for_is_withdrawn_and_not_shortened() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)

    assert why_not(planner, ending(plan, am(MONDAY))) == [("/ends", "end-not-allowed", False)]
    assert end_plan(planner.school, ending(plan, None), NOW)


def test_a_plan_that_was_replaced_or_never_made_is_unknown() -> None:
    planner = a_planner()
    old = planner.plan(TIMETABLE)
    planner.plan(TIMETABLE, replaces=old)

    for plan in (old, identity(77)):
        with pytest.raises(PlanUnknown):
            end_plan(planner.school, ending(plan, None), NOW)
        with pytest.raises(PlanUnknown):
            decide_leave(planner.school, decision(plan), NOW)


def test_plans_of_a_pupil_never_admitted_are_unknown_with_the_pupil() -> None:
    command = replace(ending(identity(1), None), pupil=PupilId("nobody"))

    with pytest.raises(PupilUnknown):
        end_plan(a_planner().school, command, NOW)


def test_what_becomes_of_one_plan_changes_no_other() -> None:
    planner = a_planner()
    leave, visit = planner.plan(LEAVE), planner.plan(VISIT)
    untouched = planner.plans()[1]

    planner.grant(leave)

    assert planner.plans()[1] == untouched
    assert untouched.id == visit


@pytest.mark.parametrize(
    ("planned", "code"),
    [(LEAVE, Code.C), (TIMETABLE, Code.C2), (ILLNESS, Code.I), (REGISTRATION, Code.D)],
)
def test_a_plan_supports_its_own_code_and_no_other(planned: PlannedAbsence, code: Code) -> None:
    planner = a_planner()
    planner.plan(planned)

    assert [each for each in Code if only(planner).supports(each)] == [code]

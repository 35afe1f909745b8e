"""Given a pupil's plans, when a register is to be taken, then one of them is proposed, or none."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.absence_plans import PREFERENCE, proposal
from attendance.codes import Code
from attendance.plan_terms import TERMS, LeavePurpose
from attendance.planned_absences import PlannedAbsence
from attendance.session import Half, Session
from domain.planned import (
    ILLNESS,
    LEAVE,
    MONDAY,
    REGISTRATION,
    SUSPENSION,
    TIMETABLE,
    VISIT,
    Planner,
    a_planner,
)
from statute.registers import am, pm

MONDAY_AM = am(MONDAY)
TUESDAY = date(2026, 9, 15)
EXCLUDED = replace(SUSPENSION, starts=am(MONDAY))
PART_TIME = replace(TIMETABLE, pattern=frozenset({(0, Half.AM)}))
TUITION = replace(VISIT, code=Code.K, provider="Elmbridge Hospital School")
OTHER_ACTIVITY = replace(VISIT, code=Code.B)
APPOINTMENT = replace(LEAVE, purpose=LeavePurpose.MEDICAL_APPOINTMENT)


def proposed(*planned: PlannedAbsence, session: Session = MONDAY_AM) -> Code | None:
    """The code proposed for a pupil with these plans, stated in this order; leave is granted."""
    planner = a_planner()
    for each in planned:
        plan = planner.plan(each)
        if each.kind is LEAVE.kind:
            planner.grant(plan)
    return code_of(planner, session)


def code_of(planner: Planner, session: Session) -> Code | None:
    found = proposal(planner.plans(), session)
    return None if found is None else found.code


def test_without_a_plan_nothing_is_proposed() -> None:
    assert proposed() is None
    assert proposed(VISIT, session=am(TUESDAY)) is None


def test_leave_is_proposed_once_it_is_granted() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)

    assert code_of(planner, am(MONDAY)) is None
    planner.grant(plan)
    assert code_of(planner, am(MONDAY)) is Code.C


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (am(MONDAY), None),
        (pm(MONDAY), Code.C2),
        (am(date(2026, 9, 16)), None),
        (pm(date(2026, 9, 16)), Code.C2),
        (pm(date(2026, 10, 12)), None),
    ],
)
def test_a_timetable_proposes_leave_for_its_own_sessions_of_the_week_while_it_runs(
    session: Session, code: Code | None
) -> None:
    assert proposed(TIMETABLE, session=session) is code


@pytest.mark.parametrize(
    ("planned", "code"),
    [
        pytest.param(
            (EXCLUDED, REGISTRATION), Code.D, id="due at the other school though excluded"
        ),
        pytest.param((EXCLUDED, TUITION), Code.K, id="excluded, with provision by the authority"),
        pytest.param((TUITION, EXCLUDED), Code.K, id="excluded, with provision from before"),
        pytest.param((EXCLUDED, OTHER_ACTIVITY), Code.B, id="provision made since the exclusion"),
        pytest.param((OTHER_ACTIVITY, EXCLUDED), Code.E, id="excluded since the activity"),
        pytest.param((VISIT, EXCLUDED), Code.E, id="excluded from a class's visit"),
        pytest.param((EXCLUDED, VISIT), Code.E, id="a class's visit while excluded"),
        pytest.param((PART_TIME, EXCLUDED), Code.E, id="excluded for a session not required"),
        pytest.param((PART_TIME, LEAVE), Code.C, id="leave in a session not required"),
        pytest.param((PART_TIME, TUITION), Code.K, id="provision in a session not required"),
        pytest.param((TUITION, LEAVE), Code.C, id="leave from provision elsewhere"),
        pytest.param((ILLNESS, APPOINTMENT), Code.M, id="an appointment while ill"),
        pytest.param((VISIT, LEAVE), Code.C, id="leave on the day of a visit"),
        pytest.param((VISIT, ILLNESS), Code.I, id="ill on the day of a visit"),
        pytest.param((ILLNESS, VISIT), Code.I, id="a visit planned while ill"),
        pytest.param((TUITION, ILLNESS), Code.I, id="too ill for provision elsewhere"),
        pytest.param((PART_TIME, ILLNESS), Code.C2, id="ill in a session not required"),
        pytest.param((EXCLUDED, OTHER_ACTIVITY, ILLNESS), Code.I, id="excluded, provided for, ill"),
        pytest.param((EXCLUDED, TUITION, ILLNESS), Code.I, id="excluded, taught elsewhere, ill"),
        pytest.param((EXCLUDED, VISIT, ILLNESS), Code.E, id="excluded and ill"),
    ],
)
def test_of_several_plans_the_one_that_says_most_is_proposed(
    planned: tuple[PlannedAbsence, ...], code: Code
) -> None:
    assert proposed(*planned) is code


def test_every_code_that_a_plan_can_propose_has_its_place_in_the_preference() -> None:
    assert sorted(PREFERENCE) == sorted(row.code for row in TERMS)
    assert len(set(PREFERENCE)) == len(PREFERENCE)

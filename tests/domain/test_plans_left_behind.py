"""Given absence plans, when the pupil is deleted and comes back, then none of them comes along."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from attendance.absence_plans import PlanStatus, proposal
from attendance.errors import RegisterRefused
from attendance.plan_events import LeaveOutcome
from attendance.plan_outcomes import DecideLeave, decide_leave
from attendance.planned_absences import ExclusionKind, PlannedAbsence
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import evolve
from attendance.session import Session
from domain.given import OFFICER, admitted, deleted
from domain.planned import (
    FRIDAY,
    LEAVE,
    MONDAY,
    NOW,
    PUPIL,
    REGISTRATION,
    SUSPENSION,
    TIMETABLE,
    Planner,
    a_planner,
)
from domain.test_arrivals import NEXT_DAY
from statute.registers import am, pm

LAST: Final = date(2026, 9, 16)  # a Wednesday
BACK: Final = date(2026, 9, 17)
PERMANENT: Final = replace(
    SUSPENSION, exclusion=ExclusionKind.PERMANENT, starts=am(MONDAY), ends=None
)


def readmitted_after(*planned: PlannedAbsence, granted: bool = False) -> Planner:
    planner = a_planner()
    for each in planned:
        plan = planner.plan(each)
        if granted:
            planner.grant(plan)
    again = admitted(PUPIL, starting=BACK)
    planner.school = evolve(planner.school, [deleted(PUPIL, LAST, "o"), again])
    return planner


def test_a_pupil_permanently_excluded_and_readmitted_isnt_excluded_still() -> None:
    planner = readmitted_after(PERMANENT)
    (plan,) = planner.plans()
    command = RecordMarks(session=am(BACK), marks=(RawMark(PUPIL, "E"),), by=OFFICER)

    assert proposal(planner.plans(), pm(LAST)) is plan
    assert proposal(planner.plans(), am(BACK)) is None
    assert (plan.status, plan.ends) == (PlanStatus.ENDED, pm(LAST))
    with pytest.raises(RegisterRefused):
        record_marks(command, planner.school, {}, now=NEXT_DAY.replace(day=21))


def test_the_plan_that_was_left_behind_is_in_nobodys_way() -> None:
    planner = readmitted_after(REGISTRATION)

    planner.plan(replace(REGISTRATION, starts=am(BACK)))

    assert [plan.covers(am(FRIDAY)) for plan in planner.plans()] == [False, True]


def test_a_plan_that_hadnt_begun_covers_nothing() -> None:
    planner = readmitted_after(replace(TIMETABLE, starts=am(FRIDAY), ends=pm(date(2026, 10, 9))))
    (plan,) = planner.plans()

    assert plan.status is PlanStatus.WITHDRAWN
    assert (plan.starts, plan.ends) == (am(FRIDAY), pm(date(2026, 10, 9)))
    assert not plan.is_about(am(FRIDAY))


def test_leave_asked_for_before_is_decided_for_the_days_before_and_no_other() -> None:
    planner = readmitted_after(LEAVE)
    (plan,) = planner.plans()
    granted = DecideLeave(
        pupil=PUPIL, plan=plan.id, outcome=LeaveOutcome.GRANTED, reason="family", by=OFFICER
    )

    assert plan.requested_for(am(LAST))
    assert not plan.requested_for(am(BACK))
    planner.happened(decide_leave(planner.school, granted, NOW))

    (plan,) = planner.plans()
    assert [plan.covers(each) for each in (pm(LAST), am(BACK))] == [True, False]


def test_leave_that_was_refused_before_is_nothing_against_leave_now() -> None:
    planner = a_planner()
    plan = planner.plan(LEAVE)
    refused = DecideLeave(
        pupil=PUPIL, plan=plan, outcome=LeaveOutcome.REFUSED, reason="exams", by=OFFICER
    )
    planner.happened(decide_leave(planner.school, refused, NOW))
    planner.school = evolve(planner.school, [deleted(PUPIL, LAST), admitted(PUPIL, starting=BACK)])

    (left,) = planner.plans()

    assert left.status is PlanStatus.REFUSED
    assert [left.refused_for(each) for each in (pm(LAST), am(BACK))] == [True, False]


def test_a_plan_that_was_over_by_then_stays_as_it_was() -> None:
    before = replace(SUSPENSION, ends=pm(date(2026, 9, 15)))
    planner = a_planner()
    planner.plan(before)
    standing = planner.plans()

    after = evolve(planner.school, [deleted(PUPIL, LAST)]).roll[PUPIL].plans

    assert after == standing


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        pytest.param(am(MONDAY), pm(LAST), id="in a time on roll that is over"),
        pytest.param(am(BACK), None, id="in the one that isn't"),
    ],
)
def test_a_plan_made_afterwards_ends_with_the_time_on_roll_it_starts_in(
    starts: Session, ends: Session | None
) -> None:
    planner = readmitted_after()

    planner.plan(replace(PERMANENT, starts=starts))

    assert [plan.ends for plan in planner.plans()] == [ends]

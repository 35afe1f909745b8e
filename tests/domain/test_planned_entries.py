"""Given what was agreed for a pupil, when a code leans on it, then it may be entered or not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from attendance.errors import RegisterRefused
from attendance.identifiers import PupilId
from attendance.plan_events import LeaveOutcome, PlanEvent
from attendance.plan_terms import LeavePurpose
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import evolve
from attendance.session import Session
from domain.arranged import leave, mornings_off, registered_elsewhere, suspended
from domain.given import OFFICER, a_school, admitted
from statute.registers import am, pm

ANN = PupilId("ann")
MONDAY, THURSDAY, FRIDAY = date(2026, 9, 14), date(2026, 9, 17), date(2026, 9, 18)
LATER = datetime(2026, 9, 30, 8, 30, tzinfo=UTC)


def slugs(code: str, session: Session, plans: Sequence[PlanEvent] = ()) -> list[str]:
    school = evolve(a_school(admitted(ANN)), plans)
    command = RecordMarks(session=session, marks=(RawMark(ANN, code),), by=OFFICER)
    try:
        record_marks(command, school, {}, now=LATER)
    except RegisterRefused as refused:
        return [each.code for each in refused.refusals]
    return []


@pytest.mark.parametrize("code", ["C2", "D", "E"])
def test_a_code_that_leans_on_an_arrangement_is_refused_without_one(code: str) -> None:
    assert slugs(code, am(MONDAY)) == ["code-not-allowed"]


def test_c2_is_for_the_sessions_the_agreement_leaves_out_and_for_no_other() -> None:
    plans = mornings_off(ANN, MONDAY, FRIDAY)

    assert slugs("C2", am(MONDAY), plans) == []
    assert slugs("C2", am(FRIDAY), plans) == []
    assert slugs("C2", pm(MONDAY), plans) == ["code-not-allowed"]
    assert slugs("C2", am(date(2026, 9, 21)), plans) == ["code-not-allowed"]


def test_e_is_for_the_sessions_of_the_exclusion() -> None:
    plans = suspended(ANN, pm(MONDAY), am(THURSDAY))

    assert slugs("E", am(MONDAY), plans) == ["code-not-allowed"]
    assert slugs("E", pm(MONDAY), plans) == []
    assert slugs("E", am(THURSDAY), plans) == []
    assert slugs("E", pm(THURSDAY), plans) == ["code-not-allowed"]


def test_d_is_for_the_sessions_due_at_the_other_school() -> None:
    plans = registered_elsewhere(ANN, MONDAY)

    assert slugs("D", am(FRIDAY), plans) == []
    assert slugs("D", am(THURSDAY), plans) == ["code-not-allowed"]


def test_an_arrangement_for_one_code_supports_no_other() -> None:
    assert slugs("E", am(MONDAY), mornings_off(ANN, MONDAY, FRIDAY)) == ["code-not-allowed"]


def test_a_pupil_may_be_present_whatever_was_arranged() -> None:
    assert slugs("/", am(MONDAY), mornings_off(ANN, MONDAY, FRIDAY)) == []


def test_leave_that_was_refused_cant_be_entered_as_leave() -> None:
    plans = leave(ANN, LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES, MONDAY, outcome=LeaveOutcome.REFUSED)

    assert slugs("C", am(MONDAY), plans) == ["code-not-allowed"]
    assert slugs("C", am(THURSDAY), plans) == []
    assert slugs("G", am(MONDAY), plans) == []


def test_leave_that_nobody_decided_cant_be_entered_as_leave() -> None:
    granted = leave(ANN, LeavePurpose.INTERVIEW, MONDAY, outcome=LeaveOutcome.GRANTED)
    asked, _ = granted

    assert slugs("J1", am(MONDAY), [asked]) == ["code-not-allowed"]
    assert slugs("J1", am(THURSDAY), [asked]) == []
    assert slugs("M", am(MONDAY), [asked]) == []
    assert slugs("J1", am(MONDAY), granted) == []


def test_leave_refused_and_asked_for_again_with_success_is_entered() -> None:
    purpose = LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES
    plans = [
        *leave(ANN, purpose, MONDAY, outcome=LeaveOutcome.REFUSED),
        *leave(ANN, purpose, MONDAY, outcome=LeaveOutcome.GRANTED),
    ]

    assert slugs("C", am(MONDAY), plans) == []

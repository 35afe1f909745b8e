"""Worked examples of what a register takes and refuses, under their own numbers."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from attendance.amending import AmendMarks, RawAmendment, amend_marks
from attendance.codec import encode
from attendance.codes import Code
from attendance.errors import RegisterRefused
from attendance.identifiers import PupilId
from attendance.plan_events import PlanEvent
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import evolve
from attendance.session import Session
from domain.arranged import mornings_off
from domain.given import OFFICER, a_school, admitted
from statute.registers import am, pm

CHILD = PupilId("c-1")
AGED_SEVEN = date(2019, 5, 5)
FOUR_AND_IN_RECEPTION = date(2022, 2, 1)  # of compulsory school age from 31 March 2027
ON = date(2026, 9, 14)
LATER = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def refusals_of(
    code: str,
    session: Session,
    *,
    born: date = AGED_SEVEN,
    detail: str | None = None,
    plans: Sequence[PlanEvent] = (),
) -> list[str]:
    """Try to enter a code for the child; list the slugs of what stands against it."""
    mark = RawMark(CHILD, code, None, detail)
    command = RecordMarks(session=session, marks=(mark,), by=OFFICER)
    try:
        school = evolve(a_school(admitted(CHILD, born=born)), plans)
        record_marks(command, school, {}, now=LATER)
    except RegisterRefused as refused:
        return [each.code for each in refused.refusals]
    return []


def test_tv41_a_stroke_belongs_to_its_own_session() -> None:
    assert refusals_of("/", pm(ON)) == ["wrong-session"]
    assert refusals_of("\\", am(ON)) == ["wrong-session"]
    assert refusals_of("/", am(ON)) == []
    assert refusals_of("\\", pm(ON)) == []


def test_tv42_x_is_refused_of_compulsory_school_age_and_c2_below_it() -> None:
    assert refusals_of("X", am(ON), born=AGED_SEVEN) == ["code-not-allowed"]
    assert refusals_of("C2", am(ON), born=FOUR_AND_IN_RECEPTION) == ["code-not-allowed"]
    agreed = mornings_off(CHILD, ON, ON)
    assert refusals_of("C2", am(ON), born=AGED_SEVEN, plans=agreed) == []
    assert refusals_of("C2", am(ON), born=FOUR_AND_IN_RECEPTION, plans=agreed) == [
        "code-not-allowed"
    ]
    assert refusals_of("X", am(ON), born=FOUR_AND_IN_RECEPTION) == []


@pytest.mark.parametrize("code", ["C2", "E"])
def test_tv43_c2_and_e_are_refused_without_agreement_or_exclusion(code: str) -> None:
    assert refusals_of(code, am(ON)) == ["code-not-allowed"]


@pytest.mark.parametrize("code", ["B", "Y7"])
def test_tv43_b_and_y7_are_refused_without_their_nature(code: str) -> None:
    assert refusals_of(code, am(ON)) == ["detail-required"]
    assert refusals_of(code, am(ON), detail="  ") == ["detail-required"]
    assert refusals_of(code, am(ON), detail="Forest school") == []


def test_tv20_a_pupil_without_reason_who_comes_after_closing_is_amended_to_u() -> None:
    amendment = RawAmendment(
        pupil=CHILD, original="N", amended="U", reason="Came at 10:05", minutes_late=70
    )
    command = AmendMarks(session=am(ON), amendments=(amendment,), by=OFFICER)

    event = amend_marks(command, a_school(admitted(CHILD)), {CHILD: Code.N}, now=LATER)

    assert event.amendments[0].original is Code.N
    assert event.amendments[0].amended is Code.U
    assert event.amendments[0].minutes_late == 70


def test_tv67_an_amendment_holds_original_amended_reason_date_name_and_position() -> None:
    amendment = RawAmendment(pupil=CHILD, original="O", amended="I", reason="medical note")
    command = AmendMarks(session=am(ON), amendments=(amendment,), by=OFFICER)

    event = amend_marks(command, a_school(admitted(CHILD)), {CHILD: Code.O}, now=LATER)

    recorded = json.loads(encode(event)[1])
    assert recorded["amendments"][0]["original"] == "O"
    assert recorded["amendments"][0]["amended"] == "I"
    assert recorded["amendments"][0]["reason"] == "medical note"
    assert recorded["recorded_at"] == "2026-11-24T09:30:00Z"
    assert recorded["recorded_by"] == {"name": "A. Smith", "position": "Attendance Officer"}

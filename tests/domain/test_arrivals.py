"""Given when a pupil came, when that is entered, then it is a time at which they can have come."""

from datetime import UTC, date, datetime, time
from typing import Final

import pytest
from attendance.amending import AmendMarks, RawAmendment, amend_marks
from attendance.codes import Code
from attendance.errors import RegisterRefused
from attendance.identifiers import PupilId
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.session import Session
from domain.given import OFFICER, a_school, admitted
from statute.registers import am, pm

MONDAY: Final = date(2026, 9, 14)
NEXT_DAY: Final = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
ANN: Final = PupilId("ann")
SCHOOL: Final = a_school(admitted(ANN))


def entered(session: Session, mark: RawMark, now: datetime) -> list[tuple[str, str]] | int | None:
    """Why a mark is refused, or the minutes that are kept."""
    command = RecordMarks(session=session, marks=(mark,), by=OFFICER)
    try:
        return record_marks(command, SCHOOL, {}, now=now).marks[0].minutes_late
    except RegisterRefused as refused:
        return [(each.pointer, each.code) for each in refused.refusals]


@pytest.mark.parametrize(
    ("code", "arrived_at", "kept"),
    [
        pytest.param("L", time(9, 25), 30, id="as the register closes"),
        pytest.param("L", time(9, 25, 30), [("/marks/0/code", "code-not-allowed")], id="L after"),
        pytest.param("U", time(9, 25, 30), 30, id="U half a minute after it closed"),
        pytest.param("U", time(9, 25), [("/marks/0/code", "code-not-allowed")], id="U before"),
    ],
)
def test_the_register_closes_on_the_second(code: str, arrived_at: time, kept: object) -> None:
    assert entered(am(MONDAY), RawMark(ANN, code, arrived_at=arrived_at), NEXT_DAY) == kept


@pytest.mark.parametrize("code", ["U", "L"])
def test_nobody_arrives_for_a_morning_once_the_afternoon_has_begun(code: str) -> None:
    stated = RawMark(ANN, code, arrived_at=time(13, 0))

    assert entered(am(MONDAY), stated, NEXT_DAY) == [
        ("/marks/0/arrived_at", "arrival-not-plausible")
    ]
    assert entered(am(MONDAY), RawMark(ANN, code, 245), NEXT_DAY) == [
        ("/marks/0/minutes_late", "arrival-not-plausible")
    ]


def test_an_arrival_just_before_the_afternoon_is_of_the_morning() -> None:
    assert entered(am(MONDAY), RawMark(ANN, "U", arrived_at=time(12, 59)), NEXT_DAY) == 244
    assert entered(pm(MONDAY), RawMark(ANN, "U", arrived_at=time(15, 10)), NEXT_DAY) == 130


def test_nobody_has_arrived_at_a_time_yet_to_come() -> None:
    now = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)  # ten on the school's clock

    assert entered(am(MONDAY), RawMark(ANN, "U", arrived_at=time(10, 2)), now) == [
        ("/marks/0/arrived_at", "arrival-not-plausible")
    ]
    assert entered(am(MONDAY), RawMark(ANN, "U", 67), now) == [
        ("/marks/0/minutes_late", "arrival-not-plausible")
    ]


def test_a_sender_whose_clock_is_a_minute_ahead_is_believed() -> None:
    now = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)

    assert entered(am(MONDAY), RawMark(ANN, "U", arrived_at=time(10, 1)), now) == 66


def test_an_arrival_that_cant_be_is_no_amendment_either() -> None:
    change = RawAmendment(
        pupil=ANN, original="N", amended="U", reason="came late", arrived_at=time(13, 30)
    )
    command = AmendMarks(session=am(MONDAY), amendments=(change,), by=OFFICER)
    with pytest.raises(RegisterRefused) as raised:
        amend_marks(command, SCHOOL, {ANN: Code.N}, now=NEXT_DAY)

    assert [(each.pointer, each.code) for each in raised.value.refusals] == [
        ("/amendments/0/arrived_at", "arrival-not-plausible")
    ]

"""Given the events of some sessions, then each pupil's entries stand in order, none overwritten."""

from datetime import UTC, date, datetime

from attendance.codes import Code
from attendance.entries import Whose, histories
from attendance.events import Amendment, MarksAmended, MarksRecorded
from attendance.identifiers import PupilId
from attendance.recording import RawMark, RecordMarks, record_marks
from domain.given import OFFICER, REGISTERED, a_school, admitted
from statute.registers import am

MONDAY = date(2026, 9, 14)
ON_THE_DAY = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
NEXT_DAY = datetime(2026, 9, 15, 8, 30, tzinfo=UTC)
ANN, BEN = PupilId("ann"), PupilId("ben")


def recorded(at: datetime = ON_THE_DAY) -> MarksRecorded:
    marks = (RawMark(ANN, "o"), RawMark(BEN, "L", 7))
    command = RecordMarks(session=am(MONDAY), marks=marks, by=OFFICER)
    return record_marks(command, a_school(admitted(ANN), admitted(BEN)), {}, now=at)


def amended(original: Code, to: Code) -> MarksAmended:
    return MarksAmended(
        session=am(MONDAY),
        amendments=(Amendment(pupil=ANN, original=original, amended=to, reason="note"),),
        recorded_by=OFFICER,
        recorded_at=NEXT_DAY,
    )


def test_a_history_has_the_original_and_every_amendment_oldest_first() -> None:
    found = histories([(4, recorded()), (7, amended(Code.O, Code.I)), (9, amended(Code.I, Code.M))])

    ann = found[Whose(am(MONDAY), ANN)]
    assert [(each.position, each.original, each.code) for each in ann] == [
        (4, None, Code.O),
        (7, Code.O, Code.I),
        (9, Code.I, Code.M),
    ]
    assert [each.reason for each in ann] == [None, "note", "note"]
    assert ann[0].raw_code == "o"


def test_each_pupil_has_a_history_of_their_own() -> None:
    found = histories([(4, recorded()), (7, amended(Code.O, Code.I))])

    assert [each.minutes_late for each in found[Whose(am(MONDAY), BEN)]] == [7]


def test_only_an_original_entry_made_after_its_day_is_late() -> None:
    found = histories([(4, recorded(NEXT_DAY)), (7, amended(Code.O, Code.I))])

    assert [each.late for each in found[Whose(am(MONDAY), ANN)]] == [True, False]


def test_other_events_are_passed_by() -> None:
    assert histories([(1, REGISTERED)]) == {}

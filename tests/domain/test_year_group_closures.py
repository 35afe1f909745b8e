"""Given a session closed to a year group, when marks are entered, then nothing but # is for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest
from attendance.amending import AmendMarks, RawAmendment, amend_marks
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codes import Code
from attendance.entry_rules import EntryRules, Subcode
from attendance.errors import RegisterRefused
from attendance.events import CalendarPublished, EntryRulesPublished
from attendance.identifiers import AcademicYear, PupilId
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import School, evolve
from attendance.session import Half, Session
from domain.given import OFFICER, a_school, admitted
from statute.registers import am, pm

MONDAY: Final = date(2026, 9, 14)
AFTERWARDS: Final = datetime(2026, 9, 14, 13, 0, tzinfo=UTC)
ANN, BEN = PupilId("ann"), PupilId("ben")
YEAR: Final = CalendarYear(
    AcademicYear("2026-27"),
    (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),),
    (Closure(MONDAY, "staggered start", Half.AM, ("R",)),),
)
SCHOOL: Final = evolve(
    a_school(admitted(ANN), replace(admitted(BEN), year_group="R")),
    [CalendarPublished(calendar=YEAR, recorded_by=None, recorded_at=AFTERWARDS)],
)


def why_not(
    *marks: RawMark,
    session: Session = am(MONDAY),  # noqa: B008 - an immutable value
    school: School = SCHOOL,
) -> list[tuple[str, str]]:
    command = RecordMarks(session=session, marks=marks, by=OFFICER)
    try:
        record_marks(command, school, {}, now=AFTERWARDS)
    except RegisterRefused as refused:
        return [(each.pointer, each.code) for each in refused.refusals]
    return []


@pytest.mark.parametrize("code", ["/", "O", "L", "I", "D"])
def test_no_code_but_planned_closure_is_entered_of_a_year_group_that_isnt_due(code: str) -> None:
    assert why_not(RawMark(ANN, "/"), RawMark(BEN, code)) == [("/marks/1/code", "code-not-allowed")]
    assert why_not(RawMark(ANN, "/"), RawMark(BEN, "#")) == []


def test_planned_closure_is_for_nobody_of_whom_no_year_group_is_known() -> None:
    assert why_not(RawMark(PupilId("nobody"), "#")) == [
        ("/marks/0/pupil", "not-on-roll"),
        ("/marks/0/code", "code-not-allowed"),
    ]


def test_the_other_session_of_the_day_is_for_everybody() -> None:
    assert why_not(RawMark(ANN, "\\"), RawMark(BEN, "\\"), session=pm(MONDAY)) == []


def test_an_entry_is_amended_to_planned_closure_and_to_no_other_code() -> None:
    def amended(code: str) -> list[str]:
        change = RawAmendment(pupil=BEN, original="N", amended=code, reason="wrong day")
        command = AmendMarks(session=am(MONDAY), amendments=(change,), by=OFFICER)
        try:
            amend_marks(command, SCHOOL, {BEN: Code.N}, now=AFTERWARDS)
        except RegisterRefused as refused:
            return [each.code for each in refused.refusals]
        return []

    assert amended("O") == ["code-not-allowed"]
    assert amended("#") == []


def test_z_before_the_starting_day_is_entered_though_the_session_is_closed_to_the_year() -> None:
    later = replace(admitted(BEN, starting=date(2026, 9, 21)), year_group="R")
    school = evolve(SCHOOL, [replace(later, pupil=PupilId("cal"))])

    assert why_not(RawMark(PupilId("cal"), "Z"), school=school) == []


def test_a_subcode_for_z_is_read_as_z() -> None:
    rules = EntryRules(subcodes=(Subcode(subcode="Z1", code=Code.Z, in_force_from=MONDAY),))
    published = EntryRulesPublished(rules=rules, recorded_by=None, recorded_at=AFTERWARDS)
    starting = admitted(ANN, starting=date(2026, 9, 21))
    school = evolve(a_school(starting), [published])
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "z1"),), by=OFFICER)

    (mark,) = record_marks(command, school, {}, now=AFTERWARDS).marks

    assert (mark.code, mark.raw_code) == (Code.Z, "z1")

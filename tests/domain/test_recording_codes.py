"""Given a session of today or of earlier years, when a code is sent, then it is of its day."""

from dataclasses import replace
from datetime import date, time

import pytest
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codes import Code
from attendance.events import CalendarPublished
from attendance.identifiers import AcademicYear
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import School, evolve
from domain.given import OFFICER, a_school, admitted
from domain.test_recording import AFTERWARDS, ANN, BEN, MONDAY, SCHOOL, refused, where_and_why
from statute.registers import am


def _school_of_2024() -> School:
    year = CalendarYear(
        AcademicYear("2023-24"), (HalfTerm("Summer 2", date(2024, 6, 3), date(2024, 7, 23)),)
    )
    published = CalendarPublished(calendar=year, recorded_by=None, recorded_at=AFTERWARDS)
    return evolve(a_school(admitted(ANN, starting=date(2024, 6, 3))), [published])


@pytest.mark.parametrize("code", ["K", "C1", "C2", "J1", "Q", "Y1", "Y7"])
def test_a_session_of_earlier_years_takes_no_code_that_came_later(code: str) -> None:
    mark = RawMark(ANN, code, None, "Bus")

    assert where_and_why(refused(mark, session=am(date(2024, 6, 3)), school=_school_of_2024())) == [
        ("/marks/0/code", "code-not-allowed")
    ]


@pytest.mark.parametrize("code", ["H", "J", "Y", "F", "I", "B", "D", "E", "/"])
def test_a_session_of_earlier_years_takes_the_codes_of_its_time_with_nothing_else_stated(
    code: str,
) -> None:
    command = RecordMarks(session=am(date(2024, 6, 3)), marks=(RawMark(ANN, code),), by=OFFICER)

    event = record_marks(command, _school_of_2024(), {}, now=AFTERWARDS)

    assert [mark.code for mark in event.marks] == [code]


@pytest.mark.parametrize("code", ["H", "J", "Y", "F"])
def test_an_abolished_code_is_refused_today(code: str) -> None:
    assert where_and_why(refused(RawMark(ANN, code))) == [("/marks/0/code", "code-not-allowed")]


@pytest.mark.parametrize(
    ("code", "arrived_at", "slugs"),
    [
        pytest.param("L", time(9, 25), [], id="as the register closes"),
        pytest.param("L", time(9, 26), ["code-not-allowed"], id="a minute after it closed"),
        pytest.param("U", time(9, 26), [], id="U a minute after it closed"),
        pytest.param("U", time(9, 25), ["code-not-allowed"], id="U while it was open"),
        pytest.param("L", time(8, 54), ["arrival-not-plausible"], id="before taking began"),
        pytest.param("I", time(9, 26), ["arrived-at-not-allowed"], id="of a pupil who didn't come"),
    ],
)
def test_a_stated_arrival_decides_between_late_and_absent(
    code: str, arrived_at: time, slugs: list[str]
) -> None:
    mark = RawMark(ANN, code, arrived_at=arrived_at)
    command = RecordMarks(session=am(MONDAY), marks=(mark,), by=OFFICER)
    if slugs:
        assert [slug for _, slug in where_and_why(refused(mark))] == slugs
    else:
        [entered] = record_marks(command, SCHOOL, {}, now=AFTERWARDS).marks
        assert entered.minutes_late == (arrived_at.hour - 8) * 60 + arrived_at.minute - 55


def test_an_arrival_and_minutes_that_contradict_each_other_are_refused() -> None:
    mark = RawMark(ANN, "L", 5, None, time(9, 5))

    assert where_and_why(refused(mark)) == [("/marks/0/minutes_late", "arrival-not-plausible")]


def test_z_is_entered_before_the_starting_day_and_nothing_else_is() -> None:
    school = a_school(admitted(ANN, starting=date(2026, 9, 21)))
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "z"),), by=OFFICER)

    assert record_marks(command, school, {}, now=AFTERWARDS).marks[0].code is Code.Z
    assert where_and_why(refused(RawMark(ANN, "/"), school=school)) == [
        ("/marks/0/pupil", "not-on-roll")
    ]


def test_a_year_group_that_starts_later_has_planned_closure_while_others_have_none() -> None:
    year = CalendarYear(
        AcademicYear("2026-27"),
        (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),),
        (Closure(MONDAY, "staggered start", None, ("R",)),),
    )
    published = CalendarPublished(calendar=year, recorded_by=None, recorded_at=AFTERWARDS)
    school = evolve(a_school(admitted(ANN), replace(admitted(BEN), year_group="R")), [published])
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(BEN, "#"),), by=OFFICER)

    assert record_marks(command, school, {}, now=AFTERWARDS).marks[0].code is Code.PLANNED_CLOSURE
    assert where_and_why(refused(RawMark(ANN, "#"), school=school)) == [
        ("/marks/0/code", "code-not-allowed")
    ]

"""Given a session, when it is asked whose entry is due, then it is those who should be there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codes import Code
from attendance.events import CalendarPublished
from attendance.identifiers import AcademicYear, PupilId
from attendance.school import evolve
from domain.given import a_school, admitted, deleted
from statute.registers import am

MONDAY: Final = date(2026, 9, 14)
CLOSED: Final = date(2026, 9, 15)
YEAR: Final = CalendarYear(
    AcademicYear("2026-27"),
    (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),),
    (Closure(MONDAY, "staggered start", None, ("R",)), Closure(CLOSED, "INSET")),
)
SCHOOL: Final = evolve(
    a_school(
        admitted("ann", groups=("7B",)),
        admitted("ben", groups=("7C",)),
        replace(admitted("cal"), boarder=True),
        replace(admitted("dee"), year_group="R"),
        admitted("eve", starting=CLOSED),
        admitted("fay"),
        deleted("fay", date(2026, 9, 11)),
    ),
    [
        CalendarPublished(
            calendar=YEAR, recorded_by=None, recorded_at=datetime(2026, 9, 1, tzinfo=UTC)
        )
    ],
)


def test_whoever_boards_or_has_left_or_isnt_expected_that_day_isnt_due() -> None:
    assert [pupil.pupil for pupil in SCHOOL.due(am(MONDAY))] == ["ann", "ben"]
    assert [pupil.pupil for pupil in SCHOOL.due(am(MONDAY), "7C")] == ["ben"]


def test_nobody_is_due_on_a_day_on_which_the_school_doesnt_meet() -> None:
    assert SCHOOL.due(am(CLOSED)) == []


@pytest.mark.parametrize(
    ("pupil", "code", "lacks"),
    [
        pytest.param("ann", None, True, id="no entry"),
        pytest.param("ann", Code.O, False, id="an entry"),
        pytest.param("ann", Code.Z, True, id="a Z of a day that is on roll by now"),
        pytest.param("eve", Code.Z, False, id="a Z before the starting day"),
    ],
)
def test_an_entry_is_wanting_where_there_is_none_or_one_for_nobody_on_roll(
    pupil: str, code: Code | None, *, lacks: bool
) -> None:
    assert SCHOOL.roll[PupilId(pupil)].lacks_entry(MONDAY, code) is lacks

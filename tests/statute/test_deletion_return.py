"""Worked examples of the return for a deletion: of whom it is due, and by when."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from attendance.calendar import CalendarYear, HalfTerm, SchoolCalendar
from attendance.identifiers import AcademicYear
from attendance.rules.deletion_return import (
    FROM_AUGUST_2024,
    DeletionReturnTerms,
    deletion_return,
)
from attendance.rules.facts import Deleted, Entered, Placed
from attendance.rules.finding import Finding
from attendance.school_details import Phase
from domain.given import DETAILS
from statute.circumstances import START, circumstances, pupil
from statute.registers import CALENDAR, pm

LAST_DAY: Final = date(2027, 7, 21)  # training days follow, to the end of term
YEAR_2027_28: Final = CalendarYear(
    AcademicYear("2027-28"), (HalfTerm("Autumn 1", date(2027, 9, 2), date(2027, 10, 22)),)
)
BOTH_YEARS: Final = CALENDAR.with_year(YEAR_2027_28)


def found(
    last_on: date,
    year_group: str = "6",
    terms: DeletionReturnTerms = FROM_AUGUST_2024,
    *,
    recorded_on: date | None = None,
    phase: Phase = Phase.PRIMARY,
    calendar: SchoolCalendar = BOTH_YEARS,
) -> tuple[Finding, ...]:
    deleted = Deleted(last_on, recorded_on or last_on, "a", 44)
    facts = pupil(
        placements=(Placed(START, year_group, boarder=False, groups=()),),
        enrolments=(Entered(START, START, 1, deleted),),
    )
    school = replace(DETAILS, phase=phase)
    return deletion_return(circumstances((), facts, school=school, calendar=calendar), terms)


def test_it_is_due_no_later_than_the_deletion() -> None:
    (finding,) = found(date(2026, 11, 20), "4")

    assert finding.met_on == pm(date(2026, 11, 20))
    assert finding.due_on == date(2026, 11, 20)
    assert finding.rests_on == (44,)
    assert finding.evidence == ()


def test_of_a_last_day_on_roll_that_has_passed_it_is_due_the_day_the_name_is_deleted() -> None:
    (finding,) = found(date(2026, 11, 20), "4", recorded_on=date(2026, 11, 24))

    assert finding.due_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    "last_on", [LAST_DAY, date(2027, 7, 31), date(2027, 8, 31), date(2027, 9, 1)]
)
def test_tv64_none_of_a_leaver_of_year_6_after_the_last_term_unless_the_authority_asks(
    last_on: date,
) -> None:
    asked = replace(FROM_AUGUST_2024, asked_by_authority=True)

    assert found(last_on) == ()
    assert len(found(last_on, terms=asked)) == 1


@pytest.mark.parametrize(
    ("last_on", "year_group"),
    [
        pytest.param(date(2027, 7, 20), "6", id="a day before the last"),
        pytest.param(date(2027, 9, 2), "6", id="once the next school year has begun"),
        pytest.param(date(2026, 12, 18), "6", id="at the end of another term"),
        pytest.param(LAST_DAY, "5", id="another class"),
    ],
)
def test_of_any_other_deletion_it_is_due(last_on: date, year_group: str) -> None:
    assert len(found(last_on, year_group)) == 1


def test_in_doubt_it_is_due() -> None:
    assert found(LAST_DAY, calendar=SchoolCalendar())
    assert found(date(2027, 8, 31), calendar=CALENDAR)
    assert found(LAST_DAY, "11", phase=Phase.SECONDARY)


@pytest.mark.parametrize(
    ("phase", "class_"),
    [
        (Phase.NURSERY, "N2"),
        (Phase.PRIMARY, "6"),
        (Phase.MIDDLE, "8"),
        (Phase.SECONDARY, "13"),
        (Phase.ALL_THROUGH, "13"),
        (Phase.SIXTEEN_PLUS, "13"),
        (Phase.SPECIAL, None),
        (Phase.ALTERNATIVE_PROVISION, None),
    ],
)
def test_the_most_senior_class_is_the_one_of_the_phase(phase: Phase, class_: str | None) -> None:
    every = ["N1", "N2", "R", *map(str, range(1, 14))]

    without = [each for each in every if not found(LAST_DAY, each, phase=phase)]

    assert without == ([] if class_ is None else [class_])


def test_the_most_senior_class_is_the_one_the_school_says() -> None:
    to_eleven = replace(FROM_AUGUST_2024, most_senior="11")

    assert found(LAST_DAY, "11", to_eleven, phase=Phase.SECONDARY) == ()
    assert len(found(LAST_DAY, "13", to_eleven, phase=Phase.SECONDARY)) == 1


def test_a_pupil_still_on_roll_has_none() -> None:
    assert deletion_return(circumstances()) == ()

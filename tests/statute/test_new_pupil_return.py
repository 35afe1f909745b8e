"""Worked examples of the return for a new pupil: of whom it is due, and by which day."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from attendance.calendar import SchoolCalendar
from attendance.rules.facts import Entered, Placed
from attendance.rules.finding import Finding
from attendance.rules.new_pupil_return import (
    FROM_AUGUST_2024,
    NewPupilReturnTerms,
    new_pupil_return,
)
from attendance.school_details import Phase
from domain.given import DETAILS
from statute.circumstances import circumstances, pupil
from statute.registers import CALENDAR, am

FIRST_DAY: Final = date(2026, 9, 3)  # the second is a training day
TERM_STARTS: Final = date(2026, 9, 2)
AUGUST: Final = date(2026, 8, 24)


def found(
    starting_day: date,
    recorded_on: date,
    year_group: str = "5",
    terms: NewPupilReturnTerms = FROM_AUGUST_2024,
    *,
    phase: Phase = Phase.PRIMARY,
    calendar: SchoolCalendar = CALENDAR,
) -> tuple[Finding, ...]:
    facts = pupil(
        placements=(Placed(starting_day, year_group, boarder=False, groups=()),),
        enrolments=(Entered(starting_day, recorded_on, 17),),
    )
    school = replace(DETAILS, phase=phase)
    return new_pupil_return(circumstances((), facts, school=school, calendar=calendar), terms)


def test_tv62_it_is_due_by_the_fifth_day_after_the_entry_school_day_or_not() -> None:
    (finding,) = found(date(2026, 9, 10), date(2026, 9, 10))

    assert finding.met_on == am(date(2026, 9, 10))
    assert finding.due_on == date(2026, 9, 15)
    assert finding.rests_on == (17,)
    assert finding.evidence == ()


@pytest.mark.parametrize("starting_day", [TERM_STARTS, FIRST_DAY])
def test_tv63_none_of_a_child_who_starts_reception_on_the_first_day_of_the_school_year(
    starting_day: date,
) -> None:
    asked = replace(FROM_AUGUST_2024, asked_by_authority=True)

    assert found(starting_day, AUGUST, "R") == ()
    (finding,) = found(starting_day, AUGUST, "R", asked)
    assert finding.due_on == date.fromordinal(starting_day.toordinal() + 5)


@pytest.mark.parametrize(
    ("starting_day", "year_group"),
    [
        pytest.param(date(2026, 9, 4), "R", id="the day after"),
        pytest.param(date(2026, 9, 1), "R", id="the day before term"),
        pytest.param(date(2027, 1, 4), "R", id="the first day of another term"),
        pytest.param(FIRST_DAY, "1", id="another class"),
        pytest.param(FIRST_DAY, "N2", id="a nursery class, which the school didn't name"),
    ],
)
def test_of_any_other_child_it_is_due(starting_day: date, year_group: str) -> None:
    assert len(found(starting_day, AUGUST, year_group)) == 1


def test_in_doubt_it_is_due() -> None:
    assert found(FIRST_DAY, AUGUST, "R", calendar=SchoolCalendar())
    assert found(FIRST_DAY, AUGUST, "7", phase=Phase.SPECIAL)


@pytest.mark.parametrize(
    ("phase", "class_"),
    [
        (Phase.NURSERY, "N1"),
        (Phase.PRIMARY, "R"),
        (Phase.MIDDLE, "5"),
        (Phase.SECONDARY, "7"),
        (Phase.ALL_THROUGH, "R"),
        (Phase.SIXTEEN_PLUS, "12"),
        (Phase.SPECIAL, None),
        (Phase.ALTERNATIVE_PROVISION, None),
    ],
)
def test_the_most_junior_class_is_the_one_of_the_phase(phase: Phase, class_: str | None) -> None:
    every = ["N1", "N2", "R", *map(str, range(1, 14))]

    without = [each for each in every if not found(FIRST_DAY, AUGUST, each, phase=phase)]

    assert without == ([] if class_ is None else [class_])


def test_the_most_junior_class_is_the_one_the_school_says() -> None:
    junior = replace(FROM_AUGUST_2024, most_junior="3")

    assert found(FIRST_DAY, AUGUST, "3", junior) == ()
    assert len(found(FIRST_DAY, AUGUST, "R", junior)) == 1


def test_a_name_entered_late_is_due_from_the_day_it_was_entered() -> None:
    (finding,) = found(date(2026, 9, 10), date(2026, 9, 14))

    assert finding.met_on == am(date(2026, 9, 14))
    assert finding.due_on == date(2026, 9, 19)


def test_pupils_entered_in_the_register_before_this_one_are_passed_over() -> None:
    joined = replace(FROM_AUGUST_2024, from_starting_day=date(2026, 9, 10))

    assert found(date(2026, 9, 9), date(2026, 9, 20), terms=joined) == ()
    assert found(date(2026, 9, 10), date(2026, 9, 20), terms=joined)


def test_a_pupil_who_comes_again_is_entered_again() -> None:
    facts = pupil(
        enrolments=(
            Entered(date(2026, 9, 10), date(2026, 9, 10), 3),
            Entered(date(2026, 11, 2), date(2026, 10, 28), 9),
        )
    )

    first, second = new_pupil_return(circumstances((), facts))

    assert (first.due_on, second.due_on) == (date(2026, 9, 15), date(2026, 11, 7))
    assert (first.rests_on, second.rests_on) == ((3,), (9,))

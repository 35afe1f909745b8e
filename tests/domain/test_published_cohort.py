"""Given an age and a starting day, when it is asked who is published of, then by the census."""

from datetime import date
from typing import Final

import pytest
from attendance.census import Period
from attendance.identifiers import AcademicYear
from attendance.published_cohort import days_published

YEAR: Final = AcademicYear("2026-27")
WHOLE: Final = Period(date(2026, 8, 1), date(2027, 7, 31))
BEFORE: Final = date(2024, 9, 2)


@pytest.mark.parametrize(
    ("born", "days"),
    [
        pytest.param(date(2021, 9, 1), None, id="four on 31 August"),
        pytest.param(date(2021, 8, 31), WHOLE, id="five that very day"),
        pytest.param(date(2011, 9, 1), WHOLE, id="fourteen, fifteen the day after"),
        pytest.param(
            date(2011, 8, 31),
            Period(date(2026, 8, 1), date(2027, 5, 30)),
            id="fifteen: without the second half of summer",
        ),
        pytest.param(date(2010, 8, 31), None, id="sixteen"),
    ],
)
def test_figures_are_published_of_ages_five_to_fifteen(born: date, days: Period | None) -> None:
    assert days_published(born, BEFORE, YEAR) == days


@pytest.mark.parametrize(
    ("starting", "counted"),
    [
        pytest.param(date(2027, 5, 30), True, id="the Sunday before the bank holiday"),
        pytest.param(date(2027, 5, 31), False, id="the bank holiday"),
        pytest.param(date(2027, 7, 31), False, id="the last day of the year"),
    ],
)
def test_who_joins_in_the_second_half_of_summer_is_left_out(
    starting: date, *, counted: bool
) -> None:
    assert (days_published(date(2018, 1, 1), starting, YEAR) is not None) is counted

"""Compulsory school age at both ends, to the day (Education Act 1996 s8)."""

from datetime import date, timedelta

import pytest
from attendance.age import of_compulsory_school_age

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("born", "from_"),
    [
        pytest.param(date(2021, 8, 31), date(2026, 8, 31), id="five on a prescribed day, August"),
        pytest.param(date(2021, 9, 1), date(2026, 12, 31), id="five the day after"),
        pytest.param(date(2021, 12, 31), date(2026, 12, 31), id="five on 31 December"),
        pytest.param(date(2022, 1, 1), date(2027, 3, 31), id="five on 1 January"),
        pytest.param(date(2022, 3, 31), date(2027, 3, 31), id="five on 31 March"),
        pytest.param(date(2022, 4, 1), date(2027, 8, 31), id="five on 1 April"),
        pytest.param(date(2020, 2, 29), date(2025, 3, 31), id="born on 29 February"),
    ],
)
def test_it_begins_on_the_fifth_birthday_or_the_next_prescribed_day(
    born: date, from_: date
) -> None:
    assert not of_compulsory_school_age(born, from_ - DAY)
    assert of_compulsory_school_age(born, from_)


@pytest.mark.parametrize(
    ("born", "until"),
    [
        pytest.param(date(2009, 9, 1), date(2026, 6, 26), id="sixteen as the school year begins"),
        pytest.param(date(2010, 3, 1), date(2026, 6, 26), id="sixteen in the spring"),
        pytest.param(date(2010, 6, 26), date(2026, 6, 26), id="sixteen on the leaving date"),
        pytest.param(date(2010, 6, 27), date(2026, 6, 26), id="sixteen the day after it"),
        pytest.param(date(2010, 8, 31), date(2026, 6, 26), id="sixteen on the last of August"),
        pytest.param(date(2010, 9, 1), date(2027, 6, 25), id="sixteen on 1 September"),
    ],
)
def test_it_ends_with_the_last_friday_in_june(born: date, until: date) -> None:
    assert of_compulsory_school_age(born, until)
    assert not of_compulsory_school_age(born, until + DAY)


def test_it_holds_on_every_day_between() -> None:
    born = date(2012, 5, 5)
    first, last = date(2017, 8, 31), date(2028, 6, 30)

    on = first - 400 * DAY
    while on <= last + 400 * DAY:
        assert of_compulsory_school_age(born, on) is (first <= on <= last)
        on += DAY

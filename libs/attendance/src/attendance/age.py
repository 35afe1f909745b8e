"""Compulsory school age on a date. It is asked per session: pupils cross it mid-year, both ways.

Source: Education Act 1996 s8; prescribed days 31 March, 31 August, 31 December; the school leaving
date is the last Friday in June.
"""

from datetime import date, timedelta
from typing import Final

STARTS_AT: Final = 5  # years
ENDS_AT: Final = 16  # years
PRESCRIBED_DAYS: Final = ((3, 31), (8, 31), (12, 31))  # month, day
FRIDAY: Final = 4
LAST_BIRTHDAY_OF_YEAR: Final = (8, 31)  # month, day


def of_compulsory_school_age(date_of_birth: date, on: date) -> bool:
    """Whether the pupil is of compulsory school age that day, both ends included (EA 1996 s8)."""
    # Nearly every pupil asked about is plainly between the two ends; spare them the calendar.
    years = on.year - date_of_birth.year
    if STARTS_AT < years < ENDS_AT:
        return True
    return _starts_on(date_of_birth) <= on <= _ends_on(date_of_birth)


def _starts_on(date_of_birth: date) -> date:
    """The fifth birthday if it is a prescribed day, else the next prescribed day (s8(2))."""
    birthday = _birthday(date_of_birth, STARTS_AT)
    days = (date(birthday.year, month, day) for month, day in PRESCRIBED_DAYS)
    return next(day for day in days if day >= birthday)  # the last one ends the year


def _ends_on(date_of_birth: date) -> date:
    """The school leaving date of the year in which the pupil turns 16 (s8(3)).

    Interpretation (decision 0009): a birthday up to 31 August belongs to the school year before it,
    as is the practice, even where the new school year's first term starts some days later.
    """
    birthday = _birthday(date_of_birth, ENDS_AT)
    in_this_year = (birthday.month, birthday.day) <= LAST_BIRTHDAY_OF_YEAR
    return _leaving_date(birthday.year if in_this_year else birthday.year + 1)


def _birthday(date_of_birth: date, age: int) -> date:
    year = date_of_birth.year + age
    try:
        return date_of_birth.replace(year=year)
    except ValueError:  # born on 29 February: of that age when 1 March begins
        return date(year, 3, 1)


def _leaving_date(year: int) -> date:
    end_of_june = date(year, 6, 30)
    return end_of_june - timedelta(days=(end_of_june.weekday() - FRIDAY) % 7)

"""Given a school's calendar, then the days on which its years begin and end."""

from dataclasses import replace
from datetime import date

from attendance.calendar import CalendarYear, Closure, HalfTerm, SchoolCalendar
from attendance.identifiers import AcademicYear
from attendance.rules.transitions import begins_school_year, ends_school_year
from statute.registers import CALENDAR

TWO_DAYS = CalendarYear(
    AcademicYear("2027-28"), (HalfTerm("Autumn 1", date(2027, 9, 1), date(2027, 9, 2)),)
)


def test_a_school_year_begins_with_the_term_and_up_to_the_day_the_school_first_meets() -> None:
    week = [date(2026, 9, day) for day in range(1, 6)]

    assert [on.day for on in week if begins_school_year(on, CALENDAR)] == [2, 3]


def test_it_ends_with_the_last_day_the_school_meets_and_lasts_until_the_next_begins() -> None:
    calendar = CALENDAR.with_year(TWO_DAYS)

    assert not ends_school_year(date(2027, 7, 20), calendar)
    assert ends_school_year(date(2027, 7, 21), calendar)
    assert ends_school_year(date(2027, 8, 31), calendar)
    assert not ends_school_year(date(2027, 9, 1), calendar)


def test_a_year_closed_throughout_begins_and_ends_with_its_terms() -> None:
    closures = tuple(Closure(date(2027, 9, day), "Flood") for day in (1, 2))
    calendar = SchoolCalendar((replace(TWO_DAYS, closures=closures),))

    assert begins_school_year(date(2027, 9, 1), calendar)
    assert not ends_school_year(date(2027, 9, 1), calendar)
    assert ends_school_year(date(2027, 9, 2), calendar)


def test_without_a_calendar_no_day_is_either() -> None:
    assert not begins_school_year(date(2026, 9, 2), SchoolCalendar())
    assert not ends_school_year(date(2027, 7, 21), SchoolCalendar())

"""By which stretches of days attendance is looked at: weeks, half terms, terms, years, censuses.

Days only: what was entered on them is asked elsewhere. Half terms are those the school published;
of a year without a calendar there are none.

Source: DfE, Pupil absence statistics: methodology, section 4.1 for the periods of a census; Pupil
attendance in schools, which tells of persistent absence for no day and no week.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from attendance.calendar import HalfTerm, SchoolCalendar
from attendance.census import CensusTerm, Period, period_of
from attendance.identifiers import AcademicYear
from attendance.session import FIRST_MONTH, academic_year_of, first_year_of

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
# Where no calendar says how long a half term is: about as long as they are.
SHORTEST_DAYS: Final = 42
TERMS: Final = ("Autumn", "Spring", "Summer")
SUMMER_BEGINS: Final = 4  # month; earlier in the year it is spring

Called: TypeAlias = tuple[str, Period]


class PeriodKind(StrEnum):
    """What days are put together by."""

    WHOLE = "whole"  # all that was asked for
    WEEK = "week"
    HALF_TERM = "half-term"
    TERM = "term"
    YEAR = "year"
    CENSUS = "census"


class NamedPeriod(NamedTuple):
    """Some days, both ends included, and what they are called."""

    kind: PeriodKind
    name: str
    first: date
    last: date
    is_long: bool  # no shorter than a half term: persistent absence may be told of it


def periods_between(
    kind: PeriodKind, first: date, last: date, calendar: SchoolCalendar
) -> list[NamedPeriod]:
    """List the periods of a kind from one day to another, in order, the ends cut to those days."""
    named = []
    for name, period in OF_KIND[kind](first, last, calendar):
        within = Period(max(period.first, first), min(period.last, last))
        if within.first <= within.last:
            named.append(NamedPeriod(kind, name, *within, is_long(within, calendar)))
    return named


def is_long(period: Period, calendar: SchoolCalendar) -> bool:
    """Whether persistent absence may be told of a period: it has a half term of the school in it.

    Interpretation (decision 0035): the Department gives none for days and weeks, and says of no
    shortest period; a half term is the shortest that a school reports by.
    """
    half_terms = (each for year in calendar.years for each in year.half_terms)
    if any(period.first <= each.starts and each.ends <= period.last for each in half_terms):
        return True
    days = (period.last - period.first).days + 1
    return days >= SHORTEST_DAYS and not calendar.covers(period.first)


def week_of(on: date) -> Period:
    """Give the week of a day, Monday to Sunday."""
    monday = on - on.weekday() * DAY
    return Period(monday, monday + WEEK - DAY)


def has_school_days(period: Period, calendar: SchoolCalendar) -> bool:
    """Whether the school meets in a period, or may: of a year without a calendar nobody knows."""
    days = (period.first + place * DAY for place in range((period.last - period.first).days + 1))
    return any(calendar.is_school_day(on) or not calendar.covers(on) for on in days)


def year_of(on: date) -> Period:
    """Give the academic year of a day."""
    first = first_year_of(on)
    return Period(date(first, FIRST_MONTH, 1), date(first + 1, FIRST_MONTH, 1) - DAY)


def _whole(first: date, last: date, _calendar: SchoolCalendar) -> Iterator[Called]:
    yield f"{first}/{last}", Period(first, last)


def _weeks(first: date, last: date, calendar: SchoolCalendar) -> Iterator[Called]:
    week = week_of(first)
    while week.first <= last:
        if has_school_days(Period(max(week.first, first), min(week.last, last)), calendar):
            year, number, _ = week.first.isocalendar()
            yield f"{year}-W{number:02d}", week
        week = week_of(week.first + WEEK)


def _half_terms(_first: date, _last: date, calendar: SchoolCalendar) -> Iterator[Called]:
    for published in calendar.years:
        for each in published.half_terms:
            yield f"{published.year} {each.name}", Period(each.starts, each.ends)


def _terms(_first: date, _last: date, calendar: SchoolCalendar) -> Iterator[Called]:
    for published in calendar.years:
        for term, half_terms in groupby(published.half_terms, key=_term_of):
            of_term = list(half_terms)
            yield f"{published.year} {term}", Period(of_term[0].starts, of_term[-1].ends)


def _years(first: date, last: date, _calendar: SchoolCalendar) -> Iterator[Called]:
    year = year_of(first)
    while year.first <= last:
        yield academic_year_of(year.first), year
        year = year_of(year.last + DAY)


def _censuses(first: date, last: date, calendar: SchoolCalendar) -> Iterator[Called]:
    for called, _ in _years(first, last, calendar):
        year = AcademicYear(called)
        for term in CensusTerm:
            yield f"{year} {term}", period_of(term, year)


def _term_of(half_term: HalfTerm) -> str:
    """Name the term a half term is of: as it is called, or else by the month it begins in."""
    called = half_term.name.casefold()
    autumn, spring, summer = TERMS
    for term in TERMS:
        if term.casefold() in called:
            return term
    begins = half_term.starts.month
    if begins >= FIRST_MONTH:
        return autumn
    return summer if begins >= SUMMER_BEGINS else spring


OF_KIND: Final[Mapping[PeriodKind, Callable[[date, date, SchoolCalendar], Iterator[Called]]]] = {
    PeriodKind.WHOLE: _whole,
    PeriodKind.WEEK: _weeks,
    PeriodKind.HALF_TERM: _half_terms,
    PeriodKind.TERM: _terms,
    PeriodKind.YEAR: _years,
    PeriodKind.CENSUS: _censuses,
}

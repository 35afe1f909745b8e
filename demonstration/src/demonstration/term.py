"""The school year of the demonstration, worked out for any day it is started on.

A plausible English calendar made by rule, so that the simulated school has always just been open.
It is nobody's real calendar, and it decides no law: what a school day or a school week is,
Rollbook says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

WEEKS_POSTED: Final = 12  # a term: the ten school weeks of the story, and two before them
FRIDAY: Final = 4
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)

Week = tuple[date, ...]  # the days of one Monday to Friday on which the school is open; never empty


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """Part of the year without a holiday, first and last day included."""

    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Closure:
    """A weekday inside a half term on which the school is closed, planned beforehand."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One academic year of the simulated school, in the shape that Rollbook is told it."""

    name: str  # "2026-27"
    half_terms: tuple[HalfTerm, ...]
    closures: tuple[Closure, ...]

    def days(self) -> Iterator[date]:
        """Yield the days the school is open, in order."""
        closed = {closure.on for closure in self.closures}
        for half_term in self.half_terms:
            for on in _days_between(half_term.starts, half_term.ends):
                if on.weekday() <= FRIDAY and on not in closed:
                    yield on


def school_year(beginning: int) -> SchoolYear:
    """Make the year that begins in the September of `beginning`."""
    following = beginning + 1
    easter = _easter_sunday(following)
    autumn = _weekday_from(date(beginning, 9, 1))
    october = _last_monday(beginning, 10)
    january = _monday_from(date(following, 1, 4))
    february = _monday_from(date(following, 2, 15))
    whitsun = _last_monday(following, 5)
    half_terms = (
        HalfTerm("Autumn 1", autumn, october - 3 * DAY),
        HalfTerm("Autumn 2", october + WEEK, _friday_until(date(beginning, 12, 20))),
        HalfTerm("Spring 1", january, february - 3 * DAY),
        HalfTerm("Spring 2", february + WEEK, easter - 3 * DAY),  # Maundy Thursday
        HalfTerm("Summer 1", easter + 15 * DAY, whitsun - 3 * DAY),
        HalfTerm("Summer 2", whitsun + WEEK, _friday_until(date(following, 7, 23))),
    )
    closures = [
        Closure(autumn, "INSET day"),
        Closure(january, "INSET day"),
        Closure(_monday_from(date(following, 5, 1)), "Early May bank holiday"),
        Closure(whitsun + WEEK, "INSET day"),
    ]
    return SchoolYear(
        name=f"{beginning}-{following % 100:02d}",
        half_terms=half_terms,
        closures=tuple(c for c in closures if any(h.starts <= c.on <= h.ends for h in half_terms)),
    )


def years_around(today: date) -> tuple[SchoolYear, SchoolYear]:
    """Make the academic year before `today`'s, and `today`'s own."""
    beginning = academic_year_beginning(today)
    return school_year(beginning - 1), school_year(beginning)


def academic_year_beginning(on: date) -> int:
    """Give the calendar year in which the academic year (1 August to 31 July) of `on` began."""
    return on.year if on.month >= 8 else on.year - 1


def weeks_before(today: date, years: Sequence[SchoolYear]) -> list[Week]:
    """List the school weeks that ended on an open Friday before `today`, oldest first.

    The list ends with a Friday because a week in the middle has sessions still to come. Weeks
    that end early, such as the one of Maundy Thursday, are in it as long as a later one reaches
    its Friday.
    """
    days = [on for year in years for on in year.days() if on < today]
    while days and days[-1].weekday() != FRIDAY:
        days.pop()
    return [tuple(week) for _, week in groupby(days, key=lambda on: on - on.weekday() * DAY)]


def _days_between(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def _weekday_from(on: date) -> date:
    return on if on.weekday() <= FRIDAY else _monday_from(on)


def _monday_from(on: date) -> date:
    return on + -on.weekday() % 7 * DAY


def _friday_until(on: date) -> date:
    return on - (on.weekday() - FRIDAY) % 7 * DAY


def _last_monday(year: int, month: int) -> date:
    """Give the last Monday of a month of 31 days."""
    last = date(year, month, 31)
    return last - last.weekday() * DAY


def _easter_sunday(year: int) -> date:
    """Compute Easter of the Gregorian calendar (Butcher's algorithm, valid for every year)."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    correction = century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    epact = (19 * golden + correction) % 30
    leap_fours, leap_rest = divmod(in_century, 4)
    advance = (32 + 2 * (century % 4) + 2 * leap_fours - epact - leap_rest) % 7
    shift = (golden + 11 * epact + 22 * advance) // 451
    month, day = divmod(epact + advance - 7 * shift + 114, 31)
    return date(year, month, day + 1)

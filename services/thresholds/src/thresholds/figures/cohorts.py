"""A week of those who may need support: pupils by characteristic, beside all the others.

Adds up; who needs support is a person's to say.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from attendance.calendar import SchoolCalendar
from attendance.census import Period
from attendance.rules.facts import PupilFacts
from attendance.rules.periods import has_school_days, is_long, week_of, year_of
from servicekit.service import Runtime

from thresholds.figures.grouping import OnRoll, times_on_roll, with_and_without
from thresholds.figures.of_school import school_read
from thresholds.figures.spans import parts_of
from thresholds.figures.table import PackedSchool
from thresholds.figures.tally import Tally, tally_of
from thresholds.timetable import timetable_of

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
WEEKS_BACK: Final = 9  # longer than any holiday


class Stretch(NamedTuple):
    """A period of the analysis, and whether persistent absence may be told of it."""

    period: Period
    is_long: bool


class Compared(NamedTuple):
    """Those with a characteristic and all others, over one period."""

    held: Tally
    others: Tally


class CohortRow(NamedTuple):
    """One characteristic, over each stretch."""

    characteristic: str
    week: Compared
    week_before: Compared | None
    year_to_date: Compared


class CohortWeek(NamedTuple):
    """The analysis of a week."""

    position: int
    week: Stretch
    week_before: Stretch | None  # the school week before; None: there is none near
    year_to_date: Stretch
    rows: list[CohortRow]


async def cohort_week(runtime: Runtime, urn: int, on: date) -> CohortWeek:
    """Analyse the week of a day, the school week before it and the year up to its end.

    Raises:
        NotFound: the school isn't known here.
    """
    week = week_of(on)
    earliest = min(week.first - WEEKS_BACK * WEEK, year_of(week.last).first)
    school = await school_read(runtime, urn, earliest, week.last)
    return await asyncio.to_thread(_analysed, school, week)


def _analysed(school: PackedSchool, week: Period) -> CohortWeek:
    timetable = timetable_of(school.calendars)
    pupils = school.pupils()
    on_roll = list(times_on_roll(pupils, timetable))
    year, before = year_of(week.last), _week_before(week, timetable.calendar)
    analysis = CohortWeek(
        position=school.position,
        week=Stretch(week, is_long=False),
        week_before=before and Stretch(before, is_long=False),
        year_to_date=_stretch(Period(year.first, week.last), timetable.calendar),
        rows=[],
    )
    words = sorted({word for each in pupils for word in _held_in(each.facts, week)})
    return analysis._replace(rows=[_row(word, on_roll, analysis) for word in words])


def _stretch(period: Period, calendar: SchoolCalendar) -> Stretch:
    return Stretch(period, is_long(period, calendar))


def _week_before(week: Period, calendar: SchoolCalendar) -> Period | None:
    earlier = (week_of(week.first - weeks * WEEK) for weeks in range(1, WEEKS_BACK + 1))
    return next((each for each in earlier if has_school_days(each, calendar)), None)


def _held_in(facts: PupilFacts, week: Period) -> set[str]:
    """Name what a pupil has on a day of the week on which they are on roll."""
    days = [week.first + place * DAY for place in range(WEEK.days)]
    return {
        each.characteristic
        for each in facts.characteristics
        if any(each.holds(on) and facts.on_roll(on) for on in days)
    }


def _row(word: str, on_roll: Sequence[OnRoll], analysis: CohortWeek) -> CohortRow:
    held, others = with_and_without(on_roll, word)

    def compared(stretch: Stretch) -> Compared:
        parts = parts_of(*stretch.period)
        return Compared(tally_of(held, parts), tally_of(others, parts))

    return CohortRow(
        word,
        compared(analysis.week),
        analysis.week_before and compared(analysis.week_before),
        compared(analysis.year_to_date),
    )

"""Query values of figures: each as the contract writes it, once, and none it doesn't know."""

from datetime import date
from typing import Final, Literal

from attendance.census import Period
from attendance.published_cohort import Cohort
from attendance.rules.periods import PeriodKind
from pydantic import Field
from servicekit.dates import Day
from servicekit.fields import AskedPosition, Closed
from servicekit.paging import decode_cursor
from servicekit.problems import INVALID, ItemProblem, Problem

from thresholds.asked import AskedLimit
from thresholds.benchmarks.published import Level
from thresholds.figures.grouping import GroupBy
from thresholds.figures.of_pupil import academic_year_start
from thresholds.figures.of_school import Key

MOST_YEARS: Final = 10  # more than entries are kept


class FiguresAsked(Closed):
    """Which days of which pupils, and how they are put together."""

    from_: Day | None = Field(
        default=None,
        alias="from",
        description="first day, included; by default the academic year of `to` from its start",
    )
    to: Day | None = Field(
        default=None,
        description="last day, included; by default today. At most ten academic years",
    )
    period: PeriodKind = Field(
        default=PeriodKind.WHOLE,
        description="a line each: all of the days, a school week, a half term or term of the"
        " school's calendar, an academic year, a period of the school census",
    )
    cohort: Cohort = Field(
        default=Cohort.SCHOOL,
        description="`dfe`: those of 5 to 15 on 31 August, of the oldest and of who joined then"
        " without the second half of summer, as the published figures count",
    )
    limit: AskedLimit = Field(default=100, description="how many items a page")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next` of the page before"
    )

    def days(self, today: date) -> Period:
        """Give the days that are asked for.

        Raises:
            Problem: the last comes before the first, or they are of too many years.
        """
        return days_asked(self.from_, self.to, today)

    @property
    def after(self) -> Key | None:
        """The last line of the page before.

        Raises:
            Problem: the cursor isn't one of ours.
        """
        key = decode_cursor(self.cursor, (str, str, str))
        return None if key is None else (key[0], key[1], key[2])


class SchoolFiguresAsked(FiguresAsked):
    """What to add up of one school."""

    group_by: (
        Literal[
            GroupBy.YEAR_GROUP,
            GroupBy.GROUP,
            GroupBy.CHARACTERISTIC,
            GroupBy.PUPIL,
            GroupBy.WEEKDAY,
        ]
        | None
    ) = Field(default=None, description="when absent, the whole school together")
    benchmark: Level | None = Field(
        default=None, description="published figures of the school's phase to compare with"
    )
    min_position: AskedPosition | None = Field(
        default=None, description="wait up to 5 s until the view has reached this log position"
    )


class FiguresAcrossAsked(FiguresAsked):
    """What to add up of several schools: all that the token is for, or some of them."""

    la: str | None = Field(
        default=None, pattern=r"^[0-9]{3}$", description="only this LA's", examples=["886"]
    )
    trust: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="only those whose details state this trust, written so",
        examples=["Elmbridge Learning Trust"],
    )
    group_by: (
        Literal[GroupBy.SCHOOL, GroupBy.YEAR_GROUP, GroupBy.CHARACTERISTIC, GroupBy.WEEKDAY] | None
    ) = Field(default=None, description="when absent, all schools together")


class CohortsAsked(Closed):
    """Which week to analyse."""

    week: Day | None = Field(
        default=None, description="a day of the week, whichever; by default today"
    )
    min_position: AskedPosition | None = Field(
        default=None, description="wait up to 5 s until the view has reached this log position"
    )


def days_asked(from_: date | None, to: date | None, today: date) -> Period:
    """Give the days that are asked for: by default the academic year to date.

    Raises:
        Problem: the last comes before the first, or they are of too many years.
    """
    last = to or today
    first = from_ or academic_year_start(last)
    if first > last:
        raise _refused("/query/from", "from-after-to", "Give a first day before the last.")
    if academic_year_start(last).year - academic_year_start(first).year >= MOST_YEARS:
        raise _refused("/query/to", "period-too-long", "Ask for at most ten academic years.")
    return Period(first, last)


def _refused(pointer: str, code: str, detail: str) -> Problem:
    return Problem(INVALID, "1 item is wrong.", [ItemProblem(pointer, code, detail)])

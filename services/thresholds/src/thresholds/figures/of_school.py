"""A school's figures: its pupils put together by group and period. Adds up; what counts is law's.

Worked out beside the loop: a year of weeks of a large school takes some tenths of a second.
"""

import asyncio
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple, TypeAlias

from attendance.published_cohort import Cohort
from attendance.rules.periods import NamedPeriod, PeriodKind, periods_between
from eventlog import SchoolId
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.service import Runtime

from thresholds.figures.grouping import GroupBy, by_group, times_on_roll
from thresholds.figures.spans import parts_of
from thresholds.figures.table import PackedSchool, packed_school
from thresholds.figures.tally import Tally, tally_of
from thresholds.timetable import timetable_of

Key: TypeAlias = tuple[str, str, str]


class Question(NamedTuple):
    """What figures are asked for."""

    first: date
    last: date  # included
    kind: PeriodKind
    by: GroupBy | None
    cohort: Cohort


class Row(NamedTuple):
    """The figures of one group over one period."""

    group: str  # empty where pupils aren't told apart
    period: NamedPeriod
    tally: Tally

    @property
    def key(self) -> Key:
        """Its place in the order of rows: by group, then by time."""
        return self.group, f"{self.period.first}", self.period.name


async def school_figures(
    runtime: Runtime,
    urn: int,
    question: Question,
    *,
    limit: int,
    after: Key | None,
) -> tuple[list[Row], int]:
    """Add up a school's entries in force, of sessions that were due.

    Args:
        after: the key of the last row of the page before.

    Returns:
        The rows in order, at most as many as the limit, and the position in the school's log that
        they stand at.

    Raises:
        NotFound: the school isn't known here.
    """
    school = await school_read(runtime, urn, question.first, question.last)
    return await asyncio.to_thread(_page, school, question, limit, after), school.position


async def school_read(runtime: Runtime, urn: int, first: date, last: date) -> PackedSchool:
    """Read what was entered of a school in the academic years of a period.

    Raises:
        NotFound: the school isn't known here.
    """
    years = [part.year for part in parts_of(first, last)]
    async with of_school(runtime.pool, urn) as conn:
        school = await packed_school(conn, SchoolId(urn), years[0], years[-1])
    if school is None:
        raise NotFound("There is no such school.")
    return school


def rows_of(school: PackedSchool, question: Question, after: Key | None = None) -> Iterator[Row]:
    """Add up group by group and period by period, in order; a group with nothing entered has none.

    The whole school has a row for every period.
    """
    first_group = after[0] if after else ""
    pupils = school.pupils()
    if question.by is GroupBy.PUPIL:
        pupils = [each for each in pupils if each.pupil >= first_group]
    timetable = timetable_of(school.calendars)
    groups = by_group(times_on_roll(pupils, timetable, question.cohort), question.by)
    periods = [
        (period, parts_of(period.first, period.last))
        for period in periods_between(
            question.kind, question.first, question.last, timetable.calendar
        )
    ]
    for group in sorted(groups) or [""] * (question.by is None):
        for period, parts in periods:
            if after is None or (group, f"{period.first}", period.name) > after:
                row = Row(group, period, tally_of(groups[group], parts))
                if question.by is None or not row.tally.is_empty:
                    yield row


def _page(school: PackedSchool, question: Question, limit: int, after: Key | None) -> list[Row]:
    return list(islice(rows_of(school, question, after), limit))

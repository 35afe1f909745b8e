"""A pupil's figures over a period, from the packed years. Adds up; what counts is the law's."""

from datetime import date
from typing import NamedTuple

from attendance.census import Period
from attendance.identifiers import PupilId
from attendance.rules.figures import Figures
from attendance.rules.periods import is_long
from attendance.session import Half, Session
from eventlog import SchoolId
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.service import Runtime

from thresholds.figures.grouping import times_on_roll
from thresholds.figures.spans import parts_of
from thresholds.figures.table import packed_pupil
from thresholds.figures.tally import tally_of
from thresholds.packing import first_day, place_of
from thresholds.timetable import timetable_of


def academic_year_start(on: date) -> date:
    """The 1 August on or before a date."""
    return first_day(place_of(Session(on, Half.AM)).year)


class PupilFigures(NamedTuple):
    """A pupil's figures over a period."""

    figures: Figures
    is_long: bool  # persistent absence may be told of the period
    position: int  # in the school's log, that they stand at


async def pupil_figures(runtime: Runtime, urn: int, pupil: str, days: Period) -> PupilFigures:
    """Add up a pupil's entries in force over a period, of sessions that were due.

    Interpretation (decision 0035): the academic year to date is long enough from its first day on,
    as it is for the rule of persistent absence.

    Raises:
        NotFound: the school never admitted such a pupil.
    """
    parts = parts_of(days.first, days.last)
    async with of_school(runtime.pool, urn) as conn:
        read = await packed_pupil(
            conn, SchoolId(urn), PupilId(pupil), parts[0].year, parts[-1].year
        )
    if read is None:
        raise NotFound("There is no such pupil.")
    timetable = timetable_of(read.calendars)
    on_roll = times_on_roll(read.pupils(), timetable)
    to_date = days.first == academic_year_start(days.last)
    return PupilFigures(
        tally_of([each.sessions for each in on_roll], parts).figures,
        to_date or is_long(days, timetable.calendar),
        read.position,
    )

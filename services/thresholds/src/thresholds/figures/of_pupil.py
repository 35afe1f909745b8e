"""A pupil's figures over a period, from the packed years. Adds up; what counts is the law's."""

from datetime import date

from attendance.identifiers import PupilId
from attendance.rules.figures import Figures
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


async def figures_between(
    runtime: Runtime, urn: int, pupil: str, first: date, last: date
) -> tuple[Figures, int]:
    """Add up a pupil's entries in force over a period, of sessions that were due.

    Args:
        first: the first day, included.
        last: the last day, included; not before `first`.

    Returns:
        The figures, and the position in the school's log that they stand at.

    Raises:
        NotFound: the school never admitted such a pupil.
    """
    parts = parts_of(first, last)
    async with of_school(runtime.pool, urn) as conn:
        read = await packed_pupil(
            conn, SchoolId(urn), PupilId(pupil), parts[0].year, parts[-1].year
        )
    if read is None:
        raise NotFound("There is no such pupil.")
    on_roll = times_on_roll(read.pupils(), timetable_of(read.calendars))
    return tally_of([each.sessions for each in on_roll], parts).figures, read.position

"""A pupil's figures over a period, from the packed years. Adds up; what counts is the law's."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.rules.figures import Figures, figures_from
from attendance.session import Half, Session
from eventlog import SchoolId
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.service import Runtime

from thresholds import tables
from thresholds.due import Due
from thresholds.facts import Placed
from thresholds.packing import counted, first_day, place_of
from thresholds.timetable import timetable_of


def academic_year_start(on: date) -> date:
    """The 1 August on or before a date."""
    return first_day(place_of(Session(on, Half.AM)).year)


async def figures_between(
    runtime: Runtime, urn: int, pupil: str, first: date, last: date
) -> tuple[Figures, int]:
    """Add up a pupil's entries in force over a period, of sessions that the school holds for them.

    Args:
        first: the first day, included.
        last: the last day, included; not before `first`.

    Returns:
        The figures, and the position in the school's log that they stand at.

    Raises:
        NotFound: the school never admitted such a pupil.
    """
    begins, ends = place_of(Session(first, Half.AM)), place_of(Session(last, Half.PM))
    async with of_school(runtime.pool, urn) as conn:
        attended = await tables.attended(
            conn, SchoolId(urn), PupilId(pupil), begins.year, ends.year
        )
    if attended is None:
        raise NotFound("There is no such pupil.")
    codes: Counter[Code] = Counter()
    for year, entered in attended.sessions.items():
        sessions = _held(year, entered, attended.calendars.get(year), attended.placements)
        from_slot = begins.slot if year == begins.year else 0
        to_slot = ends.slot if year == ends.year else len(sessions)
        codes += counted(sessions, from_slot, to_slot)
    return figures_from(codes), attended.position


def _held(year: int, sessions: bytes, calendar: str | None, placements: Sequence[Placed]) -> bytes:
    if calendar is None:
        return sessions
    # What was entered of a boarder is shown, though no rule asks after it.
    shown = [placed._replace(boarder=False) for placed in placements]
    return Due(timetable_of((calendar,)), shown).held(year, sessions)

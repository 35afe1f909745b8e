"""At the edge of the notice of a timetable: its first day under the guidance."""

from datetime import date
from typing import Final

from attendance.rules.part_time_timetable_notice import (
    TimetableNoticeTerms,
    part_time_timetable_notice,
)
from statute.arrangements import timetable
from statute.boundaries import Example, met
from statute.circumstances import circumstances, pupil


def _found(terms: TimetableNoticeTerms, starts: date) -> tuple[str, ...]:
    plan = timetable(starts, date(2024, 10, 18))
    return met(part_time_timetable_notice(circumstances((), pupil(arrangements=(plan,))), terms))


EXAMPLES: Final = (
    Example(
        "on a first day that is judged",
        lambda terms: _found(terms, date(2024, 8, 19)),
        ("2024-08-19 AM",),
    ),
    Example("not on the day before", lambda terms: _found(terms, date(2024, 8, 18)), ()),
)

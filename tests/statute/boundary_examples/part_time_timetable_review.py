"""At the edges of the review of a timetable: the end of six weeks without, the first day."""

from datetime import date, timedelta
from typing import Final

from attendance.rules.part_time_timetable_review import (
    TimetableReviewTerms,
    part_time_timetable_review,
)
from statute.arrangements import timetable
from statute.boundaries import Example, met
from statute.circumstances import circumstances, pupil

MONDAY: Final = date(2026, 9, 14)
WEEK: Final = timedelta(weeks=1)


def _found(terms: TimetableReviewTerms, starts: date, *reviews_on: date) -> tuple[str, ...]:
    plan = timetable(starts, starts + 6 * WEEK, *reviews_on)
    return met(part_time_timetable_review(circumstances((), pupil(arrangements=(plan,))), terms))


EXAMPLES: Final = (
    Example("after six weeks", lambda terms: _found(terms, MONDAY), ("2026-10-26 AM",)),
    Example(
        "on a first day that is judged",
        lambda terms: _found(terms, date(2024, 8, 12), date(2024, 8, 19)),
        ("2024-08-19 AM",),
    ),
    Example(
        "not on the day before",
        lambda terms: _found(terms, date(2024, 8, 11), date(2024, 8, 18)),
        (),
    ),
)

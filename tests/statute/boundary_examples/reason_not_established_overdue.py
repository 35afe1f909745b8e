"""At the edges of the time for a reason: the end of the fifth school day, the first day."""

from datetime import UTC, date, datetime
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.reason_not_established_overdue import (
    ReasonTerms,
    reason_not_established_overdue,
)
from statute.boundaries import Example, met
from statute.circumstances import circumstances
from statute.registers import AUTUMN_2024, CALENDAR, am, week_of

MONDAY: Final = date(2026, 9, 7)
THE_NEXT_MONDAY_ENDS: Final = datetime(2026, 9, 14, 23, tzinfo=UTC)
LONG_AFTER: Final = datetime(2026, 12, 1, tzinfo=UTC)


def _found(terms: ReasonTerms, on: date, at: datetime) -> tuple[str, ...]:
    calendar = SchoolCalendar((AUTUMN_2024, *CALENDAR.years))
    entries = [Entry(am(on), Code.N, 1)]
    return met(
        reason_not_established_overdue(circumstances(entries, at=at, calendar=calendar), terms)
    )


def _counted(terms: ReasonTerms) -> set[Code]:
    return {
        code
        for code in Code
        if reason_not_established_overdue(
            circumstances(week_of(code, MONDAY), at=LONG_AFTER), terms
        )
    }


EXAMPLES: Final = (
    Example(
        "overdue when the fifth school day has ended",
        lambda terms: _found(terms, MONDAY, THE_NEXT_MONDAY_ENDS),
        ("2026-09-07 AM",),
    ),
    Example(
        "not overdue in the fifth school day",
        lambda terms: _found(terms, MONDAY, datetime(2026, 9, 14, 22, 59, tzinfo=UTC)),
        (),
    ),
    Example("this code is a placeholder and no other", _counted, {Code.N}),
    Example(
        "an entry of the first day is judged",
        lambda terms: _found(terms, date(2024, 8, 19), LONG_AFTER),
        ("2024-08-19 AM",),
    ),
    Example(
        "one of the day before isn't",
        lambda terms: _found(terms, date(2024, 8, 18), LONG_AFTER),
        (),
    ),
)

"""At the edges of an exclusion: its sixth school day, what is provision, the first day."""

from datetime import date
from typing import Final

from attendance.calendar import CalendarYear, HalfTerm, SchoolCalendar
from attendance.codes import Code
from attendance.identifiers import AcademicYear
from attendance.rules.exclusion_sixth_day import SixthDayTerms, exclusion_sixth_day
from statute.arrangements import exclusion, taught_elsewhere
from statute.boundaries import Example, met
from statute.circumstances import circumstances, pupil
from statute.registers import CALENDAR, am, pm

MONDAY: Final = date(2026, 9, 14)
SIXTH: Final = date(2026, 9, 21)
THROUGH_SUMMER_2024: Final = SchoolCalendar(
    (
        CalendarYear(
            AcademicYear("2023-24"), (HalfTerm("Summer 2", date(2024, 6, 3), date(2024, 7, 31)),)
        ),
        CalendarYear(
            AcademicYear("2024-25"), (HalfTerm("Autumn 1", date(2024, 8, 1), date(2024, 10, 25)),)
        ),
    )
)


def _found(
    terms: SixthDayTerms, first: date, last: date, calendar: SchoolCalendar = CALENDAR
) -> tuple[str, ...]:
    facts = pupil(arrangements=(exclusion(am(first), pm(last)),))
    return met(exclusion_sixth_day(circumstances((), facts, calendar=calendar), terms))


def _provision(terms: SixthDayTerms) -> set[Code]:
    excluded = exclusion(am(MONDAY), pm(SIXTH))
    return {
        code
        for code in Code
        if not exclusion_sixth_day(
            circumstances((), pupil(arrangements=(excluded, taught_elsewhere(code, am(MONDAY))))),
            terms,
        )
    }


EXAMPLES: Final = (
    Example(
        "on the sixth school day",
        lambda terms: _found(terms, MONDAY, SIXTH),
        ("2026-09-21 AM",),
    ),
    Example("not on the fifth", lambda terms: _found(terms, MONDAY, date(2026, 9, 18)), ()),
    Example("these are provision and no others", _provision, {Code.K, Code.B, Code.D}),
    Example(
        "a first day that is judged",
        lambda terms: _found(terms, date(2024, 7, 25), date(2024, 8, 1), THROUGH_SUMMER_2024),
        ("2024-08-01 AM",),
    ),
    Example(
        "the day before isn't",
        lambda terms: _found(terms, date(2024, 7, 24), date(2024, 7, 31), THROUGH_SUMMER_2024),
        (),
    ),
)

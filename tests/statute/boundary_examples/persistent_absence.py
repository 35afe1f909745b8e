"""At the edges of persistent and of severe absence: exactly a tenth, exactly half."""

from datetime import date
from typing import Final

from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.persistent_absence import AbsenceTerms, persistent_absence, severe_absence
from statute.boundaries import Example, lasting
from statute.registers import am, register

MONDAY: Final = date(2026, 9, 14)


def _persistent(terms: AbsenceTerms, *weeks: str) -> tuple[str, ...]:
    return lasting(persistent_absence(register(*weeks, monday=MONDAY), terms))


def _severe(terms: AbsenceTerms, week: str) -> tuple[str, ...]:
    return lasting(severe_absence(register(week, monday=MONDAY), terms))


def _absent_on(terms: AbsenceTerms, on: date) -> tuple[str, ...]:
    return lasting(persistent_absence([Entry(am(on), Code.I, 1)], terms))


PERSISTENT: Final = (
    Example(
        "exactly a tenth is persistent, and less isn't",
        lambda terms: _persistent(terms, "/////////.", "/---------"),
        ("2026-09-18 PM, 2026-09-21 AM",),
    ),
    Example(
        "the year in which the tenth came in begins",
        lambda terms: _absent_on(terms, date(2015, 8, 1)),
        ("2015-08-01 AM",),
    ),
    Example(
        "the day before isn't judged by it", lambda terms: _absent_on(terms, date(2015, 7, 31)), ()
    ),
)

SEVERE: Final = (
    Example(
        "exactly half is severe, and less isn't",
        lambda terms: _severe(terms, "/./-------"),
        ("2026-09-14 PM, 2026-09-15 AM",),
    ),
    Example(
        "the year in which the half came in begins",
        lambda terms: _absent_on(terms, date(2024, 8, 1)),
        ("2024-08-01 AM",),
    ),
    Example(
        "the day before isn't judged by it", lambda terms: _absent_on(terms, date(2024, 7, 31)), ()
    ),
)

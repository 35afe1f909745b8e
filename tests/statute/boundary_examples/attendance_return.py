"""At the edges of the attendance return: the tenth day, the codes, the first day of the law."""

from datetime import date, timedelta
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import POSSIBLE, Code
from attendance.rules.attendance_return import AttendanceReturnTerms, attendance_return
from attendance.rules.finding import Entry
from attendance.session import Half
from statute.boundaries import Example, met
from statute.registers import AUTUMN_2024, CALENDAR, am, register, week_of

AWAY: Final = "OOOOOOOOOO"
MONDAY: Final = date(2026, 10, 12)
WEEK: Final = timedelta(weeks=1)
COUNTED: Final = frozenset({Code.G, Code.N, Code.O, Code.U})
IN_2024: Final = SchoolCalendar((AUTUMN_2024,))


def _found(terms: AttendanceReturnTerms, *weeks: str) -> tuple[str, ...]:
    return met(attendance_return(register(*weeks, monday=MONDAY), CALENDAR, terms))


def _in_evidence(terms: AttendanceReturnTerms) -> dict[Code, int]:
    """How much of ten mornings of code O is in evidence with afternoons of each other code."""
    return {code: _afternoons(terms, code) for code in Code}


def _afternoons(terms: AttendanceReturnTerms, code: Code) -> int:
    entries = [
        entry._replace(code=code) if entry.session.half is Half.PM else entry
        for monday in (MONDAY, MONDAY + WEEK)
        for entry in week_of(Code.O, monday)
    ]
    return sum(len(each.evidence) for each in attendance_return(entries, CALENDAR, terms))


def _sessions(code: Code) -> int:
    if code in COUNTED:
        return 20
    return 0 if code in POSSIBLE else 10


EXAMPLES: Final = (
    Example(
        "the tenth day completes it",
        lambda terms: _found(terms, AWAY, AWAY),
        ("2026-10-23 PM",),
    ),
    Example(
        "due within a calendar month",
        lambda terms: [
            each.due_on
            for each in attendance_return(register(AWAY, AWAY, monday=MONDAY), CALENDAR, terms)
        ],
        [date(2026, 11, 23)],
    ),
    Example("nine days don't", lambda terms: _found(terms, AWAY, "OOOOOOOO//"), ()),
    Example(
        "these codes count and no other", _in_evidence, {code: _sessions(code) for code in Code}
    ),
    Example(
        "the first day of the regulations is one of the ten",
        lambda terms: met(
            attendance_return(register(AWAY, AWAY, monday=date(2024, 8, 19)), IN_2024, terms)
        ),
        ("2024-08-30 PM",),
    ),
    Example(
        "the day before is none",
        lambda terms: met(
            attendance_return(
                [
                    Entry(am(date(2024, 8, 18)), Code.O, 0),
                    *register(AWAY, "OOOOOOOO--", monday=date(2024, 8, 19)),
                ],
                IN_2024,
                terms,
            )
        ),
        (),
    ),
)

"""Registers drawn as text, over the fictional calendar that the worked examples are set in.

A string is one school week, Monday AM to Friday PM. A letter is its code; besides:

    /   present, morning or afternoon as it falls
    .   illness (I)
    4   whole site closed (Y4)
    -   no entry: a closed day, or not entered
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Final

from attendance.calendar import CalendarYear, Closure, HalfTerm, SchoolCalendar
from attendance.codes import Code, code_from
from attendance.identifiers import AcademicYear
from attendance.rules.finding import Entry
from attendance.session import Half, Session

WRITTEN: Final = {".": "I", "4": "Y4"}

SUMMER_2026: Final = CalendarYear(
    AcademicYear("2025-26"), (HalfTerm("Summer 2", date(2026, 6, 8), date(2026, 7, 21)),)
)
YEAR_2026_27: Final = CalendarYear(
    AcademicYear("2026-27"),
    (
        HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),
        HalfTerm("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
        HalfTerm("Spring 1", date(2027, 1, 4), date(2027, 2, 12)),
        HalfTerm("Spring 2", date(2027, 2, 22), date(2027, 3, 25)),
        HalfTerm("Summer 1", date(2027, 4, 12), date(2027, 5, 28)),
        HalfTerm("Summer 2", date(2027, 6, 7), date(2027, 7, 23)),
    ),
    (
        Closure(date(2026, 9, 2), "INSET"),
        Closure(date(2026, 11, 27), "INSET"),
        Closure(date(2027, 5, 3), "Bank holiday"),
        Closure(date(2027, 7, 22), "INSET"),
        Closure(date(2027, 7, 23), "INSET"),
    ),
)
AUTUMN_2024: Final = CalendarYear(
    AcademicYear("2024-25"), (HalfTerm("Autumn 1", date(2024, 9, 2), date(2024, 10, 25)),)
)
CALENDAR: Final = SchoolCalendar((SUMMER_2026, YEAR_2026_27))


def register(*weeks: str | None, monday: date) -> list[Entry]:
    """Draw a pupil's entries, a string a calendar week from that Monday on; None: a week off.

    Positions count up from 1 in the order of the entries.
    """
    positions = count(1)
    return [
        Entry(session, code, next(positions))
        for week, drawn in enumerate(weeks)
        if drawn is not None
        for session, code in _week(monday + timedelta(weeks=week), drawn)
    ]


def week_of(code: Code, monday: date) -> list[Entry]:
    """Draw a whole week from that Monday with one code, even one that no session carries."""
    return [
        Entry(Session(monday + timedelta(days=number // 2), half), code, number + 1)
        for number, half in enumerate([*Half] * 5)
    ]


def am(on: date) -> Session:
    return Session(on, Half.AM)


def pm(on: date) -> Session:
    return Session(on, Half.PM)


def _week(monday: date, drawn: str) -> Iterator[tuple[Session, Code]]:
    assert len(drawn) == 10, f"a week has ten sessions, not {drawn!r}"
    assert monday.weekday() == 0
    for index, letter in enumerate(drawn):
        half = Half.PM if index % 2 else Half.AM
        if letter != "-":
            yield Session(monday + timedelta(days=index // 2), half), _code(letter, half)


def _code(letter: str, half: Half) -> Code:
    if letter == "/":
        return Code.PRESENT_AM if half is Half.AM else Code.PRESENT_PM
    return code_from(WRITTEN.get(letter, letter))

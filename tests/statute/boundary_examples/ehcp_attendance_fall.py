"""At the edges of the fall: its ten points, its window of twenty, the forty sessions before."""

from dataclasses import replace
from datetime import date
from typing import Final

from attendance.codes import Code
from attendance.rules.ehcp_attendance_fall import AttendanceFallTerms, ehcp_attendance_fall
from attendance.rules.finding import Entry
from statute.boundaries import Example, lasting, met
from statute.circumstances import held, pupil
from statute.registers import am, pm, register

HERE: Final = "//////////"
FOUR_WEEKS: Final = [HERE] * 4
MONDAY: Final = date(2026, 9, 14)
WITH_PLAN: Final = pupil(held("ehcp", date(2020, 9, 1)))


def _found(terms: AttendanceFallTerms, *weeks: str) -> tuple[str, ...]:
    entries = register(*weeks, monday=MONDAY)
    return lasting(ehcp_attendance_fall(entries, WITH_PLAN, terms))


def _on(terms: AttendanceFallTerms, on: date) -> tuple[str, ...]:
    """With so little to compare that one day is enough."""
    entries = [Entry(am(on), Code.PRESENT_AM, 1), Entry(pm(on), Code.O, 2)]
    short = replace(terms, window_sessions=1, fewest_before=1)
    return met(ehcp_attendance_fall(entries, WITH_PLAN, short))


EXAMPLES: Final = (
    Example(
        "two of the last twenty sessions are ten points, after forty without absence",
        lambda terms: _found(terms, *FOUR_WEEKS, "O/////////", "/////////O", "/---------"),
        ("2026-10-23 PM, 2026-10-26 AM",),
    ),
    Example(
        "three of twenty after three of fifty are nine",
        lambda terms: _found(terms, "OOO///////", *FOUR_WEEKS, HERE, "///////OOO"),
        (),
    ),
    Example(
        "what fell after thirty-nine sessions and rose with the fortieth is passed over",
        lambda terms: _found(terms, *[HERE] * 3, "/////////O", "O/////////", HERE),
        (),
    ),
    Example(
        "its first day is judged", lambda terms: _on(terms, date(2024, 8, 1)), ("2024-08-01 PM",)
    ),
    Example("the day before isn't", lambda terms: _on(terms, date(2024, 7, 31)), ()),
)

"""A fall in attendance of a pupil with an education, health and care plan.

The authority that keeps the plan is to hear of it. What a fall is, no text says in numbers, so a
school or its authority may set their own.

Source: Working together to improve school attendance (DfE, in force 19 August 2024), on pupils with
an education, health and care plan (recalled). The numbers are ours (decision 0031).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Final, NamedTuple

from attendance.codes import Code
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import PupilFacts
from attendance.rules.finding import Entry, Finding
from attendance.rules.rule import Cause, Rule, Settable
from attendance.rules.spells import YearToDate, spells
from attendance.rules.terms import Source

RULE: Final = "ehcp-attendance-fall"

PLAN: Final = "ehcp"  # the word of the characteristics


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceFallTerms:
    """How far attendance fell, over which last sessions, beside how many before them."""

    rule: str = RULE
    window_sessions: int  # the last possible sessions
    percentage_points: int  # met by exactly so many
    fewest_before: int  # possible sessions of the academic year before the window
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = AttendanceFallTerms(
    window_sessions=20,
    percentage_points=10,
    fewest_before=40,
    source=Source(
        "Working together to improve school attendance (DfE)",
        "pupils with an education, health and care plan (recalled); numbers by decision 0031",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 1),
)

TERMS: Final = (FROM_AUGUST_2024,)


class _Split(NamedTuple):
    """An academic year to date: the window, and all before it."""

    possible_before: int
    absent_before: int
    absences: Sequence[Entry]  # in the window


def ehcp_attendance_fall(
    entries: Sequence[Entry], facts: PupilFacts, terms: AttendanceFallTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every spell in which attendance lay that far below what it was earlier in the year.

    Whole numbers throughout, as with persistent absence. A spell ends with the session at which
    the fall is less, and with the plan. (Interpretations: decision 0031.)

    Args:
        entries: the pupil's entries in force, oldest first, over any number of academic years.

    Returns:
        Spells, oldest first. Evidence: the absences in the window that the spell began with.
    """
    return tuple(_spells(entries, facts, terms))


def _spells(
    entries: Sequence[Entry], facts: PupilFacts, terms: AttendanceFallTerms
) -> Iterator[Finding]:
    return spells(
        entries,
        terms,
        lambda year: facts.has(PLAN, year.possible[-1].session.on) and _has_fallen(year, terms),
        lambda year: _finding(year, terms),
    )


def _has_fallen(year: YearToDate, terms: AttendanceFallTerms) -> bool:
    before, window = len(year.possible) - terms.window_sessions, terms.window_sessions
    if before < max(terms.fewest_before, 1):
        return False
    split = _split(year, terms)
    # The share absent in the window less the share before, both brought over one denominator.
    rise = len(split.absences) * before - split.absent_before * window
    return 100 * rise >= terms.percentage_points * before * window


def _split(year: YearToDate, terms: AttendanceFallTerms) -> _Split:
    before = len(year.possible) - terms.window_sessions
    first = year.possible[before].session
    absent_before = bisect_left(year.absences, first, key=attrgetter("session"))
    return _Split(before, absent_before, year.absences[absent_before:])


def _finding(year: YearToDate, terms: AttendanceFallTerms) -> Finding:
    split = _split(year, terms)
    return Finding(
        rule=RULE,
        met_on=year.possible[-1].session,
        evidence=tuple(split.absences),
        figures={
            "possible": terms.window_sessions,
            "absent": len(split.absences),
            "possible_before": split.possible_before,
            "absent_before": split.absent_before,
        },
        provisional=any(absence.code is Code.N for absence in split.absences),
        lapsed_on=None,
        terms=terms,
    )


def _findings(of: Circumstances, terms: AttendanceFallTerms) -> Sequence[Finding]:
    if not any(each.characteristic == PLAN for each in of.facts.characteristics):
        return ()
    return ehcp_attendance_fall(of.entries, of.facts, terms)


DEFINITION: Final = Rule(
    slug=RULE,
    title="Fall in attendance with an education, health and care plan",
    met_when="attendance over the last twenty possible sessions lies ten percentage points or more "
    "below that of the academic year before them, of a pupil with an education, health and care "
    "plan",
    terms=TERMS,
    units={
        "window_sessions": "the last possible sessions, whose attendance is compared",
        "percentage_points": "of attendance, by which it fell",
        "fewest_before": "possible sessions of the academic year before the window, fewer than "
        "which are nothing to compare with",
    },
    evidence="the absences in the window that the fall began with",
    told_to="the local authority that keeps the plan",
    to_home_authority=True,
    causes=frozenset({Cause.ENTRIES, Cause.ADMISSION}),
    findings=_findings,
    of_spells=True,
    settable={
        "window_sessions": Settable(
            meaning="how many of the last possible sessions are compared", least=1, most=190
        ),
        "percentage_points": Settable(
            meaning="by how many percentage points attendance must have fallen", least=1, most=100
        ),
        "fewest_before": Settable(
            meaning="how many sessions must have been possible in the academic year before them",
            least=1,
            most=360,
        ),
    },
)

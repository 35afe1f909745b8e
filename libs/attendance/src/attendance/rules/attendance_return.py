"""When a school must send the local authority an attendance return for a continuous absence.

The other limb of the duty, a pupil who "fails to attend regularly", has no number and isn't found
here.

Source: SI 2024/208 reg 13, with Working together to improve school attendance (DfE, in force 19
August 2024) on attendance returns: ten school days, each recorded with G, N, O or U. How often the
school returns is for it and the authority to agree, at least once a calendar month (as authorities'
guidance has it).
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import groupby
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import POSSIBLE, Code
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Due, Entry, Finding, always_due
from attendance.rules.pupil_days import by_time_on_roll
from attendance.rules.rule import CONSIDERED, NO_FURTHER_ACTION, Rule
from attendance.rules.terms import Source, judges
from attendance.session import Session

RULE: Final = "attendance-return"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceReturnTerms:
    """How many school days on end, recorded with which codes."""

    rule: str = RULE
    school_days: int
    codes: frozenset[Code]
    calendar_months: int = 1  # the longest that a school and its authority may agree on
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = AttendanceReturnTerms(
    school_days=10,
    codes=frozenset({Code.G, Code.N, Code.O, Code.U}),
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 13, attendance return",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


class _Day(Enum):
    UNAUTHORISED = auto()  # every possible session, and there is one
    BREAK = auto()  # something attended, or absence with leave
    NEUTRAL = auto()  # nothing possible
    NOT_WHOLLY_ENTERED = auto()  # may yet become any of them


def attendance_return(
    entries: Sequence[Entry],
    calendar: SchoolCalendar,
    terms: AttendanceReturnTerms = FROM_AUGUST_2024,
    *,
    due: Due = always_due,
) -> tuple[Finding, ...]:
    """Find every continuous absence that came to the number of school days.

    Days on which nothing was possible neither count nor break the run. Nor does a day with a
    session not yet entered, unless what is entered breaks it already; a finding that reaches over
    such a day is provisional. U counts although the pupil came. (Interpretations: decision 0008.)

    Args:
        entries: the pupil's entries in force on dates of compulsory school age, oldest first; of
            one time on roll.
        due: those of no other session are waited for.

    Returns:
        One finding per run, oldest first: the next only after a break. Evidence: the sessions of
        the days counted.
    """
    findings: list[Finding] = []
    run: list[tuple[Entry, ...]] = []
    for on, day in groupby(entries, key=lambda entry: entry.session.on):
        if not judges(terms, on):
            continue
        of_day = tuple(day)
        what = _class_of(of_day, calendar, terms, due)
        if what is _Day.BREAK:
            run = []
        elif what is _Day.UNAUTHORISED:
            run.append(tuple(entry for entry in of_day if entry.code in terms.codes))
            if len(run) == terms.school_days:
                findings.append(_finding(run, entries, calendar, terms, due))
    return tuple(findings)


def unbroken_days(
    entries: Sequence[Entry],
    calendar: SchoolCalendar,
    terms: AttendanceReturnTerms,
    *,
    due: Due = always_due,
) -> tuple[date, ...]:
    """List the school days of the continuous absence that still ran with the last entry.

    Args:
        entries: the pupil's entries in force, oldest first.
        due: those of no other session are waited for.

    Returns:
        Its days, oldest first, those apart that neither count nor break; empty where none runs.
    """
    days: list[date] = []
    for on, day in groupby(entries, key=lambda entry: entry.session.on):
        what = _class_of(tuple(day), calendar, terms, due)
        if what is _Day.BREAK:
            days = []
        elif what is _Day.UNAUTHORISED:
            days.append(on)
    return tuple(days)


def _findings(of: Circumstances, terms: AttendanceReturnTerms) -> Sequence[Finding]:
    return tuple(
        finding
        for entries in by_time_on_roll(of.of_age, of.facts)
        for finding in attendance_return(entries, of.calendar, terms, due=of.due)
    )


def _class_of(
    day: Sequence[Entry], calendar: SchoolCalendar, terms: AttendanceReturnTerms, due: Due
) -> _Day:
    possible = [entry for entry in day if entry.code in POSSIBLE]
    if any(entry.code not in terms.codes for entry in possible):
        return _Day.BREAK
    on = day[0].session.on
    if any(True for _ in _not_entered(day, on, on, calendar, due)):
        return _Day.NOT_WHOLLY_ENTERED
    return _Day.UNAUTHORISED if possible else _Day.NEUTRAL


def _not_entered(
    entries: Sequence[Entry], first: date, last: date, calendar: SchoolCalendar, due: Due
) -> Iterator[Session]:
    entered = {entry.session for entry in entries}
    return (
        session
        for session in calendar.sessions(first, last)
        if session not in entered and due(session)
    )


def _finding(
    run: Sequence[tuple[Entry, ...]],
    entries: Sequence[Entry],
    calendar: SchoolCalendar,
    terms: AttendanceReturnTerms,
    due: Due,
) -> Finding:
    evidence = tuple(entry for day in run for entry in day)
    met_on = evidence[-1].session
    missing = len(list(_not_entered(entries, evidence[0].session.on, met_on.on, calendar, due)))
    return Finding(
        rule=RULE,
        met_on=met_on,
        evidence=evidence,
        figures={"school_days": len(run), "sessions": len(evidence), "not_entered": missing},
        provisional=missing > 0 or any(entry.code is Code.N for entry in evidence),
        lapsed_on=None,
        terms=terms,
        due_on=_months_after(met_on.on, terms.calendar_months),
    )


def _months_after(on: date, months: int) -> date:
    """Give the day of the same date so many months on; the last of a month too short for it."""
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


DEFINITION: Final = Rule(
    slug=RULE,
    title="Attendance return",
    met_when="a pupil of compulsory school age missed ten school days on end without leave: due as "
    "agreed with the authority, within a calendar month",
    terms=TERMS,
    units={
        "school_days": "school days on end, each with nothing but `codes`",
        "codes": "the codes that count; N makes the finding provisional",
        "calendar_months": "within which it is due; the authority may have agreed on less",
    },
    evidence="the sessions of the days counted",
    told_to="the school's local authority",
    outcomes=(CONSIDERED, NO_FURTHER_ACTION),
    findings=_findings,
)

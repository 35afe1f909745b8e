"""When a school must consider a penalty notice: the national threshold.

It says that the threshold is met, for a person to consider; never that a notice should be issued.

Source: National Framework for Penalty Notices, in Working together to improve school attendance
(DfE, in force 19 August 2024), chapter 6.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import Code
from attendance.rules.finding import Due, Entry, Finding, always_due
from attendance.rules.terms import Source, judges

RULE: Final = "penalty-notice-threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyNoticeTerms:
    """How much unauthorised absence, in how long a window."""

    rule: str = RULE
    sessions: int
    school_weeks: int  # the window, in weeks with at least one session held
    codes: frozenset[Code]
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = PenaltyNoticeTerms(
    sessions=10,
    school_weeks=10,
    codes=frozenset({Code.G, Code.N, Code.O, Code.U}),
    source=Source(
        "Working together to improve school attendance (DfE)",
        "chapter 6, National Framework for Penalty Notices",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def penalty_notice_threshold(
    entries: Sequence[Entry],
    calendar: SchoolCalendar,
    terms: PenaltyNoticeTerms = FROM_AUGUST_2024,
    *,
    due: Due = always_due,
) -> tuple[Finding, ...]:
    """Find every time the threshold was reached.

    The window is whole school weeks, so a holiday doesn't use it up, and it runs on across terms
    and school years. Interpretations (decision 0007): a week lost whole to Y4 is no school week;
    after the threshold was reached it is reached anew only once the count has been below it.

    Args:
        entries: the pupil's entries in force on dates of compulsory school age, oldest first: all
            of them, since Y4 tells which weeks were lost.
        due: a week is lost when all of it that was due is.

    Returns:
        Findings, oldest first. Evidence: the sessions counted when the threshold was reached.
    """
    lost = _weeks_lost(entries, calendar, due)
    window: deque[Entry] = deque()
    findings: list[Finding] = []
    below = True
    for entry in _counted(entries, terms):
        window.append(entry)
        while _weeks_apart(window[0], entry, calendar, lost) >= terms.school_weeks:
            window.popleft()
        reached = len(window) >= terms.sessions
        if reached and below:
            findings.append(_finding(tuple(window), terms))
        below = not reached
    return tuple(findings)


def _counted(entries: Sequence[Entry], terms: PenaltyNoticeTerms) -> Iterator[Entry]:
    return (
        entry for entry in entries if entry.code in terms.codes and judges(terms, entry.session.on)
    )


def _weeks_apart(
    earlier: Entry, later: Entry, calendar: SchoolCalendar, lost: Sequence[date]
) -> int:
    first, last = earlier.session.on, later.session.on
    apart = calendar.school_weeks_between(first, last)
    return apart - sum(first < monday <= last for monday in lost) if lost else apart


def _weeks_lost(entries: Sequence[Entry], calendar: SchoolCalendar, due: Due) -> list[date]:
    """List, by their Mondays, the weeks each of whose sessions due was lost to Y4."""
    closed = Counter(
        entry.session.on - timedelta(days=entry.session.on.weekday())
        for entry in entries
        if entry.code is Code.Y4 and calendar.is_open(entry.session) and due(entry.session)
    )
    return [
        monday
        for monday, sessions in closed.items()
        if sessions == sum(map(due, calendar.sessions(monday, monday + timedelta(days=6))))
    ]


def _finding(evidence: tuple[Entry, ...], terms: PenaltyNoticeTerms) -> Finding:
    return Finding(
        rule=RULE,
        met_on=evidence[-1].session,
        evidence=evidence,
        figures={"unauthorised": len(evidence)},
        provisional=any(entry.code is Code.N for entry in evidence),
        lapsed_on=None,
        terms=terms,
    )

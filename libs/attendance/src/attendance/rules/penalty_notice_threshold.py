"""When a school must consider a penalty notice: the national threshold.

It says that the threshold is met, for a person to consider; never that a notice should be issued.

Source: National Framework for Penalty Notices, in Working together to improve school attendance
(DfE, in force 19 August 2024), chapter 6.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import Code
from attendance.penalty_notices import NOTICE_ISSUED, NOTICE_WITHDRAWN
from attendance.rules.circumstances import Circumstances, Considered
from attendance.rules.finding import Due, Entry, Finding, always_due
from attendance.rules.rule import CONSIDERED, Cause, Outcome, Rule
from attendance.rules.terms import Source, judges
from attendance.session import Session

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

OUTCOMES: Final = (
    CONSIDERED,
    Outcome(
        slug="not-the-right-tool",
        meaning="considered; no notice is to be asked for, or not before a day",
        closes=True,
        may_postpone=True,
    ),
    Outcome(
        slug=NOTICE_ISSUED,
        meaning="a notice was issued to a parent, for the sessions in evidence",
        closes=True,
        takes_notice=True,
    ),
    Outcome(
        slug=NOTICE_WITHDRAWN,
        meaning="a notice was withdrawn, and its sessions may be relied on anew; it closes nothing",
        closes=False,
        takes_notice=True,
    ),
)


def penalty_notice_threshold(
    entries: Sequence[Entry],
    calendar: SchoolCalendar,
    terms: PenaltyNoticeTerms = FROM_AUGUST_2024,
    *,
    due: Due = always_due,
    considered: Sequence[Considered] = (),
) -> tuple[Finding, ...]:
    """Find every time the threshold was reached.

    The window is whole school weeks, so a holiday doesn't use it up, and it runs on across terms
    and school years. Interpretations (decisions 0007 and 0031): a week lost whole to Y4 is no
    school week; after the threshold was reached it is reached anew only once the count has been
    below it, or once a person has considered it and further absence follows.

    Args:
        entries: the pupil's entries in force on dates of compulsory school age, oldest first: all
            of them, since Y4 tells which weeks were lost.
        due: a week is lost when all of it that was due is.
        considered: what a penalty notice consumed counts for nothing that is met later.

    Returns:
        Findings, oldest first. Evidence: the sessions counted when the threshold was reached.
        `weeks_lost` is among the figures where the evidence lies within the window only because
        weeks were lost, and says how many.
    """
    lost = _weeks_lost(entries, calendar, due)
    ahead = deque(sorted(considered, key=lambda each: each.through))
    consumed: frozenset[Session] = frozenset()
    window: deque[Entry] = deque()
    findings: list[Finding] = []
    below = True
    for entry in _counted(entries, terms):
        while ahead and ahead[0].through < entry.session.on:
            consumed |= ahead.popleft().consumed
            window = deque(each for each in window if each.session not in consumed)
            below = True
        if entry.session in consumed:
            continue
        window.append(entry)
        while _weeks_apart(window[0], entry, calendar, lost) >= terms.school_weeks:
            window.popleft()
        reached = len(window) >= terms.sessions
        if reached and below and not _put_off(entry, ahead):
            widened = _weeks_that_widened(window, calendar, lost, terms)
            findings.append(_finding(tuple(window), widened, terms))
        below = not reached
    return tuple(findings)


def _put_off(entry: Entry, ahead: Iterable[Considered]) -> bool:
    """Whether a person put off, before that session, whatever would be new up to a day after it."""
    return any(each.decided_on < entry.session.on <= each.through for each in ahead)


def _counted(entries: Sequence[Entry], terms: PenaltyNoticeTerms) -> Iterator[Entry]:
    return (
        entry for entry in entries if entry.code in terms.codes and judges(terms, entry.session.on)
    )


def _weeks_apart(
    earlier: Entry, later: Entry, calendar: SchoolCalendar, lost: Sequence[date]
) -> int:
    apart = calendar.school_weeks_between(earlier.session.on, later.session.on)
    return apart - _between(earlier, later, lost) if lost else apart


def _between(earlier: Entry, later: Entry, mondays: Sequence[date]) -> int:
    return sum(earlier.session.on < monday <= later.session.on for monday in mondays)


def _weeks_that_widened(
    window: Sequence[Entry],
    calendar: SchoolCalendar,
    lost: Sequence[date],
    terms: PenaltyNoticeTerms,
) -> int:
    """Count the lost weeks in a window that reaches further back than it would without them."""
    first, last = window[0], window[-1]
    if _weeks_apart(first, last, calendar, ()) < terms.school_weeks:
        return 0
    return _between(first, last, lost)


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


def _finding(evidence: tuple[Entry, ...], weeks_lost: int, terms: PenaltyNoticeTerms) -> Finding:
    counted = {"unauthorised": len(evidence)}
    return Finding(
        rule=RULE,
        met_on=evidence[-1].session,
        evidence=evidence,
        figures={**counted, "weeks_lost": weeks_lost} if weeks_lost else counted,
        provisional=any(entry.code is Code.N for entry in evidence),
        lapsed_on=None,
        terms=terms,
    )


def _findings(of: Circumstances, terms: PenaltyNoticeTerms) -> Sequence[Finding]:
    return penalty_notice_threshold(
        of.of_age, of.calendar, terms, due=of.due, considered=of.considered
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Penalty notice threshold",
    met_when="a pupil of compulsory school age missed ten sessions without leave within ten school "
    "weeks: a penalty notice is to be considered, no more",
    terms=TERMS,
    units={
        "sessions": "sessions with one of `codes`",
        "school_weeks": "weeks, Monday to Sunday, with at least one session held",
        "codes": "the codes that count; N makes the finding provisional",
    },
    evidence="the sessions counted when the threshold was reached",
    told_to="the school, to consider; it is the head teacher who asks for a notice",
    causes=frozenset({Cause.ENTRIES, Cause.DECISIONS}),
    outcomes=OUTCOMES,
    findings=_findings,
)

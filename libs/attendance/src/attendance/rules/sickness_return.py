"""When a school must send the local authority a sickness return: fifteen school days of illness.

By two limbs: the days of a school year add up to so many, or the pupil is expected to miss so many
on end. The authority is to see to the education of a child who is ill for long (Education Act 1996
s19).

Source: SI 2024/208 reg 13, sickness return (as authorities' guidance has it). That it is due
promptly is recalled, and within how many days is ours (decision 0032).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from attendance.age import of_compulsory_school_age
from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Entry, Finding
from attendance.rules.rule import CONSIDERED, NO_FURTHER_ACTION, Cause, Outcome, Rule, Settable
from attendance.rules.sickness_periods import Expected, Period, expected, periods
from attendance.rules.terms import Source, judges
from attendance.session import Half, Session, academic_year_of

RULE: Final = "sickness-return"

ACCUMULATED: Final = "accumulated"
EXPECTED: Final = "expected"

RETURN_NOT_REQUIRED: Final = Outcome(
    slug="return-not-required",
    meaning="considered: no return is required, as of a string of minor ailments",
    closes=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SicknessReturnTerms:
    """How many school days of illness, and how parts of days add up."""

    rule: str = RULE
    school_days: int
    any_session_is_a_day: bool = False  # otherwise a session is half of one
    codes: frozenset[Code]
    calendar_days: int  # after the day on which the ground was there
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = SicknessReturnTerms(
    school_days=15,
    codes=frozenset({Code.I}),
    calendar_days=5,
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 13, sickness return (as guidance has it)",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


class _Report(NamedTuple):
    plan: Arrangement
    coming: Expected

    def came_before(self, completing: Entry) -> bool:
        """Whether it was known first: a return made for a period isn't made again."""
        return self.plan.position < completing.position


def sickness_return(
    of: Circumstances, terms: SicknessReturnTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every time a return was due for a pupil of compulsory school age.

    At most one for a continuous period, which a session attended or a deletion ends; of the days
    that add up, or are expected to, one a school year; of so many expected on end, one for each
    period. What gave cause first stays the ground. (Interpretations: decision 0032.)

    Returns:
        Findings, oldest first. By days added up: met on the session that completed them, on the
        evidence of all of the year. By days expected: met on the first session of the illness, on
        the evidence of its entries before it was reported, resting on the report.
    """
    ill = [entry for entry in of.of_age if entry.code in terms.codes]
    walked = periods(of, ill, _reported(of))
    return tuple(
        finding
        for _, year in groupby(walked, key=lambda period: period.year)
        for finding in _of_year(year, ill, of, terms)
        if judges(terms, finding.met_on.on)
    )


def _reported(of: Circumstances) -> list[Arrangement]:
    """List the illnesses from which a return is expected, in the order they were stated."""
    born = of.facts.date_of_birth
    return [
        each
        for each in of.facts.arrangements
        if each.kind is PlanKind.ILLNESS
        and each.return_expected_on is not None
        and of_compulsory_school_age(born, each.starts.on)
    ]


def _of_year(
    year: Iterable[Period], ill: Sequence[Entry], of: Circumstances, terms: SicknessReturnTerms
) -> Iterator[Finding]:
    so_far: list[Entry] = []
    may_add_up = True
    for period in year:
        completing = _completing(so_far, period, terms) if may_add_up else None
        report = _sufficient_report(so_far, period, ill, of, terms, may_add_up=may_add_up)
        so_far.extend(period.ill)
        if report is not None and (completing is None or report.came_before(completing)):
            may_add_up = may_add_up and report.coming.school_days >= terms.school_days
            yield _finding_by_report(report, so_far, terms)
        elif completing is not None:
            may_add_up = False
            yield _finding_by_days(completing, so_far, terms)


def _completing(
    so_far: Sequence[Entry], period: Period, terms: SicknessReturnTerms
) -> Entry | None:
    """Find the first entry of a period with which the days of the year come to enough."""
    sessions = {entry.session for entry in so_far}
    for entry in period.ill:
        sessions.add(entry.session)
        if _are_enough(sessions, terms):
            return entry
    return None


def _sufficient_report(
    so_far: Sequence[Entry],
    period: Period,
    ill: Sequence[Entry],
    of: Circumstances,
    terms: SicknessReturnTerms,
    *,
    may_add_up: bool,
) -> _Report | None:
    """Find the first report of a period by which the pupil is to miss enough."""
    for plan in period.reported:
        coming = expected(plan, ill, of)
        missed = {each.session for each in (*so_far, *period.ill) if each.session < plan.starts}
        to_miss = {each for each in coming.sessions if academic_year_of(each.on) == period.year}
        on_end = coming.school_days >= terms.school_days
        if on_end or (may_add_up and _are_enough(missed | to_miss, terms)):
            return _Report(plan, coming)
    return None


def _are_enough(sessions: Collection[Session], terms: SicknessReturnTerms) -> bool:
    if terms.any_session_is_a_day:
        return len({session.on for session in sessions}) >= terms.school_days
    return len(sessions) >= len(Half) * terms.school_days


def _finding_by_days(
    completing: Entry, so_far: Sequence[Entry], terms: SicknessReturnTerms
) -> Finding:
    evidence = tuple(entry for entry in so_far if entry.session <= completing.session)
    return Finding(
        rule=RULE,
        met_on=completing.session,
        evidence=evidence,
        figures={
            "sessions": len(evidence),
            "school_days": len({entry.session.on for entry in evidence}),
        },
        provisional=False,
        lapsed_on=None,
        terms=terms,
        trigger=ACCUMULATED,
        due_on=completing.session.on + timedelta(days=terms.calendar_days),
    )


def _finding_by_report(
    report: _Report, so_far: Sequence[Entry], terms: SicknessReturnTerms
) -> Finding:
    plan, coming = report
    # Not the first session of the report: revised, it may be another, of the same illness.
    met_on = coming.before[0].session if coming.before else plan.starts
    grounded_on = max(met_on.on, plan.stated_on)
    return Finding(
        rule=RULE,
        met_on=met_on,
        evidence=tuple(coming.before),
        figures={
            "sessions": sum(entry.session < plan.starts for entry in so_far),
            "school_days_expected": coming.school_days,
        },
        provisional=False,
        lapsed_on=None,
        terms=terms,
        trigger=EXPECTED,
        rests_on=(plan.position,),
        due_on=grounded_on + timedelta(days=terms.calendar_days),
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Sickness return",
    met_when="a pupil of compulsory school age was ill for fifteen school days of a school year, "
    "or is expected to be for fifteen on end: due by the end of the fifth day after",
    terms=TERMS,
    units={
        "school_days": "school days of illness in a school year, or expected on end",
        "any_session_is_a_day": "whether a day ill for one session counts whole, and not half",
        "codes": "the codes of illness; an appointment's is none of them",
        "calendar_days": "days after the one that completed it, or after the report or the first "
        "day of the illness, whichever is later; weekends and holidays counted",
    },
    evidence="by days added up: the entries of illness of the school year; by days expected: those "
    "before the report, and the event that reported it",
    told_to="the local authority",
    causes=frozenset({Cause.ENTRIES, Cause.PLANS}),
    outcomes=(CONSIDERED, RETURN_NOT_REQUIRED, NO_FURTHER_ACTION),
    findings=sickness_return,
    settable={
        "any_session_is_a_day": Settable(
            meaning="whether a day on which one session was missed through illness counts whole"
        ),
        "calendar_days": Settable(
            meaning="within how many days the authority wants the return", least=1, most=28
        ),
    },
)

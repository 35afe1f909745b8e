"""When an excluded pupil must be taught elsewhere: from the sixth school day on end.

Source: DfE, Pupil absence statistics: methodology, section 4.4.4, on code E. Whose duty it is, the
school's of a suspended pupil and the authority's of one excluded for good: Education and
Inspections Act 2006 s100, Education Act 1996 s19(3A) (both recalled).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Final, NamedTuple

from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Finding
from attendance.rules.pupil_days import beginning_of, days_due
from attendance.rules.rule import Cause, Rule
from attendance.rules.terms import Source, judges
from attendance.session import Half, Session

RULE: Final = "exclusion-sixth-day"

SUSPENSION: Final = "suspension"
PERMANENT: Final = "permanent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SixthDayTerms:
    """From which school day, and which arrangements are provision."""

    rule: str = RULE
    school_days: int  # on end, this one counted
    codes: frozenset[Code]  # of arrangements for the pupil to be taught elsewhere
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = SixthDayTerms(
    school_days=6,
    codes=frozenset({Code.K, Code.B, Code.D}),
    source=Source(
        "Pupil absence statistics: methodology (DfE)", "section 4.4.4, code E", date(2024, 8, 19)
    ),
    in_force_from=date(2024, 8, 1),
)

TERMS: Final = (FROM_AUGUST_2024,)


class _Run(NamedTuple):
    """An exclusion that reaches the day from which provision is due."""

    before: Sequence[date]  # its school days up to that day
    due_from: date
    provided_from: Session | None  # at that day at the earliest


def exclusion_sixth_day(
    of: Circumstances, terms: SixthDayTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every exclusion whose sixth school day began with no provision arranged for it.

    A day counts once the pupil is excluded for one session of it, and exclusions with no school day
    between them count as one (decision 0023). Provision that begins later ends the finding, from
    the day on which it begins. (Interpretations: decision 0032.)

    Returns:
        One finding an exclusion, oldest first. Evidence: its entries before that day; it rests on
        the events that stated it.
    """
    return tuple(
        _finding(run, of, terms)
        for run in _runs(of, terms)
        if run.due_from <= of.today and not _in_time(run)
    )


def _wakes(of: Circumstances, terms: SixthDayTerms) -> Iterator[datetime]:
    for run in _runs(of, terms):
        begins = [run.due_from, *([run.provided_from.on] if run.provided_from else ())]
        yield from (beginning_of(on) for on in begins if on > of.today)


def _runs(of: Circumstances, terms: SixthDayTerms) -> Iterator[_Run]:
    exclusions = [each for each in of.facts.arrangements if each.kind is PlanKind.EXCLUSION]
    walked_to = date.min
    for first in sorted(each.starts.on for each in exclusions):
        if first <= walked_to:
            continue
        days = list(takewhile(lambda on: _covering(on, exclusions), days_due(of, first)))
        walked_to = days[-1] if days else first
        before, from_then = days[: terms.school_days - 1], days[terms.school_days - 1 :]
        if from_then and judges(terms, from_then[0]):
            provided_from = _provided_from(from_then, exclusions, of, terms)
            yield _Run(before, from_then[0], provided_from)


def _covering(on: date, plans: Sequence[Arrangement]) -> list[Arrangement]:
    return [each for each in plans if any(each.covers(Session(on, half)) for half in Half)]


def _provided_from(
    days: Sequence[date],
    exclusions: Sequence[Arrangement],
    of: Circumstances,
    terms: SixthDayTerms,
) -> Session | None:
    provision = [each for each in of.facts.arrangements if each.code in terms.codes]
    sessions = (Session(on, half) for on in (days if provision else ()) for half in Half)
    return next((each for each in sessions if _is_provided(each, provision, exclusions)), None)


def _is_provided(
    session: Session, provision: Sequence[Arrangement], exclusions: Sequence[Arrangement]
) -> bool:
    excluded_by = [each.position for each in exclusions if each.covers(session)]
    return any(
        # A B planned before the exclusion is an activity that the pupil is excluded from.
        each.code is not Code.B or all(each.position > position for position in excluded_by)
        for each in provision
        if each.covers(session)
    )


def _in_time(run: _Run) -> bool:
    return run.provided_from is not None and run.provided_from.on == run.due_from


def _finding(run: _Run, of: Circumstances, terms: SixthDayTerms) -> Finding:
    exclusions = [each for each in of.facts.arrangements if each.kind is PlanKind.EXCLUSION]
    covering = [each for on in [*run.before, run.due_from] for each in _covering(on, exclusions)]
    provided = run.provided_from
    return Finding(
        rule=RULE,
        met_on=Session(run.due_from, Half.AM),
        evidence=tuple(
            entry for entry in of.entries if entry.code is Code.E and entry.session.on in run.before
        ),
        figures={"school_days": terms.school_days},
        provisional=False,
        lapsed_on=provided if provided is not None and provided.on <= of.today else None,
        terms=terms,
        trigger=PERMANENT if any(each.permanent for each in covering) else SUSPENSION,
        rests_on=tuple(sorted({each.position for each in covering})),
        due_on=run.due_from,
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Sixth school day of an exclusion",
    met_when="the sixth school day on end of an exclusion began and nothing was arranged for the "
    "pupil to be taught elsewhere",
    terms=TERMS,
    units={
        "school_days": "school days of the exclusion, the one from which provision is due counted",
        "codes": "of arrangements for the pupil to be taught elsewhere",
    },
    evidence="its entries before that day, and the events that stated it",
    told_to="the school, its local authority, and that of the pupil's home",
    to_home_authority=True,
    causes=frozenset({Cause.ENTRIES, Cause.PLANS}),
    findings=exclusion_sixth_day,
    wakes=_wakes,
)

"""When a part-time timetable is to be reviewed: on the days agreed, and none too far apart.

Source: Working together to improve school attendance (DfE, in force 19 August 2024), on part-time
timetables: temporary, and reviewed regularly (recalled). How regularly, authorities' policies say;
the number is a customary one (decision 0032).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from attendance.plan_terms import PlanKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Finding
from attendance.rules.pupil_days import beginning_of
from attendance.rules.rule import (
    CONSIDERED,
    NO_FURTHER_ACTION,
    Cause,
    Ending,
    Outcome,
    Rule,
    Settable,
)
from attendance.rules.standing import Standing
from attendance.rules.terms import Source, judges
from attendance.session import Half, Session

RULE: Final = "part-time-timetable-review"

REVIEWED: Final = Outcome(
    slug="reviewed",
    meaning="the review was held; what it changed is stated as a revised plan",
    closes=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableReviewTerms:
    """How long a timetable may run without a review."""

    rule: str = RULE
    weeks: int
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = TimetableReviewTerms(
    weeks=6,
    source=Source(
        "Working together to improve school attendance (DfE)",
        "on part-time timetables (recalled); six weeks by authorities' policies",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def part_time_timetable_review(
    of: Circumstances, terms: TimetableReviewTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every review of a part-time timetable whose day has begun.

    Due on the days agreed; and where the timetable would run for longer than so many weeks without
    one, on the last day of them. (Interpretation: decision 0032.)

    Returns:
        One finding a review, in order. It rests on the event that stated the timetable.
    """
    findings = [
        _finding(plan, on, terms)
        for plan in _timetables(of)
        for on in takewhile(lambda on: on <= of.today, _reviews(plan, terms))
        if judges(terms, on)
    ]
    return tuple(sorted(findings, key=lambda each: each.met_on))


def _wakes(of: Circumstances, terms: TimetableReviewTerms) -> Iterator[datetime]:
    for plan in _timetables(of):
        to_come = (on for on in _reviews(plan, terms) if on > of.today)
        yield from map(beginning_of, islice(to_come, 1))


def _timetables(of: Circumstances) -> list[Arrangement]:
    return [each for each in of.facts.arrangements if each.kind is PlanKind.PART_TIME_TIMETABLE]


def _reviews(plan: Arrangement, terms: TimetableReviewTerms) -> Iterator[date]:
    """Walk the days of review while the timetable runs; without end where it has none."""
    on = plan.starts.on
    if on in plan.reviews_on:
        yield on
    while True:
        agreed = [each for each in plan.reviews_on if each > on]
        on = min([on + timedelta(weeks=terms.weeks), *agreed])
        if plan.ends is not None and plan.ends.on < on:
            return
        yield on


def _finding(plan: Arrangement, on: date, terms: TimetableReviewTerms) -> Finding:
    return Finding(
        rule=RULE,
        met_on=Session(on, Half.AM),
        evidence=(),
        figures={"days_since_start": (on - plan.starts.on).days},
        provisional=False,
        lapsed_on=None,
        terms=terms,
        rests_on=(plan.position,),
        due_on=on,
    )


def _is_revised(alert: Standing, of: Circumstances) -> bool:
    return any(not set(plan.revises).isdisjoint(alert.rests_on) for plan in _timetables(of))


DEFINITION: Final = Rule(
    slug=RULE,
    title="Review of a part-time timetable",
    met_when="the day of a review has begun: one that was agreed, or the last of six weeks without "
    "any",
    terms=TERMS,
    units={"weeks": "from the start, or from the review before, at most"},
    evidence="the event that stated the timetable",
    told_to="the school",
    causes=frozenset({Cause.PLANS}),
    ending=Ending.CLOSED,
    outcomes=(CONSIDERED, REVIEWED, NO_FURTHER_ACTION),
    findings=part_time_timetable_review,
    wakes=_wakes,
    done=_is_revised,
    settable={
        "weeks": Settable(
            meaning="how many weeks a timetable may run without a review", least=1, most=12
        )
    },
)

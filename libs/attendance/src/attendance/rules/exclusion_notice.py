"""When the authority must be told that a pupil is excluded: without delay, however short it is.

Source: Education Act 2002 s51A, and School Discipline (Pupil Exclusions and Reviews) (England)
Regulations 2012, SI 2012/1033 reg 5 (both recalled). As what change it is told is ours (decision
0032).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.plan_terms import PlanKind
from attendance.planned_absences import ExclusionKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Finding
from attendance.rules.rule import Cause, Rule
from attendance.rules.terms import Source, judges

RULE: Final = "exclusion-notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionNoticeTerms:
    """From when on exclusions are told."""

    rule: str = RULE
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = ExclusionNoticeTerms(
    source=Source(
        "School Discipline (Pupil Exclusions and Reviews) (England) Regulations 2012, SI 2012/1033",
        "reg 5, with Education Act 2002 s51A (recalled)",
        date(2012, 9, 1),
    ),
    in_force_from=date(2024, 8, 1),
)

TERMS: Final = (FROM_AUGUST_2024,)


def exclusion_notice(
    of: Circumstances, terms: ExclusionNoticeTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every suspension and permanent exclusion, as soon as it is stated.

    Revised, it is the same finding, resting on the revision too; ended early, it has other figures.
    Either is a correction of what was told. (Interpretation: decision 0032.)

    Returns:
        One finding an exclusion, by their first sessions.
    """
    findings = (
        _finding(plan, terms)
        for plan in of.facts.arrangements
        if plan.kind is PlanKind.EXCLUSION and judges(terms, plan.starts.on)
    )
    return tuple(sorted(findings, key=lambda each: each.met_on))


def _finding(plan: Arrangement, terms: ExclusionNoticeTerms) -> Finding:
    kind = ExclusionKind.PERMANENT if plan.permanent else ExclusionKind.SUSPENSION
    days = None if plan.permanent else plan.calendar_days
    return Finding(
        rule=RULE,
        met_on=plan.starts,
        evidence=(),
        figures={} if days is None else {"calendar_days": days},
        provisional=False,
        lapsed_on=None,
        terms=terms,
        trigger=kind.value,
        rests_on=(*plan.revises, plan.position),
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Notice of an exclusion",
    met_when="a pupil was suspended (`suspension`) or permanently excluded (`permanent`); when "
    "that is revised or ends early, the alert is corrected",
    terms=TERMS,
    units={},
    evidence="the event that stated the exclusion, and those that stated what it took the place "
    "of; of a suspension, in its figures, the days from its first to its last",
    told_to="the school's local authority, and that of the pupil's home",
    to_home_authority=True,
    causes=frozenset({Cause.PLANS, Cause.ADMISSION}),
    findings=exclusion_notice,
)

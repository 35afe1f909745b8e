"""When the authority must be told of a part-time timetable: as it is agreed, and as it changes.

Source: Working together to improve school attendance (DfE, in force 19 August 2024), on part-time
timetables (recalled), and authorities' policies: told when one begins and when it changes. As what
change it is told is ours (decision 0032).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.plan_terms import PlanKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Finding
from attendance.rules.rule import Cause, Rule
from attendance.rules.terms import Source, judges

RULE: Final = "part-time-timetable-notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableNoticeTerms:
    """From when on timetables are told."""

    rule: str = RULE
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = TimetableNoticeTerms(
    source=Source(
        "Working together to improve school attendance (DfE)",
        "on part-time timetables (recalled); told at start and change by authorities' policies",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def part_time_timetable_notice(
    of: Circumstances, terms: TimetableNoticeTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every part-time timetable that was agreed, as soon as it is stated.

    Revised, it is the same finding, resting on the revision too; ended early, it has other figures.
    Either is a correction of what was told. (Interpretation: decision 0032.)

    Returns:
        One finding a timetable, by their first sessions.
    """
    findings = (
        _finding(plan, terms)
        for plan in of.facts.arrangements
        if plan.kind is PlanKind.PART_TIME_TIMETABLE and judges(terms, plan.starts.on)
    )
    return tuple(sorted(findings, key=lambda each: each.met_on))


def _finding(plan: Arrangement, terms: TimetableNoticeTerms) -> Finding:
    days = plan.calendar_days
    return Finding(
        rule=RULE,
        met_on=plan.starts,
        evidence=(),
        figures={
            "sessions_a_week": len(plan.pattern),
            **({} if days is None else {"calendar_days": days}),
        },
        provisional=False,
        lapsed_on=None,
        terms=terms,
        rests_on=(*plan.revises, plan.position),
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Notice of a part-time timetable",
    met_when="a part-time timetable was agreed for a pupil; when it is revised or ends early, the "
    "alert is corrected",
    terms=TERMS,
    units={},
    evidence="the event that stated the timetable, and those that stated what it took the place "
    "of; in its figures the sessions of leave in a week, and the days from its first to its last",
    told_to="the school's local authority, and that of the pupil's home",
    to_home_authority=True,
    causes=frozenset({Cause.PLANS, Cause.ADMISSION}),
    findings=part_time_timetable_notice,
)

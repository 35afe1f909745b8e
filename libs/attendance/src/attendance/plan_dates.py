"""The days that absence plans set: provision for an excluded pupil, reviews of a timetable."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from attendance.absence_plans import AbsencePlan
from attendance.calendar import SchoolCalendar
from attendance.plan_terms import PlanKind
from attendance.planned_absences import PartTimeTimetable
from attendance.rules import exclusion_sixth_day
from attendance.session import Half, Session

PROVISION_FROM: Final = exclusion_sixth_day.FROM_AUGUST_2024.school_days

DAY: Final = timedelta(days=1)


def sixth_school_day(
    exclusion: AbsencePlan, calendar: SchoolCalendar, plans: Sequence[AbsencePlan] = ()
) -> date | None:
    """Find the school day from which an excluded pupil must be taught elsewhere.

    Interpretation (decision 0023): a day counts once the pupil is excluded for one session of it,
    and exclusions with no school day between them count as one.

    Args:
        plans: the pupil's plans, among which those before and after it are looked for.

    Returns:
        None when the exclusion ends before that day, or the calendar does.
    """
    exclusions = [each for each in (exclusion, *plans) if each.kind is PlanKind.EXCLUSION]
    first = min(each.starts.on for each in exclusions)
    run: list[date] = []
    for on in calendar.school_days(first, _last_day(calendar)):
        if any(each.covers(Session(on, half)) for each in exclusions for half in Half):
            run.append(on)
        elif on > exclusion.starts.on:
            break
        else:
            run = []
    return run[PROVISION_FROM - 1] if len(run) >= PROVISION_FROM else None


def reviews_due(plans: Sequence[AbsencePlan], *, by: date) -> Iterator[tuple[AbsencePlan, date]]:
    """List the reviews of part-time timetables that were to be held by a day, while in force."""
    for plan in plans:
        if isinstance(plan.planned, PartTimeTimetable):
            for on in plan.planned.reviews_on:
                if on <= by and _in_force_on(plan, on):
                    yield plan, on


def _in_force_on(plan: AbsencePlan, on: date) -> bool:
    return plan.runs and plan.ends is not None and on <= plan.ends.on


def _last_day(calendar: SchoolCalendar) -> date:
    return max(
        (half_term.ends for year in calendar.years for half_term in year.half_terms),
        default=date.min,
    )

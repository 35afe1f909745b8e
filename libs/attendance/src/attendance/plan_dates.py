"""The day that an exclusion sets: from which the pupil must be taught elsewhere."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from attendance.absence_plans import AbsencePlan
from attendance.calendar import SchoolCalendar
from attendance.plan_terms import PlanKind
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
    for on in calendar.school_days(first, calendar.last_day):
        if any(each.covers(Session(on, half)) for each in exclusions for half in Half):
            run.append(on)
        elif on > exclusion.starts.on:
            break
        else:
            run = []
    return run[PROVISION_FROM - 1] if len(run) >= PROVISION_FROM else None

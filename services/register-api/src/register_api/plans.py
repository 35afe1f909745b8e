"""Carries out commands on absence plans, and reads plans: as they stand, or as once known.

Holds no rule and no SQL.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from attendance.absence_plans import AbsencePlan
from attendance.calendar import SchoolCalendar
from attendance.errors import PlanUnknown
from attendance.events import PlanEvent
from attendance.identifiers import PupilId, Urn
from attendance.plan_outcomes import DecideLeave, EndPlan, decide_leave, end_plan
from attendance.plan_terms import PlanKind
from attendance.planned_absences import PlanId
from attendance.planning import (
    PlanAbsence,
    PlanActivity,
    plan_absence,
    plan_activity,
    pupil_of,
)
from attendance.school import School
from attendance.session import Half, Session
from eventlog import Appended, Command, Connection
from servicekit.caller import Caller

from register_api.commands import Registry, append_decided, carry_out
from register_api.queries.moment import moment_of
from register_api.schemas.queries import AsOf
from register_api.schools import Known

PLANS: Final = UUID("0e4a9f0b-2f1d-5a4e-9d57-6f0c1b8e3a72")  # namespace; fixed for ever

Decide: TypeAlias = Callable[[School, datetime], Sequence[PlanEvent]]


def plan_id(command: Command, pupil: PupilId) -> PlanId:
    """Name a plan by the command that made it, so that a retry has the same."""
    return PlanId(uuid5(PLANS, f"{command.id}/{pupil}"))


async def make_plan(
    registry: Registry, urn: int, planning: PlanAbsence, command: Command
) -> Appended:
    """Plan a pupil's absence, or revise a plan.

    Raises:
        PupilUnknown: the admission register never had the pupil.
        Refused: every reason at once.
    """
    plan = plan_id(command, planning.pupil)
    return await _appended(
        registry,
        urn,
        command,
        lambda school, now: [plan_absence(school, planning, plan, urn=Urn(urn), now=now)],
    )


async def make_plans(
    registry: Registry, urn: int, planning: PlanActivity, command: Command
) -> Appended:
    """Plan one activity of several pupils: of all of them, or none.

    Raises:
        Refused: every reason at once.
    """
    plans = {pupil: plan_id(command, pupil) for pupil in planning.pupils}
    return await _appended(
        registry,
        urn,
        command,
        lambda school, now: plan_activity(school, planning, plans, now=now),
    )


async def decide_plan(
    registry: Registry, urn: int, decision: DecideLeave, command: Command
) -> Appended:
    """Grant leave of absence, or refuse it.

    Raises:
        PupilUnknown, PlanUnknown: there is no such pupil, or plan.
        Refused: every reason at once.
    """
    return await _appended(
        registry, urn, command, lambda school, now: [decide_leave(school, decision, now)]
    )


async def finish_plan(registry: Registry, urn: int, ending: EndPlan, command: Command) -> Appended:
    """End a plan before its time, or withdraw it.

    Raises:
        PupilUnknown, PlanUnknown: there is no such pupil, or plan.
        Refused: every reason at once.
    """
    return await _appended(
        registry, urn, command, lambda school, now: [end_plan(school, ending, now)]
    )


async def plans_of(
    registry: Registry, caller: Caller, urn: int, pupil: PupilId, asked: AsOf
) -> tuple[SchoolCalendar, tuple[AbsencePlan, ...]]:
    """Read a pupil's plans, beside the calendar that counts their days.

    A pupil who wasn't known yet at the moment had no plans then.

    Raises:
        NotFound: the school isn't the caller's to see.
        PupilUnknown: the admission register never had the pupil.
        Problem: the moment can't be one (422).
    """
    async with moment_of(registry, caller, urn, asked) as moment:
        admitted, then = pupil_of(moment.known.school, pupil), moment.school
    return then.calendar, then.roll[pupil].plans if admitted.pupil in then.roll else ()


def named(plans: Sequence[AbsencePlan], plan: UUID) -> AbsencePlan:
    """Find a plan among a pupil's.

    Raises:
        PlanUnknown: it isn't there.
    """
    for each in plans:
        if each.id == plan:
            return each
    raise PlanUnknown


def chosen(
    plans: Sequence[AbsencePlan],
    *,
    on: date | None,
    first: date,
    last: date,
    kind: PlanKind | None,
) -> list[AbsencePlan]:
    """Choose the plans about the days from `first` to `last`, both included, of one kind or any.

    Args:
        on: only plans about a session of this day.
    """
    return [
        plan
        for plan in plans
        if (kind is None or plan.kind is kind)
        and (on is None or any(plan.is_about(Session(on, half)) for half in Half))
        and plan.starts.on <= last
        and (plan.ends is None or plan.ends.on >= first)
    ]


async def _appended(registry: Registry, urn: int, command: Command, decide: Decide) -> Appended:
    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        decided = [known.of_admissions(event) for event in decide(known.school, now)]
        return await append_decided(conn, known, decided, command, now)

    return await carry_out(registry, urn, command, store)

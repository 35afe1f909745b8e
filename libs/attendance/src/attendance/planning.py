"""Decides which absence plans are made. Enters nothing in a register.

What a plan of each kind must say, and of whom it may be, is in `plan_conditions`; what becomes of
one, in `plan_outcomes`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from attendance.absence_plans import PlanStatus, crosses
from attendance.calendar import london_date
from attendance.errors import PlanRefused, PupilUnknown, Refusal, SchoolUnknown
from attendance.identifiers import PupilId, Urn
from attendance.plan_conditions import problems_for, problems_of
from attendance.plan_events import STATED, PlanStated
from attendance.planned_absences import Activity, DualRegistration, PlanId, PlannedAbsence
from attendance.roll import Pupil
from attendance.school import School
from attendance.signing import Signatory, unsigned


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAbsence:
    """Plan a pupil's absence, or revise a plan there is."""

    pupil: PupilId
    planned: PlannedAbsence
    replaces: PlanId | None = None
    by: Signatory | None  # None: nobody was named, which is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanActivity:
    """Plan one educational activity of several pupils, such as a class's visit."""

    pupils: tuple[PupilId, ...]
    activity: Activity
    by: Signatory | None  # None: nobody was named, which is refused


def plan_absence(
    school: School, command: PlanAbsence, plan: PlanId, *, urn: Urn, now: datetime
) -> PlanStated:
    """Plan a pupil's absence; in force at once, but for leave, which is to be decided.

    Args:
        plan: the identity that the new plan gets.
        urn: the school's own.

    Raises:
        SchoolUnknown: the school was never registered.
        PupilUnknown: the admission register never had the pupil.
        PlanRefused: every reason at once; `plan-overlaps` and `plan-not-open` are conflicts.
    """
    pupil = pupil_of(school, command.pupil)
    refusals = [
        *unsigned(command.by),
        *problems_of(command.planned, london_date(now)),
        *_same_school(command.planned, urn),
        *problems_for(command.planned, pupil),
        *_replacing(pupil, command),
        *_not_on_roll(pupil, command.planned, "/starts"),
        *_crossing(pupil, command.planned, command.replaces, "/starts"),
    ]
    if refusals or command.by is None:
        raise PlanRefused(refusals)
    return STATED[command.planned.kind](
        planned=command.planned,
        plan=plan,
        pupil=command.pupil,
        replaces=command.replaces,
        recorded_by=command.by,
        recorded_at=now,
    )


def plan_activity(
    school: School, command: PlanActivity, plans: Mapping[PupilId, PlanId], *, now: datetime
) -> list[PlanStated]:
    """Plan one activity of several pupils: of all of them, or none.

    Args:
        plans: the identity that each pupil's plan gets.

    Raises:
        SchoolUnknown: the school was never registered.
        PlanRefused: every reason at once; `plan-overlaps` is a conflict.
    """
    if school.details is None:
        raise SchoolUnknown
    refusals = [
        *unsigned(command.by),
        *problems_of(command.activity, london_date(now)),
        *_of_pupils(school, command),
    ]
    if refusals or command.by is None:
        raise PlanRefused(refusals)
    return [
        STATED[command.activity.kind](
            planned=command.activity,
            plan=plans[pupil],
            pupil=pupil,
            replaces=None,
            recorded_by=command.by,
            recorded_at=now,
        )
        for pupil in command.pupils
    ]


def pupil_of(school: School, named: PupilId) -> Pupil:
    """Find a pupil that the admission register has, or had.

    Raises:
        SchoolUnknown: the school was never registered.
        PupilUnknown: the register never had the pupil.
    """
    if school.details is None:
        raise SchoolUnknown
    pupil = school.roll.get(named)
    if pupil is None:
        raise PupilUnknown
    return pupil


def not_open(pointer: str) -> Refusal:
    """Refuse what needs a plan that is asked for or in force."""
    detail = "The plan was refused, withdrawn or ended before."
    return Refusal(pointer, "plan-not-open", detail, conflict=True)


def _same_school(planned: PlannedAbsence, urn: Urn) -> Iterator[Refusal]:
    if isinstance(planned, DualRegistration) and planned.other_school == urn:
        detail = "The other school is another than this."
        yield Refusal("/other_school", "same-school", detail)


def _replacing(pupil: Pupil, command: PlanAbsence) -> Iterator[Refusal]:
    if command.replaces is None:
        return
    found = next((each for each in pupil.plans if each.id == command.replaces), None)
    if found is None or found.kind is not command.planned.kind:
        detail = "Only a plan of the same pupil and the same kind is replaced."
        yield Refusal("/replaces", "replaces-no-plan", detail)
    elif not (found.runs or found.status is PlanStatus.REQUESTED):
        yield not_open("/replaces")


def _not_on_roll(pupil: Pupil, planned: PlannedAbsence, pointer: str) -> Iterator[Refusal]:
    if not pupil.on_roll(planned.starts.on):
        detail = "The pupil is not on the admission register on the first day of the plan."
        yield Refusal(pointer, "not-on-roll", detail)


def _crossing(
    pupil: Pupil, planned: PlannedAbsence, replaced: PlanId | None, pointer: str
) -> Iterator[Refusal]:
    if any(each.id != replaced and crosses(each, planned) for each in pupil.plans):
        detail = "Another plan of this kind covers some of its sessions. Replace or end that one."
        yield Refusal(pointer, "plan-overlaps", detail, conflict=True)


def _of_pupils(school: School, command: PlanActivity) -> Iterator[Refusal]:
    if not command.pupils:
        yield Refusal("/pupils", "no-pupils", "At least one pupil is needed.")
    seen: set[PupilId] = set()
    for index, named in enumerate(command.pupils):
        pointer = f"/pupils/{index}"
        pupil = school.roll.get(named)
        if named in seen:
            yield Refusal(pointer, "duplicate-pupil", "A pupil is named once in a request.")
        elif pupil is None:
            detail = "The admission register doesn't have this pupil."
            yield Refusal(pointer, "not-on-roll", detail)
        else:
            yield from _not_on_roll(pupil, command.activity, pointer)
            yield from _crossing(pupil, command.activity, None, pointer)
        seen.add(named)

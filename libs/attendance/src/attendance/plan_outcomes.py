"""Decides what becomes of absence plans: leave granted or refused, and an end before time.

Source: SI 2024/208 reg 11(1): leave is granted by a person whom the proprietor authorised.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from attendance.absence_plans import AbsencePlan, PlanStatus
from attendance.calendar import london_date
from attendance.errors import PlanRefused, PlanUnknown, Refusal
from attendance.identifiers import PupilId
from attendance.plan_conditions import NOT_IN_ADVANCE, late
from attendance.plan_events import AbsencePlanEnded, LeaveDecided, LeaveOutcome
from attendance.plan_terms import Beforehand
from attendance.planned_absences import Leave, PlanId
from attendance.planning import not_open, pupil_of
from attendance.school import School
from attendance.session import Session
from attendance.signing import Signatory, unsigned
from attendance.wording import legible


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideLeave:
    """Grant leave of absence, or refuse it."""

    pupil: PupilId
    plan: PlanId
    outcome: LeaveOutcome
    decided_on: date | None = None  # None: today
    reason: str
    by: Signatory | None  # the authorised person; None: nobody was named, which is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPlan:
    """End a plan before its time, or withdraw it."""

    pupil: PupilId
    plan: PlanId
    ends: Session | None  # the last session it is still to cover; None: none at all
    reason: str
    by: Signatory | None  # None: nobody was named, which is refused


def decide_leave(school: School, command: DecideLeave, now: datetime) -> LeaveDecided:
    """Grant leave that was asked for, or refuse it (reg 11(1)).

    Raises:
        PupilUnknown: the admission register never had the pupil.
        PlanUnknown: the pupil has no such plan.
        PlanRefused: every reason at once; `already-decided` and `plan-not-open` are conflicts.
    """
    plan = _plan(school, command.pupil, command.plan)
    today = london_date(now)
    decided_on = today if command.decided_on is None else command.decided_on
    refusals = [
        *unsigned(command.by),
        *_reasonless(command.reason),
        *_undecidable(plan, command.outcome, decided_on, today),
    ]
    if refusals or command.by is None:
        raise PlanRefused(refusals)
    return LeaveDecided(
        plan=plan.id,
        pupil=command.pupil,
        outcome=command.outcome,
        decided_on=decided_on,
        reason=command.reason,
        recorded_by=command.by,
        recorded_at=now,
    )


def end_plan(school: School, command: EndPlan, now: datetime) -> AbsencePlanEnded:
    """End a plan before its time, or withdraw it; entries made while it ran stay as they are.

    Raises:
        PupilUnknown: the admission register never had the pupil.
        PlanUnknown: the pupil has no such plan.
        PlanRefused: every reason at once; `plan-not-open` is a conflict.
    """
    plan = _plan(school, command.pupil, command.plan)
    refusals = [
        *unsigned(command.by),
        *_reasonless(command.reason),
        *_endless(plan, command.ends),
    ]
    if refusals or command.by is None:
        raise PlanRefused(refusals)
    return AbsencePlanEnded(
        plan=plan.id,
        pupil=command.pupil,
        ends=command.ends,
        reason=command.reason,
        recorded_by=command.by,
        recorded_at=now,
    )


def _plan(school: School, named: PupilId, plan: PlanId) -> AbsencePlan:
    found = next((each for each in pupil_of(school, named).plans if each.id == plan), None)
    if found is None:
        raise PlanUnknown
    return found


def _reasonless(reason: str) -> Iterator[Refusal]:
    if not legible(reason):
        yield Refusal("/reason", "reason-required", "Give the reason.")


def _undecidable(
    plan: AbsencePlan, outcome: LeaveOutcome, decided_on: date, today: date
) -> Iterator[Refusal]:
    if not isinstance(plan.planned, Leave):
        yield Refusal("", "not-leave", "Only leave of absence is decided.")
        return
    if plan.decision is not None:
        detail = "This leave was decided. A new request can replace it."
        yield Refusal("", "already-decided", detail, conflict=True)
    elif plan.status is not PlanStatus.REQUESTED:
        yield not_open("")
    if decided_on > today:
        yield Refusal("/decided_on", "date-in-future", "This hasn't happened yet.")
    if decided_on < plan.planned.requested_on:
        yield Refusal("/decided_on", "decided-before-request", "Leave is asked for, then decided.")
    granted = outcome is LeaveOutcome.GRANTED
    if granted and late(plan.planned, Beforehand.AGREED, decided_on):
        yield Refusal("/decided_on", "not-in-advance", NOT_IN_ADVANCE)


def _endless(plan: AbsencePlan, ends: Session | None) -> Iterator[Refusal]:
    """Say why a plan can't end then: it isn't open, or wouldn't be shortened by it."""
    if plan.status is PlanStatus.REQUESTED and ends is not None:
        detail = "Leave that isn't granted covers no session. It can be withdrawn."
        yield Refusal("/ends", "end-not-allowed", detail)
    elif plan.status not in (PlanStatus.REQUESTED, PlanStatus.IN_FORCE):
        yield not_open("")
    if ends is not None and (ends < plan.starts or (plan.ends is not None and ends >= plan.ends)):
        detail = "The last session to keep is one of the plan's, and not its last already."
        yield Refusal("/ends", "end-outside-plan", detail)

"""Absence plans as they stand: which are in force, what they cover, what a register may propose.

A plan proposes and supports; it enters nothing. Folded from the log, decides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from attendance.codes import Code
from attendance.plan_events import (
    AbsencePlanEnded,
    LeaveDecided,
    LeaveOutcome,
    LeaveRequested,
    PlanEvent,
    PlanStated,
)
from attendance.plan_terms import PlanKind
from attendance.planned_absences import Pattern, PlanId, PlannedAbsence, takes
from attendance.session import Half, Session
from attendance.signing import Signatory

PREFERENCE: Final = (
    *(Code.D, Code.E),
    *(Code.C1, Code.M, Code.J1, Code.S, Code.R, Code.T, Code.C),
    *(Code.K, Code.C2, Code.I, Code.B, Code.W, Code.P, Code.V),
)
"""Which code is proposed where several plans cover a session: the first of these (decision 0023).
A session due at another school isn't due here, whatever else was planned."""

DAYS_OF_WEEK: Final = 7


class PlanStatus(StrEnum):
    """What became of a plan; a plan that another replaced is none any more."""

    REQUESTED = "requested"
    REFUSED = "refused"
    IN_FORCE = "in-force"
    ENDED = "ended"  # before its time; it still covers the sessions up to its end
    WITHDRAWN = "withdrawn"  # or the pupil was deleted before it began


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsencePlan:
    """One plan for one pupil, as it stands."""

    id: PlanId
    planned: PlannedAbsence
    status: PlanStatus
    decision: LeaveDecided | None = None
    ending: AbsencePlanEnded | None = None
    deleted_on: date | None = None  # the last day of the time on roll that it was made for
    recorded_by: Signatory  # who stated it
    recorded_at: datetime

    @property
    def kind(self) -> PlanKind:
        """What sort of arrangement it is."""
        return self.planned.kind

    @property
    def code(self) -> Code:
        """The code it proposes."""
        return self.planned.code

    @property
    def starts(self) -> Session:
        """The first session it is about."""
        return self.planned.starts

    @property
    def ends(self) -> Session | None:
        """The last session it is about, an early end considered; None while it has no end."""
        early = self.ending.ends if self.ending is not None else None
        ends = self.planned.ends if early is None else early
        if self.deleted_on is None or self.deleted_on < self.starts.on:
            return ends
        last_on_roll = Session(self.deleted_on, Half.PM)
        return last_on_roll if ends is None else min(ends, last_on_roll)

    @property
    def pattern(self) -> Pattern:
        """The sessions of a week it is about; empty for every session."""
        return self.planned.pattern

    @property
    def runs(self) -> bool:
        """Whether it is in force, or was until its early end."""
        return self.status in (PlanStatus.IN_FORCE, PlanStatus.ENDED)

    def is_about(self, session: Session) -> bool:
        """Whether a session is within its days and its pattern, whatever became of it."""
        if self.deleted_on is not None and self.deleted_on < session.on:
            return False
        return takes(session, starts=self.starts, ends=self.ends, pattern=self.pattern)

    def covers(self, session: Session) -> bool:
        """Whether it is in force for a session, or was."""
        return self.runs and self.is_about(session)

    def requested_for(self, session: Session) -> bool:
        """Whether it is leave of that session that nobody has decided."""
        return self.status is PlanStatus.REQUESTED and self.is_about(session)

    def refused_for(self, session: Session) -> bool:
        """Whether it is leave of that session that was refused."""
        return self.status is PlanStatus.REFUSED and self.is_about(session)

    def supports(self, code: Code) -> bool:
        """Whether an entry with that code may lean on a plan such as this."""
        return code is self.code


def evolve_plans(plans: tuple[AbsencePlan, ...], event: PlanEvent) -> tuple[AbsencePlan, ...]:
    """Bring a pupil's plans, in the order they were stated, up to an event about one of them."""
    match event:
        case LeaveDecided():
            granted = event.outcome is LeaveOutcome.GRANTED
            status = PlanStatus.IN_FORCE if granted else PlanStatus.REFUSED
            return _changed(plans, event.plan, status, decision=event)
        case AbsencePlanEnded():
            status = PlanStatus.WITHDRAWN if event.ends is None else PlanStatus.ENDED
            return _changed(plans, event.plan, status, ending=event)
        case _:
            kept = tuple(plan for plan in plans if plan.id != event.replaces)
            return (*kept, _stated(event))


def left_behind(plans: tuple[AbsencePlan, ...], deleted_on: date) -> tuple[AbsencePlan, ...]:
    """Give a pupil's plans as a deletion leaves them: none reaches beyond it.

    What was arranged was for that time on roll: a pupil who is admitted again isn't excluded still.
    """
    return tuple(_left_behind(plan, deleted_on) for plan in plans)


def proposal(plans: Sequence[AbsencePlan], session: Session) -> AbsencePlan | None:
    """Find the plan that a register is prefilled with: only a proposal, until it is taken.

    Where several cover the session, the code that comes first in `PREFERENCE` is proposed, with two
    exceptions (decision 0023): a pupil known to be ill isn't put down as attending elsewhere, and
    E is for a pupil for whom no other provision was made.

    Args:
        plans: one pupil's, in the order they were stated.
    """
    covering = [plan for plan in plans if plan.covers(session)]
    proposed = [plan for plan in covering if not _gives_way(plan, covering)]
    return min(proposed, key=lambda plan: PREFERENCE.index(plan.code), default=None)


def crosses(plan: AbsencePlan, planned: PlannedAbsence) -> bool:
    """Whether a plan asked for or in force and another of its kind have a session in common.

    Knows no calendar, so not which days are closed.
    """
    asked = plan.status is PlanStatus.REQUESTED
    if plan.kind is not planned.kind or not (asked or plan.runs):
        return False
    return any(
        plan.is_about(session)
        and takes(session, starts=planned.starts, ends=planned.ends, pattern=planned.pattern)
        for session in _week_from(max(plan.starts.on, planned.starts.on))
    )


def _week_from(first: date) -> Iterator[Session]:
    """Walk a week and a day: what doesn't meet in it never does."""
    last = min(first.toordinal() + DAYS_OF_WEEK, date.max.toordinal())
    for ordinal in range(first.toordinal(), last + 1):
        for half in Half:
            yield Session(date.fromordinal(ordinal), half)


def _gives_way(plan: AbsencePlan, covering: Sequence[AbsencePlan]) -> bool:
    match plan.kind:
        case PlanKind.ACTIVITY:
            return any(each.kind is PlanKind.ILLNESS for each in covering)
        case PlanKind.EXCLUSION:
            return any(each.code is Code.K for each in covering) or any(
                # One planned before is an activity that the pupil is excluded from.
                each.code is Code.B
                for each in covering[covering.index(plan) :]
            )
        case _:
            return False


def _left_behind(plan: AbsencePlan, deleted_on: date) -> AbsencePlan:
    if plan.ends is not None and plan.ends.on <= deleted_on:
        return plan
    status = plan.status
    if plan.starts.on > deleted_on and (plan.runs or status is PlanStatus.REQUESTED):
        status = PlanStatus.WITHDRAWN
    elif status is PlanStatus.IN_FORCE:
        status = PlanStatus.ENDED
    return replace(plan, status=status, deleted_on=deleted_on)


def _stated(event: PlanStated) -> AbsencePlan:
    asked = isinstance(event, LeaveRequested)
    return AbsencePlan(
        id=event.plan,
        planned=event.planned,
        status=PlanStatus.REQUESTED if asked else PlanStatus.IN_FORCE,
        recorded_by=event.recorded_by,
        recorded_at=event.recorded_at,
    )


def _changed(
    plans: tuple[AbsencePlan, ...],
    plan: PlanId,
    status: PlanStatus,
    *,
    decision: LeaveDecided | None = None,
    ending: AbsencePlanEnded | None = None,
) -> tuple[AbsencePlan, ...]:
    return tuple(
        replace(
            each, status=status, decision=decision or each.decision, ending=ending or each.ending
        )
        if each.id == plan
        else each
        for each in plans
    )

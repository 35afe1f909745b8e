"""Shows a plan as it stands: the law's value as an answer's body. Decides only what is withheld."""

from collections.abc import Sequence
from typing import Any

from attendance.absence_plans import AbsencePlan
from attendance.calendar import SchoolCalendar
from attendance.events import Signatory
from attendance.plan_dates import sixth_school_day
from attendance.plan_events import AbsencePlanEnded, LeaveDecided
from attendance.planned_absences import (
    Activity,
    DualRegistration,
    Exclusion,
    Illness,
    Leave,
    PartTimeTimetable,
    in_week,
)
from attendance.session import Session
from servicekit.caller import Caller, Scope
from servicekit.fields import SignatoryIn

from register_api.schemas.plan_answers import (
    ActivityOut,
    AnyPlanOut,
    DecisionOut,
    DualRegistrationOut,
    EndingOut,
    ExclusionOut,
    IllnessOut,
    LeaveOut,
    PartTimeTimetableOut,
    RequesterOut,
    SessionOut,
    WeekSessionOut,
)


def may_read_reasons(caller: Caller) -> bool:
    """Whether a token is for somebody who is told why, and not only what and when."""
    return Scope.REGISTER_AMEND in caller.scopes


def plan_out(
    plan: AbsencePlan,
    calendar: SchoolCalendar,
    plans: Sequence[AbsencePlan],
    *,
    reasons: bool,
) -> AnyPlanOut:
    """Show a plan.

    Args:
        calendar: the school's, which counts the days of an exclusion.
        plans: all the pupil's.
        reasons: whether reasons, evidence and the like are shown too.
    """
    stated = _of_any_kind(plan, reasons=reasons)
    match plan.planned:
        case Leave() as leave:
            return LeaveOut(**stated, **_leave(plan, leave, reasons=reasons))
        case PartTimeTimetable() as timetable:
            return PartTimeTimetableOut(
                **stated,
                agreed_with=timetable.agreed_with,
                agreed_on=timetable.agreed_on,
                authorised_by=_signed(timetable.authorised_by),
                reviews_on=list(timetable.reviews_on),
                reason=timetable.reason if reasons else None,
            )
        case Exclusion() as exclusion:
            return ExclusionOut(
                **stated,
                exclusion=exclusion.exclusion,
                reason=exclusion.reason if reasons else None,
                sixth_school_day=sixth_school_day(plan, calendar, plans),
            )
        case Illness() as illness:
            return IllnessOut(
                **stated,
                expected_return=illness.expected_return,
                medical_evidence_seen=illness.medical_evidence_seen if reasons else None,
            )
        case DualRegistration() as registration:
            return DualRegistrationOut(
                **stated, other_school=registration.other_school, main=registration.main
            )
        case Activity() as activity:
            return ActivityOut(**stated, **_activity(activity))


def _of_any_kind(plan: AbsencePlan, *, reasons: bool) -> dict[str, Any]:
    return {
        "plan": plan.id,
        "status": plan.status,
        "code": plan.code,
        "starts": _session(plan.starts),
        "ends": None if plan.ends is None else _session(plan.ends),
        "pattern": [
            WeekSessionOut(weekday=weekday, session=half) for weekday, half in in_week(plan.pattern)
        ],
        "ending": None if plan.ending is None else _ending(plan.ending, reasons=reasons),
        "recorded_at": plan.recorded_at,
        "by": _signed(plan.recorded_by),
    }


def _leave(plan: AbsencePlan, leave: Leave, *, reasons: bool) -> dict[str, Any]:
    asked = leave.requested_by
    return {
        "purpose": leave.purpose,
        "requested_by": RequesterOut(name=asked.name, relationship=asked.relationship),
        "requested_on": leave.requested_on,
        "reason": leave.reason if reasons else None,
        "evidence_shown": leave.evidence_shown if reasons else None,
        "decision": None if plan.decision is None else _decision(plan.decision, reasons=reasons),
    }


def _activity(activity: Activity) -> dict[str, Any]:
    return {
        "nature": activity.nature,
        "place": activity.place,
        "supervisor": activity.supervisor,
        "provider": activity.provider,
    }


def _decision(decision: LeaveDecided, *, reasons: bool) -> DecisionOut:
    return DecisionOut(
        outcome=decision.outcome,
        decided_on=decision.decided_on,
        reason=decision.reason if reasons else None,
        recorded_at=decision.recorded_at,
        by=_signed(decision.recorded_by),
    )


def _ending(ending: AbsencePlanEnded, *, reasons: bool) -> EndingOut:
    return EndingOut(
        ends=None if ending.ends is None else _session(ending.ends),
        reason=ending.reason if reasons else None,
        recorded_at=ending.recorded_at,
        by=_signed(ending.recorded_by),
    )


def _session(session: Session) -> SessionOut:
    return SessionOut(date=session.on, session=session.half)


def _signed(by: Signatory) -> SignatoryIn:
    return SignatoryIn(name=by.name, position=by.position)

"""The JSON of absence plans. What was planned stands in the event itself, beside whose it is."""

from datetime import date
from functools import lru_cache
from typing import Final, TypeVar
from uuid import UUID

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    instant,
    read_instant,
    read_session,
    read_signatory,
    session,
    signatory,
)
from attendance.codec.planned import (
    read_activity,
    read_exclusion,
    read_illness,
    read_leave,
    read_registration,
    read_timetable,
    written,
)
from attendance.events import (
    AbsencePlanEnded,
    ActivityPlanned,
    DualRegistrationRecorded,
    IllnessReported,
    LeaveDecided,
    LeaveRequested,
    PartTimeTimetableAgreed,
    PupilExcluded,
)
from attendance.identifiers import PupilId
from attendance.plan_events import LeaveOutcome, PlanStated
from attendance.planned_absences import PlanId

V = TypeVar("V")


@lru_cache(maxsize=256)
def _interned(value: V) -> V:
    """Give the equal value read before, if it was lately.

    A class's visit is one event a pupil, in a row: its plans weigh a quarter this way.
    """
    return value


def _write_stated(event: PlanStated) -> str:
    return compact(
        {
            "plan": str(event.plan),
            "pupil": event.pupil,
            **written(event.planned),
            "replaces": None if event.replaces is None else str(event.replaces),
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _about(fields: Fields) -> Fields:
    """Read what every event about a plan has: which, whose, and who recorded it when."""
    return {
        "plan": PlanId(UUID(fields["plan"])),
        "pupil": PupilId(fields["pupil"]),
        "recorded_by": _interned(read_signatory(fields["recorded_by"])),
        "recorded_at": read_instant(fields["recorded_at"]),
    }


def _stating(fields: Fields) -> Fields:
    replaced = PlanId(UUID(fields["replaces"])) if "replaces" in fields else None
    return {**_about(fields), "replaces": replaced}


def _read_requested(fields: Fields) -> LeaveRequested:
    return LeaveRequested(planned=read_leave(fields), **_stating(fields))


def _read_agreed(fields: Fields) -> PartTimeTimetableAgreed:
    return PartTimeTimetableAgreed(planned=read_timetable(fields), **_stating(fields))


def _read_excluded(fields: Fields) -> PupilExcluded:
    return PupilExcluded(planned=read_exclusion(fields), **_stating(fields))


def _read_reported(fields: Fields) -> IllnessReported:
    return IllnessReported(planned=read_illness(fields), **_stating(fields))


def _read_dual(fields: Fields) -> DualRegistrationRecorded:
    return DualRegistrationRecorded(planned=read_registration(fields), **_stating(fields))


def _read_activity(fields: Fields) -> ActivityPlanned:
    return ActivityPlanned(planned=_interned(read_activity(fields)), **_stating(fields))


def _write_decided(event: LeaveDecided) -> str:
    return compact(
        {
            "plan": str(event.plan),
            "pupil": event.pupil,
            "outcome": event.outcome.value,
            "decided_on": event.decided_on.isoformat(),
            "reason": event.reason,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_decided(fields: Fields) -> LeaveDecided:
    return LeaveDecided(
        outcome=LeaveOutcome(fields["outcome"]),
        decided_on=date.fromisoformat(fields["decided_on"]),
        reason=fields["reason"],
        **_about(fields),
    )


def _write_ended(event: AbsencePlanEnded) -> str:
    return compact(
        {
            "plan": str(event.plan),
            "pupil": event.pupil,
            "ends": None if event.ends is None else session(event.ends),
            "reason": event.reason,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_ended(fields: Fields) -> AbsencePlanEnded:
    return AbsencePlanEnded(
        ends=read_session(fields["ends"]) if "ends" in fields else None,
        reason=fields["reason"],
        **_about(fields),
    )


FORMS: Final = (
    Form("LeaveRequested.v1", LeaveRequested, _write_stated, _read_requested),
    Form("LeaveDecided.v1", LeaveDecided, _write_decided, _read_decided),
    Form("PartTimeTimetableAgreed.v1", PartTimeTimetableAgreed, _write_stated, _read_agreed),
    Form("PupilExcluded.v1", PupilExcluded, _write_stated, _read_excluded),
    Form("IllnessReported.v1", IllnessReported, _write_stated, _read_reported),
    Form("DualRegistrationRecorded.v1", DualRegistrationRecorded, _write_stated, _read_dual),
    Form("ActivityPlanned.v1", ActivityPlanned, _write_stated, _read_activity),
    Form("AbsencePlanEnded.v1", AbsencePlanEnded, _write_ended, _read_ended),
)

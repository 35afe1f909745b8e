"""What was arranged for a pupil, for tests of entries: the events, as short as can be."""

from datetime import UTC, date, datetime
from typing import Final
from uuid import uuid4

from attendance.identifiers import PupilId, Urn
from attendance.plan_events import (
    DualRegistrationRecorded,
    LeaveDecided,
    LeaveOutcome,
    LeaveRequested,
    PartTimeTimetableAgreed,
    PlanEvent,
    PupilExcluded,
)
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    DualRegistration,
    Exclusion,
    ExclusionKind,
    Leave,
    PartTimeTimetable,
    PlanId,
    Relationship,
    Requester,
)
from attendance.session import Half, Session
from domain.given import OFFICER

AGREED: Final = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def mornings_off(pupil: PupilId, first: date, last: date) -> list[PlanEvent]:
    """A part-time timetable without mornings."""
    timetable = PartTimeTimetable(
        starts=Session(first, Half.AM),
        ends=Session(last, Half.PM),
        pattern=frozenset((weekday, Half.AM) for weekday in range(5)),
        agreed_with="C. Parent",
        agreed_on=AGREED.date(),
        authorised_by=OFFICER,
        reviews_on=(last,),
        reason="reintegration",
    )
    return [
        PartTimeTimetableAgreed(
            plan=PlanId(uuid4()),
            pupil=pupil,
            planned=timetable,
            recorded_by=OFFICER,
            recorded_at=AGREED,
        )
    ]


def suspended(pupil: PupilId, first: Session, last: Session) -> list[PlanEvent]:
    """A suspension."""
    exclusion = Exclusion(
        exclusion=ExclusionKind.SUSPENSION, starts=first, ends=last, reason="conduct"
    )
    return [
        PupilExcluded(
            plan=PlanId(uuid4()),
            pupil=pupil,
            planned=exclusion,
            recorded_by=OFFICER,
            recorded_at=AGREED,
        )
    ]


def registered_elsewhere(pupil: PupilId, first: date) -> list[PlanEvent]:
    """A registration at another school that has the pupil on Fridays."""
    registration = DualRegistration(
        other_school=Urn(999009),
        main=True,
        starts=Session(first, Half.AM),
        pattern=frozenset((4, half) for half in Half),
    )
    return [
        DualRegistrationRecorded(
            plan=PlanId(uuid4()),
            pupil=pupil,
            planned=registration,
            recorded_by=OFFICER,
            recorded_at=AGREED,
        )
    ]


def leave(
    pupil: PupilId, purpose: LeavePurpose, on: date, *, outcome: LeaveOutcome
) -> list[PlanEvent]:
    """A day's leave, asked for and granted or refused."""
    plan = PlanId(uuid4())
    asked = LeaveRequested(
        plan=plan,
        pupil=pupil,
        planned=Leave(
            purpose=purpose,
            starts=Session(on, Half.AM),
            ends=Session(on, Half.PM),
            requested_by=Requester("C. Parent", Relationship.PARENT),
            requested_on=AGREED.date(),
            reason="a wedding",
        ),
        recorded_by=OFFICER,
        recorded_at=AGREED,
    )
    decided = LeaveDecided(
        plan=plan,
        pupil=pupil,
        outcome=outcome,
        decided_on=AGREED.date(),
        reason="considered",
        recorded_by=OFFICER,
        recorded_at=AGREED,
    )
    return [asked, decided]

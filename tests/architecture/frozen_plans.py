"""Absence plans: one event of every kind, beside the JSON it has been written as ever since.

As in frozen_events.py, a string here never changes.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from attendance.codes import Code
from attendance.events import (
    AbsencePlanEnded,
    ActivityPlanned,
    DualRegistrationRecorded,
    Event,
    IllnessReported,
    LeaveDecided,
    LeaveRequested,
    PartTimeTimetableAgreed,
    PupilExcluded,
    Signatory,
)
from attendance.identifiers import PupilId, Urn
from attendance.plan_events import LeaveOutcome
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    Activity,
    DualRegistration,
    Exclusion,
    ExclusionKind,
    Illness,
    Leave,
    PartTimeTimetable,
    PlanId,
    Relationship,
    Requester,
)
from attendance.session import Half, Session

HEAD = Signatory("Zoë O'Brien", "Head teacher")
AT = datetime(2026, 9, 7, 8, 5, tzinfo=UTC)
PLAN = PlanId(UUID("0c7d3f52-5a0e-5d1c-9b5b-0c2f4e8f6a11"))
OLD = PlanId(UUID("5b2e1c40-8d8a-5f6e-8a55-2d0d3b9a7c22"))
PUPIL = PupilId("p-1")
STARTS = Session(date(2026, 9, 14), Half.AM)
ENDS = Session(date(2026, 9, 15), Half.PM)
TUESDAY_PM = (1, Half.PM)
MONDAY_AM = (0, Half.AM)

WHOSE = '{"plan":"0c7d3f52-5a0e-5d1c-9b5b-0c2f4e8f6a11","pupil":"p-1",'
FROM = '"starts":{"date":"2026-09-14","session":"AM"},'
UNTIL = '"ends":{"date":"2026-09-15","session":"PM"},'
WEEK = '[{"weekday":"monday","session":"AM"},{"weekday":"tuesday","session":"PM"}]'
REPLACES = '"replaces":"5b2e1c40-8d8a-5f6e-8a55-2d0d3b9a7c22",'
SIGNED = (
    '"recorded_by":{"name":"Zoë O\'Brien","position":"Head teacher"},'
    '"recorded_at":"2026-09-07T08:05:00Z"}'
)

LEAVE = LeaveRequested(
    plan=PLAN,
    pupil=PUPIL,
    planned=Leave(
        purpose=LeavePurpose.REGULATED_PERFORMANCE,
        starts=STARTS,
        ends=ENDS,
        requested_by=Requester("A. O'Neill", Relationship.PARENT),
        requested_on=date(2026, 9, 1),
        reason="a part in a play",
        evidence_shown="licence 4711",
    ),
    replaces=OLD,
    recorded_by=HEAD,
    recorded_at=AT,
)
EXCLUDED = PupilExcluded(
    plan=PLAN,
    pupil=PUPIL,
    planned=Exclusion(
        exclusion=ExclusionKind.SUSPENSION, starts=STARTS, ends=ENDS, reason="fighting"
    ),
    recorded_by=HEAD,
    recorded_at=AT,
)
ILL = IllnessReported(
    plan=PLAN,
    pupil=PUPIL,
    planned=Illness(starts=STARTS, expected_return=date(2026, 9, 16), medical_evidence_seen=True),
    recorded_by=HEAD,
    recorded_at=AT,
)
ACTIVITY = ActivityPlanned(
    plan=PLAN,
    pupil=PUPIL,
    planned=Activity(
        code=Code.V,
        nature="museum visit",
        place="Lyme Regis",
        supervisor="C. Jones",
        starts=STARTS,
        ends=ENDS,
        pattern=frozenset({TUESDAY_PM, MONDAY_AM}),
    ),
    recorded_by=HEAD,
    recorded_at=AT,
)
ENDED = AbsencePlanEnded(
    plan=PLAN, pupil=PUPIL, ends=STARTS, reason="well again", recorded_by=HEAD, recorded_at=AT
)

FROZEN: list[tuple[Event, str, str]] = [
    (
        LEAVE,
        "LeaveRequested.v1",
        f'{WHOSE}"purpose":"regulated-performance",{FROM}{UNTIL}'
        '"requested_by":{"name":"A. O\'Neill","relationship":"parent"},'
        '"requested_on":"2026-09-01","reason":"a part in a play","evidence_shown":"licence 4711",'
        f"{REPLACES}{SIGNED}",
    ),
    (
        replace(LEAVE, replaces=None, planned=replace(LEAVE.planned, evidence_shown=None)),
        "LeaveRequested.v1",
        f'{WHOSE}"purpose":"regulated-performance",{FROM}{UNTIL}'
        '"requested_by":{"name":"A. O\'Neill","relationship":"parent"},'
        f'"requested_on":"2026-09-01","reason":"a part in a play",{SIGNED}',
    ),
    (
        LeaveDecided(
            plan=PLAN,
            pupil=PUPIL,
            outcome=LeaveOutcome.GRANTED,
            decided_on=date(2026, 9, 2),
            reason="licensed",
            recorded_by=HEAD,
            recorded_at=AT,
        ),
        "LeaveDecided.v1",
        f'{WHOSE}"outcome":"granted","decided_on":"2026-09-02","reason":"licensed",{SIGNED}',
    ),
    (
        PartTimeTimetableAgreed(
            plan=PLAN,
            pupil=PUPIL,
            planned=PartTimeTimetable(
                starts=STARTS,
                ends=ENDS,
                pattern=frozenset({TUESDAY_PM, MONDAY_AM}),
                agreed_with="A. O'Neill",
                agreed_on=date(2026, 9, 10),
                authorised_by=HEAD,
                reviews_on=(date(2026, 9, 15),),
                reason="return after illness",
            ),
            replaces=OLD,
            recorded_by=HEAD,
            recorded_at=AT,
        ),
        "PartTimeTimetableAgreed.v1",
        f'{WHOSE}{FROM}{UNTIL}"pattern":{WEEK},"agreed_with":"A. O\'Neill",'
        '"agreed_on":"2026-09-10",'
        '"authorised_by":{"name":"Zoë O\'Brien","position":"Head teacher"},'
        f'"reviews_on":["2026-09-15"],"reason":"return after illness",{REPLACES}{SIGNED}',
    ),
    (
        EXCLUDED,
        "PupilExcluded.v1",
        f'{WHOSE}"exclusion":"suspension",{FROM}{UNTIL}"reason":"fighting",{SIGNED}',
    ),
    (
        replace(
            EXCLUDED,
            replaces=OLD,
            planned=replace(EXCLUDED.planned, exclusion=ExclusionKind.PERMANENT, ends=None),
        ),
        "PupilExcluded.v1",
        f'{WHOSE}"exclusion":"permanent",{FROM}"reason":"fighting",{REPLACES}{SIGNED}',
    ),
    (
        replace(ILL, replaces=OLD),
        "IllnessReported.v1",
        f'{WHOSE}{FROM}"expected_return":"2026-09-16","medical_evidence_seen":true,'
        f"{REPLACES}{SIGNED}",
    ),
    (
        replace(ILL, planned=Illness(starts=STARTS)),
        "IllnessReported.v1",
        f'{WHOSE}{FROM}"medical_evidence_seen":false,{SIGNED}',
    ),
    (
        DualRegistrationRecorded(
            plan=PLAN,
            pupil=PUPIL,
            planned=DualRegistration(
                other_school=Urn(999002),
                main=True,
                starts=STARTS,
                ends=ENDS,
                pattern=frozenset({MONDAY_AM, TUESDAY_PM}),
            ),
            replaces=OLD,
            recorded_by=HEAD,
            recorded_at=AT,
        ),
        "DualRegistrationRecorded.v1",
        f'{WHOSE}"other_school":999002,"main":true,{FROM}{UNTIL}"pattern":{WEEK},'
        f"{REPLACES}{SIGNED}",
    ),
    (
        replace(ACTIVITY, replaces=OLD),
        "ActivityPlanned.v1",
        f'{WHOSE}"code":"V","nature":"museum visit","place":"Lyme Regis",'
        f'"supervisor":"C. Jones",{FROM}{UNTIL}"pattern":{WEEK},{REPLACES}{SIGNED}',
    ),
    (
        replace(
            ACTIVITY,
            planned=Activity(
                code=Code.K,
                nature="hospital teaching",
                place="Elmbridge Hospital",
                provider="Elmbridge Hospital School",
                starts=STARTS,
            ),
        ),
        "ActivityPlanned.v1",
        f'{WHOSE}"code":"K","nature":"hospital teaching","place":"Elmbridge Hospital",'
        f'"provider":"Elmbridge Hospital School",{FROM}"pattern":[],{SIGNED}',
    ),
    (
        ENDED,
        "AbsencePlanEnded.v1",
        f'{WHOSE}"ends":{{"date":"2026-09-14","session":"AM"}},"reason":"well again",{SIGNED}',
    ),
    (
        replace(ENDED, ends=None),
        "AbsencePlanEnded.v1",
        f'{WHOSE}"reason":"well again",{SIGNED}',
    ),
]

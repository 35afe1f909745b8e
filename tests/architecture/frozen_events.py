"""One event of every kind, beside the JSON it has been written as ever since.

A string here never changes. A new optional field is a new case beside the old one; anything else is
a new kind.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from architecture import (
    frozen_admissions,
    frozen_alerts,
    frozen_closures,
    frozen_plans,
    frozen_retention,
    frozen_returns,
)
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codes import Code
from attendance.events import (
    Amendment,
    CalendarPublished,
    Event,
    EvidenceEntry,
    Mark,
    MarksAmended,
    MarksRecorded,
    Parent,
    Phase,
    PupilAdmitted,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    SessionTimes,
    Sex,
    Signatory,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import AcademicYear, LaCode, PupilId
from attendance.session import Half, Session

BY = Signatory("Zoë O'Brien", "Class teacher")
AT = datetime(2026, 9, 7, 8, 5, 0, 123456, tzinfo=UTC)
ON = Session(date(2026, 9, 7), Half.AM)
PUPIL = PupilId("p-1")
ALERT = UUID("6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69")
EVIDENCE = (EvidenceEntry(ON, Code.N, 41),)
SIGNED = (
    '"recorded_by":{"name":"Zoë O\'Brien","position":"Class teacher"},'
    '"recorded_at":"2026-09-07T08:05:00.123456Z"}'
)
RECORDED = MarksRecorded(
    session=ON, group=None, marks=(Mark(PUPIL, Code.I),), recorded_by=BY, recorded_at=AT
)
DETAILS = SchoolDetails(
    name="Elmbridge Primary",
    la_code=LaCode("886"),
    phase=Phase.ALL_THROUGH,
    trust="Elmbridge Trust",
    times={
        Half.PM: SessionTimes(time(13, 0), time(13, 20, 30)),
        Half.AM: SessionTimes(time(8, 55), time(9, 25)),
    },
)
ADMITTED = PupilAdmitted(
    pupil=PUPIL,
    legal_surname="O'Neill",
    legal_forename="Siân",
    date_of_birth=date(2015, 3, 4),
    sex=Sex.FEMALE,
    upn="H801200001001",
    year_group="7",
    groups=("7B", "7B-maths"),
    starting_day=date(2026, 9, 3),
    boarder=False,
    address="1 High Street",
    parents=(
        Parent(name="A. O'Neill", address="1 High Street", telephone="020", lives_with=True),
        Parent(name="B. O'Neill", lives_with=False),
    ),
    characteristics=("ehcp",),
    recorded_by=BY,
    recorded_at=AT,
)
MET = ThresholdMet(
    alert=ALERT,
    rule="severe-absence",
    pupil=PUPIL,
    episode=1,
    met_on=ON,
    provisional=True,
    evidence=EVIDENCE,
    figures={"possible": 2, "absent": 1},
    terms={"one_in": 2, "in_force_from": "2024-08-01"},
    source="Working together",
    raised_at=AT,
)
CORRECTED = ThresholdCorrected(
    alert=ALERT,
    rule="severe-absence",
    pupil=PUPIL,
    met_on=ON,
    provisional=False,
    evidence=EVIDENCE,
    figures={"possible": 1, "absent": 1},
    reason="Entries were amended.",
    corrected_at=AT,
)

FROZEN: list[tuple[Event, str, str]] = [
    (
        replace(
            RECORDED,
            group="7B",
            marks=(
                Mark(PUPIL, Code.PRESENT_AM),
                Mark(PupilId("p.2"), Code.PRESENT_PM, raw_code="\N{FULLWIDTH REVERSE SOLIDUS}"),
                Mark(PupilId("p_3"), Code.L, minutes_late=12),
                Mark(PupilId("p4"), Code.B, detail='At the "Ark"\n'),
            ),
        ),
        "MarksRecorded.v1",
        '{"date":"2026-09-07","session":"AM","group":"7B","marks":['
        '{"pupil":"p-1","code":"/"},'
        '{"pupil":"p.2","code":"\\\\","raw_code":"＼"},'
        '{"pupil":"p_3","code":"L","minutes_late":12},'
        '{"pupil":"p4","code":"B","detail":"At the \\"Ark\\"\\n"}],' + SIGNED,
    ),
    (
        RECORDED,
        "MarksRecorded.v1",
        '{"date":"2026-09-07","session":"AM","marks":[{"pupil":"p-1","code":"I"}],' + SIGNED,
    ),
    (
        MarksAmended(
            session=ON,
            amendments=(
                Amendment(pupil=PUPIL, original=Code.O, amended=Code.I, reason="A note"),
                Amendment(
                    pupil=PupilId("p2"),
                    original=Code.N,
                    amended=Code.U,
                    reason="Came late",
                    minutes_late=70,
                    detail="By taxi",
                    raw_code="u",
                ),
            ),
            recorded_by=BY,
            recorded_at=AT,
        ),
        "MarksAmended.v1",
        '{"date":"2026-09-07","session":"AM","amendments":['
        '{"pupil":"p-1","original":"O","amended":"I","reason":"A note"},'
        '{"pupil":"p2","original":"N","amended":"U","reason":"Came late",'
        '"minutes_late":70,"detail":"By taxi","raw_code":"u"}],' + SIGNED,
    ),
    (
        SchoolRegistered(details=DETAILS, recorded_by=BY, recorded_at=AT),
        "SchoolRegistered.v1",
        '{"name":"Elmbridge Primary","la_code":"886","phase":"all-through",'
        '"trust":"Elmbridge Trust","sessions":{"AM":{"starts":"08:55","closes":"09:25"},'
        '"PM":{"starts":"13:00","closes":"13:20:30"}},' + SIGNED,
    ),
    (
        SchoolDetailsChanged(
            details=replace(DETAILS, trust=None), recorded_by=None, recorded_at=AT
        ),
        "SchoolDetailsChanged.v1",
        '{"name":"Elmbridge Primary","la_code":"886","phase":"all-through",'
        '"sessions":{"AM":{"starts":"08:55","closes":"09:25"},'
        '"PM":{"starts":"13:00","closes":"13:20:30"}},'
        '"recorded_at":"2026-09-07T08:05:00.123456Z"}',
    ),
    (
        CalendarPublished(
            calendar=CalendarYear(
                AcademicYear("2026-27"),
                (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),),
                (
                    Closure(date(2026, 9, 2), "INSET"),
                    Closure(date(2026, 9, 7), "Polling", Half.PM),
                ),
            ),
            recorded_by=BY,
            recorded_at=AT,
        ),
        "CalendarPublished.v1",
        '{"year":"2026-27",'
        '"half_terms":[{"name":"Autumn 1","starts":"2026-09-02","ends":"2026-10-23"}],'
        '"closures":[{"date":"2026-09-02","reason":"INSET"},'
        '{"date":"2026-09-07","reason":"Polling","session":"PM"}],' + SIGNED,
    ),
    (
        ADMITTED,
        "PupilAdmitted.v1",
        '{"pupil":"p-1","legal_surname":"O\'Neill","legal_forename":"Siân",'
        '"date_of_birth":"2015-03-04","sex":"F","upn":"H801200001001","year_group":"7",'
        '"groups":["7B","7B-maths"],"starting_day":"2026-09-03","boarder":false,'
        '"address":"1 High Street","parents":[{"name":"A. O\'Neill","address":"1 High Street",'
        '"telephone":"020","lives_with":true},{"name":"B. O\'Neill","lives_with":false}],'
        '"characteristics":["ehcp"],' + SIGNED,
    ),
    (
        MET,
        "ThresholdMet.v1",
        '{"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","rule":"severe-absence","pupil":"p-1",'
        '"episode":1,"met_on":{"date":"2026-09-07","session":"AM"},"provisional":true,'
        '"evidence":[{"date":"2026-09-07","session":"AM","code":"N","position":41}],'
        '"figures":{"possible":2,"absent":1},'
        '"terms":{"one_in":2,"in_force_from":"2024-08-01"},"source":"Working together",'
        '"raised_at":"2026-09-07T08:05:00.123456Z"}',
    ),
    (
        CORRECTED,
        "ThresholdCorrected.v1",
        '{"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","rule":"severe-absence","pupil":"p-1",'
        '"met_on":{"date":"2026-09-07","session":"AM"},"provisional":false,'
        '"evidence":[{"date":"2026-09-07","session":"AM","code":"N","position":41}],'
        '"figures":{"possible":1,"absent":1},"reason":"Entries were amended.",'
        '"corrected_at":"2026-09-07T08:05:00.123456Z"}',
    ),
    (
        replace(CORRECTED, evidence=(), figures={}, reopened=True),
        "ThresholdCorrected.v1",
        '{"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","rule":"severe-absence","pupil":"p-1",'
        '"met_on":{"date":"2026-09-07","session":"AM"},"provisional":false,'
        '"evidence":[],"figures":{},"reason":"Entries were amended.","reopened":true,'
        '"corrected_at":"2026-09-07T08:05:00.123456Z"}',
    ),
    (
        ThresholdWithdrawn(
            alert=ALERT,
            rule="severe-absence",
            pupil=PUPIL,
            reason="Entries were amended.",
            withdrawn_at=AT,
        ),
        "ThresholdWithdrawn.v1",
        '{"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","rule":"severe-absence","pupil":"p-1",'
        '"reason":"Entries were amended.","withdrawn_at":"2026-09-07T08:05:00.123456Z"}',
    ),
    (
        ThresholdLapsed(
            alert=ALERT,
            rule="severe-absence",
            pupil=PUPIL,
            lapsed_on=Session(date(2026, 9, 8), Half.PM),
            reason="Attended since.",
            lapsed_at=AT.replace(microsecond=0),
        ),
        "ThresholdLapsed.v1",
        '{"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","rule":"severe-absence","pupil":"p-1",'
        '"lapsed_on":{"date":"2026-09-08","session":"PM"},"reason":"Attended since.",'
        '"lapsed_at":"2026-09-07T08:05:00Z"}',
    ),
    *frozen_admissions.FROZEN,
    *frozen_alerts.FROZEN,
    *frozen_closures.FROZEN,
    *frozen_plans.FROZEN,
    *frozen_retention.FROZEN,
    *frozen_returns.FROZEN,
]

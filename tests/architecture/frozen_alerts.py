"""The frozen JSON of decisions, of set numbers, and of what alerts say since there are more rules.

As tests/architecture/frozen_events.py, which has the JSON of alerts before that.
"""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from attendance.codes import Code
from attendance.events import (
    AlertConsidered,
    Event,
    EvidenceEntry,
    RuleTermsSet,
    Signatory,
    TermsPeriod,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
)
from attendance.identifiers import PupilId
from attendance.penalty_notices import PenaltyNotice
from attendance.session import Half, Session

BY: Final = Signatory("Zoë O'Brien", "Headteacher")
AT: Final = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
ON: Final = Session(date(2026, 11, 20), Half.AM)
PUPIL: Final = PupilId("p-1")
ALERT: Final = UUID("6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69")
NAMED: Final = '{"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69",'

FROZEN: Final[list[tuple[Event, str, str]]] = [
    (
        ThresholdMet(
            alert=ALERT,
            rule="sickness-return",
            pupil=PUPIL,
            trigger="expected",
            episode=2,
            met_on=ON,
            provisional=False,
            evidence=(EvidenceEntry(ON, Code.I, 41),),
            figures={"sessions": 1},
            terms={"school_days": 15, "in_force_from": "2024-08-19"},
            source="Working together",
            rests_on=(7, 12),
            due_on=date(2026, 11, 27),
            raised_at=AT,
        ),
        "ThresholdMet.v1",
        NAMED + '"rule":"sickness-return","pupil":"p-1","trigger":"expected","episode":2,'
        '"met_on":{"date":"2026-11-20","session":"AM"},"provisional":false,'
        '"evidence":[{"date":"2026-11-20","session":"AM","code":"I","position":41}],'
        '"figures":{"sessions":1},"terms":{"school_days":15,"in_force_from":"2024-08-19"},'
        '"source":"Working together","rests_on":[7,12],"due_on":"2026-11-27",'
        '"raised_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        ThresholdMet(
            alert=ALERT,
            rule="register-not-taken",
            pupil=None,
            group="7B",
            episode=1,
            met_on=ON,
            provisional=False,
            evidence=(),
            figures={"expected": 28},
            terms={"grace_minutes": 0},
            source="SI 2024/208",
            raised_at=AT,
        ),
        "ThresholdMet.v1",
        NAMED + '"rule":"register-not-taken","group":"7B","episode":1,'
        '"met_on":{"date":"2026-11-20","session":"AM"},"provisional":false,"evidence":[],'
        '"figures":{"expected":28},"terms":{"grace_minutes":0},"source":"SI 2024/208",'
        '"raised_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        ThresholdCorrected(
            alert=ALERT,
            rule="new-pupil-return",
            pupil=PUPIL,
            met_on=ON,
            provisional=False,
            evidence=(),
            figures={},
            rests_on=(7,),
            due_on=date(2026, 11, 25),
            reason="The pupil's details were changed.",
            corrected_at=AT,
        ),
        "ThresholdCorrected.v1",
        NAMED + '"rule":"new-pupil-return","pupil":"p-1",'
        '"met_on":{"date":"2026-11-20","session":"AM"},"provisional":false,"evidence":[],'
        '"figures":{},"rests_on":[7],"due_on":"2026-11-25",'
        '"reason":"The pupil\'s details were changed.","corrected_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        ThresholdLapsed(
            alert=ALERT,
            rule="register-not-taken",
            pupil=None,
            lapsed_on=ON,
            reason="The register was taken.",
            lapsed_at=AT,
        ),
        "ThresholdLapsed.v1",
        NAMED + '"rule":"register-not-taken","lapsed_on":{"date":"2026-11-20","session":"AM"},'
        '"reason":"The register was taken.","lapsed_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        AlertConsidered(
            alert=ALERT,
            rule="penalty-notice-threshold",
            pupil=PUPIL,
            outcome="notice-issued",
            reason="support was offered and refused",
            closes=True,
            through=date(2026, 11, 20),
            notice=PenaltyNotice(
                parent="A. O'Neill",
                issued_on=date(2026, 11, 18),
                received_on=date(2026, 11, 20),
            ),
            decided_by=BY,
            decided_at=AT,
        ),
        "AlertConsidered.v1",
        NAMED + '"rule":"penalty-notice-threshold","pupil":"p-1","outcome":"notice-issued",'
        '"reason":"support was offered and refused","closes":true,"through":"2026-11-20",'
        '"notice":{"parent":"A. O\'Neill","issued_on":"2026-11-18","received_on":"2026-11-20"},'
        '"decided_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"decided_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        AlertConsidered(
            alert=ALERT,
            rule="register-not-taken",
            pupil=None,
            outcome="considered",
            reason="the class was on a trip",
            closes=False,
            through=date(2026, 11, 20),
            decided_by=BY,
            decided_at=AT,
        ),
        "AlertConsidered.v1",
        NAMED + '"rule":"register-not-taken","outcome":"considered",'
        '"reason":"the class was on a trip","closes":false,"through":"2026-11-20",'
        '"decided_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"decided_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        AlertConsidered(
            alert=ALERT,
            rule="penalty-notice-threshold",
            pupil=PUPIL,
            outcome="notice-withdrawn",
            reason="issued to the wrong parent",
            closes=False,
            through=date(2026, 11, 20),
            notice=PenaltyNotice(parent="A. O'Neill", issued_on=date(2026, 11, 18)),
            decided_by=BY,
            decided_at=AT,
        ),
        "AlertConsidered.v1",
        NAMED + '"rule":"penalty-notice-threshold","pupil":"p-1","outcome":"notice-withdrawn",'
        '"reason":"issued to the wrong parent","closes":false,"through":"2026-11-20",'
        '"notice":{"parent":"A. O\'Neill","issued_on":"2026-11-18"},'
        '"decided_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"decided_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        RuleTermsSet(
            rule="new-pupil-return",
            periods=(
                TermsPeriod(
                    terms={"asked_by_authority": True, "from_starting_day": "2026-09-01"},
                    in_force_from=date(2026, 9, 1),
                    in_force_to=date(2027, 7, 31),
                    source="Elmshire Council, letter of 14 July 2026",
                ),
                TermsPeriod(
                    terms={"asked_by_authority": False},
                    in_force_from=date(2027, 8, 1),
                    source="Elmshire Council, letter of 1 June 2027",
                ),
            ),
            recorded_by=BY,
            recorded_at=AT,
        ),
        "RuleTermsSet.v1",
        '{"rule":"new-pupil-return","periods":['
        '{"terms":{"asked_by_authority":true,"from_starting_day":"2026-09-01"},'
        '"in_force_from":"2026-09-01","in_force_to":"2027-07-31",'
        '"source":"Elmshire Council, letter of 14 July 2026"},'
        '{"terms":{"asked_by_authority":false},"in_force_from":"2027-08-01",'
        '"source":"Elmshire Council, letter of 1 June 2027"}],'
        '"recorded_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"recorded_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        RuleTermsSet(
            rule="part-time-timetable-review",
            periods=(
                TermsPeriod(
                    terms={"weeks": 4},
                    in_force_from=date(2026, 9, 1),
                    source="Elmbridge Trust, attendance policy 2026",
                ),
            ),
            recorded_by=BY,
            recorded_at=AT,
        ),
        "RuleTermsSet.v1",
        '{"rule":"part-time-timetable-review","periods":['
        '{"terms":{"weeks":4},"in_force_from":"2026-09-01",'
        '"source":"Elmbridge Trust, attendance policy 2026"}],'
        '"recorded_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"recorded_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        RuleTermsSet(rule="part-time-timetable-review", periods=(), recorded_by=BY, recorded_at=AT),
        "RuleTermsSet.v1",
        '{"rule":"part-time-timetable-review","periods":[],'
        '"recorded_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"recorded_at":"2026-11-20T16:05:00Z"}',
    ),
]

"""The frozen JSON of what became of statutory returns, as tests/architecture/frozen_events.py."""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from attendance.events import Event, ReturnAcknowledged, ReturnSubmitted, Signatory
from attendance.identifiers import LaCode, PupilId
from attendance.return_events import Channel

BY: Final = Signatory("Zoë O'Brien", "Headteacher")
AT: Final = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
PUPIL: Final = PupilId("p-1")
RETURN: Final = UUID("0b9a0d0e-4c5b-5f0e-9d53-7f1c2a6be301")
ALERT: Final = UUID("6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69")
NAMED: Final = (
    '{"return":"0b9a0d0e-4c5b-5f0e-9d53-7f1c2a6be301",'
    '"alert":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","rule":"deletion-return","pupil":"p-1",'
    '"la_code":"886",'
)

FROZEN: Final[list[tuple[Event, str, str]]] = [
    (
        ReturnAcknowledged(
            statutory_return=RETURN,
            alert=ALERT,
            rule="deletion-return",
            pupil=PUPIL,
            la_code=LaCode("886"),
            reference="CME-2026-0417",
            acknowledged_by=BY,
            acknowledged_at=AT,
        ),
        "ReturnAcknowledged.v1",
        NAMED + '"reference":"CME-2026-0417",'
        '"acknowledged_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"acknowledged_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        ReturnAcknowledged(
            statutory_return=RETURN,
            alert=ALERT,
            rule="deletion-return",
            pupil=PUPIL,
            la_code=LaCode("886"),
            acknowledged_by=None,
            acknowledged_at=AT,
        ),
        "ReturnAcknowledged.v1",
        NAMED + '"acknowledged_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        ReturnSubmitted(
            statutory_return=RETURN,
            alert=ALERT,
            rule="deletion-return",
            pupil=PUPIL,
            la_code=LaCode("886"),
            submitted_on=date(2026, 11, 19),
            how=Channel.PORTAL,
            reference="R-17",
            recorded_by=BY,
            recorded_at=AT,
        ),
        "ReturnSubmitted.v1",
        NAMED + '"submitted_on":"2026-11-19","how":"portal","reference":"R-17",'
        '"recorded_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"recorded_at":"2026-11-20T16:05:00Z"}',
    ),
    (
        ReturnSubmitted(
            statutory_return=RETURN,
            alert=ALERT,
            rule="deletion-return",
            pupil=PUPIL,
            la_code=LaCode("886"),
            submitted_on=date(2026, 11, 20),
            how=Channel.TELEPHONE,
            withdrawal=True,
            recorded_by=BY,
            recorded_at=AT,
        ),
        "ReturnSubmitted.v1",
        NAMED + '"submitted_on":"2026-11-20","how":"telephone","withdrawal":true,'
        '"recorded_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
        '"recorded_at":"2026-11-20T16:05:00Z"}',
    ),
]

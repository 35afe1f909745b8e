"""The frozen JSON of holds, and of what was dropped: as tests/architecture/frozen_events.py."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from attendance.events import (
    Event,
    RecordingYearDropped,
    RetentionHoldLifted,
    RetentionHoldPlaced,
    Signatory,
)
from attendance.identifiers import PupilId
from attendance.retention_events import HoldId

BY: Final = Signatory("Zoë O'Brien", "Data protection lead")
AT: Final = datetime(2033, 8, 7, 8, 5, tzinfo=UTC)
HOLD: Final = HoldId(UUID("0b9f1f5e-5a0c-5f5e-9b57-1c0d7f2a6e41"))
SIGNED: Final = (
    '"recorded_by":{"name":"Zoë O\'Brien","position":"Data protection lead"},'
    '"recorded_at":"2033-08-07T08:05:00Z"}'
)
DIGEST: Final = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"

FROZEN: Final[list[tuple[Event, str, str]]] = [
    (
        RetentionHoldPlaced(
            hold=HOLD,
            pupil=PupilId("p-1"),
            reason="county court proceedings",
            recorded_by=BY,
            recorded_at=AT,
        ),
        "RetentionHoldPlaced.v1",
        '{"hold":"0b9f1f5e-5a0c-5f5e-9b57-1c0d7f2a6e41","pupil":"p-1",'
        '"reason":"county court proceedings",' + SIGNED,
    ),
    (
        RetentionHoldPlaced(
            hold=HOLD, pupil=None, reason="inquiry", recorded_by=BY, recorded_at=AT
        ),
        "RetentionHoldPlaced.v1",
        '{"hold":"0b9f1f5e-5a0c-5f5e-9b57-1c0d7f2a6e41","reason":"inquiry",' + SIGNED,
    ),
    (
        RetentionHoldLifted(hold=HOLD, reason="concluded", recorded_by=BY, recorded_at=AT),
        "RetentionHoldLifted.v1",
        '{"hold":"0b9f1f5e-5a0c-5f5e-9b57-1c0d7f2a6e41","reason":"concluded",' + SIGNED,
    ),
    (
        RecordingYearDropped(
            recording_year=2026,
            first_position=1,
            last_position=4312,
            events=4312,
            kept=230,
            digest=DIGEST,
            earlier=0,
            episodes=3,
            recorded_by=BY,
            recorded_at=AT,
        ),
        "RecordingYearDropped.v1",
        '{"recording_year":2026,"first_position":1,"last_position":4312,"events":4312,"kept":230,'
        f'"digest":"{DIGEST}","earlier":0,"episodes":3,' + SIGNED,
    ),
]

"""The JSON of holds on what is kept, and of what was dropped."""

from typing import Final
from uuid import UUID

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    instant,
    read_instant,
    read_signatory,
    signatory,
)
from attendance.identifiers import PupilId
from attendance.retention_events import (
    HoldId,
    RecordingYearDropped,
    RetentionHoldLifted,
    RetentionHoldPlaced,
)


def _write_placed(event: RetentionHoldPlaced) -> str:
    return compact(
        {
            "hold": str(event.hold),
            "pupil": event.pupil,
            "reason": event.reason,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_placed(fields: Fields) -> RetentionHoldPlaced:
    return RetentionHoldPlaced(
        hold=HoldId(UUID(fields["hold"])),
        pupil=PupilId(fields["pupil"]) if "pupil" in fields else None,
        reason=fields["reason"],
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _write_lifted(event: RetentionHoldLifted) -> str:
    return compact(
        {
            "hold": str(event.hold),
            "reason": event.reason,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_lifted(fields: Fields) -> RetentionHoldLifted:
    return RetentionHoldLifted(
        hold=HoldId(UUID(fields["hold"])),
        reason=fields["reason"],
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _write_dropped(event: RecordingYearDropped) -> str:
    return compact(
        {
            "recording_year": event.recording_year,
            "first_position": event.first_position,
            "last_position": event.last_position,
            "events": event.events,
            "kept": event.kept,
            "digest": event.digest,
            "earlier": event.earlier,
            "episodes": event.episodes,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_dropped(fields: Fields) -> RecordingYearDropped:
    return RecordingYearDropped(
        recording_year=fields["recording_year"],
        first_position=fields["first_position"],
        last_position=fields["last_position"],
        events=fields["events"],
        kept=fields["kept"],
        digest=fields["digest"],
        earlier=fields["earlier"],
        episodes=fields["episodes"],
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


FORMS: Final = (
    Form("RetentionHoldPlaced.v1", RetentionHoldPlaced, _write_placed, _read_placed),
    Form("RetentionHoldLifted.v1", RetentionHoldLifted, _write_lifted, _read_lifted),
    Form("RecordingYearDropped.v1", RecordingYearDropped, _write_dropped, _read_dropped),
)

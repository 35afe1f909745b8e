"""The JSON of what became of statutory returns."""

from datetime import date
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
from attendance.events import ReturnAcknowledged, ReturnEvent, ReturnSubmitted
from attendance.identifiers import LaCode, PupilId
from attendance.return_events import Channel


def _write_acknowledged(event: ReturnAcknowledged) -> str:
    return compact(
        {
            **_which(event),
            "reference": event.reference,
            "acknowledged_by": signatory(event.acknowledged_by),
            "acknowledged_at": instant(event.acknowledged_at),
        }
    )


def _read_acknowledged(fields: Fields) -> ReturnAcknowledged:
    by = fields.get("acknowledged_by")
    return ReturnAcknowledged(
        statutory_return=UUID(fields["return"]),
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=PupilId(fields["pupil"]),
        la_code=LaCode(fields["la_code"]),
        reference=fields.get("reference"),
        acknowledged_by=None if by is None else read_signatory(by),
        acknowledged_at=read_instant(fields["acknowledged_at"]),
    )


def _write_submitted(event: ReturnSubmitted) -> str:
    return compact(
        {
            **_which(event),
            "submitted_on": event.submitted_on.isoformat(),
            "how": event.how.value,
            "reference": event.reference,
            "withdrawal": event.withdrawal or None,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_submitted(fields: Fields) -> ReturnSubmitted:
    return ReturnSubmitted(
        statutory_return=UUID(fields["return"]),
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=PupilId(fields["pupil"]),
        la_code=LaCode(fields["la_code"]),
        submitted_on=date.fromisoformat(fields["submitted_on"]),
        how=Channel(fields["how"]),
        reference=fields.get("reference"),
        withdrawal=fields.get("withdrawal", False),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _which(event: ReturnEvent) -> Fields:
    return {
        "return": str(event.statutory_return),
        "alert": str(event.alert),
        "rule": event.rule,
        "pupil": event.pupil,
        "la_code": event.la_code,
    }


FORMS: Final = (
    Form("ReturnAcknowledged.v1", ReturnAcknowledged, _write_acknowledged, _read_acknowledged),
    Form("ReturnSubmitted.v1", ReturnSubmitted, _write_submitted, _read_submitted),
)

"""An alert as the log tells it: what was last stated, and each step on the way. Pure; no SQL.

Made from the alert's own events alone, so a rebuild makes the same. An event it has heard already
leaves it as it is: what this service appends it records at once, and hears again when the log's own
copy comes round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from attendance.events import (
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId
from attendance.session import Session

from thresholds.errors import AlertNeverRaised


class Status(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"  # an amendment took its ground away
    CLOSED = "closed"  # it was true, and ended by itself


class StepKind(StrEnum):
    """What happened to an alert."""

    MET = "met"
    CORRECTED = "corrected"
    REOPENED = "reopened"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert, with its evidence and history as the JSON values they are kept and shown as."""

    alert: UUID
    rule: str
    pupil: PupilId
    episode: int
    status: Status
    provisional: bool
    met_on: Session
    raised_at: datetime
    position: int  # of the last event heard of it
    evidence: Sequence[Json]
    figures: Mapping[str, int]
    terms: Mapping[str, object]
    source: str
    history: Sequence[Json]  # oldest first


def told(record: AlertRecord | None, event: AlertEvent, position: int) -> AlertRecord:
    """Hear one event of an alert.

    Args:
        record: as it stood before; None before the first.

    Raises:
        AlertNeverRaised: it is corrected, withdrawn or lapsed without having been raised.
    """
    if isinstance(event, ThresholdMet):
        return _raised(event, position) if record is None else record
    if record is None:
        raise AlertNeverRaised
    return record if position <= record.position else _followed(record, event, position)


def _raised(event: ThresholdMet, position: int) -> AlertRecord:
    return AlertRecord(
        alert=event.alert,
        rule=event.rule,
        pupil=event.pupil,
        episode=event.episode,
        status=Status.OPEN,
        provisional=event.provisional,
        met_on=event.met_on,
        raised_at=event.raised_at,
        position=position,
        evidence=_evidence(event.evidence),
        figures=event.figures,
        terms=event.terms,
        source=event.source,
        history=[_step(StepKind.MET, event.raised_at, position)],
    )


def _followed(
    record: AlertRecord,
    event: ThresholdCorrected | ThresholdWithdrawn | ThresholdLapsed,
    position: int,
) -> AlertRecord:
    match event:
        case ThresholdCorrected():
            kind = StepKind.REOPENED if event.reopened else StepKind.CORRECTED
            step = _step(kind, event.corrected_at, position, event.reason)
            record = replace(
                record,
                status=Status.OPEN if event.reopened else record.status,
                met_on=event.met_on,
                provisional=event.provisional,
                evidence=_evidence(event.evidence),
                figures=event.figures,
            )
        case ThresholdWithdrawn():
            step = _step(StepKind.WITHDRAWN, event.withdrawn_at, position, event.reason)
            record = replace(record, status=Status.WITHDRAWN)
        case ThresholdLapsed():
            step = _step(StepKind.LAPSED, event.lapsed_at, position, event.reason)
            record = replace(record, status=Status.CLOSED)
    return replace(record, position=position, history=[*record.history, step])


def _step(kind: StepKind, at: datetime, position: int, reason: str | None = None) -> Json:
    step = {"kind": kind.value, "at": at.isoformat(), "position": position}
    return step if reason is None else {**step, "reason": reason}


def _evidence(entries: Sequence[EvidenceEntry]) -> list[Json]:
    return [
        {
            "date": entry.session.on.isoformat(),
            "session": entry.session.half.value,
            "code": entry.code.value,
            "position": entry.position,
        }
        for entry in entries
    ]

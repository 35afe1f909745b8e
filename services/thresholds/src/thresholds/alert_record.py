"""An alert as the log tells it: what was last stated, and each step on the way. Pure; no SQL.

Made from the alert's own events alone, so a rebuild makes the same. An event it has heard already
leaves it as it is: what this service appends it records at once, and hears again when the log's own
copy comes round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from attendance.events import (
    AlertConsidered,
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.considering import leaves_closed
from attendance.session import Session

from thresholds.errors import AlertNeverRaised


class Status(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"  # an amendment took its ground away
    CLOSED = "closed"  # it was true, and ended by itself or by a person's decision


class StepKind(StrEnum):
    """What happened to an alert."""

    MET = "met"
    CORRECTED = "corrected"
    REOPENED = "reopened"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CONSIDERED = "considered"


Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert, with its evidence and history as the JSON values they are kept and shown as."""

    alert: UUID
    rule: str
    pupil: PupilId | None  # None: it is about a register
    group: str | None  # whose register
    trigger: str | None
    episode: int
    status: Status
    provisional: bool
    met_on: Session
    due_on: date | None
    raised_at: datetime
    position: int  # of the last event heard of it
    evidence: Sequence[Json]
    rests_on: Sequence[int]
    figures: Mapping[str, int]
    terms: Mapping[str, object]
    source: str
    history: Sequence[Json]  # oldest first

    @property
    def considered(self) -> Json | None:
        """The last decision there was, closing or not."""
        steps = reversed(self.history)
        return next((step for step in steps if step["kind"] == StepKind.CONSIDERED.value), None)


def told(record: AlertRecord | None, event: AlertEvent, position: int) -> AlertRecord:
    """Hear one event of an alert.

    Args:
        record: as it stood before; None before the first.

    Raises:
        AlertNeverRaised: something becomes of it without its having been raised.
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
        group=event.group,
        trigger=event.trigger,
        episode=event.episode,
        status=Status.OPEN,
        provisional=event.provisional,
        met_on=event.met_on,
        due_on=event.due_on,
        raised_at=event.raised_at,
        position=position,
        evidence=_evidence(event.evidence),
        rests_on=event.rests_on,
        figures=event.figures,
        terms=event.terms,
        source=event.source,
        history=[_step(StepKind.MET, event.raised_at, position)],
    )


def _followed(
    record: AlertRecord,
    event: ThresholdCorrected | ThresholdWithdrawn | ThresholdLapsed | AlertConsidered,
    position: int,
) -> AlertRecord:
    match event:
        case ThresholdCorrected():
            kind = StepKind.REOPENED if _reopens(event, record) else StepKind.CORRECTED
            step = _step(kind, event.corrected_at, position, event.reason)
            record = _restated(record, event)
        case ThresholdWithdrawn():
            step = _step(StepKind.WITHDRAWN, event.withdrawn_at, position, event.reason)
            record = replace(record, status=Status.WITHDRAWN)
        case ThresholdLapsed():
            step = _step(StepKind.LAPSED, event.lapsed_at, position, event.reason)
            record = replace(record, status=Status.CLOSED)
        case AlertConsidered():
            step = _decision(event, position)
            if event.closes and record.status is not Status.WITHDRAWN:
                record = replace(record, status=Status.CLOSED)
    return replace(record, position=position, history=[*record.history, step])


def _restated(record: AlertRecord, event: ThresholdCorrected) -> AlertRecord:
    return replace(
        record,
        status=Status.OPEN if _reopens(event, record) else record.status,
        met_on=event.met_on,
        due_on=event.due_on,
        provisional=event.provisional,
        evidence=_evidence(event.evidence),
        rests_on=event.rests_on,
        figures=event.figures,
    )


def _reopens(event: ThresholdCorrected, record: AlertRecord) -> bool:
    """Whether a correction has an alert open again; what a person closed stays closed.

    The judging may have been behind, and have said so without knowing of the decision.
    """
    decided = record.considered
    return event.reopened and not (decided and leaves_closed(record.rule, decided["outcome"]))


def _decision(event: AlertConsidered, position: int) -> Json:
    by = event.decided_by
    step = {
        **_step(StepKind.CONSIDERED, event.decided_at, position, event.reason),
        "outcome": event.outcome,
        "by": {"name": by.name, "position": by.position},
        "through": event.through.isoformat(),
    }
    return step if event.notice is None else {**step, "notice": _notice(event.notice)}


def _notice(notice: PenaltyNotice) -> Json:
    issued = {"parent": notice.parent, "issued_on": notice.issued_on.isoformat()}
    if notice.received_on is None:
        return issued
    return {**issued, "received_on": notice.received_on.isoformat()}


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

"""An alert as receivers see it: what was found, and where the finding stands now.

Folded from the log's own events, so a withdrawal carries the whole of what it withdraws. Pure.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from attendance.events import (
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import Urn
from attendance.session import Session

from notifications.codec import EventType, Json, instant
from notifications.errors import AlertNeverMet


def told(
    urn: Urn, position: int, event: AlertEvent, alerts: Mapping[UUID, Json]
) -> tuple[EventType, Json]:
    """Say what an event means to a receiver: its type, and the alert as it stands after it.

    Args:
        position: of the event in the school's log.
        alerts: as last told, by id; those the event may be about.

    Raises:
        AlertNeverMet: it changes an alert that isn't there.
    """
    if isinstance(event, ThresholdMet):
        return EventType.THRESHOLD_MET, _met(urn, position, event)
    if event.alert not in alerts:
        raise AlertNeverMet("an alert is changed that was never raised")
    alert = {**alerts[event.alert], "position": position, "reason": event.reason}
    match event:
        case ThresholdCorrected():
            return EventType.THRESHOLD_CORRECTED, _corrected(alert, event)
        case ThresholdWithdrawn():
            return EventType.THRESHOLD_WITHDRAWN, {**alert, "status": "withdrawn"}
        case ThresholdLapsed():
            lapsed = {"status": "closed", "lapsed_on": _session(event.lapsed_on)}
            return EventType.THRESHOLD_LAPSED, {**alert, **lapsed}


def _met(urn: Urn, position: int, event: ThresholdMet) -> Json:
    return {
        "id": str(event.alert),
        "rule": event.rule,
        "urn": urn,
        "pupil": event.pupil,
        "episode": event.episode,
        "status": "open",
        "provisional": event.provisional,
        "met_on": _session(event.met_on),
        "raised_at": instant(event.raised_at),
        "position": position,
        "evidence": _evidence(event.evidence),
        "figures": dict(event.figures),
        "terms": dict(event.terms),
        "source": event.source,
    }


def _corrected(alert: Json, event: ThresholdCorrected) -> Json:
    corrected = {
        **alert,
        "provisional": event.provisional,
        "met_on": _session(event.met_on),
        "evidence": _evidence(event.evidence),
        "figures": dict(event.figures),
    }
    if event.reopened:
        corrected["status"] = "open"
        corrected.pop("lapsed_on", None)
    return corrected


def _evidence(entries: Sequence[EvidenceEntry]) -> list[Json]:
    return [
        {**_session(entry.session), "code": entry.code.value, "position": entry.position}
        for entry in entries
    ]


def _session(held: Session) -> Json:
    return {"date": held.on.isoformat(), "session": held.half.value}

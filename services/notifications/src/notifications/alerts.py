"""An alert as receivers see it: what was found, and where the finding stands now.

Folded from the log's own events, so a withdrawal carries the whole of what it withdraws; and thin,
which the log's own events aren't. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import date
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
from attendance.identifiers import Urn
from attendance.rules.considering import leaves_closed
from attendance.session import Session

from notifications.codec import EventType, Json, instant
from notifications.errors import AlertNeverMet
from notifications.thinning import COUNTED, thinned


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
        return EventType.THRESHOLD_MET, thinned(_met(urn, position, event))
    if event.alert not in alerts:
        raise AlertNeverMet("an alert is changed that was never raised")
    before = {**thinned(alerts[event.alert]), "position": position}
    if isinstance(event, AlertConsidered):
        return EventType.ALERT_CONSIDERED, _considered(before, event)
    alert = {**before, "reason": event.reason}
    match event:
        case ThresholdCorrected():
            return EventType.THRESHOLD_CORRECTED, thinned(_corrected(alert, event))
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
        **_said(group=event.group, trigger=event.trigger, due_on=_day(event.due_on)),
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
        **_said(rests_on=list(event.rests_on) or None),
    }


def _corrected(alert: Json, event: ThresholdCorrected) -> Json:
    corrected = {
        **_without(alert, "due_on", "rests_on"),
        "provisional": event.provisional,
        "met_on": _session(event.met_on),
        "evidence": _evidence(event.evidence),
        "figures": dict(event.figures),
        **_said(due_on=_day(event.due_on), rests_on=list(event.rests_on) or None),
    }
    if event.reopened:
        corrected.pop("lapsed_on", None)
        if "outcome" not in alert or not leaves_closed(event.rule, alert["outcome"]):
            corrected["status"] = "open"  # else a person closed it before that was known
    del corrected[COUNTED]  # of the evidence before
    return corrected


def _considered(alert: Json, event: AlertConsidered) -> Json:
    """Say what was decided, and not why: a person's words may name somebody."""
    decided = {"outcome": event.outcome, "considered_at": instant(event.decided_at)}
    considered = {**_without(alert, "reason"), **decided}
    return {**considered, "status": "closed"} if event.closes else considered


def _without(alert: Json, *names: str) -> Json:
    """Leave out what an earlier event said and this one doesn't."""
    return {name: value for name, value in alert.items() if name not in names}


def _said(**values: object) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _evidence(entries: Sequence[EvidenceEntry]) -> list[Json]:
    return [
        {**_session(entry.session), "code": entry.code.value, "position": entry.position}
        for entry in entries
    ]


def _session(held: Session) -> Json:
    return {"date": held.on.isoformat(), "session": held.half.value}

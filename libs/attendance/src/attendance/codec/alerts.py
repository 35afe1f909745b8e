"""The JSON of findings about thresholds."""

from datetime import date
from typing import Final
from uuid import UUID

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    day,
    instant,
    read_day,
    read_instant,
    read_session,
    read_signatory,
    said,
    session,
    signatory,
)
from attendance.codec.register import CODES
from attendance.events import (
    AlertConsidered,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId
from attendance.penalty_notices import PenaltyNotice


def _write_met(event: ThresholdMet) -> str:
    return compact(
        {
            "alert": str(event.alert),
            "rule": event.rule,
            "pupil": event.pupil,
            "group": event.group,
            "trigger": event.trigger,
            "episode": event.episode,
            "met_on": session(event.met_on),
            "provisional": event.provisional,
            "evidence": _evidence(event.evidence),
            "figures": dict(event.figures),
            "terms": dict(event.terms),
            "source": event.source,
            **_besides(event),
            "raised_at": instant(event.raised_at),
        }
    )


def _read_met(fields: Fields) -> ThresholdMet:
    return ThresholdMet(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=_read_pupil(fields),
        group=fields.get("group"),
        trigger=fields.get("trigger"),
        episode=fields["episode"],
        met_on=read_session(fields["met_on"]),
        provisional=fields["provisional"],
        evidence=_read_evidence(fields),
        figures=fields["figures"],
        terms=fields["terms"],
        source=fields["source"],
        rests_on=tuple(fields.get("rests_on", ())),
        due_on=read_day(fields.get("due_on")),
        raised_at=read_instant(fields["raised_at"]),
    )


def _write_corrected(event: ThresholdCorrected) -> str:
    return compact(
        {
            "alert": str(event.alert),
            "rule": event.rule,
            "pupil": event.pupil,
            "met_on": session(event.met_on),
            "provisional": event.provisional,
            "evidence": _evidence(event.evidence),
            "figures": dict(event.figures),
            **_besides(event),
            "reason": event.reason,
            "reopened": event.reopened or None,
            "corrected_at": instant(event.corrected_at),
        }
    )


def _read_corrected(fields: Fields) -> ThresholdCorrected:
    return ThresholdCorrected(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=_read_pupil(fields),
        met_on=read_session(fields["met_on"]),
        provisional=fields["provisional"],
        evidence=_read_evidence(fields),
        figures=fields["figures"],
        rests_on=tuple(fields.get("rests_on", ())),
        due_on=read_day(fields.get("due_on")),
        reason=fields["reason"],
        reopened=fields.get("reopened", False),
        corrected_at=read_instant(fields["corrected_at"]),
    )


def _write_withdrawn(event: ThresholdWithdrawn) -> str:
    return compact(
        {
            "alert": str(event.alert),
            "rule": event.rule,
            "pupil": event.pupil,
            "reason": event.reason,
            "withdrawn_at": instant(event.withdrawn_at),
        }
    )


def _read_withdrawn(fields: Fields) -> ThresholdWithdrawn:
    return ThresholdWithdrawn(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=_read_pupil(fields),
        reason=fields["reason"],
        withdrawn_at=read_instant(fields["withdrawn_at"]),
    )


def _write_lapsed(event: ThresholdLapsed) -> str:
    return compact(
        {
            "alert": str(event.alert),
            "rule": event.rule,
            "pupil": event.pupil,
            "lapsed_on": session(event.lapsed_on),
            "reason": event.reason,
            "lapsed_at": instant(event.lapsed_at),
        }
    )


def _read_lapsed(fields: Fields) -> ThresholdLapsed:
    return ThresholdLapsed(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=_read_pupil(fields),
        lapsed_on=read_session(fields["lapsed_on"]),
        reason=fields["reason"],
        lapsed_at=read_instant(fields["lapsed_at"]),
    )


def _write_considered(event: AlertConsidered) -> str:
    notice = event.notice
    return compact(
        {
            "alert": str(event.alert),
            "rule": event.rule,
            "pupil": event.pupil,
            "outcome": event.outcome,
            "reason": event.reason,
            "closes": event.closes,
            "through": event.through.isoformat(),
            "notice": notice and _notice(notice),
            "decided_by": signatory(event.decided_by),
            "decided_at": instant(event.decided_at),
        }
    )


def _read_considered(fields: Fields) -> AlertConsidered:
    notice = fields.get("notice")
    return AlertConsidered(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=_read_pupil(fields),
        outcome=fields["outcome"],
        reason=fields["reason"],
        closes=fields["closes"],
        through=date.fromisoformat(fields["through"]),
        notice=notice and _read_notice(notice),
        decided_by=read_signatory(fields["decided_by"]),
        decided_at=read_instant(fields["decided_at"]),
    )


def _notice(notice: PenaltyNotice) -> Fields:
    return said(
        {
            "parent": notice.parent,
            "issued_on": notice.issued_on.isoformat(),
            "received_on": day(notice.received_on),
        }
    )


def _read_notice(fields: Fields) -> PenaltyNotice:
    return PenaltyNotice(
        parent=fields["parent"],
        issued_on=date.fromisoformat(fields["issued_on"]),
        received_on=read_day(fields.get("received_on")),
    )


def _besides(event: ThresholdMet | ThresholdCorrected) -> Fields:
    return {"rests_on": list(event.rests_on) or None, "due_on": day(event.due_on)}


def _read_pupil(fields: Fields) -> PupilId | None:
    pupil = fields.get("pupil")
    return None if pupil is None else PupilId(pupil)


def _evidence(entries: tuple[EvidenceEntry, ...]) -> list[Fields]:
    return [
        {**session(entry.session), "code": entry.code.value, "position": entry.position}
        for entry in entries
    ]


def _read_evidence(fields: Fields) -> tuple[EvidenceEntry, ...]:
    return tuple(
        EvidenceEntry(read_session(entry), CODES[entry["code"]], entry["position"])
        for entry in fields["evidence"]
    )


FORMS: Final = (
    Form("ThresholdMet.v1", ThresholdMet, _write_met, _read_met),
    Form("ThresholdCorrected.v1", ThresholdCorrected, _write_corrected, _read_corrected),
    Form("ThresholdWithdrawn.v1", ThresholdWithdrawn, _write_withdrawn, _read_withdrawn),
    Form("AlertConsidered.v1", AlertConsidered, _write_considered, _read_considered),
    Form("ThresholdLapsed.v1", ThresholdLapsed, _write_lapsed, _read_lapsed),
)

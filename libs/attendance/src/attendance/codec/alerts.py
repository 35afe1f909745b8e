"""The JSON of findings about thresholds."""

from typing import Final
from uuid import UUID

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    instant,
    read_instant,
    read_session,
    session,
)
from attendance.codes import Code
from attendance.events import (
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId


def _write_met(event: ThresholdMet) -> str:
    return compact(
        {
            "alert": str(event.alert),
            "rule": event.rule,
            "pupil": event.pupil,
            "episode": event.episode,
            "met_on": session(event.met_on),
            "provisional": event.provisional,
            "evidence": _evidence(event.evidence),
            "figures": dict(event.figures),
            "terms": dict(event.terms),
            "source": event.source,
            "raised_at": instant(event.raised_at),
        }
    )


def _read_met(fields: Fields) -> ThresholdMet:
    return ThresholdMet(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=PupilId(fields["pupil"]),
        episode=fields["episode"],
        met_on=read_session(fields["met_on"]),
        provisional=fields["provisional"],
        evidence=_read_evidence(fields),
        figures=fields["figures"],
        terms=fields["terms"],
        source=fields["source"],
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
            "reason": event.reason,
            "reopened": event.reopened or None,
            "corrected_at": instant(event.corrected_at),
        }
    )


def _read_corrected(fields: Fields) -> ThresholdCorrected:
    return ThresholdCorrected(
        alert=UUID(fields["alert"]),
        rule=fields["rule"],
        pupil=PupilId(fields["pupil"]),
        met_on=read_session(fields["met_on"]),
        provisional=fields["provisional"],
        evidence=_read_evidence(fields),
        figures=fields["figures"],
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
        pupil=PupilId(fields["pupil"]),
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
        pupil=PupilId(fields["pupil"]),
        lapsed_on=read_session(fields["lapsed_on"]),
        reason=fields["reason"],
        lapsed_at=read_instant(fields["lapsed_at"]),
    )


def _evidence(entries: tuple[EvidenceEntry, ...]) -> list[Fields]:
    return [
        {**session(entry.session), "code": entry.code.value, "position": entry.position}
        for entry in entries
    ]


def _read_evidence(fields: Fields) -> tuple[EvidenceEntry, ...]:
    return tuple(
        EvidenceEntry(read_session(entry), Code(entry["code"]), entry["position"])
        for entry in fields["evidence"]
    )


FORMS: Final = (
    Form("ThresholdMet.v1", ThresholdMet, _write_met, _read_met),
    Form("ThresholdCorrected.v1", ThresholdCorrected, _write_corrected, _read_corrected),
    Form("ThresholdWithdrawn.v1", ThresholdWithdrawn, _write_withdrawn, _read_withdrawn),
    Form("ThresholdLapsed.v1", ThresholdLapsed, _write_lapsed, _read_lapsed),
)

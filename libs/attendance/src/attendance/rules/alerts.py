"""What new findings change in what was said before: alerts to raise, correct, close or withdraw.

Pure: the same findings over the same standing alerts give the same steps, and once those are taken,
none. So it can be run after every event and again on a rebuild.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from attendance.events import (
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId, Urn
from attendance.rules.finding import Finding
from attendance.rules.persistent_absence import PERSISTENT_ABSENCE, SEVERE_ABSENCE
from attendance.rules.terms import quoted
from attendance.session import Session, academic_year_of
from attendance.streams import alert_id

OF_SPELLS: Final = frozenset({PERSISTENT_ABSENCE, SEVERE_ABSENCE})
LAPSED: Final = "Later attendance brought it back below the threshold."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An alert as last stated, not withdrawn: what it says, and whether it has ended by itself."""

    alert: UUID
    rule: str
    episode: int
    met_on: Session
    evidence: tuple[EvidenceEntry, ...]
    figures: Mapping[str, int]
    provisional: bool
    lapsed: bool


def standing_after(standing: Iterable[Standing], steps: Iterable[AlertEvent]) -> list[Standing]:
    """Fold steps into the alerts that stand, oldest episode first.

    From nothing and the whole of a pupil's alerts stream: what stands now.
    """
    alerts = {each.alert: each for each in standing}
    for step in steps:
        if isinstance(step, ThresholdWithdrawn):
            del alerts[step.alert]
        elif isinstance(step, ThresholdMet):
            alerts[step.alert] = _raised(step)
        elif isinstance(step, ThresholdCorrected):
            alerts[step.alert] = _corrected(alerts[step.alert], step)
        else:
            alerts[step.alert] = replace(alerts[step.alert], lapsed=True)
    return sorted(alerts.values(), key=lambda each: (each.rule, each.episode))


def reconcile(
    urn: Urn,
    pupil: PupilId,
    rule: str,
    findings: Sequence[Finding],
    standing: Sequence[Standing],
    *,
    episodes_so_far: int,
    reason: str,
    now: datetime,
) -> tuple[AlertEvent, ...]:
    """Say what must be told so that the alerts that stand are the findings, no more and no less.

    A finding is taken for the alert met on the same session, else for the oldest one left that was
    met while its spell lasted, else for the oldest one left that it shares a session with.

    Args:
        findings: every episode of this pupil under this rule.
        standing: this pupil's alerts under this rule that aren't withdrawn.
        episodes_so_far: how many were ever raised, withdrawn ones too, so that no identity returns.
        reason: why anything is corrected or withdrawn, such as "Entries were amended."
    """
    matched = _match(findings, standing)
    steps: list[AlertEvent] = []
    episode = episodes_so_far
    for index, finding in enumerate(findings):
        alert = matched.get(index)
        if alert is None:
            episode += 1
            met = _met(urn, pupil, finding, episode, now)
            steps.append(met)
            alert = _raised(met)
        elif _differs(finding, alert):
            steps.append(_correction(pupil, finding, alert, reason, now))
        if finding.lapsed_on is not None and not alert.lapsed:
            steps.append(_lapse(pupil, alert, finding.lapsed_on, now))
    kept = {alert.alert for alert in matched.values()}
    steps.extend(
        ThresholdWithdrawn(
            alert=alert.alert, rule=rule, pupil=pupil, reason=reason, withdrawn_at=now
        )
        for alert in standing
        if alert.alert not in kept
    )
    return tuple(steps)


def _match(findings: Sequence[Finding], standing: Sequence[Standing]) -> dict[int, Standing]:
    """Pair findings, by their place, with the alerts they are."""
    left = sorted(standing, key=lambda alert: alert.met_on)
    matched: dict[int, Standing] = {}
    # The same session first: spells of one year share their absences, so sharing alone would hand
    # a spell the alert of the one before it.
    for alike in (_met_together, _met_in_spell, _share_a_session):
        for index, finding in enumerate(findings):
            if index not in matched:
                alert = next((each for each in left if alike(finding, each)), None)
                if alert is not None:
                    matched[index] = alert
                    left.remove(alert)
    return matched


def _met_together(finding: Finding, alert: Standing) -> bool:
    return finding.met_on == alert.met_on


def _met_in_spell(finding: Finding, alert: Standing) -> bool:
    """Whether the alert was met while a spell of absence lasted, which a year ends at the latest.

    An earlier absence entered late begins a spell earlier, with other evidence: it is still the
    spell that was told.
    """
    return (
        finding.rule in OF_SPELLS
        and academic_year_of(finding.met_on.on) == academic_year_of(alert.met_on.on)
        and finding.met_on <= alert.met_on
        and (finding.lapsed_on is None or alert.met_on < finding.lapsed_on)
    )


def _share_a_session(finding: Finding, alert: Standing) -> bool:
    return not {entry.session for entry in finding.evidence}.isdisjoint(
        entry.session for entry in alert.evidence
    )


def _differs(finding: Finding, alert: Standing) -> bool:
    stated = (alert.met_on, alert.evidence, alert.figures, alert.provisional)
    found = (finding.met_on, finding.evidence, finding.figures, finding.provisional)
    return stated != found or _reopens(finding, alert)


def _reopens(finding: Finding, alert: Standing) -> bool:
    return alert.lapsed and finding.lapsed_on is None


def _raised(met: ThresholdMet) -> Standing:
    return Standing(
        alert=met.alert,
        rule=met.rule,
        episode=met.episode,
        met_on=met.met_on,
        evidence=met.evidence,
        figures=met.figures,
        provisional=met.provisional,
        lapsed=False,
    )


def _corrected(alert: Standing, step: ThresholdCorrected) -> Standing:
    return replace(
        alert,
        met_on=step.met_on,
        evidence=step.evidence,
        figures=step.figures,
        provisional=step.provisional,
        lapsed=alert.lapsed and not step.reopened,
    )


def _met(urn: Urn, pupil: PupilId, finding: Finding, episode: int, now: datetime) -> ThresholdMet:
    return ThresholdMet(
        alert=alert_id(urn, pupil, finding.rule, episode),
        rule=finding.rule,
        pupil=pupil,
        episode=episode,
        met_on=finding.met_on,
        provisional=finding.provisional,
        evidence=finding.evidence,
        figures=finding.figures,
        terms=quoted(finding.terms),
        source=str(finding.terms.source),
        raised_at=now,
    )


def _correction(
    pupil: PupilId, finding: Finding, alert: Standing, reason: str, now: datetime
) -> ThresholdCorrected:
    return ThresholdCorrected(
        alert=alert.alert,
        rule=alert.rule,
        pupil=pupil,
        met_on=finding.met_on,
        provisional=finding.provisional,
        evidence=finding.evidence,
        figures=finding.figures,
        reason=reason,
        reopened=_reopens(finding, alert),
        corrected_at=now,
    )


def _lapse(pupil: PupilId, alert: Standing, lapsed_on: Session, now: datetime) -> ThresholdLapsed:
    return ThresholdLapsed(
        alert=alert.alert,
        rule=alert.rule,
        pupil=pupil,
        lapsed_on=lapsed_on,
        reason=LAPSED,
        lapsed_at=now,
    )

"""What new findings change in what was said before: alerts to raise, correct, close or withdraw.

Pure: the same findings over the same standing alerts give the same steps, and once those are taken,
none. So it can be run after every event and again on a rebuild.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attendance.events import (
    AlertEvent,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId, Urn
from attendance.rules.catalogue import RULES
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Finding
from attendance.rules.rule import Ending
from attendance.rules.standing import Standing, considered_of, raised, standing_after
from attendance.rules.terms import quoted
from attendance.session import Session, academic_year_of
from attendance.streams import alert_id

__all__ = ["LAPSED", "Standing", "considered_of", "reconcile", "standing_after"]

LAPSED: Final = "With later entries it holds no longer."


def reconcile(
    urn: Urn,
    pupil: PupilId,
    rule: str,
    findings: Sequence[Finding],
    standing: Sequence[Standing],
    *,
    episodes_so_far: int,
    reason: str,
    of: Circumstances,
) -> tuple[AlertEvent, ...]:
    """Say what must be told so that the alerts that stand are the findings, no more and no less.

    A finding is taken for the alert met on the same session, else for the oldest one left that was
    met while its spell lasted, else for the oldest one left that it shares a session or an event
    with. Never for one of another trigger, nor, met after the day through which a person closed an
    alert, for that one: it is new cause, unless it is the same event with another day. What a
    person closed stays closed: it is corrected and withdrawn like any other, and neither lapses nor
    is reopened.

    Args:
        findings: every episode of this pupil under this rule.
        standing: this pupil's alerts under this rule that aren't withdrawn.
        episodes_so_far: how many were ever raised, withdrawn ones too, so that no identity returns.
        reason: why anything is corrected or withdrawn, such as "Entries were amended."
        of: what the rule was asked about.
    """
    now = of.at
    matched = _match(findings, standing)
    steps: list[AlertEvent] = []
    episode = episodes_so_far
    for index, finding in enumerate(findings):
        alert = matched.get(index)
        if alert is None:
            episode += 1
            met = _met(urn, pupil, finding, episode, now)
            steps.append(met)
            alert = raised(met)
        elif _differs(finding, alert):
            steps.append(_correction(pupil, finding, alert, reason, now))
        if finding.lapsed_on is not None and not (alert.lapsed or alert.closed):
            steps.append(_lapse(pupil, alert, finding.lapsed_on, LAPSED, now))
    kept = {alert.alert for alert in matched.values()}
    left = (alert for alert in standing if alert.alert not in kept)
    steps.extend(step for alert in left for step in _ended(pupil, alert, reason, of))
    return tuple(steps)


def _match(findings: Sequence[Finding], standing: Sequence[Standing]) -> dict[int, Standing]:
    """Pair findings, by their place, with the alerts they are."""
    left = sorted(standing, key=lambda alert: alert.met_on)
    matched: dict[int, Standing] = {}
    # The same session first: spells of one year share their absences, so sharing alone would hand
    # a spell the alert of the one before it.
    for alike in (_stated_alike, _met_together, _met_in_spell, _share_ground):
        for index, finding in enumerate(findings):
            if index not in matched:
                open_to = (each for each in left if _may_be(finding, each))
                alert = next((each for each in open_to if alike(finding, each)), None)
                if alert is not None:
                    matched[index] = alert
                    left.remove(alert)
    return matched


def _may_be(finding: Finding, alert: Standing) -> bool:
    through = alert.closed_through
    of_its_days = through is None or finding.met_on.on <= through
    return alert.trigger == finding.trigger and (of_its_days or _is_restated(finding, alert))


def _is_restated(finding: Finding, alert: Standing) -> bool:
    """Whether nothing is new but that the event it was told for was changed by a later one."""
    if finding.evidence or alert.evidence or not alert.rests_on:
        return False
    return _stated_alike(finding, alert) or set(alert.rests_on) < set(finding.rests_on)


def _stated_alike(finding: Finding, alert: Standing) -> bool:
    return _stated(finding) == _stated(alert)


def _met_together(finding: Finding, alert: Standing) -> bool:
    return finding.met_on == alert.met_on


def _met_in_spell(finding: Finding, alert: Standing) -> bool:
    """Whether the alert was met while a spell of absence lasted, which a year ends at the latest.

    An earlier absence entered late begins a spell earlier, with other evidence: it is still the
    spell that was told.
    """
    return (
        RULES[finding.rule].of_spells
        and academic_year_of(finding.met_on.on) == academic_year_of(alert.met_on.on)
        and finding.met_on <= alert.met_on
        and (finding.lapsed_on is None or alert.met_on < finding.lapsed_on)
    )


def _share_ground(finding: Finding, alert: Standing) -> bool:
    if not set(finding.rests_on).isdisjoint(alert.rests_on):
        return True
    return not {entry.session for entry in finding.evidence}.isdisjoint(
        entry.session for entry in alert.evidence
    )


def _differs(finding: Finding, alert: Standing) -> bool:
    return not _stated_alike(finding, alert) or _reopens(finding, alert)


def _stated(of: Finding | Standing) -> tuple[object, ...]:
    return of.met_on, of.evidence, of.figures, of.provisional, of.rests_on, of.due_on


def _reopens(finding: Finding, alert: Standing) -> bool:
    return alert.lapsed and not alert.closed and finding.lapsed_on is None


def _met(urn: Urn, pupil: PupilId, finding: Finding, episode: int, now: datetime) -> ThresholdMet:
    return ThresholdMet(
        alert=alert_id(urn, pupil, finding.rule, episode),
        rule=finding.rule,
        pupil=pupil,
        trigger=finding.trigger,
        episode=episode,
        met_on=finding.met_on,
        provisional=finding.provisional,
        evidence=finding.evidence,
        figures=finding.figures,
        terms=quoted(finding.terms),
        source=str(finding.terms.source),
        rests_on=finding.rests_on,
        due_on=finding.due_on,
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
        rests_on=finding.rests_on,
        due_on=finding.due_on,
        reason=reason,
        reopened=_reopens(finding, alert),
        corrected_at=now,
    )


def _ended(
    pupil: PupilId, alert: Standing, reason: str, of: Circumstances
) -> tuple[ThresholdWithdrawn | ThresholdLapsed, ...]:
    """Say what becomes of an alert without a finding: of one that was done, once, that it ended."""
    rule = RULES[alert.rule]
    if rule.ending is Ending.CLOSED and alert.lapsed:
        return ()
    if rule.done(alert, of):
        return () if alert.closed else (_lapse(pupil, alert, alert.met_on, reason, of.at),)
    return (
        ThresholdWithdrawn(
            alert=alert.alert, rule=alert.rule, pupil=pupil, reason=reason, withdrawn_at=of.at
        ),
    )


def _lapse(
    pupil: PupilId, alert: Standing, lapsed_on: Session, reason: str, now: datetime
) -> ThresholdLapsed:
    return ThresholdLapsed(
        alert=alert.alert,
        rule=alert.rule,
        pupil=pupil,
        lapsed_on=lapsed_on,
        reason=reason,
        lapsed_at=now,
    )

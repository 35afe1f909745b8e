"""Alerts as they stand after all that was said of a pupil, folded from the log's own events. Pure.

What persons decided is said there too: which alerts it closed, and what a penalty notice relied on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from attendance.calendar import london_date
from attendance.events import (
    AlertConsidered,
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.penalty_notices import NOTICE_ISSUED, NOTICE_WITHDRAWN
from attendance.rules.circumstances import Considered
from attendance.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An alert as last stated, not withdrawn: what it says, and whether anything ended it."""

    alert: UUID
    rule: str
    episode: int
    trigger: str | None
    met_on: Session
    evidence: tuple[EvidenceEntry, ...]
    figures: Mapping[str, int]
    provisional: bool
    rests_on: tuple[int, ...]
    due_on: date | None
    lapsed: bool = False  # it ended by itself
    closed_through: date | None = None  # a person closed it, with what comes up to that day

    @property
    def closed(self) -> bool:
        """Whether a person's decision ended it."""
        return self.closed_through is not None


def standing_after(standing: Iterable[Standing], steps: Iterable[AlertEvent]) -> list[Standing]:
    """Fold steps into the alerts that stand, oldest episode first.

    From nothing and the whole of a pupil's alerts stream: what stands now.
    """
    alerts = {each.alert: each for each in standing}
    for step in steps:
        match step:
            case ThresholdMet():
                alerts[step.alert] = raised(step)
            case ThresholdWithdrawn():
                del alerts[step.alert]
            case ThresholdCorrected():
                alerts[step.alert] = _corrected(alerts[step.alert], step)
            case ThresholdLapsed():
                alerts[step.alert] = replace(alerts[step.alert], lapsed=True)
            case AlertConsidered(closes=True) if step.alert in alerts:
                alerts[step.alert] = _closed(alerts[step.alert], step)
    return sorted(alerts.values(), key=lambda each: (each.rule, each.episode))


def raised(met: ThresholdMet) -> Standing:
    """Read an alert from the event that raised it."""
    return Standing(
        alert=met.alert,
        rule=met.rule,
        episode=met.episode,
        trigger=met.trigger,
        met_on=met.met_on,
        evidence=met.evidence,
        figures=met.figures,
        provisional=met.provisional,
        rests_on=met.rests_on,
        due_on=met.due_on,
    )


def standing_notices(told: Iterable[AlertEvent]) -> list[AlertConsidered]:
    """List the decisions to issue a penalty notice whose notice nobody withdrew, oldest first.

    Args:
        told: everything said of a pupil, in the order of the log.
    """
    issued: list[AlertConsidered] = []
    for event in told:
        match event:
            case AlertConsidered(outcome=outcome) if outcome == NOTICE_ISSUED:
                issued.append(event)
            case AlertConsidered(outcome=outcome) if outcome == NOTICE_WITHDRAWN:
                issued = [each for each in issued if not _takes_back(event, each)]
    return issued


def considered_of(told: Sequence[AlertEvent], rule: str) -> tuple[Considered, ...]:
    """List what persons decided under a rule that closed an alert, for the rule to start anew from.

    A penalty notice consumes the sessions its alert rested on when it was issued, until it is
    withdrawn, which is itself no such decision. An alert put off anew is put off from the first
    time on to the newest day (Interpretation: decision 0034).

    Args:
        told: everything said of a pupil, in the order of the log.
    """
    notices = standing_notices(told)
    rested: dict[UUID, frozenset[Session]] = {}
    considered: dict[UUID | AlertConsidered, Considered] = {}
    for event in told:
        match event:
            case ThresholdMet(rule=of) | ThresholdCorrected(rule=of) if of == rule:
                rested[event.alert] = frozenset(entry.session for entry in event.evidence)
            case AlertConsidered(rule=of, closes=True) if of == rule:
                consumed = rested[event.alert] if event in notices else frozenset()
                closing = event.alert if event.notice is None else event
                made = Considered(event.through, consumed, london_date(event.decided_at))
                since = considered.get(closing, made).decided_on
                considered[closing] = made._replace(decided_on=since)
    return tuple(considered.values())


def _corrected(alert: Standing, step: ThresholdCorrected) -> Standing:
    return replace(
        alert,
        met_on=step.met_on,
        evidence=step.evidence,
        figures=step.figures,
        provisional=step.provisional,
        rests_on=step.rests_on,
        due_on=step.due_on,
        lapsed=alert.lapsed and not step.reopened,
    )


def _closed(alert: Standing, step: AlertConsidered) -> Standing:
    """Of two decisions the newer one says through which day, also where it is an earlier day."""
    return replace(alert, closed_through=step.through)


def _takes_back(withdrawal: AlertConsidered, issue: AlertConsidered) -> bool:
    withdrawn, issued = withdrawal.notice, issue.notice
    return (
        withdrawn is not None
        and issued is not None
        and withdrawal.alert == issue.alert
        and withdrawn.is_the_same_as(issued)
    )

"""What a pupil's new entries change in what was said about them. Pure: no SQL, no clock.

A pupil is judged event by event, never batch by batch, so what is raised doesn't depend on how far
behind the service was (docs/decisions/0014).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from attendance.events import AlertEvent, ThresholdMet
from attendance.identifiers import PupilId, Urn
from attendance.rules.alerts import Standing, reconcile, standing_after
from attendance.session import Session

from thresholds.digest import Change
from thresholds.dropped import NOTHING, Dropped
from thresholds.facts import FactsInTime
from thresholds.history import WALKS, walked
from thresholds.packing import PupilYear, place_of
from thresholds.relevance import FEWEST_UNAUTHORISED, RATE_RULES, Spell, stirred
from thresholds.timetable import Timetable, Timetables

AMENDED: Final = "The register was amended."
ENTERED: Final = "An entry was made."
REPUBLISHED: Final = "The school's calendar was published anew."
CHANGED: Final = "The pupil's details were changed."


class Look(NamedTuple):
    """An event after which some rules are to be judged, although no entry of the pupil changed."""

    position: int
    rules: frozenset[str]
    reason: str


Turn: TypeAlias = Change | Look


class Step(NamedTuple):
    """Something to say about a pupil, and the position of the event that gave cause."""

    position: int
    event: AlertEvent


class Case:
    """A pupil who is being judged: entries and alerts, carried from event to event."""

    def __init__(
        self,
        urn: Urn,
        pupil: PupilId,
        facts: FactsInTime,
        years: dict[int, PupilYear],
        told: Sequence[AlertEvent],
        dropped: Dropped = NOTHING,
    ) -> None:
        """Take a pupil as they stood before the events to be judged.

        Args:
            facts: through the events to be judged.
            years: all there are, by first calendar year; brought up to each turn judged.
            told: everything ever said about the pupil, in the order of the log.
        """
        self.urn = urn
        self.pupil = pupil
        self._facts = facts
        self._years = years
        self._standing = standing_after((), told)
        self._spells = _spells(self._standing)
        self._dropped = dropped
        self._raised: dict[str, int] = {}
        self._count(told)

    def judge(self, turn: Turn, timetable: Timetable, now: datetime) -> list[AlertEvent]:
        """Take an event in, and say what it changes.

        Args:
            now: the instant it is said at.
        """
        if isinstance(turn, Look):
            rules, reason = turn.rules, turn.reason
        else:
            rules = stirred(self._years, turn, self._spells, timetable, self._facts)
            reason = AMENDED if turn.amended else ENTERED
        rules = rules and self._worth_judging(rules)
        if not (rules and self._years):  # before their first entry they may not be admitted yet
            return []
        over = walked(self._years, self._facts.at(turn.position), timetable)
        said: list[AlertEvent] = []
        for rule in sorted(rules):
            steps = reconcile(
                self.urn,
                self.pupil,
                rule,
                [each for each in WALKS[rule](over) if self._is_open(each.met_on)],
                [
                    alert
                    for alert in self._standing
                    if alert.rule == rule and self._is_open(alert.met_on)
                ],
                episodes_so_far=max(self._raised.get(rule, 0), self._dropped.episodes),
                reason=reason,
                now=now,
            )
            if steps:
                self._say(steps)
                said.extend(steps)
        return said

    def _say(self, steps: Sequence[AlertEvent]) -> None:
        self._standing = standing_after(self._standing, steps)
        self._spells = _spells(self._standing)
        self._count(steps)

    def _count(self, told: Sequence[AlertEvent]) -> None:
        for event in told:
            if isinstance(event, ThresholdMet):
                self._raised[event.rule] = max(self._raised.get(event.rule, 0), event.episode)

    def _is_open(self, met_on: Session) -> bool:
        """Whether there is enough left of the entries to say anything of what was met then."""
        return not self._dropped.is_frozen(place_of(met_on).year)

    def _worth_judging(self, rules: frozenset[str]) -> frozenset[str]:
        """Leave out rules that have too little to find anything, and nothing to take back."""
        if rules <= RATE_RULES:
            return rules
        unauthorised = sum(year.unauthorised for year in self._years.values())
        stated = {alert.rule for alert in self._standing}
        return frozenset(
            rule
            for rule in rules
            if rule in stated or unauthorised >= FEWEST_UNAUTHORISED.get(rule, 0)
        )


def in_order(changes: Sequence[Change], looks: Sequence[Look]) -> list[Turn]:
    """Put a pupil's turns in the order of the log.

    Of editions of the calendar with no turn between them only the last is kept: hundreds may be
    published in an hour, and each look walks a pupil's years.
    """
    both: list[Turn] = [*changes, *looks]
    turns: list[Turn] = []
    for turn in sorted(both, key=lambda each: each.position):
        if turns and _republished(turn) and _republished(turns[-1]):
            turns.pop()
        turns.append(turn)
    return turns


def judge(
    cases: Sequence[tuple[Case, Sequence[Turn]]], timetables: Timetables, now: datetime
) -> list[Step]:
    """Judge pupils through the events of a batch.

    Args:
        cases: each with its turns in the order of the log.

    Returns:
        What to say, in the order of the events that gave cause, then of pupils.
    """
    steps = [
        Step(turn.position, event)
        for case, turns in sorted(cases, key=lambda each: each[0].pupil)
        for turn in turns
        for event in case.judge(turn, timetables.at(turn.position), now)
    ]
    return sorted(steps, key=lambda step: step.position)


def _republished(turn: Turn) -> bool:
    return isinstance(turn, Look) and turn.reason == REPUBLISHED


def _spells(standing: Sequence[Standing]) -> set[Spell]:
    return {
        Spell(alert.rule, place_of(alert.met_on).year)
        for alert in standing
        if alert.rule in RATE_RULES and not alert.lapsed
    }

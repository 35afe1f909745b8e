"""What a pupil's new entries, and time, change in what was said about them. Pure: no SQL, no clock.

A pupil is judged event by event, and at each instant at which something is due, not batch by batch:
so what is raised doesn't depend on how far behind the service was (docs/decisions/0014 and 0033).
Of editions of the calendar with nothing of the pupil between them in a batch the last alone is
looked at, and of this alone what is said depends on batches (0019).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from attendance.events import AlertConsidered, AlertEvent, ThresholdMet
from attendance.identifiers import PupilId, Urn
from attendance.rules.alerts import reconcile
from attendance.rules.catalogue import RULES
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Finding
from attendance.rules.standing import Standing, considered_of, standing_after
from attendance.session import Session
from attendance.streams import alerts_stream

from thresholds.circumstances import circumstances_of
from thresholds.digest import Change, Telling
from thresholds.dropped import NOTHING, Dropped
from thresholds.facts import FactsInTime
from thresholds.packing import PupilYear, place_of
from thresholds.relevance import OF_DECISIONS, OF_TIME, enough, stirred
from thresholds.school import School, SchoolInTime
from thresholds.timeline import LONG_AGO, Timeline

AMENDED: Final = "The register was amended."
ENTERED: Final = "An entry was made."
REPUBLISHED: Final = "The school's calendar was published anew."
TIME_PASSED: Final = "Its time came."


class Look(NamedTuple):
    """An event after which some rules are to be asked, although no entry of the pupil changed."""

    position: int
    rules: frozenset[str]
    reason: str


Turn: TypeAlias = Change | Look


class Cause(NamedTuple):
    """What something is said for: an event, or an instant; in the order they come in."""

    position: int  # of the event, or of the last one before the instant
    by_time: bool
    at: datetime


class Step(NamedTuple):
    """Something to say, and what gave cause."""

    cause: Cause
    stream: UUID  # of the log, to say it in
    event: AlertEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a pupil before the events to be judged, and of the school through them."""

    urn: Urn
    pupil: PupilId
    facts: FactsInTime  # through the events
    years: dict[int, PupilYear]  # all there are; brought up to each turn judged
    told: Sequence[Telling]  # everything ever said of the pupil, in the order of the log
    due_at: datetime | None = None
    dropped: Dropped = NOTHING


class Case:
    """A pupil who is being judged: entries and alerts, carried from event to event."""

    def __init__(self, known: Known) -> None:
        """Take a pupil as they stood before the events to be judged."""
        self.pupil = known.pupil
        self.due_at = known.due_at
        self._known = known
        self._years = known.years
        self._stream = alerts_stream(known.urn, known.pupil)
        self._said: list[AlertEvent] = []

    def judge(self, turn: Turn, school: SchoolInTime, at: datetime) -> list[AlertEvent]:
        """Take an event in, and say what it changes.

        Args:
            at: when it was recorded.
        """
        if isinstance(turn, Look):
            rules, reason = turn.rules, turn.reason
        else:
            rules = stirred(self._years, turn, school, self._known.facts)
            reason = AMENDED if turn.amended else ENTERED
        if not rules:  # as after most entries, of pupils who are judged for one of them too
            return []
        return self._asked(rules, reason, turn.position, school.at(turn.position), at)

    def wake(self, position: int, school: SchoolInTime, at: datetime) -> list[AlertEvent]:
        """Say what an instant changes that the pupil is due at.

        Args:
            position: of the last event before it.
        """
        self.due_at = None
        return self._asked(OF_TIME, TIME_PASSED, position, school.at(position), at)

    def steps(self, cause: Cause, events: Iterable[AlertEvent]) -> list[Step]:
        """Put what is said of the pupil with what gave cause."""
        return [Step(cause, self._stream, event) for event in events]

    def _asked(
        self, rules: frozenset[str], reason: str, position: int, school: School, at: datetime
    ) -> list[AlertEvent]:
        told = self._told(position)
        standing = standing_after((), told)
        rules = self._worth_asking(rules, standing, school)
        if not (rules and self._is_known(position)):
            return []
        facts = self._known.facts.at(position)
        of = circumstances_of(self._years, facts, school.timetable, school.details, at)
        said = [
            event
            for rule in sorted(rules)
            for event in self._reconciled(rule, of, school, told, standing, reason)
        ]
        self._said += said
        self.due_at = min(_wakes(of, school), default=None)
        return said

    def _reconciled(
        self,
        rule: str,
        of: Circumstances,
        school: School,
        told: Sequence[AlertEvent],
        standing: Sequence[Standing],
        reason: str,
    ) -> tuple[AlertEvent, ...]:
        if rule in OF_DECISIONS:
            of = replace(of, considered=considered_of(told, rule))
        findings = _findings(rule, of, school)
        raised = [
            event.episode
            for event in told
            if isinstance(event, ThresholdMet) and event.rule == rule
        ]
        return reconcile(
            self._known.urn,
            self.pupil,
            rule,
            [each for each in findings if self._is_open(each.met_on)],
            [each for each in standing if each.rule == rule and self._is_open(each.met_on)],
            episodes_so_far=max([*raised, self._known.dropped.episodes]),
            reason=reason,
            of=of,
        )

    def _told(self, position: int) -> list[AlertEvent]:
        """List what was said up to an event: by persons before it, by the rules at any time.

        What the rules said stands in the log after what gave cause, however far behind they were.
        """
        before = [
            event
            for at, event in self._known.told
            if at <= position or not isinstance(event, AlertConsidered)
        ]
        return before + self._said

    def _is_known(self, position: int) -> bool:
        """Whether there is a pupil yet; with an entry there must be, and its absence is told."""
        return bool(self._years) or self._known.facts.begun(position)

    def _is_open(self, met_on: Session) -> bool:
        """Whether there is enough left of the entries to say anything of what was met then."""
        return not self._known.dropped.is_frozen(place_of(met_on).year)

    def _worth_asking(
        self, rules: frozenset[str], standing: Iterable[Standing], school: School
    ) -> frozenset[str]:
        """Leave out rules that have too little to find anything, and nothing to take back."""
        stated = {alert.rule for alert in standing}
        return frozenset(
            rule for rule in rules if rule in stated or enough(rule, self._years, school)
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
    cases: Sequence[tuple[Case, Sequence[Turn]]], school: SchoolInTime, timeline: Timeline
) -> list[Step]:
    """Judge pupils through a stretch of the log.

    Args:
        cases: each with its turns in the order of the log.

    Returns:
        What to say, in the order of what gave cause, then of pupils.
    """
    steps = [
        step
        for case, turns in sorted(cases, key=lambda each: each[0].pupil)
        for step in _steps(case, turns, school, timeline)
    ]
    return sorted(steps, key=lambda step: step.cause)


def _steps(
    case: Case, turns: Sequence[Turn], school: SchoolInTime, timeline: Timeline
) -> list[Step]:
    steps: list[Step] = []
    if case.due_at == LONG_AGO:
        cause = Cause(timeline.after, by_time=True, at=timeline.begins)
        steps += case.steps(cause, case.wake(cause.position, school, cause.at))
    for turn in turns:
        at = timeline.recorded_at(turn.position)
        steps += _woken(case, school, timeline, before=at)
        cause = Cause(turn.position, by_time=False, at=at)
        steps += case.steps(cause, case.judge(turn, school, at))
    return steps + _woken(case, school, timeline, before=timeline.ends_before)


def _woken(case: Case, school: SchoolInTime, timeline: Timeline, *, before: datetime) -> list[Step]:
    """Judge a pupil at each instant due before another."""
    steps: list[Step] = []
    while case.due_at is not None and case.due_at < before:
        cause = Cause(timeline.position_at(case.due_at), by_time=True, at=case.due_at)
        steps += case.steps(cause, case.wake(cause.position, school, cause.at))
    return steps


def _republished(turn: Turn) -> bool:
    return isinstance(turn, Look) and turn.reason == REPUBLISHED


def _findings(rule: str, of: Circumstances, school: School) -> list[Finding]:
    return [finding for terms in school.terms[rule] for finding in RULES[rule].findings(of, terms)]


def _wakes(of: Circumstances, school: School) -> Iterable[datetime]:
    return (
        instant
        for rule in OF_TIME
        for terms in school.terms[rule]
        for instant in RULES[rule].wakes(of, terms)
        if instant > of.at
    )

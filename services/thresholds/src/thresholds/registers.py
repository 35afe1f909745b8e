"""Registers that were not taken: told of as they close, and ended once one of their entries comes.

A register is that of a group's pupils in a session, or of the pupils of no group. Pure; no SQL.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from attendance.events import (
    AlertConsidered,
    AlertEvent,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId, Urn
from attendance.rules.register_not_taken import RULE, NotTaken, registers_not_taken
from attendance.rules.terms import quoted
from attendance.session import Session
from attendance.streams import register_alert_id, registers_stream

from thresholds.closings import Closed
from thresholds.digest import Telling
from thresholds.facts import Facts
from thresholds.judging import REPUBLISHED, Cause, Step
from thresholds.school import SchoolInTime

TAKEN: Final = "The register was taken."
NO_GROUP: Final = (None,)


class TakenLate(NamedTuple):
    """That pupils were entered for a session after its registers had closed."""

    session: Session
    pupils: Collection[PupilId]


class Republished(NamedTuple):
    """That the calendar may hold a session no more, of which a register is told as not taken."""

    session: Session


Groups: TypeAlias = Mapping[str | None, Collection[PupilId]]
Happened: TypeAlias = Closed | TakenLate | Republished


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """What is known of a school's registers through a stretch of its log.

    Attributes:
        facts: of every pupil; where no register closed, of those at least who were entered.
        entered: of each session that closed, who has an entry and since which position.
        told: what was ever said about the registers concerned, in the order of the log.
    """

    urn: Urn
    school: SchoolInTime
    facts: Facts
    entered: Mapping[Session, Mapping[PupilId, int]]
    told: Sequence[Telling]


@dataclass(slots=True)
class _Alerts:
    """Alerts about registers: all that were ever raised, and those still open."""

    raised: set[UUID] = field(default_factory=set)
    standing: dict[UUID, tuple[Session, str | None]] = field(default_factory=dict)

    def hear(self, event: AlertEvent) -> None:
        match event:
            case ThresholdMet():
                self.raised.add(event.alert)
                self.standing[event.alert] = event.met_on, event.group
            case ThresholdLapsed() | ThresholdWithdrawn() | AlertConsidered(closes=True):
                self.standing.pop(event.alert, None)

    def of(self, session: Session) -> list[tuple[UUID, str | None]]:
        return [(alert, group) for alert, (on, group) in self.standing.items() if on == session]


def judge_registers(happened: Sequence[tuple[Cause, Happened]], of: Registers) -> list[Step]:
    """Say what the registers of a stretch give cause for.

    Args:
        happened: with what each is said for, in that order.
    """
    alerts, steps = _Alerts(), list[Step]()
    decisions = deque(each for each in of.told if isinstance(each.event, AlertConsidered))
    for _, event in of.told:
        if not isinstance(event, AlertConsidered):
            alerts.hear(event)
    for cause, what in happened:
        while decisions and decisions[0].position <= cause.position:
            alerts.hear(decisions.popleft().event)
        stream = registers_stream(of.urn, what.session)
        for event in _said(cause, what, of, alerts):
            alerts.hear(event)
            steps.append(Step(cause, stream, event))
    return steps


def _said(cause: Cause, what: Happened, of: Registers, alerts: _Alerts) -> list[AlertEvent]:
    match what:
        case Closed():
            return list(_not_taken(cause, what, of, alerts))
        case TakenLate():
            return list(_taken(cause, what, of, alerts))
        case Republished():
            return list(_not_held(cause, what, of, alerts))


def _not_taken(
    cause: Cause, closed: Closed, of: Registers, alerts: _Alerts
) -> Iterator[ThresholdMet]:
    session = closed.session
    since = of.entered.get(session, {})
    entered = {pupil for pupil, position in since.items() if position <= cause.position}
    groups = _groups(session, cause.position, of)
    for register in registers_not_taken(session, groups, entered, closed.terms):
        alert = register_alert_id(of.urn, RULE, register.group, session)
        if alert not in alerts.raised:
            yield _met(alert, register, closed)


def _met(alert: UUID, register: NotTaken, closed: Closed) -> ThresholdMet:
    return ThresholdMet(
        alert=alert,
        rule=RULE,
        pupil=None,
        group=register.group,
        episode=1,
        met_on=closed.session,
        provisional=False,
        evidence=(),
        figures={"expected": register.expected},
        terms=quoted(closed.terms),
        source=str(closed.terms.source),
        raised_at=closed.at,
    )


def _taken(
    cause: Cause, taken: TakenLate, of: Registers, alerts: _Alerts
) -> Iterator[ThresholdLapsed]:
    groups = {
        group
        for pupil in taken.pupils
        for group in _groups_of(pupil, taken.session, cause.position, of)
    }
    for alert, group in alerts.of(taken.session):
        if group in groups:
            yield ThresholdLapsed(
                alert=alert,
                rule=RULE,
                pupil=None,
                lapsed_on=taken.session,
                reason=TAKEN,
                lapsed_at=cause.at,
            )


def _not_held(
    cause: Cause, what: Republished, of: Registers, alerts: _Alerts
) -> Iterator[ThresholdWithdrawn]:
    standing = alerts.of(what.session)
    groups: Groups = _groups(what.session, cause.position, of) if standing else {}
    for alert, group in standing:
        if group not in groups:
            yield ThresholdWithdrawn(
                alert=alert, rule=RULE, pupil=None, reason=REPUBLISHED, withdrawn_at=cause.at
            )


def _groups(session: Session, position: int, of: Registers) -> Groups:
    """Sort the pupils to whom a session was due by their groups; none where it isn't held."""
    calendar = of.school.at(position).timetable.calendar
    groups: dict[str | None, list[PupilId]] = defaultdict(list)
    if not calendar.is_open(session):
        return groups
    closed_to = calendar.closed_to(session)
    for pupil, in_time in of.facts.items():
        if in_time.begun(position) and in_time.at(position).on_roll(session.on):
            placed = in_time.at(position).placed_on(session.on)
            if not placed.boarder and placed.year_group not in closed_to:
                for group in placed.groups or NO_GROUP:
                    groups[group].append(pupil)
    return groups


def _groups_of(
    pupil: PupilId, session: Session, position: int, of: Registers
) -> Sequence[str | None]:
    return of.facts[pupil].at(position).placed_on(session.on).groups or NO_GROUP

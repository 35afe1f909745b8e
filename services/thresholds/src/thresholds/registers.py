"""Registers that were not taken: told of as they close, and ended once one of their entries comes.

Or withdrawn, once no pupil is on one any more. A register is that of a group's pupils in a session,
or of the pupils of no group. Pure; no SQL.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
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
from attendance.rules.facts import PupilFacts
from attendance.rules.register_not_taken import (
    RULE,
    NotTaken,
    registers_begun,
    registers_not_taken,
)
from attendance.rules.terms import quoted
from attendance.session import Session
from attendance.streams import register_alert_id, registers_stream

from thresholds.closings import Closed
from thresholds.digest import Telling
from thresholds.facts import Facts
from thresholds.judging import REPUBLISHED, Cause, Step
from thresholds.school import SchoolInTime

TAKEN: Final = "The register was taken."
NOBODY_ON_IT: Final = "By the admission register no pupil is on it any more."
NO_GROUP: Final = (None,)


Groups: TypeAlias = Mapping[str | None, Collection[PupilId]]


class TakenLate(NamedTuple):
    """That pupils were entered for a session after its registers had closed."""

    session: Session
    pupils: Collection[PupilId]


class Republished(NamedTuple):
    """That the calendar may hold a session no more, of which a register is told as not taken."""

    session: Session


class Left(NamedTuple):
    """That a pupil is on some groups' registers of a session no more."""

    session: Session
    groups: Collection[str | None]


Happened: TypeAlias = Closed | TakenLate | Republished | Left


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """What is known of a school's registers through a stretch of its log.

    Attributes:
        facts: of every pupil; where no register closed and none is in doubt, of those at least who
            were entered.
        entered: of each session that closed, or in which a pupil of several groups was entered
            late, who has an entry and since which position.
        members: of each group, who was ever placed in it.
        told: what was ever said about the registers concerned, in the order of the log.
    """

    urn: Urn
    school: SchoolInTime
    facts: Facts
    entered: Mapping[Session, Mapping[PupilId, int]]
    members: Groups
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
            standing = alerts.of(what.session)
            return list(_without_pupils(cause, what.session, standing, REPUBLISHED, of))
        case Left():
            standing = [each for each in alerts.of(what.session) if each[1] in what.groups]
            return list(_without_pupils(cause, what.session, standing, NOBODY_ON_IT, of))


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
    standing = alerts.of(taken.session)
    begun = _begun(cause.position, taken, of) if standing else frozenset()
    for alert, group in standing:
        if group in begun:
            yield ThresholdLapsed(
                alert=alert,
                rule=RULE,
                pupil=None,
                lapsed_on=taken.session,
                reason=TAKEN,
                lapsed_at=cause.at,
            )


def _begun(position: int, taken: TakenLate, of: Registers) -> frozenset[str | None]:
    """Name the groups whose register was begun, with what an event entered in it."""
    since = of.entered.get(taken.session)
    if since is None:
        return frozenset(
            group
            for pupil in taken.pupils
            for group in groups_of(of.facts[pupil].at(position), taken.session)
        )
    entered = {pupil for pupil, at in since.items() if at <= position}
    return registers_begun(_groups(taken.session, position, of), entered)


def _without_pupils(
    cause: Cause,
    session: Session,
    standing: Sequence[tuple[UUID, str | None]],
    reason: str,
    of: Registers,
) -> Iterator[ThresholdWithdrawn]:
    for alert, group in standing:
        if not _is_anybody_s(group, session, cause.position, of):
            yield ThresholdWithdrawn(
                alert=alert, rule=RULE, pupil=None, reason=reason, withdrawn_at=cause.at
            )


def members_of(facts: Facts) -> Groups:
    """List of each group who was ever placed in it; under None, who was ever in no group."""
    members: defaultdict[str | None, set[PupilId]] = defaultdict(set)
    for pupil, in_time in facts.items():
        for placed in chain.from_iterable(each.placements for each in in_time.facts):
            for group in placed.groups or NO_GROUP:
                members[group].add(pupil)
    return members


def _is_anybody_s(group: str | None, session: Session, position: int, of: Registers) -> bool:
    """Whether a session is held to any pupil of a group: asked for each who leaves it."""
    calendar = of.school.at(position).timetable.calendar
    closed_to = calendar.closed_to(session)
    known = (of.facts[pupil] for pupil in of.members.get(group, ()))
    return calendar.is_open(session) and any(
        each.begun(position) and group in on_registers_of(each.at(position), session.on, closed_to)
        for each in known
    )


def _groups(session: Session, position: int, of: Registers) -> Groups:
    """Sort the pupils to whom a session was due by their groups; none where it isn't held."""
    calendar = of.school.at(position).timetable.calendar
    groups: dict[str | None, list[PupilId]] = defaultdict(list)
    if not calendar.is_open(session):
        return groups
    closed_to = calendar.closed_to(session)
    for pupil, in_time in of.facts.items():
        if in_time.begun(position):
            for group in on_registers_of(in_time.at(position), session.on, closed_to):
                groups[group].append(pupil)
    return groups


def on_registers_of(
    facts: PupilFacts, on: date, closed_to: Collection[str]
) -> Sequence[str | None]:
    """List the groups on whose registers a pupil is to be entered in a session held that day.

    Args:
        closed_to: the year groups to which the session isn't held.
    """
    if not facts.on_roll(on):
        return ()
    placed = facts.placed_on(on)
    if placed.boarder or placed.year_group in closed_to:
        return ()
    return placed.groups or NO_GROUP


def groups_of(facts: PupilFacts, session: Session) -> Sequence[str | None]:
    """Name a pupil's groups of a session, due or not."""
    return facts.placed_on(session.on).groups or NO_GROUP

"""Statutory returns as they stand, made and changed by what a school's log says. Pure.

A return is made of a finding, once for each authority that it is for. It is never altered: a
correction is another return that says what it corrects. Sends nothing, and knows no subscription.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias, TypeGuard
from uuid import UUID

from attendance.events import (
    AlertConsidered,
    AlertEvent,
    Event,
    ReturnAcknowledged,
    ReturnEvent,
    ReturnSubmitted,
    ThresholdCorrected,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import LaCode, PupilId
from attendance.return_contents import KINDS, Registered, ReturnContents, contents_of
from attendance.returns import Role, addressees
from attendance.rules.sickness_return import RETURN_NOT_REQUIRED
from attendance.streams import return_id
from eventlog import StoredEvent

from notifications.codec import EventType, Json
from notifications.homes import concerns_new_home, has_moved
from notifications.stated import Finding
from notifications.statutory_return import StatutoryReturn, WithdrawnBecause

RegisteredAt: TypeAlias = Callable[[PupilId, int], Registered]
"""What the registers said of a pupil at a position of the log."""

StatedAt: TypeAlias = Callable[[UUID, int], Finding | None]
"""How a finding was stated last at a position of the log, if the log has it still."""

Written: TypeAlias = Callable[[ReturnContents], Json]
"""How what a return tells is written."""


class ReturnTold(NamedTuple):
    """A return of which an authority is told, and what it is told of it."""

    type: EventType
    made: StatutoryReturn


@dataclass(slots=True, kw_only=True)
class Returns:
    """The returns that a batch of events is about, carried from event to event.

    Attributes:
        made: by id; all of the alerts that the events are about, and of the pupils who moved.
        changed: the ids of those that were made or changed meanwhile.
        withdrawn: the ids of those that were withdrawn meanwhile.
    """

    registered_at: RegisteredAt
    stated_at: StatedAt
    written: Written
    made: dict[UUID, StatutoryReturn] = field(default_factory=dict)
    changed: set[UUID] = field(default_factory=set)
    withdrawn: set[UUID] = field(default_factory=set)

    def after(self, stored: StoredEvent, event: Event, la_code: LaCode) -> list[ReturnTold]:
        """Bring the returns up to an event, and list what authorities are to be told of it.

        Args:
            la_code: the school's authority then.
        """
        if has_moved(event):
            return list(self._moved(stored, event.pupil, la_code))
        if not is_about_return(event):
            return []
        self._hear(event.alert, stored.position)
        match event:
            case ThresholdMet() | ThresholdCorrected():
                return list(self._found(stored, event, la_code))
            case ThresholdWithdrawn():
                return list(self._withdrawn(stored, event.alert, WithdrawnBecause.NO_GROUND))
            case AlertConsidered() if event.outcome == RETURN_NOT_REQUIRED.slug:
                return list(self._withdrawn(stored, event.alert, WithdrawnBecause.NOT_REQUIRED))
            case ReturnAcknowledged() | ReturnSubmitted():
                self._recorded(event)
        return []  # a person who considers it, or a finding that ended, unmakes no duty

    def newly(self) -> list[StatutoryReturn]:
        """List those that were made or changed, as they stand now."""
        return [self.made[id_] for id_ in sorted(self.changed)]

    def _hear(self, alert: UUID, position: int) -> None:
        for each in self._of(alert):
            self._keep(replace(each, heard_position=position))

    def _found(self, stored: StoredEvent, event: Finding, la_code: LaCode) -> Iterator[ReturnTold]:
        """Make the returns of a finding as it is stated now; what is the same isn't made anew."""
        newest = {each.la_code: each for each in self._of(event.alert)}
        if any(_answers(each, event) for each in newest.values()):
            return
        for made in self._makes(stored, event, la_code):
            before = newest.pop(made.la_code, None)
            if before is None:
                self._keep(made)
                yield ReturnTold(EventType.RETURN_DUE, made)
            elif not before.stands or not before.says_the_same_as(made):
                yield self._corrected(before, made)
        for left in newest.values():
            if left.stands:
                yield self._withdraw(left, stored, WithdrawnBecause.ANOTHER_AUTHORITY)

    def _moved(self, stored: StoredEvent, pupil: PupilId, la_code: LaCode) -> Iterator[ReturnTold]:
        """Make what stands of a pupil's for the authority of the home as it is stated now."""
        standing = [each for each in self.made.values() if each.pupil == pupil and each.stands]
        for alert in dict.fromkeys(each.alert for each in standing):
            finding = self.stated_at(alert, stored.position)
            if finding is not None and concerns_new_home(finding.met_on.on, stored.recorded_at):
                self._hear(alert, stored.position)
                yield from self._at_new_home(stored, finding, la_code)

    def _at_new_home(
        self, stored: StoredEvent, finding: Finding, la_code: LaCode
    ) -> Iterator[ReturnTold]:
        newest = {each.la_code: each for each in self._of(finding.alert)}
        for made in self._makes(stored, finding, la_code):
            before = newest.pop(made.la_code, None)
            if made.role is Role.HOME and (before is None or not before.stands):
                self._keep(made)
                yield ReturnTold(EventType.RETURN_DUE, made)
        for left in newest.values():
            if left.stands and left.role is Role.HOME:
                yield self._withdraw(left, stored, WithdrawnBecause.ANOTHER_AUTHORITY)

    def _makes(
        self, stored: StoredEvent, event: Finding, la_code: LaCode
    ) -> Iterator[StatutoryReturn]:
        if event.pupil is None:
            return
        registered = self.registered_at(event.pupil, stored.position)
        contents = self.written(contents_of(event.rule, registered, event))
        for to in addressees(la_code, registered.pupil.entry.home_la_code):
            earlier = [each for each in self._of(event.alert) if each.la_code == to.la_code]
            version = len(earlier) + 1
            yield StatutoryReturn(
                id=return_id(event.alert, to.la_code, version),
                alert=event.alert,
                rule=event.rule,
                pupil=event.pupil,
                la_code=to.la_code,
                role=to.role,
                version=version,
                corrects=earlier[-1].id if earlier else None,
                met_on=event.met_on.on,
                due_on=event.due_on,
                provisional=event.provisional,
                contents=contents,
                made_at=stored.recorded_at,
                made_position=stored.position,
                heard_position=stored.position,
                handed_over=bool(earlier) and earlier[-1].handed_over,
            )

    def _corrected(self, before: StatutoryReturn, made: StatutoryReturn) -> ReturnTold:
        self._keep(made)
        if not before.stands:
            return ReturnTold(EventType.RETURN_DUE, made)
        self._keep(replace(before, corrected_by=made.id, corrected_at=made.made_at))
        return ReturnTold(EventType.RETURN_CORRECTED, made)

    def _withdrawn(
        self, stored: StoredEvent, alert: UUID, because: WithdrawnBecause
    ) -> Iterator[ReturnTold]:
        for each in self._of(alert):
            if each.stands:
                yield self._withdraw(each, stored, because)

    def _withdraw(
        self, made: StatutoryReturn, stored: StoredEvent, because: WithdrawnBecause
    ) -> ReturnTold:
        gone = replace(made, withdrawn_at=stored.recorded_at, withdrawn_because=because)
        self._keep(gone)
        self.withdrawn.add(gone.id)
        return ReturnTold(EventType.RETURN_WITHDRAWN, gone)

    def _recorded(self, event: ReturnEvent) -> None:
        made = self.made.get(event.statutory_return)
        if made is None:
            return
        self._keep(made.with_recorded(event))
        if isinstance(event, ReturnSubmitted):
            # It may have been corrected or withdrawn while it was sent.
            newest = [each for each in self._of(made.alert) if each.la_code == made.la_code][-1]
            self._keep(replace(newest, handed_over=not event.withdrawal))

    def _of(self, alert: UUID) -> list[StatutoryReturn]:
        """List the returns of a finding, each authority's in the order of their versions."""
        found = [each for each in self.made.values() if each.alert == alert]
        return sorted(found, key=lambda each: each.version)

    def _keep(self, made: StatutoryReturn) -> None:
        self.made[made.id] = made
        self.changed.add(made.id)
        before = made.corrects and self.made[made.corrects]
        if before and before.handed_over:  # from now on the newest looks after it
            self._keep(replace(before, handed_over=False))


def is_about_return(event: Event) -> TypeGuard[AlertEvent | ReturnEvent]:
    """Whether an event is about a finding of which returns are made, or about one of them."""
    return isinstance(event, AlertEvent | ReturnEvent) and event.rule in KINDS


def _answers(made: StatutoryReturn, finding: Finding) -> bool:
    """Whether a person's word that none is required is about all that is found now.

    It was about what was found then. Fewer days are of these; another ground, or more, is not.
    """
    if made.withdrawn_because is not WithdrawnBecause.NOT_REQUIRED:
        return False
    known = made.contents.get("figures", {})
    return all(count <= known.get(name, 0) for name, count in finding.figures.items())

"""Statutory returns as they stand, made and changed by what a school's log says. Pure.

A return is made of a finding, once for each authority that it is for. It is never altered: a
correction is another return that says what it corrects. Sends nothing, and knows no subscription.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias, TypeGuard
from uuid import UUID

from attendance.events import (
    AlertConsidered,
    AlertEvent,
    Event,
    ReturnAcknowledged,
    ReturnEvent,
    ReturnSubmitted,
    Signatory,
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

from notifications.codec import EventType, Json, instant

RegisteredAt: TypeAlias = Callable[[PupilId, int], Registered]
"""What the registers said of a pupil at a position of the log."""

Written: TypeAlias = Callable[[ReturnContents], Json]
"""How what a return tells is written."""


class WithdrawnBecause(StrEnum):
    """Why nothing is to be told any more."""

    NO_GROUND = "no-ground"  # the register as amended doesn't show it
    NOT_REQUIRED = "not-required"  # a person decided so
    ANOTHER_AUTHORITY = "another-authority"  # it is for another now


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryReturn:
    """A return to one authority, with what became of it but for its way there."""

    id: UUID
    alert: UUID
    rule: str
    pupil: PupilId
    la_code: LaCode
    role: Role
    version: int  # 1, and one more with each correction
    corrects: UUID | None
    met_on: date
    due_on: date | None
    provisional: bool
    contents: Json
    made_at: datetime
    made_position: int  # of the event it was made of
    heard_position: int  # of the newest event about it
    acknowledged_at: datetime | None = None
    acknowledgement: Json | None = None
    submitted_on: date | None = None
    submission: Json | None = None
    corrected_by: UUID | None = None
    corrected_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_because: WithdrawnBecause | None = None

    @property
    def stands(self) -> bool:
        """Whether it is neither corrected nor withdrawn."""
        return self.corrected_by is None and self.withdrawn_because is None

    def says_the_same_as(self, other: "StatutoryReturn") -> bool:
        """Whether an authority would learn nothing new from one that knows the other."""
        return (
            self.role is other.role
            and self.met_on == other.met_on
            and self.due_on == other.due_on
            and self.provisional == other.provisional
            and self.contents == other.contents
        )


class ReturnTold(NamedTuple):
    """A return of which an authority is told, and what it is told of it."""

    type: EventType
    made: StatutoryReturn


@dataclass(slots=True, kw_only=True)
class Returns:
    """The returns that a batch of events is about, carried from event to event.

    Attributes:
        made: by id; all of the alerts that the events are about.
        changed: the ids of those that were made or changed meanwhile.
    """

    registered_at: RegisteredAt
    written: Written
    made: dict[UUID, StatutoryReturn] = field(default_factory=dict)
    changed: set[UUID] = field(default_factory=set)

    def after(self, stored: StoredEvent, event: Event, la_code: LaCode) -> list[ReturnTold]:
        """Bring the returns up to an event, and list what authorities are to be told of it.

        Args:
            la_code: the school's authority then.
        """
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

    def _found(
        self, stored: StoredEvent, event: ThresholdMet | ThresholdCorrected, la_code: LaCode
    ) -> Iterator[ReturnTold]:
        """Make the returns of a finding as it is stated now; what is the same isn't made anew."""
        newest = {each.la_code: each for each in self._of(event.alert)}
        if any(each.withdrawn_because is WithdrawnBecause.NOT_REQUIRED for each in newest.values()):
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

    def _makes(
        self, stored: StoredEvent, event: ThresholdMet | ThresholdCorrected, la_code: LaCode
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
        return ReturnTold(EventType.RETURN_WITHDRAWN, gone)

    def _recorded(self, event: ReturnEvent) -> None:
        made = self.made.get(event.statutory_return)
        if made is not None:
            self._keep(_with_recorded(made, event))

    def _of(self, alert: UUID) -> list[StatutoryReturn]:
        """List the returns of a finding, each authority's in the order of their versions."""
        found = [each for each in self.made.values() if each.alert == alert]
        return sorted(found, key=lambda each: each.version)

    def _keep(self, made: StatutoryReturn) -> None:
        self.made[made.id] = made
        self.changed.add(made.id)


def is_about_return(event: Event) -> TypeGuard[AlertEvent | ReturnEvent]:
    """Whether an event is about a finding of which returns are made, or about one of them."""
    return isinstance(event, AlertEvent | ReturnEvent) and event.rule in KINDS


def _with_recorded(made: StatutoryReturn, event: ReturnEvent) -> StatutoryReturn:
    if isinstance(event, ReturnAcknowledged):
        said = {"reference": event.reference, "by": _person(event.acknowledged_by)}
        return replace(made, acknowledged_at=event.acknowledged_at, acknowledgement=said)
    submission = {
        "how": event.how.value,
        "reference": event.reference,
        "by": _person(event.recorded_by),
        "recorded_at": instant(event.recorded_at),
    }
    return replace(made, submitted_on=event.submitted_on, submission=submission)


def _person(by: Signatory | None) -> Json | None:
    return None if by is None else {"name": by.name, "position": by.position}

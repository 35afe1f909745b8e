"""What a batch of a school's log has to tell: messages, in the order of the log. Pure.

Knows no subscription: what is told doesn't depend on who listens.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, auto
from functools import partial
from typing import Final, TypeAlias
from uuid import UUID

from attendance.codec import decode
from attendance.events import (
    AlertConsidered,
    AlertEvent,
    Event,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
    ReturnAcknowledged,
    ReturnSubmitted,
    SchoolDetailsChanged,
    SchoolRegistered,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import LaCode, PupilId, Urn
from eventlog import StoredEvent

from notifications.alerts import told
from notifications.codec import (
    EventType,
    Json,
    about_pupil,
    envelope,
    message_id,
    subject_of,
    thin_admission,
    thin_deletion,
)
from notifications.errors import SchoolNeverRegistered
from notifications.homes import TO_HOME, Homes, concerns_new_home, has_moved
from notifications.return_bodies import GROUND, thin_return, whole_return, without_ground
from notifications.returns import Returns, ReturnTold
from notifications.thinning import thinned

Told: TypeAlias = PupilAdmitted | PupilDeleted | AlertEvent
Read: TypeAlias = tuple[StoredEvent, Event]
"""An event beside what the log says about it."""

KINDS: Final = frozenset(
    f"{event.__name__}.v1"
    for event in (
        SchoolRegistered,
        SchoolDetailsChanged,
        PupilAdmitted,
        PupilDeleted,
        PupilDetailsChanged,
        ThresholdMet,
        ThresholdCorrected,
        ThresholdWithdrawn,
        ThresholdLapsed,
        AlertConsidered,
        ReturnAcknowledged,
        ReturnSubmitted,
    )
)


class Hearers(StrEnum):
    """Whose subscriptions a message may be for, of those that collect its school's."""

    ALL = auto()
    AUTHORITY = auto()  # the school's own get it in another form, or had it already
    SCHOOL = auto()  # those that a school made for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One fact, told: the same bytes to everyone it concerns, or to everyone of a sort."""

    position: int  # of the event in the school's log
    ordinal: int  # 0..n of the event
    id: UUID
    la_code: str  # whom it is for: the school's authority when it happened, or a return's
    type: EventType
    rule: str | None  # of the alert or return it is about
    subject: str
    sequence: int  # 1..n of the subject
    body: str
    whole_body: str | None = None  # with names, for whoever may read them; None: the thin alone
    return_id: UUID | None = None  # the return that it brings to its authority
    hearers: Hearers = Hearers.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saying:
    """What a message is to say, before it has its place."""

    la_code: str
    type: EventType
    pupil: PupilId | None
    data: Json
    rule: str | None = None
    whole: Json | None = None
    return_id: UUID | None = None
    hearers: Hearers = Hearers.ALL


@dataclass(slots=True, kw_only=True)
class Publication:
    """What the service remembers of one school, carried from batch to batch.

    Attributes:
        la_code: None until the school is registered.
        returns: those that the events are about, as they stand.
        homes: the authorities where pupils live, and what they were told.
        alerts: as last told, by id.
        sequences: of the last message of each subject.
    """

    urn: Urn
    source: str
    la_code: LaCode | None
    returns: Returns
    homes: Homes
    alerts: dict[UUID, Json] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def messages_of(self, events: Iterable[Read]) -> list[Message]:
        """Write the messages of some events, in order, remembering what follows from them.

        Raises:
            SchoolNeverRegistered: before a school's first details there is nobody to tell.
        """
        messages: list[Message] = []
        for stored, event in events:
            if isinstance(event, SchoolRegistered | SchoolDetailsChanged):
                self.la_code = event.details.la_code
            else:
                sayings = enumerate(self._sayings(stored, event))
                messages += (self._message(stored, place, saying) for place, saying in sayings)
        return messages

    def _sayings(self, stored: StoredEvent, event: Event) -> Iterator[_Saying]:
        """Say what an event means: of itself first, then of the returns that follow from it."""
        if self.la_code is None:
            raise SchoolNeverRegistered("an event of a school that was never registered")
        if isinstance(event, Told):
            own = self._own(stored, event, self.la_code)
            yield own
            if isinstance(event, AlertEvent):
                concerned = self.homes.concerned(stored.position, event, self.la_code)
                yield from (_to_home(own, la_code) for la_code in concerned)
        elif has_moved(event):
            yield from self._to_new_home(stored, event.pupil, self.la_code)
        for following in self.returns.after(stored, event, self.la_code):
            yield from self._of_return(following)

    def _own(self, stored: StoredEvent, event: Told, la_code: LaCode) -> _Saying:
        rule = None
        if isinstance(event, PupilAdmitted):
            type_, data = EventType.PUPIL_ADMITTED, thin_admission(self.urn, event)
        elif isinstance(event, PupilDeleted):
            type_, data = EventType.PUPIL_DELETED, thin_deletion(self.urn, event)
        else:
            type_, data = told(self.urn, stored.position, event, self.alerts)
            self.alerts[event.alert], rule = data, event.rule
        return _Saying(la_code=la_code, type=type_, pupil=event.pupil, data=data, rule=rule)

    def _to_new_home(
        self, stored: StoredEvent, pupil: PupilId, school: LaCode
    ) -> Iterator[_Saying]:
        """Tell the authority of a new home of the pupil's open alerts, each as it stands."""
        for id_, alert in self.alerts.items():
            met_on = date.fromisoformat(alert["met_on"]["date"])
            if (
                alert["pupil"] == pupil
                and alert["rule"] in TO_HOME
                and alert["status"] == "open"
                and concerns_new_home(met_on, stored.recorded_at)
            ):
                met = _Saying(
                    la_code=school,
                    type=EventType.THRESHOLD_MET,
                    pupil=pupil,
                    data=thinned(alert),
                    rule=alert["rule"],
                )
                for la_code in self.homes.newly(stored.position, id_, pupil, school):
                    yield _to_home(met, la_code)

    def _of_return(self, following: ReturnTold) -> Iterator[_Saying]:
        """Say what becomes of a return; to a school's own subscriptions without its ground."""
        made, withdrawn = following.made, following.type is EventType.RETURN_WITHDRAWN
        thin = thin_return(self.urn, made, self.source)
        saying = _Saying(
            la_code=made.la_code,
            type=following.type,
            pupil=made.pupil,
            data=thin,
            rule=made.rule,
            whole=None if withdrawn else whole_return(thin, made),
            return_id=None if withdrawn else made.id,
        )
        if GROUND not in thin:
            yield saying
            return
        yield replace(saying, hearers=Hearers.AUTHORITY)
        told = without_ground(thin)
        whole = None if withdrawn else whole_return(told, made)
        yield replace(saying, data=told, whole=whole, return_id=None, hearers=Hearers.SCHOOL)

    def _message(self, stored: StoredEvent, ordinal: int, saying: _Saying) -> Message:
        subject = subject_of(self.urn, saying.pupil)
        sequence = self.sequences[subject] = self.sequences.get(subject, 0) + 1
        id_ = message_id(self.urn, stored.position, ordinal)
        written = partial(
            envelope,
            id=id_,
            type=saying.type,
            source=self.source,
            time=stored.recorded_at,
            about=about_pupil(subject, sequence=sequence, position=stored.position),
        )
        return Message(
            position=stored.position,
            ordinal=ordinal,
            id=id_,
            la_code=saying.la_code,
            type=saying.type,
            rule=saying.rule,
            subject=subject,
            sequence=sequence,
            body=written(data=saying.data),
            whole_body=None if saying.whole is None else written(data=saying.whole),
            return_id=saying.return_id,
            hearers=saying.hearers,
        )


def _to_home(saying: _Saying, la_code: LaCode) -> _Saying:
    return replace(saying, la_code=la_code, hearers=Hearers.AUTHORITY)


def decoded(events: Iterable[StoredEvent]) -> list[Read]:
    """Read events of the kinds above.

    Raises:
        AttendanceError: one can't be read by this version.
    """
    return [(stored, decode(stored.kind, stored.payload)) for stored in events]


def subjects_of(urn: Urn, events: Iterable[Read]) -> set[str]:
    """Name the subjects some events are about."""
    return {
        subject_of(urn, event.pupil)
        for _, event in events
        if isinstance(event, Told) or has_moved(event)
    }


def alerts_changed(events: Iterable[Read]) -> set[UUID]:
    """Name the alerts some events are about."""
    return {event.alert for _, event in events if isinstance(event, AlertEvent)}

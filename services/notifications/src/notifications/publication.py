"""What a batch of a school's log has to tell: messages, in the order of the log. Pure.

Knows no subscription: what is told doesn't depend on who listens.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

from attendance.codec import decode
from attendance.events import (
    AlertEvent,
    Event,
    PupilAdmitted,
    SchoolDetailsChanged,
    SchoolRegistered,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import Urn
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
)
from notifications.errors import SchoolNeverRegistered

Told: TypeAlias = PupilAdmitted | AlertEvent
Read: TypeAlias = tuple[StoredEvent, Event]
"""An event beside what the log says about it."""

KINDS: Final = frozenset(
    f"{event.__name__}.v1"
    for event in (
        SchoolRegistered,
        SchoolDetailsChanged,
        PupilAdmitted,
        ThresholdMet,
        ThresholdCorrected,
        ThresholdWithdrawn,
        ThresholdLapsed,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One fact, told: the same bytes to everyone it concerns."""

    position: int  # of the event in the school's log
    id: UUID
    la_code: str  # the school's authority when it happened
    type: EventType
    subject: str
    sequence: int  # 1..n of the subject
    body: str


@dataclass(slots=True, kw_only=True)
class Publication:
    """What the service remembers of one school, carried from batch to batch.

    Attributes:
        la_code: None until the school is registered.
        alerts: as last told, by id.
        sequences: of the last message of each subject.
    """

    urn: Urn
    source: str
    la_code: str | None
    alerts: dict[UUID, Json] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def messages_of(self, events: Iterable[Read]) -> list[Message]:
        """Write the messages of some events, in order, remembering what follows from them.

        Raises:
            SchoolNeverRegistered: before a school's first details there is nobody to tell.
        """
        messages = []
        for stored, event in events:
            if isinstance(event, SchoolRegistered | SchoolDetailsChanged):
                self.la_code = event.details.la_code
            elif isinstance(event, PupilAdmitted):
                data = thin_admission(self.urn, event)
                messages.append(self._message(stored, event, EventType.PUPIL_ADMITTED, data))
            elif isinstance(event, AlertEvent):
                type_, alert = told(self.urn, stored.position, event, self.alerts)
                self.alerts[event.alert] = alert
                messages.append(self._message(stored, event, type_, alert))
        return messages

    def _message(self, stored: StoredEvent, event: Told, type_: EventType, data: Json) -> Message:
        if self.la_code is None:
            raise SchoolNeverRegistered("an event of a school that was never registered")
        subject = subject_of(self.urn, event.pupil)
        sequence = self.sequences[subject] = self.sequences.get(subject, 0) + 1
        id_ = message_id(self.urn, stored.position)
        body = envelope(
            id=id_,
            type=type_,
            source=self.source,
            time=stored.recorded_at,
            about=about_pupil(subject, sequence=sequence, position=stored.position),
            data=data,
        )
        return Message(
            position=stored.position,
            id=id_,
            la_code=self.la_code,
            type=type_,
            subject=subject,
            sequence=sequence,
            body=body,
        )


def decoded(events: Iterable[StoredEvent]) -> list[Read]:
    """Read events of the kinds above.

    Raises:
        AttendanceError: one can't be read by this version.
    """
    return [(stored, decode(stored.kind, stored.payload)) for stored in events]


def subjects_of(urn: Urn, events: Iterable[Read]) -> set[str]:
    """Name the subjects some events are about."""
    return {subject_of(urn, event.pupil) for _, event in events if isinstance(event, Told)}


def alerts_changed(events: Iterable[Read]) -> set[UUID]:
    """Name the alerts some events are about."""
    return {event.alert for _, event in events if isinstance(event, AlertEvent)}

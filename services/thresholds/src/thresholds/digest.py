"""What a batch of events says, sorted by what it is about. Decodes; judges nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from attendance.calendar import CalendarYear
from attendance.codec import decode
from attendance.events import (
    AlertEvent,
    CalendarPublished,
    Event,
    MarksAmended,
    MarksRecorded,
    RecordingYearDropped,
    RuleTermsSet,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
)
from attendance.identifiers import PupilId
from attendance.rules.told import PupilEvent
from attendance.session import Session
from eventlog import StoredEvent

from thresholds.packing import BYTE_OF, Place, place_of


class Change(NamedTuple):
    """One entry that came into force for a pupil, by an original entry or an amendment."""

    position: int  # of the event in the school's log
    place: Place
    byte: int  # the code, as packing stores it
    amended: bool


class Taken(NamedTuple):
    """That a register was taken, or some of it."""

    position: int
    session: Session


class Edition(NamedTuple):
    """A calendar as one event published it."""

    position: int
    calendar: CalendarYear
    payload: str  # the event's, as the log has it


class Stated(NamedTuple):
    """A school's details as one event stated them."""

    position: int
    details: SchoolDetails
    payload: str


class TermsSet(NamedTuple):
    """The numbers one rule judges the school by, as one event set them."""

    position: int
    event: RuleTermsSet
    payload: str


class Telling(NamedTuple):
    """Something said about an alert."""

    position: int
    event: AlertEvent


@dataclass(slots=True)
class Digest:
    """A batch, sorted; each list in the order of the log."""

    details: list[Stated] = field(default_factory=list)
    calendars: list[Edition] = field(default_factory=list)
    terms: list[TermsSet] = field(default_factory=list)
    statements: dict[PupilId, list[tuple[int, PupilEvent]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # with their positions
    changes: dict[PupilId, list[Change]] = field(default_factory=lambda: defaultdict(list))
    taken: list[Taken] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    dropped: list[RecordingYearDropped] = field(default_factory=list)


def digest_of(events: Iterable[StoredEvent]) -> Digest:
    """Decode events of one school and sort them.

    Raises:
        AttendanceError: an event this version can't read.
    """
    digest = Digest()
    for stored in events:
        _take(digest, stored, decode(stored.kind, stored.payload))
    return digest


def _take(digest: Digest, stored: StoredEvent, event: Event) -> None:
    match event:
        case MarksRecorded():
            _take_marks(digest, stored.position, event)
        case MarksAmended():
            place = place_of(event.session)
            for amendment in event.amendments:
                change = Change(stored.position, place, BYTE_OF[amendment.amended], amended=True)
                digest.changes[amendment.pupil].append(change)
        case RecordingYearDropped():
            digest.dropped.append(event)
        case _ if isinstance(event, AlertEvent):
            digest.tellings.append(Telling(stored.position, event))
        case _ if isinstance(event, PupilEvent):
            digest.statements[event.pupil].append((stored.position, event))
        case _:
            _take_of_school(digest, stored, event)


def _take_marks(digest: Digest, position: int, event: MarksRecorded) -> None:
    place, changes = place_of(event.session), digest.changes
    digest.taken.append(Taken(position, event.session))
    # A register holds few codes, so its changes are few values, each said of many pupils.
    said = {
        code: Change(position, place, BYTE_OF[code], amended=False)
        for code in {mark.code for mark in event.marks}
    }
    for mark in event.marks:
        changes[mark.pupil].append(said[mark.code])


def _take_of_school(digest: Digest, stored: StoredEvent, event: Event) -> None:
    match event:
        case SchoolRegistered() | SchoolDetailsChanged():
            digest.details.append(Stated(stored.position, event.details, stored.payload))
        case CalendarPublished():
            digest.calendars.append(Edition(stored.position, event.calendar, stored.payload))
        case RuleTermsSet():
            digest.terms.append(TermsSet(stored.position, event, stored.payload))

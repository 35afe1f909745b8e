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
    PupilAdmitted,
    PupilDetailsChanged,
    RecordingYearDropped,
    SchoolDetailsChanged,
    SchoolRegistered,
)
from attendance.identifiers import LaCode, PupilId
from eventlog import StoredEvent

from thresholds.facts import Statement
from thresholds.packing import BYTE_OF, Place, place_of


class Change(NamedTuple):
    """One entry that came into force for a pupil, by an original entry or an amendment."""

    position: int  # of the event in the school's log
    place: Place
    byte: int  # the code, as packing stores it
    amended: bool


class Edition(NamedTuple):
    """A calendar as one event published it."""

    position: int
    calendar: CalendarYear
    payload: str  # the event's, as the log has it


class Telling(NamedTuple):
    """Something said about an alert."""

    position: int
    event: AlertEvent


@dataclass(slots=True)
class Digest:
    """A batch, sorted; each list in the order of the log."""

    la_code: LaCode | None = None  # as last stated in the batch
    calendars: list[Edition] = field(default_factory=list)
    statements: dict[PupilId, list[tuple[int, Statement]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # with their positions
    changes: dict[PupilId, list[Change]] = field(default_factory=lambda: defaultdict(list))
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
        case SchoolRegistered() | SchoolDetailsChanged():
            digest.la_code = event.details.la_code
        case CalendarPublished() | RecordingYearDropped():
            _take_year(digest, stored, event)
        case PupilAdmitted() | PupilDetailsChanged():
            digest.statements[event.pupil].append((stored.position, event))
        case _ if isinstance(event, AlertEvent):
            digest.tellings.append(Telling(stored.position, event))


def _take_marks(digest: Digest, position: int, event: MarksRecorded) -> None:
    place, changes = place_of(event.session), digest.changes
    # A register holds few codes, so its changes are few values, each said of many pupils.
    said = {
        code: Change(position, place, BYTE_OF[code], amended=False)
        for code in {mark.code for mark in event.marks}
    }
    for mark in event.marks:
        changes[mark.pupil].append(said[mark.code])


def _take_year(
    digest: Digest, stored: StoredEvent, event: CalendarPublished | RecordingYearDropped
) -> None:
    if isinstance(event, CalendarPublished):
        digest.calendars.append(Edition(stored.position, event.calendar, stored.payload))
    else:
        digest.dropped.append(event)

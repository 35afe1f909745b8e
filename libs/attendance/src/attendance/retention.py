"""How long an entry is kept, and what of a recording year stays when its entries go.

Entries go as a whole year of recording. Events on which the school's details and the roll rest
stay, byte for byte; so does whatever belongs to a story that goes on in a year not dropped: of a
pupil in the admission register, of an alert and the returns made of it, of a closure or a hold.
(Interpretations: decision 0026.)

Source: SI 2024/208 reg 7, every entry six years from the day it was made.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from attendance.calendar import london_date
from attendance.events import (
    AlertEvent,
    CalendarPublished,
    ClosureEvent,
    EntryRulesPublished,
    Event,
    MarksAmended,
    MarksRecorded,
    PupilDeleted,
    RecordingYearDropped,
    RetentionHoldLifted,
    RetentionHoldPlaced,
    ReturnEvent,
    RuleTermsSet,
    SchoolDetailsChanged,
    SchoolRegistered,
    ThresholdMet,
)
from attendance.identifiers import PupilId
from attendance.rules.terms import Source
from attendance.school import NO_SCHOOL, evolve

DAY: Final = timedelta(days=1)

ENTRY_KINDS: Final = (
    "MarksRecorded.v1",
    "MarksAmended.v1",
)
"""The entries of the attendance register, which go with their year whatever else there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTerms:
    """How long the law has an entry kept."""

    years: int  # from the day on which it was made
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = RetentionTerms(
    years=6,
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 7, preservation of entries (as its explanatory note has it)",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

Story: TypeAlias = PupilId | UUID
"""What goes whole or not at all: a pupil's admission with the plans for them; or a closure that
nobody planned, an alert, a hold, with what became of it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An event that is no entry, and where the log has it."""

    position: int
    year: int  # of recording, by its first calendar year
    event: Event


@dataclass(frozen=True, slots=True)
class Going:
    """What of a school's events goes with a year, its entries apart."""

    positions: Mapping[int, tuple[int, ...]]  # by recording year
    episodes: int  # the highest number of an alert among them; 0 for none


def may_go_on(made_at: datetime, terms: RetentionTerms = FROM_AUGUST_2024) -> date:
    """Find the first day on which an entry needn't be kept any more.

    The anniversary of its making is the last day it is kept. An amendment is an entry of its own,
    with its own day.
    """
    made_on = london_date(made_at)
    year = made_on.year + terms.years
    try:
        return made_on.replace(year=year) + DAY
    except ValueError:  # made on 29 February: six years are over when 1 March ends
        return date(year, 3, 2)


def going(
    placed: Sequence[Placed], *, dropped: Collection[int], needed: Collection[PupilId]
) -> Going:
    """Choose what goes with a recording year of one school, besides its entries.

    Args:
        placed: every event of the school that is no entry, of all years, in the order of the log.
        dropped: the year that is being dropped, and those that were: all there are up to it.
        needed: pupils who stay whatever their story: under a hold, or with entries made since.
    """
    stories: dict[Story, list[Placed]] = defaultdict(list)
    for each in placed:
        story = story_of(each.event)
        if story is not None:
            stories[story].append(each)
    over = {story for story, told in stories.items() if told[-1].year in dropped}
    named = _named(each for story, told in stories.items() if story not in over for each in told)
    staying: set[Story] = {*_on_roll(placed), *named, *needed}
    return _gathered(each for story in over - staying for each in stories[story])


def story_of(event: Event) -> Story | None:
    """Name the story an event belongs to; None for an entry, and for what is of the school."""
    match event:
        case MarksRecorded() | MarksAmended():
            return None
        case SchoolRegistered() | SchoolDetailsChanged() | CalendarPublished():
            return None
        case EntryRulesPublished() | RuleTermsSet() | RecordingYearDropped():
            return None
        case _ if isinstance(event, ClosureEvent):
            return event.closure
        case RetentionHoldPlaced() | RetentionHoldLifted():
            return event.hold
        case _ if isinstance(event, AlertEvent | ReturnEvent):
            return event.alert
        case _:
            return event.pupil


def deleted(events: Iterable[Event]) -> set[PupilId]:
    """Name the pupils who were ever deleted from the admission register."""
    return {event.pupil for event in events if isinstance(event, PupilDeleted)}


def _on_roll(placed: Iterable[Placed]) -> Iterator[PupilId]:
    school = evolve(NO_SCHOOL, [each.event for each in placed])
    return (pupil for pupil, each in school.roll.items() if each.newest.deleted_on is None)


def _named(placed: Iterable[Placed]) -> Iterator[PupilId]:
    """Name the pupils of stories that go on, so that none is of somebody unknown."""
    for each in placed:
        match each.event:
            case RetentionHoldPlaced():
                if each.event.pupil is not None:
                    yield each.event.pupil
            case event if isinstance(event, AlertEvent | ReturnEvent):
                if event.pupil is not None:
                    yield event.pupil


def _gathered(over: Iterable[Placed]) -> Going:
    positions: dict[int, list[int]] = defaultdict(list)
    episodes = 0
    for each in sorted(over, key=lambda each: each.position):
        positions[each.year].append(each.position)
        if isinstance(each.event, ThresholdMet):
            episodes = max(episodes, each.event.episode)
    return Going({year: tuple(found) for year, found in positions.items()}, episodes)

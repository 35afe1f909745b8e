"""What rules ask of a pupil besides the entries: the admission register and the plans, nameless.

Each fact with the place in the log that states it, since it may become evidence. Values; `told`
folds them from the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from attendance.admission_entry import CharacteristicPeriod
from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.planned_absences import Pattern, takes
from attendance.session import Session


class Placed(NamedTuple):
    """Where a pupil stands in the school from a day on."""

    from_on: date
    year_group: str
    boarder: bool  # no register need be taken of them (SI 2024/208 reg 10(1))
    groups: tuple[str, ...]  # registration groups, whose registers the pupil is on


class Deleted(NamedTuple):
    """That a pupil's name was deleted from the admission register."""

    last_on: date  # the last day on roll
    recorded_on: date  # in England
    ground: str  # the letter of reg 9(1)
    position: int


class Entered(NamedTuple):
    """One time on roll."""

    starting_day: date
    recorded_on: date  # in England
    position: int  # of the event that entered the name
    deleted: Deleted | None = None
    moved: tuple[int, ...] = ()  # positions of the events that gave it another starting day


class Arrangement(NamedTuple):
    """An absence plan in force, or that was; what was only asked for, or refused, is none.

    A plan that another replaced, or that was withdrawn, is none any more.
    """

    plan: UUID
    kind: PlanKind
    code: Code
    starts: Session
    ends: Session | None  # an early end and a deletion considered
    pattern: Pattern
    position: int  # of the event that stated it, or granted it
    stated_on: date  # the day of that event, in England
    permanent: bool = False  # an exclusion
    reviews_on: tuple[date, ...] = ()  # of a part-time timetable, in order
    return_expected_on: date | None = None  # of an illness
    evidence_seen: bool = False  # of an illness
    revises: tuple[int, ...] = ()  # positions of the events that stated what it took the place of

    def covers(self, session: Session) -> bool:
        """Whether it is about a session."""
        return takes(session, starts=self.starts, ends=self.ends, pattern=self.pattern)

    @property
    def calendar_days(self) -> int | None:
        """How many days it reaches over, the first and the last counted; None: it has no end."""
        return None if self.ends is None else (self.ends.on - self.starts.on).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilFacts:
    """A pupil's facts as stated last."""

    date_of_birth: date
    placements: tuple[Placed, ...]  # at least one, oldest first, each unlike the one before it
    enrolments: tuple[Entered, ...]  # at least one, oldest first
    characteristics: tuple[CharacteristicPeriod, ...] = ()
    arrangements: tuple[Arrangement, ...] = ()  # in the order they were stated, or granted
    asked_for: tuple[Arrangement, ...] = ()  # leave that nobody has decided; no rule asks it

    def placed_on(self, on: date) -> Placed:
        """Where the pupil stood that day; before the first placement, as in the first."""
        return placed_on(self.placements, on)

    def on_roll(self, on: date) -> bool:
        """Whether the pupil's name stood in the admission register that day."""
        return any(
            each.starting_day <= on and (each.deleted is None or on <= each.deleted.last_on)
            for each in self.enrolments
        )

    def time_on_roll(self, on: date) -> int:
        """Which time on roll a day is of, counted from 0; a day between two is of the one before.

        No run of absence goes on from one into another.
        """
        return sum(each.starting_day <= on for each in self.enrolments[1:])

    def has(self, characteristic: str, on: date) -> bool:
        """Whether a characteristic held that day."""
        return any(
            each.characteristic == characteristic and each.holds(on)
            for each in self.characteristics
        )


def placed_on(placements: Sequence[Placed], on: date) -> Placed:
    """Find the placement of a day; of a day before them all, the first.

    Args:
        placements: at least one, oldest first.
    """
    return next((each for each in reversed(placements) if each.from_on <= on), placements[0])

"""A small school as a person would remember it: what is entered, who is on roll, what is planned.

The model that the services are held against. Plain values, written from the regulations and the
contract; it imports nothing of the code that it is compared with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple

THURSDAY: Final = date(2025, 9, 18)
FRIDAY: Final = date(2025, 9, 19)
MONDAY: Final = date(2025, 9, 22)
DAYS: Final = (THURSDAY, FRIDAY, MONDAY)
HALVES: Final = ("AM", "PM")
# Every day that a command may name, and some more: what holds of days is asked of each of them.
HORIZON: Final = tuple(date(2025, 9, 8) + timedelta(days=each) for each in range(28))
ON_THE_WALL: Final = timezone(timedelta(hours=1))  # all of it lies in summer time
STARTS: Final = {"AM": (8, 55), "PM": (13, 0)}  # hour and minute, on the school's clock


class Held(NamedTuple):
    """A session."""

    on: date
    half: str

    @property
    def starts(self) -> datetime:
        """When the taking of its register begins."""
        hour, minute = STARTS[self.half]
        return datetime(self.on.year, self.on.month, self.on.day, hour, minute, tzinfo=ON_THE_WALL)


SESSIONS: Final = tuple(Held(on, half) for on in DAYS for half in HALVES)


class Place(NamedTuple):
    """Where a pupil stands on one day."""

    year_group: str
    groups: tuple[str, ...]
    boarder: bool


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a pupil's session; the first is the original, those after it amend it."""

    position: int
    at: datetime
    code: str
    original: str | None = None
    reason: str | None = None
    minutes_late: int | None = None
    detail: str | None = None
    raw: str | None = None
    closure: str | None = None
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A timetable (C2) or a suspension (E)."""

    id: str
    code: str
    starts: Held
    ends: Held
    pattern: frozenset[tuple[int, str]] = frozenset()  # none: every session
    open: bool = True
    withdrawn: bool = False

    def left_behind(self, on: date) -> "Plan":
        """Give the plan as a deletion on that day leaves it: with nothing after it."""
        if self.ends.on <= on:
            return self
        if on < self.starts.on:
            return replace(self, open=False, withdrawn=True)
        return replace(self, open=False, ends=Held(on, "PM"))

    def covers(self, session: Held) -> bool:
        """Whether a session is of it."""
        of_the_week = not self.pattern or (session.on.weekday(), session.half) in self.pattern
        return not self.withdrawn and self.starts <= session <= self.ends and of_the_week


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """A pupil, on roll in each stay from its first day to its last; None: it goes on."""

    of_school_age: bool
    stays: tuple[tuple[date, date | None], ...]
    places: Mapping[date, Place]
    plans: tuple[Plan, ...] = ()
    revision: int = 1

    def on_roll(self, on: date) -> bool:
        """Whether a day is in one of the stays."""
        return any(first <= on and (last is None or on <= last) for first, last in self.stays)

    def planned(self, session: Held, code: str) -> bool:
        """Whether a plan with that code covers the session."""
        return any(plan.code == code and plan.covers(session) for plan in self.plans)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A calendar: the days the school meets, and to whom it is closed on one of them."""

    closed: frozenset[Held] = frozenset()
    closed_to: frozenset[tuple[Held, str]] = frozenset()  # with a year group

    def meets(self, session: Held) -> bool:
        """Whether the session is held."""
        return session in SESSIONS and session not in self.closed


@dataclass(frozen=True, kw_only=True)
class Closure:
    """An unplanned closure."""

    sessions: tuple[Held, ...]
    reversed: bool = False


@dataclass(frozen=True, kw_only=True)
class School:
    """Everything there is, at one position of the log."""

    edition: Edition | None = None
    pupils: Mapping[str, Pupil] = field(default_factory=dict)
    entries: Mapping[tuple[Held, str], tuple[Entry, ...]] = field(default_factory=dict)
    closures: Mapping[str, Closure] = field(default_factory=dict)

    def meets(self, session: Held) -> bool:
        """Whether the calendar in force has the session."""
        return self.edition is not None and self.edition.meets(session)

    def closed_to(self, name: str, session: Held) -> bool:
        """Whether the session isn't one for this pupil's year group."""
        closed = self.edition.closed_to if self.edition else frozenset()
        return (session, self.pupils[name].places[session.on].year_group) in closed

    def roll(self, on: date, group: str | None = None) -> list[str]:
        """List who is on roll that day."""
        return [
            name
            for name, pupil in sorted(self.pupils.items())
            if pupil.on_roll(on) and (group is None or group in pupil.places[on].groups)
        ]

    def due(self, session: Held, group: str | None = None) -> Iterator[str]:
        """Give those of whom an entry is due, if the session is held."""
        for name in self.roll(session.on, group):
            boards = self.pupils[name].places[session.on].boarder
            if not (boards or self.closed_to(name, session)):
                yield name

    def missing(self, session: Held) -> list[str]:
        """List those due who have no entry, or one that says that they aren't on roll yet."""
        due = self.due(session) if self.meets(session) else ()
        return [name for name in due if self.code(session, name) in (None, "Z")]

    def entered(self, session: Held) -> list[str]:
        """List those with an entry: who is on roll first, then who no longer is or never was."""
        names = {name for held, name in self.entries if held == session}
        on_roll = [name for name in self.roll(session.on) if name in names]
        return [*on_roll, *sorted(names.difference(on_roll))]

    def code(self, session: Held, name: str) -> str | None:
        """Tell the code in force."""
        entries = self.entries.get((session, name))
        return entries[-1].code if entries else None

    def with_entries(self, session: Held, made: Iterable[tuple[str, Entry]]) -> "School":
        """Add an entry to each pupil's history of a session."""
        entries = dict(self.entries)
        for name, entry in made:
            entries[session, name] = (*entries.get((session, name), ()), entry)
        return replace(self, entries=entries)

    def with_pupil(self, name: str, pupil: Pupil) -> "School":
        """Put a pupil in the place of whatever was known of them."""
        return replace(self, pupils={**self.pupils, name: pupil})

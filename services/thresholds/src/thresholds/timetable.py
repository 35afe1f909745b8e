"""Which sessions a school holds, as packed years have them, and since which event. No SQL, no rule.

For all of its pupils, or less those closed to a year group. Of a year without a calendar every
session is held, as far as is known (docs/decisions/0019).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from attendance.calendar import WHOLE_SCHOOL, CalendarYear, Closure, SchoolCalendar
from attendance.codec import decode
from attendance.events import CalendarPublished
from attendance.session import Half, Session, academic_year_of

from thresholds.digest import Edition
from thresholds.packing import LONGEST, Place, first_day, place_of, sessions_of

EVERY_SLOT: Final = int.from_bytes(b"\xff" * LONGEST, "little")
REMEMBERED: Final = 512  # schools; one is a few hundred kilobytes of numbered weeks


@dataclass(frozen=True, slots=True)
class Timetable:
    """A school's calendar, and the slots of each academic year that it holds."""

    calendar: SchoolCalendar
    _masks: dict[tuple[int, str], int] = field(default_factory=dict, repr=False, compare=False)

    def differs_from(self, other: "Timetable") -> Place | None:
        """Find the Monday from which on two timetables differ to anyone; None where they don't.

        Entries before it are judged alike by both: a school week is whole or it isn't.
        """
        years = sorted({_first_year(each) for each in self.calendar.years + other.calendar.years})
        for year in years:
            groups = {WHOLE_SCHOOL, *_set_apart(self.calendar, year)}
            groups.update(_set_apart(other.calendar, year))
            if apart := [
                _lowest_slot(mask)
                for group in groups
                if (mask := self.mask(year, group) ^ other.mask(year, group))
            ]:
                return _monday_of(year, min(apart))
        return None

    def mask(self, year: int, year_group: str) -> int:
        """Give an academic year's slots as bytes, all bits set where held, the first lowest.

        Args:
            year_group: less the sessions closed to it; `WHOLE_SCHOOL`: with those of any.
        """
        mask = self._masks.get((year, year_group))
        if mask is None:
            if year_group == WHOLE_SCHOOL:
                mask = _mask_of(self.calendar, year)
            else:
                closed = _closed_to(year_group, self.calendar, year)
                mask = self.mask(year, WHOLE_SCHOOL) & ~closed
            self._masks[year, year_group] = mask
        return mask


@dataclass(frozen=True, slots=True)
class Timetables:
    """The school's timetable as it stood at each position of a stretch of its log."""

    positions: Sequence[int]  # of the first event that each is good for; the first is 0
    timetables: Sequence[Timetable]

    def at(self, position: int) -> Timetable:
        """The timetable in force once the event at a position has happened."""
        return self.timetables[bisect_right(self.positions, position) - 1]

    def changed_from(self) -> Place | None:
        """Find the first Monday from which on any edition changed what the one before held."""
        changes = [later.differs_from(earlier) for earlier, later in pairwise(self.timetables)]
        return min((change for change in changes if change is not None), default=None)


def timetables_of(payloads: Sequence[str], editions: Sequence[Edition]) -> Timetables:
    """Follow a school's timetable through the editions of a stretch of its log.

    Args:
        payloads: as `timetable_of` takes them: those in force before.
    """
    timetables = [timetable_of(tuple(payloads))]
    for edition in editions:
        timetables.append(Timetable(timetables[-1].calendar.with_year(edition.calendar)))
    return Timetables([0, *(edition.position for edition in editions)], timetables)


@lru_cache(maxsize=REMEMBERED)
def timetable_of(payloads: tuple[str, ...]) -> Timetable:
    """Read a school's calendars; by what they say, so a new edition is another timetable.

    Args:
        payloads: of the CalendarPublished events in force, in order of year.
    """
    return Timetable(SchoolCalendar(tuple(_years_in(payloads))))


def _years_in(payloads: Sequence[str]) -> Iterator[CalendarYear]:
    for payload in payloads:
        published = decode("CalendarPublished.v1", payload)
        if isinstance(published, CalendarPublished):
            yield published.calendar


def _set_apart(calendar: SchoolCalendar, year: int) -> set[str]:
    """Name the year groups to which something of an academic year is closed."""
    return {group for closure in _closures(calendar, year) for group in closure.year_groups}


def _mask_of(calendar: SchoolCalendar, year: int) -> int:
    if not calendar.covers(first_day(year)):
        return EVERY_SLOT
    held = bytes(0xFF * calendar.is_open(session) for session in sessions_of(year))
    return int.from_bytes(held, "little")


def _closed_to(year_group: str, calendar: SchoolCalendar, year: int) -> int:
    closed = 0
    for closure in _closures(calendar, year):
        if year_group in closure.year_groups:
            for session in closure.sessions:
                closed |= 0xFF << 8 * place_of(session).slot
    return closed


def _closures(calendar: SchoolCalendar, year: int) -> Sequence[Closure]:
    published = calendar.year(academic_year_of(first_day(year)))
    return published.closures if published else ()


def _first_year(calendar: CalendarYear) -> int:
    return int(calendar.year.partition("-")[0])


def _monday_of(year: int, slot: int) -> Place:
    on = sessions_of(year)[slot].on
    return place_of(Session(on - timedelta(days=on.weekday()), Half.AM))


def _lowest_slot(mask: int) -> int:
    return ((mask & -mask).bit_length() - 1) // 8

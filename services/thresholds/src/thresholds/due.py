"""Which sessions were due to one pupil, by the year group and boarding of each day. Pure.

An entry of any other session counts for nothing: it was closed to the pupil (decision 0019), or no
register need have been taken of them that day (SI 2024/208 reg 10(1)).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from attendance.rules.facts import Placed
from attendance.session import Session

from thresholds.packing import LONGEST, PupilYear, first_day, place_of
from thresholds.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Due:
    """A school's timetable as it is for a pupil who stood in the school like this."""

    timetable: Timetable
    placements: Sequence[Placed]  # at least one, oldest first

    def includes(self, session: Session) -> bool:
        """Whether the session was due."""
        year, slot = place_of(session)
        return bool(self.mask(year) >> 8 * slot & 1)

    def counted(self, year: int, entries: PupilYear) -> PupilYear:
        """Leave out a year's entries of other sessions; to be read, not entered in."""
        held = self.held(year, entries.sessions)
        return (
            entries if held == entries.sessions else PupilYear(bytearray(held), entries.positions)
        )

    def held(self, year: int, sessions: bytes | bytearray) -> bytes:
        """Blank those of a year's packed sessions that weren't due."""
        left = int.from_bytes(sessions, "little") & self.mask(year)
        return left.to_bytes(len(sessions), "little")

    def mask(self, year: int) -> int:
        """Give an academic year's slots as bytes, all bits set where due, the first lowest."""
        if len(self.placements) == 1:
            return self._mask_of(self.placements[0], year)
        mask = 0
        for placed, slots in _spans(self.placements, year):
            mask |= self._mask_of(placed, year) & slots
        return mask

    def _mask_of(self, placed: Placed, year: int) -> int:
        return 0 if placed.boarder else self.timetable.mask(year, placed.year_group)


def _spans(placements: Sequence[Placed], year: int) -> Iterator[tuple[Placed, int]]:
    """Give the slots of a year for which each placement is good; the first is so from ever."""
    begins = [0, *(_slot_of(each.from_on, year) for each in placements[1:])]
    for placed, first, end in zip(placements, begins, [*begins[1:], LONGEST], strict=True):
        yield placed, (1 << 8 * end) - (1 << 8 * first)


def _slot_of(on: date, year: int) -> int:
    return min(max(2 * (on - first_day(year)).days, 0), LONGEST)

"""Stretches of days as packed years have them: which slots of which academic years. Pure."""

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from attendance.session import Half, Session

from thresholds.packing import LONGEST, first_day, place_of

SLOTS_A_DAY: Final = len(Half)
WEEK: Final = 7  # days
REMEMBERED: Final = 4096  # most pupils of a school stand in it for the same days


class Span(NamedTuple):
    """Days from one to another, both included; None is as far as there are any."""

    first: date | None = None
    last: date | None = None


ALWAYS: Final = Span()

Spans: TypeAlias = tuple[Span, ...]


class Part(NamedTuple):
    """What of one academic year lies in a period: slots from `first`, before `end`."""

    year: int
    first: int
    end: int


def parts_of(first: date, last: date) -> list[Part]:
    """Cut a period up by academic years.

    Args:
        last: included; not before `first`.
    """
    begins, ends = place_of(Session(first, Half.AM)), place_of(Session(last, Half.PM))
    return [
        Part(
            year,
            begins.slot if year == begins.year else 0,
            ends.slot + 1 if year == ends.year else LONGEST,
        )
        for year in range(begins.year, ends.year + 1)
    ]


@lru_cache(maxsize=REMEMBERED)
def mask_of(spans: Spans, year: int) -> int:
    """Give an academic year's slots as bytes, all bits set on the days of any of some spans."""
    mask = 0
    for first, last in spans:
        begins = 0 if first is None else _slot(first, year)
        ends = LONGEST if last is None else _slot(last, year, days_on=1)
        mask |= (1 << 8 * max(begins, ends)) - (1 << 8 * begins)
    return mask


@lru_cache
def weekday_mask(weekday: int, year: int) -> int:
    """Give an academic year's slots as bytes, all bits set on one day of the week; 0 is Monday."""
    begins = (weekday - first_day(year).weekday()) % WEEK
    slots = bytearray(LONGEST)
    for half in range(SLOTS_A_DAY):
        place = slice(SLOTS_A_DAY * begins + half, None, SLOTS_A_DAY * WEEK)
        slots[place] = b"\xff" * len(slots[place])
    return int.from_bytes(slots, "little")


def masked(packed: bytes, mask: int) -> bytes:
    """Blank those of a year's packed sessions that a mask doesn't have."""
    return (int.from_bytes(packed, "little") & mask).to_bytes(len(packed), "little")


def _slot(on: date, year: int, *, days_on: int = 0) -> int:
    return min(max(SLOTS_A_DAY * ((on - first_day(year)).days + days_on), 0), LONGEST)

"""The unit a register is taken in: half a school day. Knows no calendar, so not whether it is held.

Source: SI 1999/3181 reg 3(1), each day a school meets has two sessions.
"""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from attendance.identifiers import AcademicYear

FIRST_MONTH: Final = 8  # an academic year starts on 1 August


class Half(StrEnum):
    """Which of the two sessions of a day. AM sorts before PM, as it must."""

    AM = "AM"
    PM = "PM"


class Session(NamedTuple):
    """One morning or afternoon, ordered in time.

    A named tuple and not a dataclass (decision 0012): it is the key of every window and tally, and
    compares, hashes and sorts several times faster this way.
    """

    on: date
    half: Half


def first_year_of(on: date) -> int:
    """Give the calendar year in which a date's academic year began."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def academic_year_of(on: date) -> AcademicYear:
    """Name the academic year, 1 August to 31 July, that a date falls in."""
    first = first_year_of(on)
    return AcademicYear(f"{first}-{(first + 1) % 100:02d}")

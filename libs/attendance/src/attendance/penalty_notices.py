"""A penalty notice, as the school is told of it: to which parent, and from when.

A value; what a first, a second and a third one mean is the law's (rules/penalty_notice_limits).
Source: Education (Penalty Notices) (England) Regulations 2007, SI 2007/1867, as amended.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

NOTICE_ISSUED: Final = "notice-issued"  # what a person decides on an alert, by the slug
NOTICE_WITHDRAWN: Final = "notice-withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyNotice:
    """One notice to one parent for one pupil."""

    parent: str  # by name: notices are counted for each parent and pupil
    issued_on: date
    received_on: date | None = None  # the days to pay in begin with it; None: not known yet

    def is_to(self, parent: str) -> bool:
        """Whether it went to that parent; capitals and spacing don't matter."""
        return _alike(self.parent) == _alike(parent)

    def is_the_same_as(self, other: "PenaltyNotice") -> bool:
        """Whether they are one notice: to one parent, of one day."""
        return self.issued_on == other.issued_on and self.is_to(other.parent)


def _alike(name: str) -> str:
    return " ".join(name.split()).casefold()

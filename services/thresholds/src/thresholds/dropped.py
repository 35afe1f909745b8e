"""Up to which year a school's entries were dropped, and what that says of its alerts. Pure."""

from dataclasses import dataclass
from typing import Final

FROZEN_AFTER: Final = 1  # years; no rule's window reaches back so far


@dataclass(frozen=True, slots=True)
class Dropped:
    """Up to which year a school's entries were dropped; years by their first calendar year.

    What is left of a dropped year, entered or amended since, isn't whole and counts nowhere. The
    grounds of alerts of the year after may reach back into it, so those stay as last told too.
    """

    to: int | None  # None: none was
    episodes: int  # the highest number of an alert that went, so that no identity returns

    def is_gone(self, year: int) -> bool:
        """Whether the entries of an academic year were dropped."""
        return self.to is not None and year <= self.to

    def is_frozen(self, year: int) -> bool:
        """Whether alerts met in an academic year stay as they were last told."""
        return self.to is not None and year <= self.to + FROZEN_AFTER


NOTHING: Final = Dropped(None, 0)

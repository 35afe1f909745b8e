"""What this service can't take from the log, or from a file.

    ThresholdsError
    ├── SchoolNeverRegistered something to judge in a school that no event registered
    ├── PupilNeverAdmitted    entries of a pupil whom no event admitted
    ├── AlertNeverRaised      an alert goes on that never began
    └── BenchmarksRefused     a file of published figures that isn't one

Any of the first three holds the school back as a fault until a person has seen to it; nothing is
guessed.
"""

from collections.abc import Iterable
from typing import Final

MOST_REASONS: Final = 20  # told of; a file of another kind is wrong in every line


class ThresholdsError(Exception):
    """The root of everything this service raises by itself."""


class SchoolNeverRegistered(ThresholdsError):
    """The log has something to judge of a school that it never registered."""

    def __init__(self) -> None:
        super().__init__("The log has pupils of a school that no event registered.")


class PupilNeverAdmitted(ThresholdsError):
    """The log has entries of a pupil whom it never admitted, so their age isn't known."""

    def __init__(self) -> None:
        super().__init__("The log has entries of a pupil whom no event admitted.")


class AlertNeverRaised(ThresholdsError):
    """The log corrects, withdraws or ends an alert that it never raised."""

    def __init__(self) -> None:
        super().__init__("The log goes on about an alert that no event raised.")


class BenchmarksRefused(ThresholdsError):
    """A file of published figures can't be what it says; nothing of it was stored."""

    def __init__(self, reasons: Iterable[str]) -> None:
        """Say why, line by line."""
        self.reasons = tuple(reasons)
        told = self.reasons[:MOST_REASONS]
        more = [f"and {len(self.reasons) - len(told)} more"] if self.reasons[len(told) :] else []
        super().__init__("\n".join(["Nothing was stored.", *told, *more]))

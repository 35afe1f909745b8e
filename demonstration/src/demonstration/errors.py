"""What can go wrong for an outsider.

DemonstrationError
├── Refused             Rollbook said no, and asking again would not help
├── Unavailable         Rollbook did not answer, or only with "later", for too long
└── StoryDoesNotFit     the weeks given cannot hold the story
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


class DemonstrationError(Exception):
    """Root of the errors of the demonstration."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem+json answer, which never repeats what was sent and so may be shown."""

    status: int
    title: str
    detail: str
    codes: AbstractSet[str]  # of the items refused, or of the whole where no item is named


class Refused(DemonstrationError):
    """Rollbook refused a request."""

    def __init__(self, problem: Problem) -> None:
        codes = ", ".join(sorted(problem.codes))
        said = f"{problem.title}. {problem.detail}".rstrip()
        super().__init__(f"Rollbook refused ({problem.status} {codes}): {said}")
        self.problem = problem


class Unavailable(DemonstrationError):
    """Rollbook stayed out of reach through every attempt."""


class StoryDoesNotFit(DemonstrationError):
    """Ten absences in these weeks would be a tenth of the year, and raise another alert too."""

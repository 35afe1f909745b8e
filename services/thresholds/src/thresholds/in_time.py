"""What was stated last, at each position of a stretch of the log. A value; knows no subject."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InTime(Generic[T]):
    """Something that is stated anew now and then; the first is good from before the stretch on."""

    positions: Sequence[int]  # of the first event that each is good for; the first is 0
    stated: Sequence[T]

    def at(self, position: int) -> T:
        """What was stated last once the event at a position has happened."""
        return self.stated[bisect_right(self.positions, position) - 1]


def in_time(before: T, stated: Iterable[tuple[int, T]]) -> InTime[T]:
    """Follow something through a stretch of the log.

    Args:
        before: as it was stated last before it.
        stated: with their positions, in the order of the log.
    """
    made = [(0, before), *stated]
    return InTime([position for position, _ in made], [each for _, each in made])

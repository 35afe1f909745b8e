"""What judging a pupil takes besides their entries, and since which event. Pure; no SQL, no rule.

As the admission register states it: of a pupil judged event by event it is asked as it stood at
each event, and not at the end of a batch (docs/decisions/0014).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, TypeAlias

from attendance.identifiers import PupilId
from attendance.rules.facts import PupilFacts
from attendance.rules.told import PupilEvent, told
from attendance.session import Half, Session

from thresholds.errors import PupilNeverAdmitted
from thresholds.packing import Place, place_of

EVER: Final = Place(0, 0)  # before every entry


@dataclass(frozen=True, slots=True)
class FactsInTime:
    """A pupil's facts as they stood at each position of a stretch of the log."""

    positions: Sequence[int]  # of the first event that each is good for
    facts: Sequence[PupilFacts]

    def at(self, position: int) -> PupilFacts:
        """The facts once the event at a position has happened.

        Raises:
            PupilNeverAdmitted: it happened before the pupil was admitted.
        """
        place = bisect_right(self.positions, position) - 1
        if place < 0:
            raise PupilNeverAdmitted
        return self.facts[place]

    def begun(self, position: int) -> bool:
        """Whether the pupil had been admitted once the event at a position has happened."""
        return bool(self.positions) and self.positions[0] <= position

    def changes(self) -> Iterator[tuple[int, Place]]:
        """List the positions at which the facts changed, each with where on entries differ."""
        for position, (earlier, later) in zip(
            self.positions[1:], pairwise(self.facts), strict=True
        ):
            if (since := differ_from(earlier, later)) is not None:
                yield position, since


Facts: TypeAlias = Mapping[PupilId, FactsInTime]


def facts_in_time(
    before: PupilFacts | None, statements: Iterable[tuple[int, PupilEvent]]
) -> FactsInTime:
    """Follow a pupil's facts through a stretch of the log.

    Args:
        before: as they stood before it; None where the pupil wasn't admitted yet.
        statements: with their positions, in the order of the log; at least one, or there is a
            `before`.
    """
    positions, facts = ([], []) if before is None else ([0], [before])
    for position, event in statements:
        before = told(before, position, event)
        positions.append(position)
        facts.append(before)
    return FactsInTime(positions, facts)


def differ_from(earlier: PupilFacts, later: PupilFacts) -> Place | None:
    """Find from where on entries may be judged otherwise; None where none may.

    Groups say whose register a pupil is on, and change nothing of what was entered in it.
    """
    if earlier.date_of_birth != later.date_of_birth:
        return EVER
    enrolments = earlier.enrolments[1:] + later.enrolments[1:]
    days = sorted(
        {each.from_on for each in earlier.placements + later.placements}
        | {each.starting_day for each in enrolments}
    )
    for on in days:
        if _judged_as(earlier, on) != _judged_as(later, on):
            return EVER if on == days[0] else place_of(Session(on, Half.AM))
    return None


def _judged_as(facts: PupilFacts, on: date) -> tuple[str, bool, int]:
    placed = facts.placed_on(on)
    return placed.year_group, placed.boarder, facts.time_on_roll(on)

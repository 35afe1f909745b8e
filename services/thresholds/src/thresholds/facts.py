"""What judging a pupil takes besides their entries, and since which event. Pure; no SQL, no rule.

As the admission register states it: of a pupil judged event by event it is asked as it stood at
each event, and not at the end of a batch (docs/decisions/0014).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from attendance.admission_entry import Placement
from attendance.events import PupilAdmitted, PupilDetailsChanged
from attendance.identifiers import PupilId
from attendance.session import Half, Session

from thresholds.errors import PupilNeverAdmitted
from thresholds.packing import Place, place_of

EVER: Final = Place(0, 0)  # before every entry

Statement: TypeAlias = PupilAdmitted | PupilDetailsChanged


class Placed(NamedTuple):
    """Where a pupil stands in the school from a day on, without the groups: no rule asks those."""

    from_on: date
    year_group: str
    boarder: bool  # no register need be taken of them (SI 2024/208 reg 10(1))


class PupilFacts(NamedTuple):
    """A pupil's facts as stated last."""

    date_of_birth: date
    placements: tuple[Placed, ...]  # at least one, oldest first, each unlike the one before it

    def differ_from(self, other: "PupilFacts") -> Place | None:
        """Find from where on entries may be judged otherwise; None where none may."""
        if self.date_of_birth != other.date_of_birth:
            return EVER
        days = sorted({each.from_on for each in self.placements + other.placements})
        for on in days:
            if _placed_on(self.placements, on) != _placed_on(other.placements, on):
                return EVER if on == days[0] else place_of(Session(on, Half.AM))
        return None


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

    def changes(self) -> Iterator[tuple[int, Place]]:
        """List the positions at which the facts changed, each with where on entries differ."""
        for position, (earlier, later) in zip(
            self.positions[1:], pairwise(self.facts), strict=True
        ):
            if (since := later.differ_from(earlier)) is not None:
                yield position, since


Facts: TypeAlias = Mapping[PupilId, FactsInTime]


def facts_in_time(
    before: PupilFacts | None, statements: Iterable[tuple[int, Statement]]
) -> FactsInTime:
    """Follow a pupil's facts through a stretch of the log.

    Args:
        before: as they stood before it; None where the pupil wasn't admitted yet.
        statements: with their positions, in the order of the log; at least one, or there is a
            `before`.
    """
    positions, facts = ([], []) if before is None else ([0], [before])
    for position, event in statements:
        before = _after(before, event)
        positions.append(position)
        facts.append(before)
    return FactsInTime(positions, facts)


def _after(before: PupilFacts | None, event: Statement) -> PupilFacts:
    if isinstance(event, PupilDetailsChanged):
        placements = (_placed(each) for each in event.placements)
        return PupilFacts(event.entry.date_of_birth, _unlike(placements))
    again = Placed(event.starting_day, event.year_group, event.boarder)
    held = before.placements if before else ()
    earlier = (each for each in held if each.from_on < event.starting_day)
    return PupilFacts(event.date_of_birth, _unlike([*earlier, again]))


def _placed(placement: Placement) -> Placed:
    return Placed(placement.from_on, placement.year_group, placement.boarder)


def _unlike(placements: Iterable[Placed]) -> tuple[Placed, ...]:
    """Leave out what changes nothing, as a placement in another group of the same year does."""
    kept: list[Placed] = []
    for each in placements:
        if not kept or kept[-1][1:] != each[1:]:
            kept.append(each)
    return tuple(kept)


def _placed_on(placements: Sequence[Placed], on: date) -> tuple[str, bool]:
    placed = next((each for each in reversed(placements) if each.from_on <= on), placements[0])
    return placed.year_group, placed.boarder

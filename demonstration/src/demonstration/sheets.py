"""A pupil's sessions while they are filled in, each once, and the spells they were filled with.

Knows no code's meaning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from demonstration.diary import Diary, Places
from demonstration.pupils import Classroom, Pupil
from demonstration.shares import BAND_WIDTH

LATENESS_SPREAD: Final = 1.2  # of the logarithm: a few pupils are late often, most hardly ever


@dataclass(frozen=True, slots=True)
class Entry:
    """What an MIS keeps for a pupil's session."""

    code: str
    comment: str | None = None
    minutes_late: int | None = None  # whole minutes after the session began


@dataclass(frozen=True, slots=True)
class Spell:
    """What befell a pupil at one stretch: the same entry at each of some places, in order."""

    places: tuple[int, ...]
    entry: Entry


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A pupil, what inclines them to absence, and their entries so far. Is written on."""

    pupil: Pupil
    year_group: int
    absence: float  # the share of sessions that pupils like this one miss, 0 to 1
    lateness: float  # relative to other pupils
    on_roll_from: int  # place in the diary
    entries: dict[int, Entry] = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)

    def is_free(self, places: Places, code: str) -> bool:
        """Say whether a spell fits here: the pupil is on roll, and has no entry at any place.

        Nor may it lie between the places of another spell of its code: a pupil has one part-time
        timetable at a time.
        """
        return (
            places[0] >= self.on_roll_from
            and not any(place in self.entries for place in places)
            and not any(_interleaved(spell.places, places) for spell in self._spells_of(code))
        )

    def fill(self, places: Places, entry: Entry) -> None:
        """Enter the same at each of these places."""
        self.entries.update(dict.fromkeys(places, entry))
        self.spells.append(Spell(tuple(places), entry))

    def _spells_of(self, code: str) -> Iterator[Spell]:
        return (spell for spell in self.spells if spell.entry.code == code)


def blank_sheets(
    classrooms: Sequence[Classroom], diary: Diary, bands: Sequence[float], rng: Random
) -> list[list[Sheet]]:
    """Prepare each class's sheets, with rates of absence spread as the published bands are.

    The rates are dealt out evenly over the distribution and then shuffled, not drawn one by one,
    so that a school of one class has its share of pupils who are often absent.
    """
    number = sum(len(classroom.pupils) for classroom in classrooms)
    rates = [absence_at((place + 0.5) / number, bands) for place in range(number)]
    rng.shuffle(rates)
    return [
        [
            Sheet(
                pupil=pupil,
                year_group=classroom.year_group,
                absence=rates.pop(),
                lateness=rng.lognormvariate(0, LATENESS_SPREAD),
                on_roll_from=diary.first_place_on(pupil.starting_day),
            )
            for pupil in classroom.pupils
        ]
        for classroom in classrooms
    ]


def absence_at(quantile: float, bands: Sequence[float]) -> float:
    """Read a rate of absence (0 to 1) off the published bands, taken as even within each band.

    Args:
        quantile: 0 for the pupil who misses least, up to 1.
    """
    left = quantile * sum(bands)
    for number, share in enumerate(bands):
        width = BAND_WIDTH if number < len(bands) - 1 else 100 - BAND_WIDTH * number
        if left <= share:
            return (BAND_WIDTH * number + width * left / share) / 100
        left -= share
    return 1.0


def _interleaved(one: Places, other: Places) -> bool:
    return one[0] <= other[-1] and other[0] <= one[-1]

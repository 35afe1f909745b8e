"""What classes and groups go to together: visits, sport, other approved activities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final

from demonstration.diary import Diary, Places
from demonstration.sheets import Entry, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """The shape of one code's activities."""

    whole_class: int  # percentage of them that the whole class goes on
    group: tuple[int, int]  # least and most pupils otherwise
    all_day: int  # percentage of them that take both sessions; the others are afternoons
    venues: Mapping[str, str]  # the nature of each activity, and where it is


OUTINGS: Final[Mapping[str, Outing]] = {
    "V": Outing(
        whole_class=60,
        group=(8, 15),
        all_day=70,
        venues={
            "Museum visit": "County Museum",
            "Farm visit": "Church Farm",
            "Theatre visit": "Corn Exchange",
            "Local history walk": "Old Town",
        },
    ),
    "P": Outing(
        whole_class=0,
        group=(6, 12),
        all_day=20,
        venues={
            "Cross-country race": "Town Park",
            "Football tournament": "Sports ground",
            "Swimming gala": "Town Baths",
        },
    ),
    "B": Outing(
        whole_class=0,
        group=(3, 8),
        all_day=40,
        venues={
            "Forest school": "Church Wood",
            "Taster day at the college": "Hopfield College",
            "Choir rehearsal at the town hall": "Town Hall",
        },
    ),
}


def send_out(
    code: str, sessions: float, classes: Sequence[Sequence[Sheet]], diary: Diary, rng: Random
) -> None:
    """Send classes and groups out until about so many pupils' sessions are spent.

    Whoever is absent already stays absent. The last outing takes only as many as are wanted.
    """
    outing = OUTINGS[code]
    while sessions > 0:
        places = _places(outing, diary, rng)
        sheets = rng.choice(classes)
        free = [sheet for sheet in _party(outing, sheets, rng) if sheet.is_free(places, code)]
        going = free[: ceil(sessions / len(places))]
        entry = Entry(code, comment=rng.choice(list(outing.venues)))
        for sheet in going:
            sheet.fill(places, entry)
        sessions -= len(going) * len(places)


def _places(outing: Outing, diary: Diary, rng: Random) -> Places:
    day = rng.randrange(len(diary.days))
    return (2 * day, 2 * day + 1) if rng.randrange(100) < outing.all_day else (2 * day + 1,)


def _party(outing: Outing, sheets: Sequence[Sheet], rng: Random) -> Sequence[Sheet]:
    if rng.randrange(100) < outing.whole_class:
        return sheets
    return rng.sample(sheets, min(rng.randint(*outing.group), len(sheets)))

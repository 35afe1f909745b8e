"""How each kind of absence falls: whom it befalls, for how long, on which days.

Published are only the totals (`shares.py`); the shapes here are our own estimate, and decision
0013 says why. Order
matters: what comes in longer runs is laid first, while there is room for it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from demonstration.diary import Diary, Places
from demonstration.sheets import Entry, Sheet

Draw = Callable[[Diary, Random], Places]

ALL_YEARS: Final = range(14)
# Agreed only for pupils of compulsory school age: a Year 1 pupil may not have been last summer,
# and a Year 11 pupil no longer is from the end of June.
SURELY_OF_COMPULSORY_SCHOOL_AGE: Final = range(2, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """The shape of one code's absences."""

    draw: Draw
    clustering: float = 0.0  # 0: alike for all. 1: as a pupil's absence in general. Above: the few
    by_lateness: bool = False  # it goes with being late, not with being absent
    year_groups: range = ALL_YEARS

    def weight(self, sheet: Sheet) -> float:
        """Say how much likelier it befalls this pupil than another."""
        if sheet.year_group not in self.year_groups:
            return 0.0
        trait = sheet.lateness if self.by_lateness else 1.0
        return trait * math.pow(sheet.absence, self.clustering)


def entry_for(code: str, rng: Random) -> Entry:
    """Make an entry, with its minutes when late: registers close after half an hour."""
    match code:
        case "L":
            return Entry(code, minutes_late=rng.randint(1, 28))
        case "U":
            return Entry(code, minutes_late=rng.randint(31, 120))
        case _:
            return Entry(code)


def _days(*likelihoods: int, from_afternoon: int = 0) -> Draw:
    """Draw runs of whole days.

    Args:
        likelihoods: of one day, of two days, and so on.
        from_afternoon: percentage of the runs that begin at midday.
    """

    def draw(diary: Diary, rng: Random) -> Places:
        days = rng.choices(range(1, len(likelihoods) + 1), likelihoods)[0]
        return diary.run(rng, days=days, from_afternoon=rng.randrange(100) < from_afternoon)

    return draw


def _sessions(*, mornings: int) -> Draw:
    """Draw single sessions, of which that percentage are mornings."""

    def draw(diary: Diary, rng: Random) -> Places:
        return (2 * diary.day(rng) + (rng.randrange(100) >= mornings),)

    return draw


def _days_or_sessions(diary: Diary, rng: Random) -> Places:
    """Draw what has no reason given: a session here and there, or a day or two."""
    draw = _sessions(mornings=50) if rng.random() < 0.5 else _days(70, 20, 10)
    return draw(diary, rng)


def _weeks_by_holidays(diary: Diary, rng: Random) -> Places:
    """Draw a whole week beside a holiday."""
    week = rng.choice(diary.weeks_by_holidays)
    return range(2 * week.start, 2 * week.stop)


def _part_time(diary: Diary, rng: Random) -> Places:
    """Draw the half days of six weeks' part-time timetable."""
    return diary.weekly(rng, half=rng.randrange(2), times_a_week=rng.randint(1, 3), weeks=6)


def _taught_elsewhere(diary: Diary, rng: Random) -> Places:
    """Draw the mornings of six weeks' tuition arranged by the local authority."""
    return diary.weekly(rng, half=0, times_a_week=rng.randint(2, 4), weeks=6)


def _day_of_observance(diary: Diary, rng: Random) -> Places:
    """Draw the middle day of a half term, for all who keep it the same."""
    half_term = rng.choice(diary.half_terms)
    day = (half_term.start + half_term.stop) // 2
    return (2 * day, 2 * day + 1)


def _last_days(diary: Diary, rng: Random) -> Places:
    """Draw a day of the last five: a reason has to be established within five school days."""
    day = len(diary.days) - rng.randint(1, min(5, len(diary.days)))
    return (2 * day, 2 * day + 1)


HABITS: Final[Mapping[str, Habit]] = {
    "T": Habit(draw=_days(0, 0, 0, 0, 1)),
    "W": Habit(draw=_days(0, 0, 0, 0, 1), year_groups=range(10, 14)),
    "S": Habit(draw=_days(1, 1, 1), year_groups=range(11, 14)),
    "G": Habit(draw=_weeks_by_holidays, clustering=0.4),
    "E": Habit(draw=_days(35, 25, 20, 5, 15), clustering=1.3),
    "C2": Habit(draw=_part_time, clustering=2.0, year_groups=SURELY_OF_COMPULSORY_SCHOOL_AGE),
    "K": Habit(draw=_taught_elsewhere, clustering=1.5),
    "I": Habit(draw=_days(50, 25, 12, 7, 6, from_afternoon=15), clustering=1.0),
    "R": Habit(draw=_day_of_observance),
    "C": Habit(draw=_days(75, 15, 10), clustering=1.6),
    "C1": Habit(draw=_days(1)),
    "N": Habit(draw=_last_days, clustering=1.2),
    "O": Habit(draw=_days_or_sessions, clustering=1.6),
    "M": Habit(draw=_sessions(mornings=50), clustering=1.0),
    "J1": Habit(draw=_sessions(mornings=50)),
    "U": Habit(draw=_sessions(mornings=85), clustering=0.5, by_lateness=True),
    "L": Habit(draw=_sessions(mornings=85), clustering=0.2, by_lateness=True),
}

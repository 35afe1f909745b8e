"""The roll of a simulated school: classes, their teachers, and pupils of the right age.

A class keeps its name as it moves up the school, so a pupil has one group for all the weeks that
are posted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from demonstration.names import FORENAMES, SURNAMES, class_name, parent, teacher
from demonstration.shares import Phase
from demonstration.term import school_year

PUPILS_IN_A_CLASS: Final[Mapping[Phase, int]] = {
    Phase.PRIMARY: 30,
    Phase.SECONDARY: 30,
    Phase.SPECIAL: 8,
}
# Reception is 0. In the order classes are opened: the first is of compulsory school age whatever
# the date, so that a school of one class still has a pupil for the story.
YEAR_GROUPS: Final[Mapping[Phase, tuple[int, ...]]] = {
    Phase.PRIMARY: (6, 5, 4, 3, 2, 1, 0),
    Phase.SECONDARY: (10, 9, 8, 7, 11),
    Phase.SPECIAL: (10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A pupil as the school's MIS would know them."""

    pupil: str  # the MIS's own identifier
    surname: str
    forename: str
    sex: str
    date_of_birth: date
    starting_day: date
    parent: str  # who asks for leave, and lives with the pupil


@dataclass(frozen=True, slots=True, kw_only=True)
class Classroom:
    """A class with its pupils, in the order of the register."""

    group: str
    year_group: int  # in the academic year of the roll; 0 is Reception
    teacher: str
    pupils: tuple[Pupil, ...]


def enrol(phase: Phase, *, classes: int, beginning: int, rng: Random) -> tuple[Classroom, ...]:
    """Fill a school's classes.

    Args:
        classes: how many; the year groups take turns.
        beginning: the September in which the academic year of the roll began.
    """
    year_groups = YEAR_GROUPS[phase]
    return tuple(
        _classroom(phase, number, year_groups[number % len(year_groups)], beginning, rng)
        for number in range(classes)
    )


def _classroom(
    phase: Phase, number: int, year_group: int, beginning: int, rng: Random
) -> Classroom:
    """Make the class of that number, whose pupils joined with the school's youngest year group."""
    size = PUPILS_IN_A_CLASS[phase]
    years_here = year_group - min(YEAR_GROUPS[phase])
    starting_day = next(school_year(beginning - years_here).days())
    born_from = date(beginning - 5 - year_group, 9, 1)
    pupils = [
        _pupil(f"P{number * size + place:04d}", born_from, starting_day, rng)
        for place in range(1, size + 1)
    ]
    return Classroom(
        group=class_name(number),
        year_group=year_group,
        teacher=teacher(rng),
        pupils=tuple(sorted(pupils, key=lambda pupil: (pupil.surname, pupil.forename))),
    )


def _pupil(pupil: str, born_from: date, starting_day: date, rng: Random) -> Pupil:
    sex = rng.choice(("F", "M"))
    surname = rng.choice(SURNAMES)
    return Pupil(
        pupil=pupil,
        surname=surname,
        forename=rng.choice(FORENAMES[sex]),
        sex=sex,
        date_of_birth=born_from + timedelta(days=rng.randrange(365)),
        starting_day=starting_day,
        parent=parent(surname, rng),
    )

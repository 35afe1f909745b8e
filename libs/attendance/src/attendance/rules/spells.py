"""Stretches of an academic year during which something holds of a pupil's attendance so far.

What holds, and what is said of it, each rule says itself; this walks the possible sessions.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, TypeAlias

from attendance.codes import AUTHORISED, POSSIBLE, UNAUTHORISED, Code
from attendance.rules.finding import Entry, Finding
from attendance.rules.terms import Terms, judges
from attendance.session import academic_year_of

ABSENT: Final = AUTHORISED | UNAUTHORISED


@dataclass(slots=True)
class YearToDate:
    """A pupil's academic year up to the last session walked, which is one of them."""

    possible: list[Entry] = field(default_factory=list)
    absences: list[Entry] = field(default_factory=list)


Holds: TypeAlias = Callable[[YearToDate], bool]
Begins: TypeAlias = Callable[[YearToDate], Finding]


def spells(
    entries: Iterable[Entry], terms: Terms, holds: Holds, begins: Begins
) -> Iterator[Finding]:
    """Find every stretch of possible sessions at each of which it holds.

    The year to date is that of the pupil, whatever terms were in force on its days: a share of a
    year can't be told from a part of it. Only sessions that the terms judge are in a spell.
    (Interpretations: decisions 0010 and 0031.)

    Args:
        entries: the pupil's entries in force, oldest first, over any number of academic years.
        begins: what is found, asked at the first session of a spell.

    Returns:
        Spells, oldest first. None goes on into another academic year, nor ends with its own.
    """
    possible = (entry for entry in entries if entry.code in POSSIBLE)
    for _, year in groupby(possible, key=lambda entry: academic_year_of(entry.session.on)):
        yield from _spells_of_year(year, terms, holds, begins)


def absence_to_date(year: YearToDate, terms: Terms, *, trigger: str | None = None) -> Finding:
    """Find a share of absence with the last session walked; every absence so far is evidence."""
    return Finding(
        rule=terms.rule,
        trigger=trigger,
        met_on=year.possible[-1].session,
        evidence=tuple(year.absences),
        figures={"possible": len(year.possible), "absent": len(year.absences)},
        provisional=any(absence.code is Code.N for absence in year.absences),
        lapsed_on=None,
        terms=terms,
    )


def _spells_of_year(
    entries: Iterator[Entry], terms: Terms, holds: Holds, begins: Begins
) -> Iterator[Finding]:
    year = YearToDate()
    begun: Finding | None = None
    for entry in entries:
        year.possible.append(entry)
        if entry.code in ABSENT:
            year.absences.append(entry)
        held = judges(terms, entry.session.on) and holds(year)
        if held and begun is None:
            begun = begins(year)
        elif begun is not None and not held:
            yield replace(begun, lapsed_on=entry.session)
            begun = None
    if begun is not None:
        yield begun

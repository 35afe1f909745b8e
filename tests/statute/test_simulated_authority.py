"""An authority simulated from its published shares of codes, counted as a school's figures are.

Pupils differ in how often they are away, as the Department found them to; what they come to
together has to be the row they were drawn from, but for the luck of the draw. How far that may
lead is worked out, and not guessed: a pupil's sessions go together, so it is pupils that count.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import pytest
from attendance.codes import AUTHORISED, PRESENT, UNAUTHORISED, Code
from demonstration.shares import PUBLISHED, Phase
from statute.published import Row, counted, place_of, usable_rows
from thresholds.figures.spans import Part
from thresholds.figures.tally import Tally, tally_of
from thresholds.packing import BYTE_OF, PupilYear

AUTHORITY: Final = "Cornwall"
SCHOOLS: Final = 8
PUPILS: Final = 250  # a school's
SESSIONS: Final = 380
YEAR: Final = 2025
WHOLE_YEAR: Final = (Part(YEAR, 0, SESSIONS),)
DEVIATIONS: Final = 4.5  # by luck alone, once in a hundred thousand figures

BAND: Final = 0.05
LAST_BAND: Final = 0.30  # to 80 %: of who is away more often, next to nothing is known
ABSENCES: Final = AUTHORISED | UNAUTHORISED


@dataclass(frozen=True, slots=True)
class Drawn:
    """An authority's year, and what it was drawn from."""

    figures: Tally
    shares: Mapping[Code, float]  # of possible sessions
    habits: Sequence[float]  # how often each pupil is away

    def share(self, codes: frozenset[Code]) -> float:
        """The published share of some codes."""
        return sum(self.shares.get(code, 0) for code in codes)

    def error(self, codes: frozenset[Code]) -> float:
        """By how much the share of some codes may differ from the published one.

        Its variance has two parts: which pupils were drawn, and what each of them did.
        """
        away = self.share(ABSENCES)
        of_absences = self.share(codes & ABSENCES) / away
        of_others = self.share(codes - ABSENCES) / (1 - away)
        expected = [q * of_absences + (1 - q) * of_others for q in self.habits]
        mean = sum(expected) / len(expected)
        between = sum((each - mean) ** 2 for each in expected) / len(expected)
        within = sum(each * (1 - each) for each in expected) / len(expected) / SESSIONS
        return DEVIATIONS * sqrt((between + within) / len(expected))


def habits_drawn(phase: Phase, away: float, pupils: int, chance: random.Random) -> list[float]:
    """Draw how often pupils are away, by the Department's bands, so that it is `away` expected."""
    bands = PUBLISHED[phase].absence_bands
    widths = [BAND] * (len(bands) - 1) + [LAST_BAND]
    middles = [place * BAND + width / 2 for place, width in enumerate(widths)]
    expected = sum(m * w for m, w in zip(middles, bands, strict=True)) / sum(bands)
    places = chance.choices(range(len(bands)), bands, k=pupils)
    return [(place * BAND + chance.random() * widths[place]) * away / expected for place in places]


def year_drawn(habit: float, shares: Mapping[Code, float], chance: random.Random) -> bytes:
    """Draw a pupil's year and pack it as the service does."""
    away = sum(share for code, share in shares.items() if code in ABSENCES)
    weights = [
        share * (habit / away if code in ABSENCES else (1 - habit) / (1 - away))
        for code, share in shares.items()
    ]
    year = PupilYear.unpacked(b"", b"")
    for slot, code in enumerate(chance.choices(list(shares), weights, k=SESSIONS)):
        year.enter(slot, BYTE_OF[code], position=1)
    return year.packed()[0]


def schools_drawn(
    habits: Sequence[float], shares: Mapping[Code, float], chance: random.Random
) -> Iterator[Tally]:
    """Draw and add up one school after another."""
    for first in range(0, len(habits), PUPILS):
        pupils = [
            {YEAR: year_drawn(habit, shares, chance)} for habit in habits[first : first + PUPILS]
        ]
        yield tally_of(pupils, WHOLE_YEAR)


def row_of(phase: Phase) -> Row:
    wanted = AUTHORITY, phase.capitalize()
    return next(row for row in usable_rows() if place_of(row) == wanted)


@pytest.fixture(scope="module", params=Phase)
def drawn(request: pytest.FixtureRequest) -> Drawn:
    published, chance = counted(row_of(request.param)), random.Random(request.param)
    shares = {code: n / published.possible for code, n in published.by_code.items()}
    away = published.absent / published.possible
    habits = habits_drawn(request.param, away, SCHOOLS * PUPILS, chance)
    authority = Tally()
    for school in schools_drawn(habits, shares, chance):
        authority.add(school)
    return Drawn(authority, shares, habits)


def test_every_session_of_every_pupil_is_possible_and_counted(drawn: Drawn) -> None:
    assert drawn.figures.enrolments == SCHOOLS * PUPILS
    assert drawn.figures.figures.possible == SCHOOLS * PUPILS * SESSIONS
    assert sum(drawn.figures.bands) == SCHOOLS * PUPILS


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(ABSENCES, id="absence"),
        pytest.param(AUTHORISED, id="authorised"),
        pytest.param(UNAUTHORISED, id="unauthorised"),
        pytest.param(PRESENT, id="present"),
        *[pytest.param(frozenset({code}), id=code.name) for code in sorted(ABSENCES)],
    ],
)
def test_the_figures_are_the_published_but_for_the_luck_of_the_draw(
    drawn: Drawn, codes: frozenset[Code]
) -> None:
    figures = drawn.figures.figures
    share = sum(figures.by_code.get(code, 0) for code in codes) / figures.possible

    assert abs(share - drawn.share(codes)) <= drawn.error(codes)


def test_the_luck_of_the_draw_is_small_beside_what_is_measured(drawn: Drawn) -> None:
    assert drawn.error(ABSENCES) < drawn.share(ABSENCES) / 5


def test_pupils_are_spread_over_the_bands_about_as_the_department_found_them(
    drawn: Drawn, request: pytest.FixtureRequest
) -> None:
    over_a_tenth = sum(drawn.figures.bands[2:])

    assert drawn.figures.persistent == over_a_tenth
    expected = sum(habit >= 0.1 for habit in drawn.habits)
    assert over_a_tenth == pytest.approx(expected, rel=0.15)

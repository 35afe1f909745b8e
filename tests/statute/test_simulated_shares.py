"""Simulated schools against the figures published for England: a local authority's worth of marks.

The shares of codes are dealt out, so they have to come out; the pattern of the week and the share
of persistent absentees only follow from how absence is spread, and are held more loosely.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pytest
from attendance.codes import AUTHORISED, UNAUTHORISED
from demonstration.shares import PUBLISHED, Phase, PublishedFigures
from demonstration.simulator import simulate
from demonstration.term import school_year, weeks_before

ABSENT: Final = AUTHORISED | UNAUTHORISED
PUPILS: Final = 1200
CLASS_SIZES: Final = {Phase.PRIMARY: 30, Phase.SECONDARY: 30, Phase.SPECIAL: 8}

# The last spell of a code may overshoot or be left out: at most a part-time timetable of 18
# sessions, and 0.01 points are 46 of these 456,000.
CODE_TOLERANCE: Final = 0.01
# What falls on mornings and what on afternoons is published for present marks only.
PRESENT_TOLERANCE: Final = 0.4
# Published are weekdays of one September and October, from a year with less absence.
WEEKDAY_TOLERANCE: Final = 0.08  # of the week's mean
# The spread is from 2022/23 and the shares from 2025/26; together they can't be met exactly.
PERSISTENT_TOLERANCE: Final = 6.0  # percentage points


@dataclass(slots=True)
class Tally:
    """Marks of one simulated year, counted."""

    published: PublishedFigures
    codes: Counter[str] = field(default_factory=Counter)
    on_weekday: Counter[int] = field(default_factory=Counter)
    absent_on_weekday: Counter[int] = field(default_factory=Counter)
    of_pupil: Counter[str] = field(default_factory=Counter)
    absent_of_pupil: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module", params=Phase)
def tally(request: pytest.FixtureRequest) -> Tally:
    phase: Phase = request.param
    year = school_year(2025)
    weeks = weeks_before(date(2026, 8, 1), [year])
    classes = PUPILS // CLASS_SIZES[phase]
    school = simulate(phase, classes=classes, years=[year], weeks=weeks, seed=1)
    counted = Tally(PUBLISHED[phase])
    for register in school.registers():
        weekday = register.on.weekday()
        counted.on_weekday[weekday] += len(register.rows)
        for row in register.rows:
            absent = row.code in ABSENT
            counted.codes[row.code] += 1
            counted.of_pupil[row.pupil] += 1
            counted.absent_of_pupil[row.pupil] += absent
            counted.absent_on_weekday[weekday] += absent
    return counted


def test_a_years_worth_of_marks_is_counted(tally: Tally) -> None:
    assert len(tally.of_pupil) == PUPILS
    assert set(tally.of_pupil.values()) == {380}


def test_every_code_has_its_published_share(tally: Tally) -> None:
    possible = tally.codes.total()
    for code, share in tally.published.code_shares.items():
        tolerance = PRESENT_TOLERANCE if code in "/\\" else CODE_TOLERANCE
        assert 100 * tally.codes[code] / possible == pytest.approx(share, abs=tolerance), code


def test_no_code_is_made_up_that_has_no_published_share(tally: Tally) -> None:
    assert set(tally.codes) <= set(tally.published.code_shares)


def test_absence_follows_the_days_of_the_week(tally: Tally) -> None:
    rates = [tally.absent_on_weekday[day] / tally.on_weekday[day] for day in range(5)]
    published = tally.published.weekday_absence

    assert max(range(5), key=lambda day: rates[day]) == 4
    for rate, expected in zip(rates, published, strict=True):
        share_of_mean = expected / (sum(published) / 5)
        assert rate / (sum(rates) / 5) == pytest.approx(share_of_mean, abs=WEEKDAY_TOLERANCE)


def test_about_as_many_pupils_are_persistently_absent_as_published(tally: Tally) -> None:
    persistent = sum(
        10 * tally.absent_of_pupil[pupil] >= sessions for pupil, sessions in tally.of_pupil.items()
    )

    assert 100 * persistent / PUPILS == pytest.approx(
        tally.published.persistent_absence, abs=PERSISTENT_TOLERANCE
    )


def test_absence_is_clustered_in_few_pupils(tally: Tally) -> None:
    """An even spread would give the tenth of pupils most often absent a tenth of it."""
    most_absent = tally.absent_of_pupil.most_common(PUPILS // 10)

    assert sum(sessions for _, sessions in most_absent) > 0.3 * tally.absent_of_pupil.total()


@pytest.mark.parametrize("figures", PUBLISHED.values(), ids=list(PUBLISHED))
def test_published_figures_are_whole(figures: PublishedFigures) -> None:
    """Each list is of parts of the same hundred, but for rounding."""
    assert sum(figures.code_shares.values()) == pytest.approx(100, abs=0.001)
    assert sum(figures.absence_bands) == pytest.approx(100, abs=0.05)

"""Worked examples of absence rates, under their own numbers."""

from collections import Counter

import pytest
from attendance.codes import Code
from attendance.rules.figures import Figures, difference, figures_from, figures_of, rate

STROKES = (Code.PRESENT_AM, Code.PRESENT_PM)


def figures(**sessions: int) -> Figures:
    """Count sessions by code; `attended` stands for any number of strokes."""
    attended = sessions.pop("attended", 0)
    return figures_from(
        Counter({Code.PRESENT_AM: attended, **{Code(code): n for code, n in sessions.items()}})
    )


@pytest.mark.parametrize(
    ("attended", "ill", "percent", "persistent"),
    [
        pytest.param(342, 38, "10.0000", True, id="TV30 exactly a tenth is persistent"),
        pytest.param(343, 37, "9.7368", False, id="TV31 one session less is not"),
    ],
)
def test_persistent_absence_is_judged_on_the_count(
    attended: int, ill: int, percent: str, *, persistent: bool
) -> None:
    year = figures(attended=attended, I=ill)

    assert year.possible == 380
    assert rate(year.absent, year.possible) == percent
    assert year.persistent is persistent
    assert not year.severe


def test_a_rate_that_only_rounds_to_a_tenth_is_not_persistent() -> None:
    pupil = figures(attended=9_000_001, I=1_000_000)

    assert rate(pupil.absent, pupil.possible) == "10.0000"
    assert not pupil.persistent


def test_tv33_unexpected_closures_and_holidays_are_not_possible_sessions() -> None:
    pupil = figures_from(
        {
            Code.PRESENT_AM: 10,
            Code.I: 2,
            Code.O: 1,
            Code.G: 1,
            Code.Y4: 6,
            Code.PLANNED_CLOSURE: 4,
        }
    )

    assert pupil.possible == 14
    assert (pupil.authorised, pupil.unauthorised) == (2, 2)
    assert rate(pupil.absent, pupil.possible) == "28.5714"
    assert pupil.by_code[Code.Y4] == 6


def test_tv34_half_is_severe_and_persistent() -> None:
    pupil = figures(attended=5, I=5)

    assert rate(pupil.absent, pupil.possible) == "50.0000"
    assert pupil.persistent
    assert pupil.severe


@pytest.mark.parametrize(
    ("absent", "severe"), [(50, True), (49, False)], ids=["TV35 50", "TV35 49"]
)
def test_severe_absence_begins_at_exactly_half(absent: int, *, severe: bool) -> None:
    assert figures(attended=100 - absent, O=absent).severe is severe


def test_tv37_one_who_comes_after_closing_is_late_and_absent() -> None:
    pupil = figures_of([Code.U, Code.L, *STROKES])

    assert (pupil.possible, pupil.attended, pupil.unauthorised, pupil.late) == (4, 3, 1, 2)
    assert rate(pupil.absent, pupil.possible) == "25.0000"


def test_tv39_sessions_not_required_below_school_age_are_not_possible() -> None:
    pupil = figures(attended=5, X=5)

    assert pupil.possible == 5
    assert rate(pupil.absent, pupil.possible) == "0.0000"


def test_tv18_a_half_term_at_the_other_school_leaves_nothing_possible_here() -> None:
    pupil = figures(D=70)

    assert pupil.possible == 0
    assert rate(pupil.absent, pupil.possible) is None
    assert not pupil.persistent
    assert not pupil.severe


@pytest.mark.parametrize(
    ("sessions", "possible", "percent"),
    [
        (1, 3, "33.3333"),
        (2, 3, "66.6667"),
        (1, 32, "3.1250"),
        (1, 200_000, "0.0005"),
        (1, 2_000_000, "0.0001"),  # exactly half of the last place: up
        (1, 2_000_001, "0.0000"),
        (7, 7, "100.0000"),
    ],
)
def test_a_rate_is_rounded_half_up_to_four_places(
    sessions: int, possible: int, percent: str
) -> None:
    assert rate(sessions, possible) == percent


@pytest.mark.parametrize(
    ("ours", "theirs", "points"),
    [
        ("9.7368", "6.8832", "2.8536"),
        ("6.4621", "6.8832", "-0.4211"),
        ("6.8832", "6.8832", "0.0000"),
        ("100.0000", "0.0001", "99.9999"),
        (None, "6.8832", None),
        ("6.8832", None, None),
    ],
)
def test_a_difference_is_that_of_the_rates_as_they_are_shown(
    ours: str | None, theirs: str | None, points: str | None
) -> None:
    assert difference(ours, theirs) == points

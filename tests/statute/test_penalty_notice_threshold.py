"""Worked examples of the national threshold, under their own numbers; both sides of each."""

from collections.abc import Sequence
from datetime import date

import pytest
from attendance.calendar import SchoolCalendar
from attendance.rules.finding import Entry, Finding
from attendance.rules.penalty_notice_threshold import FROM_AUGUST_2024, penalty_notice_threshold
from attendance.rules.terms import quoted
from attendance.session import Session
from statute.registers import AUTUMN_2024, CALENDAR, am, pm, register

HERE = "//////////"
WEEK_2 = date(2026, 9, 7)
WEEK_3 = date(2026, 9, 14)
LAST_WEEK_OF_SUMMER = date(2026, 7, 20)


def found(entries: Sequence[Entry]) -> tuple[Finding, ...]:
    return penalty_notice_threshold(entries, CALENDAR)


@pytest.mark.parametrize(
    ("weeks", "monday", "met_on"),
    [
        pytest.param(
            ["GGGGGGGGGG"],
            WEEK_3,
            pm(date(2026, 9, 18)),
            id="TV01 ten sessions of holiday in one week",
        ),
        pytest.param(
            ["OOOOOO////", *["U/////////"] * 4],
            WEEK_3,
            am(date(2026, 10, 12)),
            id="TV02 six in one week and one in each of the next four",
        ),
        pytest.param(
            ["OO//------", *[None] * 6, "OOOOOOOO//"],
            LAST_WEEK_OF_SUMMER,
            pm(date(2026, 9, 10)),
            id="TV04 two in the summer term and eight in the autumn",
        ),
        pytest.param(
            ["OOOOOOOOO/", *[HERE] * 6, None, *[HERE] * 2, "O/////////"],
            WEEK_2,
            am(date(2026, 11, 16)),
            id="TV44 the tenth in the tenth school week, half term not counted",
        ),
    ],
)
def test_the_threshold_is_met_with_its_ten_sessions_in_evidence(
    weeks: list[str | None], monday: date, met_on: Session
) -> None:
    (finding,) = found(register(*weeks, monday=monday))

    assert finding.met_on == met_on
    assert len(finding.evidence) == 10
    assert finding.evidence[-1].session == met_on
    assert all(entry.code in FROM_AUGUST_2024.codes for entry in finding.evidence)
    assert finding.figures == {"unauthorised": 10}


@pytest.mark.parametrize(
    ("weeks", "monday"),
    [
        pytest.param(["GGGGGGGGG/"], WEEK_3, id="nine sessions"),
        pytest.param(["OOOOOOOOO.", "....//////"], WEEK_3, id="TV46 nine, and five of illness"),
        pytest.param(
            ["OOOOOOOOO/", *[HERE] * 6, None, *[HERE] * 3, "O/////////"],
            WEEK_2,
            id="the tenth in the eleventh school week",
        ),
    ],
)
def test_the_threshold_is_not_met(weeks: list[str | None], monday: date) -> None:
    assert found(register(*weeks, monday=monday)) == ()


@pytest.mark.parametrize("code", "GNOU")
def test_every_unauthorised_code_counts(code: str) -> None:
    (finding,) = found(register(code * 10, monday=WEEK_3))

    assert finding.provisional is (code == "N")


def test_a_week_lost_whole_to_an_unexpected_closure_is_no_school_week() -> None:
    nine = "OOOOOOOOO/"
    eleventh_week = [nine, *[HERE] * 6, None, *[HERE] * 3, "O/////////"]
    one_lost = [nine, "4444444444", *[HERE] * 5, None, *[HERE] * 3, "O/////////"]
    partly_lost = [nine, "44444444//", *[HERE] * 5, None, *[HERE] * 3, "O/////////"]

    assert not found(register(*eleventh_week, monday=WEEK_2))
    assert found(register(*one_lost, monday=WEEK_2))
    assert not found(register(*partly_lost, monday=WEEK_2))


def test_a_week_lost_before_the_window_doesnt_widen_it() -> None:
    weeks = ["4444444444", "OOOOOOOOO/", *[HERE] * 5, None, *[HERE] * 4, "O/////////"]

    assert not found(register(*weeks, monday=WEEK_2))


def test_a_week_is_lost_by_the_sessions_the_calendar_has_in_it() -> None:
    """The Friday of that week is a training day; what was entered on it before doesn't matter."""
    nine, before, after = "OOOOOOOOO/", [HERE] * 2, [HERE] * 3
    for lost in ("44444444--", "4444444444"):
        weeks = [nine, *before, None, *[HERE] * 3, lost, *after, None, None, "O/////////"]

        assert found(register(*weeks, monday=date(2026, 10, 5)))


def test_a_week_is_lost_by_those_of_its_sessions_that_were_due_to_the_pupil() -> None:
    """On the Monday of that week the year group wasn't due; the rest of it was lost."""
    weeks = ["OOOOOOOOO/", "##44444444", *[HERE] * 5, None, *[HERE] * 3, "O/////////"]
    entries = register(*weeks, monday=WEEK_2)
    apart = {am(WEEK_3), pm(WEEK_3)}

    assert not found(entries)
    assert penalty_notice_threshold(entries, CALENDAR, due=lambda each: each not in apart)


def test_more_absence_in_the_same_window_is_the_same_episode() -> None:
    assert len(found(register("GGGGGGGGGG", "OOOOO/////", monday=WEEK_3))) == 1


def test_the_threshold_is_reached_anew_once_the_count_has_been_below_it() -> None:
    weeks = ["GGGGGGGGGG", *[HERE] * 5, None, *[HERE] * 4, "O/////////", "OOOOOOOOO/"]

    first, second = found(register(*weeks, monday=WEEK_3))

    assert first.met_on == pm(date(2026, 9, 18))
    assert second.met_on == am(date(2026, 12, 11))
    assert len(second.evidence) == 10
    assert second.evidence[0].session == am(date(2026, 11, 30))


def test_sessions_of_an_earlier_finding_still_count_towards_the_next() -> None:
    """The count falls to nine when the first week leaves the window, and reaches ten again."""
    weeks = ["OO////////", "OOOOOOOO//", *[HERE] * 4, None, *[HERE] * 4, "OU////////"]

    first, second = found(register(*weeks, monday=WEEK_3))

    assert second.evidence[:8] == first.evidence[2:]


def test_absence_before_the_framework_is_not_judged_by_it() -> None:
    calendar = SchoolCalendar((AUTUMN_2024,))
    before = register("--------GG", monday=date(2024, 8, 12))
    after = register("GGGGGGGG//", monday=date(2024, 9, 2))
    tenth = register("G---------", monday=date(2024, 9, 9))

    assert penalty_notice_threshold([*before, *after, *tenth], calendar) == ()


def test_a_finding_states_the_terms_it_was_judged_by() -> None:
    (finding,) = found(register("GGGGGGGGGG", monday=WEEK_3))

    assert quoted(finding.terms) == {
        "sessions": 10,
        "school_weeks": 10,
        "codes": ["G", "N", "O", "U"],
        "in_force_from": "2024-08-19",
    }
    assert str(finding.terms.source).startswith("Working together to improve school attendance")

"""Weeks lost whole to an unexpected closure, in the window of the national threshold."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from attendance.rules.finding import Entry, Finding
from attendance.rules.penalty_notice_threshold import penalty_notice_threshold
from statute.registers import CALENDAR, am, pm, register

HERE: Final = "//////////"
WEEK_2: Final = date(2026, 9, 7)
WEEK_3: Final = date(2026, 9, 14)


def found(entries: Sequence[Entry]) -> tuple[Finding, ...]:
    return penalty_notice_threshold(entries, CALENDAR)


def test_a_week_lost_whole_to_an_unexpected_closure_is_no_school_week() -> None:
    nine = "OOOOOOOOO/"
    eleventh_week = [nine, *[HERE] * 6, None, *[HERE] * 3, "O/////////"]
    one_lost = [nine, "4444444444", *[HERE] * 5, None, *[HERE] * 3, "O/////////"]
    partly_lost = [nine, "44444444//", *[HERE] * 5, None, *[HERE] * 3, "O/////////"]

    assert not found(register(*eleventh_week, monday=WEEK_2))
    assert found(register(*one_lost, monday=WEEK_2))
    assert not found(register(*partly_lost, monday=WEEK_2))


def test_a_finding_says_how_many_lost_weeks_widened_its_window() -> None:
    nine, lost = "OOOOOOOOO/", "4444444444"
    narrow = [nine, lost, *[HERE] * 5, None, *[HERE] * 2, "O/////////"]
    wide = [nine, lost, *[HERE] * 5, None, *[HERE] * 3, "O/////////"]
    wider = [nine, lost, lost, *[HERE] * 4, None, *[HERE] * 4, "O/////////"]

    figures = [found(register(*weeks, monday=WEEK_2))[0].figures for weeks in (narrow, wide, wider)]

    assert figures == [
        {"unauthorised": 10},
        {"unauthorised": 10, "weeks_lost": 1},
        {"unauthorised": 10, "weeks_lost": 2},
    ]


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

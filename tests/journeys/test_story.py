"""The story told in the demonstration, judged by the law itself on whatever day it is told."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Final

import pytest
from attendance.calendar import CalendarYear, SchoolCalendar
from attendance.calendar import Closure as LawfulClosure
from attendance.calendar import HalfTerm as LawfulHalfTerm
from attendance.codes import Code
from attendance.identifiers import AcademicYear
from attendance.rules.attendance_return import attendance_return
from attendance.rules.finding import Entry
from attendance.rules.penalty_notice_threshold import penalty_notice_threshold
from attendance.rules.persistent_absence import persistent_absence
from attendance.session import Half, Session
from demonstration.errors import StoryDoesNotFit
from demonstration.simulator import MisRegister, MisRow
from demonstration.story import (
    latest_weeks_for_the_story,
    penalty_notice_story,
    sessions_of,
    told_in,
)
from demonstration.term import SchoolYear, Week, school_year, weeks_before, years_around

# A prime step, so that every day of the week and every part of the year has its turn.
DAYS: Final = [date(2025, 8, 1) + timedelta(days=13 * n) for n in range(60)]


@cache
def calendar_of(years: tuple[SchoolYear, ...]) -> SchoolCalendar:
    calendar = SchoolCalendar()
    for year in years:
        half_terms = tuple(LawfulHalfTerm(h.name, h.starts, h.ends) for h in year.half_terms)
        closures = tuple(LawfulClosure(c.on, c.reason) for c in year.closures)
        calendar = calendar.with_year(CalendarYear(AcademicYear(year.name), half_terms, closures))
    return calendar


def weeks_posted(today: date) -> list[Week]:
    return latest_weeks_for_the_story(weeks_before(today, years_around(today)))


def entries_of(weeks: Sequence[Week], story: Mapping[Session, str]) -> list[Entry]:
    sessions = [session for week in weeks for session in sessions_of(week)]
    present = {Half.AM: "/", Half.PM: "\\"}
    return [
        Entry(session, Code(story.get(session, present[session.half])), position)
        for position, session in enumerate(sessions, start=1)
    ]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_threshold_is_met_on_the_last_friday_afternoon_and_nothing_else_is(today: date) -> None:
    weeks = weeks_posted(today)
    entries = entries_of(weeks, penalty_notice_story(weeks))
    calendar = calendar_of(years_around(today))
    friday_afternoon = Session(weeks[-1][-1], Half.PM)

    (finding,) = penalty_notice_threshold(entries, calendar)

    assert friday_afternoon.on.weekday() == 4
    assert finding.met_on == friday_afternoon
    assert len(finding.evidence) == 10
    assert persistent_absence(entries) == ()
    assert attendance_return(entries, calendar) == ()


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_marks_posted_are_of_twelve_school_weeks_that_are_over(today: date) -> None:
    weeks = weeks_posted(today)
    calendar = calendar_of(years_around(today))

    assert weeks[-1][-1] < today
    assert len(weeks) == 12
    for week, following in pairwise(weeks):
        assert calendar.school_weeks_between(week[-1], following[0]) == 1


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_what_is_posted_is_recent(today: date) -> None:
    """Where the story doesn't fit the newest week, it fits the one before."""
    weeks = weeks_before(today, years_around(today))

    assert weeks_posted(today)[-1] in weeks[-2:]


@pytest.mark.parametrize("beginning", range(2020, 2040))
def test_the_calendar_is_one_that_rollbook_takes_and_reads_alike(beginning: int) -> None:
    year = school_year(beginning)
    calendar = calendar_of((year,))

    days = calendar.school_days(date(beginning, 8, 1), date(beginning + 1, 7, 31))

    assert list(year.days()) == list(days)
    assert 185 <= len(list(year.days())) <= 195


def test_easter_and_its_bank_holidays_are_in_the_holidays() -> None:
    days = set(school_year(2026).days())

    assert date(2027, 3, 25) in days  # Maundy Thursday
    assert not days & {date(2027, 3, 26), date(2027, 3, 29)}
    assert date(2027, 5, 3) not in days  # early May


def test_absences_are_scattered_over_the_weeks_where_the_year_bears_it() -> None:
    weeks = weeks_posted(date(2027, 2, 13))
    story = penalty_notice_story(weeks)

    assert {s.on.isocalendar().week for s in story} == {
        w[0].isocalendar().week for w in weeks[-10:]
    }
    assert {session.half for session in story} == {Half.AM, Half.PM}


def test_a_story_that_would_make_a_persistent_absentee_is_not_told() -> None:
    """The tenth school week of a year: ten absences in some 95 sessions."""
    weeks = weeks_before(date(2026, 11, 7), [school_year(2026)])

    with pytest.raises(StoryDoesNotFit):
        penalty_notice_story(weeks)


def test_too_few_weeks_hold_no_story() -> None:
    with pytest.raises(StoryDoesNotFit):
        latest_weeks_for_the_story(weeks_before(date(2026, 9, 20), [school_year(2026)]))


def test_a_story_takes_the_place_of_the_marks_of_its_pupil_alone() -> None:
    on = date(2026, 11, 20)
    simulated = [
        MisRegister(on, half, "Oak", (MisRow("P1", "I"), MisRow("P2", "L", None, 5)))
        for half in Half
    ]

    told = list(told_in(simulated, "P1", {Session(on, Half.PM): "O"}))

    assert [register.rows[0] for register in told] == [MisRow("P1", "/"), MisRow("P1", "O")]
    assert [register.rows[1] for register in told] == [MisRow("P2", "L", None, 5)] * 2

"""Given a school's history, when it is registered or joined, then that is a fact or refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from attendance.calendar import SchoolCalendar
from attendance.errors import DetailsRefused, SchoolUnknown
from attendance.events import (
    CalendarPublished,
    Event,
    MarksRecorded,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    SessionTimes,
)
from attendance.school import NO_SCHOOL, evolve, publish_calendar, register_school
from attendance.session import Half
from domain.given import BEFORE_TERM, DETAILS, OFFICER, REGISTERED, a_school, admitted
from statute.registers import SUMMER_2026, YEAR_2026_27, am

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
MORNING, AFTERNOON = DETAILS.times[Half.AM], DETAILS.times[Half.PM]


def why_not(details: SchoolDetails) -> list[tuple[str, str]]:
    with pytest.raises(DetailsRefused) as raised:
        register_school(NO_SCHOOL, details, OFFICER, NOW)
    return [(each.pointer, each.code) for each in raised.value.refusals]


def test_a_school_is_registered_once_changed_after_and_the_same_again_is_no_fact() -> None:
    renamed = replace(DETAILS, name="Elmbridge Academy", trust="Elmbridge Trust")

    registered = register_school(NO_SCHOOL, DETAILS, OFFICER, NOW)
    school = evolve(NO_SCHOOL, [REGISTERED])
    changed = register_school(school, renamed, None, NOW)

    assert registered == SchoolRegistered(details=DETAILS, recorded_by=OFFICER, recorded_at=NOW)
    assert changed == SchoolDetailsChanged(details=renamed, recorded_by=None, recorded_at=NOW)
    assert evolve(school, [changed]).details == renamed
    assert register_school(school, DETAILS, OFFICER, NOW) is None


def test_a_register_may_stay_open_thirty_minutes_and_no_longer() -> None:
    longer = SessionTimes(time(8, 55), time(9, 25, 1))

    assert register_school(NO_SCHOOL, DETAILS, None, NOW)
    assert why_not(replace(DETAILS, times={**DETAILS.times, Half.AM: longer})) == [
        ("/sessions/AM/closes", "register-open-too-long")
    ]


def test_a_register_closes_after_it_starts() -> None:
    shut = SessionTimes(time(13, 0), time(13, 0))

    assert why_not(replace(DETAILS, times={**DETAILS.times, Half.PM: shut})) == [
        ("/sessions/PM/closes", "register-open-too-long")
    ]


def test_a_day_has_a_morning_and_then_an_afternoon_and_a_school_a_name() -> None:
    assert why_not(replace(DETAILS, name=" ", times={Half.AM: MORNING})) == [
        ("/name", "blank"),
        ("/sessions/PM", "session-times-missing"),
    ]
    assert why_not(replace(DETAILS, times={Half.AM: AFTERNOON, Half.PM: MORNING})) == [
        ("/sessions/PM/starts", "sessions-overlap")
    ]


def test_a_calendar_is_published_once_and_a_new_edition_takes_its_place() -> None:
    school = evolve(NO_SCHOOL, [REGISTERED])
    edited = replace(YEAR_2026_27, closures=YEAR_2026_27.closures[:-1])

    published = publish_calendar(school, YEAR_2026_27, OFFICER, NOW)
    assert published == CalendarPublished(
        calendar=YEAR_2026_27, recorded_by=OFFICER, recorded_at=NOW
    )
    school = evolve(school, [published])
    assert publish_calendar(school, YEAR_2026_27, OFFICER, NOW) is None
    again = publish_calendar(school, edited, OFFICER, NOW)
    assert again is not None
    assert evolve(school, [again]).calendar == SchoolCalendar((edited,))


def test_a_school_never_registered_has_no_calendar() -> None:
    with pytest.raises(SchoolUnknown):
        publish_calendar(NO_SCHOOL, YEAR_2026_27, OFFICER, NOW)


def test_the_roll_of_a_day_is_by_name_and_has_those_who_have_started() -> None:
    school = a_school(
        admitted("3", surname="Zhou"),
        admitted("2", surname="Adeyemi", forename="Bo"),
        admitted("1", surname="Adeyemi", forename="Bo", groups=("7C",)),
        admitted("0", starting=date(2026, 9, 15)),
    )

    assert [each.pupil for each in school.roll_on(date(2026, 9, 14))] == ["1", "2", "3"]
    assert [each.pupil for each in school.roll_on(date(2026, 9, 15), "7B")] == ["0", "2", "3"]


def test_a_school_is_the_same_however_its_history_is_cut_into_batches() -> None:
    published = [
        CalendarPublished(calendar=year, recorded_by=None, recorded_at=BEFORE_TERM)
        for year in (SUMMER_2026, YEAR_2026_27)
    ]
    marks = MarksRecorded(
        session=am(date(2026, 9, 14)), group=None, marks=(), recorded_by=OFFICER, recorded_at=NOW
    )
    history: list[Event] = [REGISTERED, *published, admitted("1"), marks, admitted("2")]

    one_by_one = NO_SCHOOL
    for event in history:
        one_by_one = evolve(one_by_one, [event])

    assert one_by_one == evolve(NO_SCHOOL, history)
    assert set(one_by_one.roll) == {"1", "2"}

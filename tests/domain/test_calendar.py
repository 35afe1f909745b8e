"""Given a school's calendar, then sessions, school days and school weeks follow from it alone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from attendance.calendar import (
    CalendarYear,
    Closure,
    HalfTerm,
    SchoolCalendar,
    london_date,
    london_instant,
)
from attendance.errors import CalendarRefused
from attendance.identifiers import AcademicYear
from attendance.session import Half, Session, academic_year_of
from hypothesis import given
from hypothesis import strategies as st
from statute.registers import CALENDAR, SUMMER_2026, YEAR_2026_27, am, pm

AUTUMN = HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23))
LATER = HalfTerm("Autumn 2", date(2026, 11, 2), date(2026, 12, 18))
YEAR = AcademicYear("2026-27")
DATES = st.dates(date(2026, 6, 1), date(2027, 8, 1))


def refused(
    half_terms: tuple[HalfTerm, ...], closures: tuple[Closure, ...] = ()
) -> list[tuple[str, str]]:
    with pytest.raises(CalendarRefused) as raised:
        CalendarYear(YEAR, half_terms, closures)
    return [(each.pointer, each.code) for each in raised.value.refusals]


def test_weekdays_inside_half_terms_are_school_days_unless_closed() -> None:
    assert not CALENDAR.is_school_day(date(2026, 9, 2))  # a training day
    assert CALENDAR.is_school_day(date(2026, 9, 3))
    assert not CALENDAR.is_school_day(date(2026, 9, 5))  # a Saturday
    assert not CALENDAR.is_school_day(date(2026, 10, 26))  # half term
    assert CALENDAR.is_open(pm(date(2026, 12, 18)))
    assert not CALENDAR.is_open(am(date(2026, 12, 21)))


def test_a_year_of_the_worked_examples_has_its_days_and_sessions() -> None:
    first, last = date(2026, 9, 1), date(2027, 7, 31)

    days = list(CALENDAR.school_days(first, last))
    sessions = list(CALENDAR.sessions(first, last))

    assert len(sessions) == 2 * len(days)
    assert sessions == sorted(sessions)
    assert sessions[0] == am(date(2026, 9, 3))
    assert sessions[-1] == pm(date(2027, 7, 21))


def test_one_session_of_a_day_can_be_closed() -> None:
    calendar = SchoolCalendar(
        (CalendarYear(YEAR, (AUTUMN,), (Closure(date(2026, 9, 7), "Polling", Half.PM),)),)
    )

    assert calendar.is_open(am(date(2026, 9, 7)))
    assert not calendar.is_open(pm(date(2026, 9, 7)))
    assert list(calendar.sessions(date(2026, 9, 7), date(2026, 9, 7))) == [am(date(2026, 9, 7))]


def test_a_calendar_covers_the_academic_years_it_is_published_for() -> None:
    assert CALENDAR.covers(date(2026, 8, 1))
    assert CALENDAR.covers(date(2026, 7, 31))
    assert not CALENDAR.covers(date(2027, 8, 1))
    assert CALENDAR.year(YEAR) is YEAR_2026_27


def test_years_are_kept_in_order_however_they_were_published() -> None:
    one = SchoolCalendar().with_year(YEAR_2026_27).with_year(SUMMER_2026)

    assert one == CALENDAR


@pytest.mark.parametrize(
    ("earlier", "later", "weeks"),
    [
        pytest.param(date(2026, 9, 7), date(2026, 9, 11), 0, id="in one week"),
        pytest.param(date(2026, 9, 11), date(2026, 9, 14), 1, id="over a weekend"),
        pytest.param(date(2026, 10, 23), date(2026, 11, 2), 1, id="over half term"),
        pytest.param(date(2026, 7, 20), date(2026, 9, 3), 1, id="over the summer"),
        pytest.param(date(2026, 9, 7), date(2026, 11, 16), 9, id="TV44 weeks two to eleven"),
        pytest.param(date(2026, 10, 23), date(2026, 10, 28), 0, id="into a holiday"),
        pytest.param(date(2026, 9, 11), date(2026, 9, 13), 0, id="to the Sunday of the week"),
        pytest.param(date(2026, 6, 1), date(2026, 6, 8), 1, id="from before the first"),
        pytest.param(date(2026, 9, 14), date(2026, 9, 11), -1, id="backwards"),
    ],
)
def test_school_weeks_are_the_weeks_with_a_session(earlier: date, later: date, weeks: int) -> None:
    assert CALENDAR.school_weeks_between(earlier, later) == weeks


@given(DATES, DATES)
def test_school_weeks_are_as_many_as_the_mondays_of_weeks_with_a_session(
    one: date, other: date
) -> None:
    earlier, later = sorted((one, other))
    day, weeks = timedelta(days=1), set()
    on = earlier - earlier.weekday() * day + 7 * day
    while on <= later - later.weekday() * day + 6 * day:
        if CALENDAR.is_school_day(on):
            weeks.add(on - on.weekday() * day)
        on += day

    assert CALENDAR.school_weeks_between(earlier, later) == len(weeks)


@given(DATES, DATES, DATES)
def test_school_weeks_add_up(first: date, second: date, third: date) -> None:
    between = CALENDAR.school_weeks_between

    assert between(first, second) + between(second, third) == between(first, third)


def test_half_terms_come_in_order_and_dont_overlap() -> None:
    overlapping = HalfTerm("Autumn 2", date(2026, 10, 23), date(2026, 12, 18))

    assert refused((AUTUMN, overlapping)) == [("/half_terms/1/starts", "half-terms-overlap")]
    assert refused((LATER, AUTUMN)) == [("/half_terms/1/starts", "half-terms-overlap")]
    assert CalendarYear(YEAR, (AUTUMN, LATER))


def test_every_problem_of_a_calendar_is_given_at_once() -> None:
    backwards = HalfTerm("Autumn 2", date(2026, 12, 18), date(2026, 11, 2))
    outside = HalfTerm("Summer 2", date(2027, 6, 7), date(2027, 8, 1))

    assert refused(
        (AUTUMN, backwards, outside),
        (
            Closure(date(2026, 7, 31), "Too early"),
            Closure(date(2026, 10, 26), "Half term"),
            Closure(date(2026, 9, 2), "INSET"),
            Closure(date(2026, 9, 2), "INSET", Half.AM),
        ),
    ) == [
        ("/half_terms/1/ends", "ends-before-start"),
        ("/half_terms/2/ends", "outside-academic-year"),
        ("/closures/0/date", "outside-academic-year"),
        ("/closures/1/date", "closure-outside-half-terms"),
        ("/closures/3/date", "closure-repeated"),
    ]


@pytest.mark.parametrize(
    "half", [pytest.param(None, id="the whole day"), pytest.param(Half.AM, id="the morning")]
)
def test_a_session_is_closed_to_everybody_or_to_some_and_to_each_once(half: Half | None) -> None:
    monday = date(2026, 9, 14)
    whole, some = Closure(monday, "flood", half), Closure(monday, "trip", None, ("R", "1"))

    assert refused((AUTUMN,), (whole, some)) == [("/closures/1/date", "closure-repeated")]
    assert refused((AUTUMN,), (some, whole)) == [("/closures/1/date", "closure-repeated")]
    assert refused((AUTUMN,), (Closure(monday, "trip", half, ("R", "1", "R")),)) == [
        ("/closures/0/year_groups", "closure-repeated")
    ]
    assert CalendarYear(YEAR, (AUTUMN,), (some, Closure(monday, "match", half, ("2",))))


def test_a_closure_is_never_of_a_weekend() -> None:
    saturday = Closure(date(2026, 9, 5), "Open day")

    assert refused((AUTUMN,), (saturday,)) == [("/closures/0/date", "closure-outside-half-terms")]


def test_the_two_sessions_of_a_day_can_be_closed_one_by_one() -> None:
    on = date(2026, 9, 7)

    year = CalendarYear(YEAR, (AUTUMN,), (Closure(on, "A", Half.AM), Closure(on, "B", Half.PM)))

    assert not SchoolCalendar((year,)).is_school_day(on)


def test_a_calendar_has_a_half_term() -> None:
    assert refused(()) == [("/half_terms", "no-half-terms")]


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 7, 31), "2025-26"),
        (date(2026, 8, 1), "2026-27"),
        (date(1999, 9, 1), "1999-00"),
        (date(2009, 1, 1), "2008-09"),
    ],
)
def test_an_academic_year_runs_from_august_to_july(on: date, year: str) -> None:
    assert academic_year_of(on) == year


def test_the_morning_comes_before_the_afternoon() -> None:
    on = date(2026, 9, 7)

    assert sorted([am(on + timedelta(days=1)), pm(on), am(on)]) == [
        Session(on, Half.AM),
        Session(on, Half.PM),
        Session(on + timedelta(days=1), Half.AM),
    ]


@pytest.mark.parametrize(
    ("on", "instant"),
    [
        (date(2026, 7, 1), datetime(2026, 7, 1, 7, 55, tzinfo=UTC)),
        (date(2026, 12, 1), datetime(2026, 12, 1, 8, 55, tzinfo=UTC)),
    ],
)
def test_a_schools_clock_is_londons(on: date, instant: datetime) -> None:
    assert london_instant(on, time(8, 55)) == instant
    assert london_instant(on, time(8, 55)).tzinfo is UTC


def test_a_summer_evening_in_utc_is_the_next_day_in_london() -> None:
    assert london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert london_date(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)

"""Given a calendar, when days are put together, then by its weeks, half terms and terms."""

from datetime import date
from typing import Final

import pytest
from attendance.calendar import CalendarYear, Closure, HalfTerm, SchoolCalendar
from attendance.census import Period
from attendance.identifiers import AcademicYear
from attendance.rules.periods import PeriodKind, is_long, periods_between, week_of

YEAR: Final = (date(2026, 8, 1), date(2027, 7, 31))
NAMES: Final = ("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")
DATES: Final = (
    (date(2026, 9, 2), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
    (date(2027, 2, 22), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 23)),
)


def calendar(*closures: Closure, names: tuple[str, ...] = NAMES) -> SchoolCalendar:
    half_terms = tuple(HalfTerm(name, *days) for name, days in zip(names, DATES, strict=True))
    return SchoolCalendar((CalendarYear(AcademicYear("2026-27"), half_terms, closures),))


def named(
    kind: PeriodKind,
    days: tuple[date, date] = YEAR,
    *,
    of: SchoolCalendar | None = None,
) -> list[tuple[str, date, date]]:
    periods = periods_between(kind, *days, of or calendar())
    return [(each.name, each.first, each.last) for each in periods]


def test_when_nothing_is_asked_for_the_days_are_one_period() -> None:
    assert named(PeriodKind.WHOLE) == [("2026-08-01/2027-07-31", *YEAR)]


def test_weeks_are_school_weeks_from_monday_to_sunday_and_holidays_have_none() -> None:
    weeks = named(PeriodKind.WEEK)

    assert weeks[0] == ("2026-W36", date(2026, 8, 31), date(2026, 9, 6))
    assert date(2026, 10, 26) not in [first for _, first, _ in weeks]
    assert len(weeks) == 8 + 7 + 6 + 5 + 7 + 7


def test_a_week_with_every_day_closed_is_no_school_week() -> None:
    closed = [Closure(date(2026, 9, day), "flood") for day in range(14, 19)]

    assert len(named(PeriodKind.WEEK, of=calendar(*closed))) == len(named(PeriodKind.WEEK)) - 1


def test_of_a_year_without_a_calendar_every_week_may_be_a_school_week() -> None:
    days = (date(2025, 9, 1), date(2025, 9, 28))

    assert [name for name, _, _ in named(PeriodKind.WEEK, days)] == [
        f"2025-W{number}" for number in (36, 37, 38, 39)
    ]


def test_a_week_may_begin_in_one_calendar_year_and_end_in_the_next() -> None:
    assert named(PeriodKind.WEEK, (date(2025, 12, 31), date(2026, 1, 1))) == [
        ("2026-W01", date(2025, 12, 31), date(2026, 1, 1))
    ]


def test_half_terms_are_those_that_the_school_published() -> None:
    assert named(PeriodKind.HALF_TERM) == [
        (f"2026-27 {name}", *days) for name, days in zip(NAMES, DATES, strict=True)
    ]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(NAMES, id="called by their terms"),
        pytest.param(
            tuple(f"Half term {place}" for place in range(1, 7)), id="numbered through the year"
        ),
        pytest.param(
            tuple(
                f"{part} half of {name[:-2].lower()} term"
                for part, name in zip(("First", "Second") * 3, NAMES, strict=True)
            ),
            id="called so within a sentence",
        ),
    ],
)
def test_a_term_is_the_half_terms_of_its_name_or_else_of_its_months(
    names: tuple[str, ...],
) -> None:
    assert named(PeriodKind.TERM, of=calendar(names=names)) == [
        ("2026-27 Autumn", DATES[0][0], DATES[1][1]),
        ("2026-27 Spring", DATES[2][0], DATES[3][1]),
        ("2026-27 Summer", DATES[4][0], DATES[5][1]),
    ]


def test_a_half_term_without_a_terms_name_that_begins_in_march_is_of_spring() -> None:
    days = ((date(2027, 2, 22), date(2027, 3, 12)), (date(2027, 3, 15), date(2027, 3, 25)))
    unnamed = tuple(HalfTerm(f"Half term {place}", *each) for place, each in enumerate(days, 4))
    of = SchoolCalendar((CalendarYear(AcademicYear("2026-27"), unnamed),))

    assert named(PeriodKind.TERM, of=of) == [("2026-27 Spring", days[0][0], days[1][1])]


def test_of_a_year_without_a_calendar_there_are_no_half_terms() -> None:
    assert named(PeriodKind.HALF_TERM, (date(2025, 9, 1), date(2026, 7, 1))) == []


def test_years_begin_on_1_august() -> None:
    assert named(PeriodKind.YEAR, (date(2026, 7, 30), date(2026, 8, 2))) == [
        ("2025-26", date(2026, 7, 30), date(2026, 7, 31)),
        ("2026-27", date(2026, 8, 1), date(2026, 8, 2)),
    ]


def test_cal7_the_periods_of_a_census_hang_on_easter_and_the_spring_bank_holiday() -> None:
    assert named(PeriodKind.CENSUS) == [
        ("2026-27 autumn", date(2026, 8, 1), date(2026, 12, 31)),
        ("2026-27 spring", date(2027, 1, 1), date(2027, 3, 28)),
        ("2026-27 summer", date(2027, 3, 29), date(2027, 5, 30)),
        ("2026-27 summer-2", date(2027, 5, 31), date(2027, 7, 31)),
    ]


def test_the_first_and_last_period_are_cut_to_the_days_asked_for() -> None:
    assert named(PeriodKind.HALF_TERM, (date(2026, 10, 1), date(2026, 11, 20))) == [
        ("2026-27 Autumn 1", date(2026, 10, 1), date(2026, 10, 23)),
        ("2026-27 Autumn 2", date(2026, 11, 2), date(2026, 11, 20)),
    ]


@pytest.mark.parametrize(
    ("first", "last", "long"),
    [
        pytest.param(date(2026, 9, 2), date(2026, 10, 23), True, id="a half term"),
        pytest.param(date(2026, 9, 3), date(2026, 10, 23), False, id="a day less"),
        pytest.param(date(2026, 9, 2), date(2026, 10, 22), False, id="a day less at its end"),
        pytest.param(date(2026, 10, 1), date(2026, 12, 1), False, id="parts of two"),
        pytest.param(date(2027, 2, 22), date(2027, 3, 25), True, id="a short half term"),
        pytest.param(date(2025, 9, 1), date(2025, 10, 12), True, id="six weeks of unknown days"),
        pytest.param(date(2025, 9, 1), date(2025, 10, 11), False, id="a day less of those"),
    ],
)
def test_persistent_absence_is_told_of_no_period_without_a_whole_half_term(
    first: date, last: date, *, long: bool
) -> None:
    assert is_long(Period(first, last), calendar()) is long


def test_the_week_of_a_sunday_began_six_days_before() -> None:
    assert week_of(date(2026, 11, 22)) == Period(date(2026, 11, 16), date(2026, 11, 22))

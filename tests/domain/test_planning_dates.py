"""Given plans and a calendar, then provision and reviews fall due on their days."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.absence_plans import AbsencePlan
from attendance.calendar import SchoolCalendar
from attendance.plan_dates import sixth_school_day
from attendance.planned_absences import Exclusion, ExclusionKind
from domain.planned import SUSPENSION, VISIT, Planner, a_planner
from statute.registers import CALENDAR, am, pm


def excluded(planner: Planner, first: date, last: date | None) -> AbsencePlan:
    planned = Exclusion(
        exclusion=ExclusionKind.PERMANENT if last is None else ExclusionKind.SUSPENSION,
        starts=am(first),
        ends=None if last is None else pm(last),
        reason="fighting",
    )
    planner.plan(planned)
    return planner.plans()[-1]


@pytest.mark.parametrize(
    ("first", "last", "sixth"),
    [
        pytest.param(date(2026, 9, 14), date(2026, 9, 18), None, id="five school days"),
        pytest.param(date(2026, 9, 14), date(2026, 9, 21), date(2026, 9, 21), id="six"),
        pytest.param(date(2026, 9, 14), None, date(2026, 9, 21), id="permanent"),
        pytest.param(date(2026, 10, 21), None, date(2026, 11, 4), id="over half term"),
        pytest.param(date(2026, 11, 23), None, date(2026, 12, 1), id="over a training day"),
        pytest.param(date(2026, 9, 12), None, date(2026, 9, 21), id="from a Saturday"),
        pytest.param(date(2027, 7, 19), None, None, id="past the end of the calendar"),
        pytest.param(date(2027, 8, 19), None, None, id="after the calendar"),
    ],
)
def test_provision_is_due_from_the_sixth_school_day(
    first: date, last: date | None, sixth: date | None
) -> None:
    assert sixth_school_day(excluded(a_planner(), first, last), CALENDAR) == sixth


def test_a_day_counts_once_the_pupil_is_excluded_for_its_afternoon() -> None:
    planner = a_planner()
    planner.plan(replace(SUSPENSION, ends=pm(date(2026, 9, 21))))

    assert sixth_school_day(planner.plans()[0], CALENDAR) == date(2026, 9, 21)


def test_exclusions_without_a_school_day_between_them_count_as_one() -> None:
    planner = a_planner()
    first = excluded(planner, date(2026, 9, 14), date(2026, 9, 16))
    second = excluded(planner, date(2026, 9, 17), date(2026, 9, 21))

    for each in (first, second):
        assert sixth_school_day(each, CALENDAR, planner.plans()) == date(2026, 9, 21)
        assert sixth_school_day(each, CALENDAR) is None


def test_a_school_day_between_two_exclusions_begins_the_count_anew() -> None:
    planner = a_planner()
    planner.plan(VISIT)
    first = excluded(planner, date(2026, 9, 14), date(2026, 9, 17))
    second = excluded(planner, date(2026, 9, 21), date(2026, 9, 28))

    assert sixth_school_day(first, CALENDAR, planner.plans()) is None
    assert sixth_school_day(second, CALENDAR, planner.plans()) == date(2026, 9, 28)


def test_without_a_calendar_no_day_is_the_sixth() -> None:
    plan = excluded(a_planner(), date(2026, 9, 14), None)

    assert sixth_school_day(plan, SchoolCalendar()) is None

"""Given a calendar and a pupil, then a census is about certain days, and about them or not."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from attendance.absence_plans import AbsencePlan, PlanStatus
from attendance.census import (
    CensusTerm,
    LeftOut,
    Period,
    age_before,
    easter_sunday,
    enrolments_told,
    left_out,
    part_time_in,
    period_of,
    reasons_of,
    spring_bank_holiday,
    terms_on,
)
from attendance.codes import Code
from attendance.identifiers import AcademicYear, PupilId
from attendance.planned_absences import PlanId
from attendance.roll import Pupil
from attendance.rules.figures import figures_from
from domain.given import BEFORE_TERM, OFFICER, a_school, admitted, deleted
from domain.planned import TIMETABLE
from statute.registers import CALENDAR, am, pm

YEAR = AcademicYear("2026-27")
AUTUMN = period_of(CensusTerm.AUTUMN, YEAR)
HELD = list(CALENDAR.sessions(*AUTUMN))
SOME = figures_from({Code.PRESENT_AM: 10})


def pupil(*, born: date = date(2016, 5, 5), starting: date = date(2026, 6, 8)) -> Pupil:
    return a_school(admitted("p1", born=born, starting=starting)).roll[PupilId("p1")]


def boarding_from(on: date) -> Pupil:
    day = pupil()
    return replace(
        day, placements=(*day.placements, replace(day.placements[0], from_on=on, boarder=True))
    )


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2008, date(2008, 3, 23)),  # as early as it has been for a century
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),  # as late as it can be
        (2049, date(2049, 4, 18)),  # where the lunar correction bites
    ],
)
def test_easter_falls_where_the_almanac_has_it(year: int, easter: date) -> None:
    assert easter_sunday(year) == easter


@pytest.mark.parametrize(("year", "monday"), [(2026, date(2026, 5, 25)), (2027, date(2027, 5, 31))])
def test_the_spring_bank_holiday_is_the_last_monday_in_may(year: int, monday: date) -> None:
    assert spring_bank_holiday(year) == monday


def test_the_four_periods_make_up_the_academic_year_without_a_gap() -> None:
    autumn, spring, summer, summer_2 = (period_of(term, YEAR) for term in CensusTerm)

    assert autumn == Period(date(2026, 8, 1), date(2026, 12, 31))
    assert spring == Period(date(2027, 1, 1), date(2027, 3, 28))
    assert summer == Period(date(2027, 3, 29), date(2027, 5, 30))
    assert summer_2 == Period(date(2027, 5, 31), date(2027, 7, 31))


@pytest.mark.parametrize(
    ("born", "told"),
    [
        pytest.param(date(2022, 9, 1), False, id="three on 31 August"),
        pytest.param(date(2022, 8, 31), True, id="four that very day"),
        pytest.param(date(2010, 9, 1), True, id="fifteen"),
        pytest.param(date(2010, 8, 31), False, id="sixteen that very day"),
    ],
)
def test_a_census_is_about_pupils_of_four_to_fifteen(born: date, *, told: bool) -> None:
    assert bool(list(enrolments_told(pupil(born=born), HELD, YEAR))) is told


def test_age_is_that_of_31_august_whatever_the_term() -> None:
    assert age_before(pupil(born=date(2016, 8, 31)), YEAR) == 10
    assert age_before(pupil(born=date(2016, 9, 1)), YEAR) == 9


def test_a_leaver_is_told_of_and_one_who_left_before_isnt() -> None:
    leaver = a_school(admitted("p1"), deleted("p1", date(2026, 9, 3))).roll[PupilId("p1")]
    gone = a_school(admitted("p1"), deleted("p1", date(2026, 9, 2))).roll[PupilId("p1")]

    assert [each.deleted_on for each in enrolments_told(leaver, HELD, YEAR)] == [date(2026, 9, 3)]
    assert list(enrolments_told(gone, HELD, YEAR)) == [], "2 September was an INSET day"


def test_one_who_left_and_came_back_is_told_of_twice() -> None:
    school = a_school(
        admitted("p1"), deleted("p1", date(2026, 9, 18)), admitted("p1", starting=date(2026, 11, 2))
    )

    told = enrolments_told(school.roll[PupilId("p1")], HELD, YEAR)

    assert [each.starting_day for each in told] == [date(2026, 6, 8), date(2026, 11, 2)]


def test_a_boarder_isnt_told_of_and_one_who_became_one_is() -> None:
    assert not list(enrolments_told(boarding_from(date(2026, 6, 8)), HELD, YEAR))
    assert list(enrolments_told(boarding_from(date(2026, 11, 2)), HELD, YEAR))


def test_of_a_term_with_no_session_nobody_is_told() -> None:
    assert list(enrolments_told(pupil(), [], YEAR)) == []


def test_the_terms_in_force_are_found_and_before_them_the_first() -> None:
    assert terms_on(date(2026, 9, 1)).ages == (4, 15)
    assert terms_on(date(2000, 1, 1)) == terms_on(date(2026, 9, 1))


def test_reasons_are_the_codes_of_absence_that_were_entered() -> None:
    entered = {Code.PRESENT_AM: 8, Code.I: 3, Code.U: 1, Code.D: 4, Code.G: 0}

    assert reasons_of(entered) == {Code.I: 3, Code.U: 1}


@pytest.mark.parametrize(
    ("status", "ends", "part_time"),
    [
        pytest.param(PlanStatus.IN_FORCE, date(2026, 10, 9), True, id="within the term"),
        pytest.param(PlanStatus.WITHDRAWN, date(2026, 10, 9), False, id="withdrawn"),
        pytest.param(PlanStatus.IN_FORCE, date(2026, 7, 17), False, id="over before the term"),
    ],
)
def test_a_pupil_is_part_time_while_a_part_time_timetable_runs(
    status: PlanStatus, ends: date, *, part_time: bool
) -> None:
    plan = AbsencePlan(
        id=PlanId(UUID(int=1)),
        planned=replace(TIMETABLE, starts=am(date(2026, 7, 13)), ends=pm(ends)),
        status=status,
        recorded_by=OFFICER,
        recorded_at=BEFORE_TERM,
    )

    assert part_time_in(replace(pupil(), plans=(plan,)), AUTUMN) is part_time
    assert not part_time_in(pupil(), AUTUMN)


@pytest.mark.parametrize(
    ("born", "starting", "reason"),
    [
        pytest.param(date(2016, 5, 5), date(2027, 5, 28), None, id="there before"),
        pytest.param(
            date(2016, 5, 5), date(2027, 6, 7), LeftOut.JOINED_IN_SUMMER_2, id="joined in it"
        ),
        pytest.param(date(2010, 12, 1), date(2026, 9, 3), LeftOut.OLDEST_IN_SUMMER_2, id="fifteen"),
    ],
)
def test_of_the_second_half_of_summer_some_are_left_out(
    born: date, starting: date, reason: LeftOut | None
) -> None:
    found = pupil(born=born, starting=starting)

    assert left_out(found, found.newest, SOME, CensusTerm.SUMMER_2, YEAR) is reason
    assert left_out(found, found.newest, SOME, CensusTerm.SUMMER, YEAR) is None

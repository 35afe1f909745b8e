"""Given a day and a pupil, then their sessions are shared with the Department or they aren't."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.daily_share import in_share, refreshed_from, terms_on
from attendance.identifiers import PupilId
from attendance.roll import Enrolment, Pupil
from domain.given import a_school, admitted

TODAY = date(2026, 11, 20)


def pupil(born: date, year_group: str = "6", *, boarder: bool = False) -> Pupil:
    found = a_school(admitted("p1", born=born)).roll[PupilId("p1")]
    placed = replace(found.placements[0], year_group=year_group, boarder=boarder)
    return replace(found, placements=(placed,))


@pytest.mark.parametrize(
    ("born", "year_group", "shared"),
    [
        pytest.param(date(2016, 5, 5), "6", True, id="of compulsory school age"),
        pytest.param(date(2022, 5, 5), "R", True, id="four, in reception"),
        pytest.param(date(2022, 5, 5), "N2", False, id="four, in the nursery"),
        pytest.param(date(2009, 5, 5), "12", True, id="seventeen, in year 12"),
        pytest.param(date(2007, 5, 5), "14", False, id="nineteen, in year 14"),
    ],
)
def test_those_of_school_age_in_reception_and_in_the_sixth_form_are_shared(
    born: date, year_group: str, *, shared: bool
) -> None:
    assert in_share(pupil(born, year_group), TODAY) is shared


def test_a_boarder_isnt_shared() -> None:
    assert not in_share(pupil(date(2016, 5, 5), boarder=True), TODAY)


@pytest.mark.parametrize(
    ("enrolment", "shared"),
    [
        pytest.param(Enrolment(date(2026, 11, 20)), True, id="started today"),
        pytest.param(Enrolment(date(2026, 11, 23)), False, id="starts on Monday"),
        pytest.param(
            Enrolment(date(2026, 9, 3), date(2026, 11, 13)), True, id="left seven days ago"
        ),
        pytest.param(Enrolment(date(2026, 9, 3), date(2026, 11, 12)), False, id="left before that"),
    ],
)
def test_a_pupil_in_share_from_the_starting_day_until_a_week_after_leaving(
    enrolment: Enrolment, *, shared: bool
) -> None:
    assert in_share(replace(pupil(date(2016, 5, 5)), enrolments=(enrolment,)), TODAY) is shared


def test_the_terms_in_force_are_found_and_before_them_the_first() -> None:
    assert refreshed_from(TODAY) == date(2026, 11, 13)
    assert terms_on(date(2000, 1, 1)) == terms_on(TODAY)

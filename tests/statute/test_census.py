"""Worked examples of the school census, under their own numbers."""

import pytest
from attendance.census import Basis, CensusTerm, LeftOut, absence_counted, left_out
from attendance.codes import Code
from attendance.identifiers import AcademicYear, PupilId
from attendance.roll import Pupil
from attendance.rules.figures import figures_from
from domain.given import a_school, admitted

YEAR = AcademicYear("2026-27")


def pupil() -> Pupil:
    return a_school(admitted("p1")).roll[PupilId("p1")]


def test_tv15_reasons_that_fall_short_of_the_totals_give_way_to_them() -> None:
    counted = absence_counted(
        authorised=15, unauthorised=35, reasons={Code.I: 12, Code.G: 10, Code.O: 20}
    )

    assert (counted.authorised, counted.unauthorised, counted.basis) == (15, 35, Basis.TOTALS)


def test_tv17_reasons_that_equal_the_totals_are_used() -> None:
    counted = absence_counted(authorised=20, unauthorised=5, reasons={Code.I: 18, Code.O: 7})

    assert (counted.authorised, counted.unauthorised, counted.basis) == (18, 7, Basis.REASONS)


def test_reasons_higher_than_the_totals_are_used() -> None:
    counted = absence_counted(authorised=12, unauthorised=0, reasons={Code.M: 10, Code.U: 5})

    assert (counted.authorised, counted.unauthorised, counted.basis) == (10, 5, Basis.REASONS)


@pytest.mark.parametrize("term", CensusTerm)
def test_tv18_a_term_at_the_other_school_has_nothing_possible_and_is_left_out(
    term: CensusTerm,
) -> None:
    figures = figures_from({Code.D: 70})

    assert figures.possible == 0
    assert left_out(pupil(), pupil().newest, figures, term, YEAR) is LeftOut.NOTHING_POSSIBLE

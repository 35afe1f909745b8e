"""The code table against SI 2024/208 reg 10 and the Department's statistical classes."""

from datetime import date

import pytest
from attendance import codes
from attendance.codes import (
    CODE_TABLE,
    Code,
    LegalTable,
    PhysicalView,
    StatisticalClass,
    code_from,
    in_force,
)
from attendance.errors import UnknownCode
from attendance.session import Half

LEGACY = "H J Y F"


def listed(text: str) -> set[str]:
    return set(text.split())


def test_thirty_four_codes_are_in_force_and_four_went_before_each_with_one_row() -> None:
    assert set(CODE_TABLE) == set(Code)
    assert len([code for code in Code if in_force(code, date(2026, 9, 1))]) == 34
    assert {code.value for code in Code if not in_force(code, date(2026, 9, 1))} == listed(LEGACY)


@pytest.mark.parametrize(
    ("members", "written"),
    [
        pytest.param(codes.PRESENT, r"/ \ L", id="present"),
        pytest.param(codes.APPROVED_EDUCATIONAL_ACTIVITY, "B K P V W J", id="approved activity"),
        pytest.param(codes.ATTENDING, r"/ \ L B K P V W J", id="attending"),
        pytest.param(codes.AUTHORISED, "C C1 C2 E I J1 M R S T H F", id="authorised"),
        pytest.param(codes.UNAUTHORISED, "G N O U", id="unauthorised"),
        pytest.param(codes.NOT_POSSIBLE, "D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7 Y", id="not possible"),
        pytest.param(codes.LATE, "L U", id="late"),
    ],
)
def test_a_statistical_set_has_exactly_its_members(members: frozenset[Code], written: str) -> None:
    assert {code.value for code in members} == listed(written)


def test_possible_sessions_are_attendance_and_absence_and_nothing_else() -> None:
    assert codes.POSSIBLE == codes.ATTENDING | codes.AUTHORISED | codes.UNAUTHORISED
    assert {Code.Z, Code.PLANNED_CLOSURE} == set(Code) - codes.POSSIBLE - codes.NOT_POSSIBLE


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (LegalTable.PRESENT, r"/ \ L"),
        (LegalTable.ATTENDING_ELSEWHERE, "K V P W B D J"),
        (LegalTable.ADMINISTRATIVE, "Z #"),
    ],
)
def test_a_legal_table_has_exactly_its_codes(table: LegalTable, written: str) -> None:
    assert {code.value for code, row in CODE_TABLE.items() if row.legal is table} == listed(written)


def test_a_pupil_coded_u_is_on_the_site_though_absent_in_law() -> None:
    row = CODE_TABLE[Code.U]

    assert row.physical is PhysicalView.ARRIVED_LATE
    assert row.statistical is StatisticalClass.UNAUTHORISED


def test_only_the_two_strokes_are_bound_to_a_session() -> None:
    bound = {code: row.halves for code, row in CODE_TABLE.items() if len(row.halves) == 1}

    assert bound == {
        Code.PRESENT_AM: frozenset({Half.AM}),
        Code.PRESENT_PM: frozenset({Half.PM}),
    }


def test_only_b_and_y7_must_state_their_nature() -> None:
    assert {code for code, row in CODE_TABLE.items() if row.detail_required} == {Code.B, Code.Y7}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("/", Code.PRESENT_AM),
        ("\\", Code.PRESENT_PM),
        (" i ", Code.I),
        ("y7", Code.Y7),
        ("\u2215", Code.PRESENT_AM),
        ("\u2044", Code.PRESENT_AM),
        ("\uff0f", Code.PRESENT_AM),
        ("\uff3c", Code.PRESENT_PM),
        ("\u29f5", Code.PRESENT_PM),
        ("#", Code.PLANNED_CLOSURE),
    ],
)
def test_a_mark_is_read_as_other_systems_write_it(raw: str, code: Code) -> None:
    assert code_from(raw) is code


@pytest.mark.parametrize(
    "raw",
    [
        *["", " ", "-", "--", "A", "//", "Y8", "present"],
        pytest.param("\N{LATIN SMALL LETTER DOTLESS I}", id="another alphabet's I"),
        pytest.param("\N{LATIN SMALL LETTER LONG S}", id="an old S"),
        pytest.param("\x1cI", id="a separator before a code"),
        pytest.param("I\N{NO-BREAK SPACE}", id="no plain space"),
        pytest.param("I" + " " * 200, id="a code and many spaces"),
    ],
)
def test_what_is_no_code_is_refused_and_never_counted_as_nothing(raw: str) -> None:
    with pytest.raises(UnknownCode):
        code_from(raw)


LAST_DAY_BEFORE = date(2024, 8, 18)
FIRST_DAY = date(2024, 8, 19)


@pytest.mark.parametrize("code", sorted(listed("K C1 J1 C2 Q Y1 Y2 Y3 Y4 Y5 Y6 Y7")))
def test_a_new_code_is_in_force_from_19_august_2024_on(code: str) -> None:
    assert (in_force(Code(code), LAST_DAY_BEFORE), in_force(Code(code), FIRST_DAY)) == (False, True)


@pytest.mark.parametrize("code", sorted(listed(LEGACY)))
def test_an_abolished_code_is_in_force_until_the_day_before(code: str) -> None:
    assert (in_force(Code(code), LAST_DAY_BEFORE), in_force(Code(code), FIRST_DAY)) == (True, False)


def test_a_code_that_stayed_is_in_force_on_both_sides() -> None:
    assert in_force(Code.I, LAST_DAY_BEFORE)
    assert in_force(Code.I, FIRST_DAY)

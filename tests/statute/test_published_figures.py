"""The classes of the codes against the Department's own totals for the year 2025/26.

Somebody else counted these sessions, so they are an oracle: if a code stood in the wrong class, the
totals would not add up.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from attendance.codes import APPROVED_EDUCATIONAL_ACTIVITY, AUTHORISED, PRESENT, UNAUTHORISED, Code
from attendance.rules.figures import Figures, figures_from, rate

PUBLISHED: Final = (
    Path(__file__).parents[2].parent / "shared" / "data" / "dfe-attendance-2025-26.csv"
)
COLUMNS: Final = {
    "reason_present_am": Code.PRESENT_AM,
    "reason_present_pm": Code.PRESENT_PM,
    "reason_l_present_late_before_registers_closed": Code.L,
    "reason_i_authorised_illness": Code.I,
    "reason_m_authorised_medical_dental": Code.M,
    "reason_r_authorised_religious_observance": Code.R,
    "reason_s_authorised_study_leave": Code.S,
    "reason_t_authorised_mobile_child": Code.T,
    "reason_e_authorised_excluded": Code.E,
    "reason_c_authorised_other": Code.C,
    "reason_c1_authorised_regulated_performance": Code.C1,
    "reason_c2_authorised_temp_reduced_timetable": Code.C2,
    "reason_j1_authorised_interview": Code.J1,
    "reason_b_aea_education_off_site": Code.B,
    "reason_p_aea_approved_sporting_activity": Code.P,
    "reason_v_aea_educational_visit_trip": Code.V,
    "reason_w_aea_work_experience": Code.W,
    "reason_k_aea_education_arranged_by_la": Code.K,
    "reason_g_unauthorised_holiday": Code.G,
    "reason_u_unauthorised_late_after_registers_closed": Code.U,
    "reason_o_other_unauthorised": Code.O,
    "reason_n_no_reason_yet": Code.N,
}
LEGACY_AUTHORISED: Final = "reason_h_authorised_holiday"  # abolished in 2024, still sent by a few
LEGACY_ACTIVITY: Final = "reason_j_aea_interview"  # likewise


def usable_rows() -> list[Mapping[str, str]]:
    if not PUBLISHED.exists():
        pytest.skip("the Department's figures are not beside this checkout, at ../shared/data")
    with PUBLISHED.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(row[column].isdigit() for column in COLUMNS)]


def counted(row: Mapping[str, str]) -> Figures:
    return figures_from({code: int(row[column]) for column, code in COLUMNS.items()})


def sessions_of(figures: Figures, members: frozenset[Code]) -> int:
    return sum(figures.by_code.get(code, 0) for code in members)


def test_every_column_of_a_possible_session_is_one_of_our_codes() -> None:
    rows = usable_rows()

    assert len(rows) > 300
    reasons = {column for column in rows[0] if column.startswith("reason_")}
    assert reasons - set(COLUMNS) == {"reason_present", LEGACY_AUTHORISED, LEGACY_ACTIVITY}


def test_the_sets_add_up_to_the_published_totals_in_every_row() -> None:
    for row in usable_rows():
        figures = counted(row)
        published = {name: int(value) for name, value in row.items() if value.isdigit()}

        assert figures.attended + published[LEGACY_ACTIVITY] == published["overall_attendance"]
        assert figures.unauthorised == published["unauthorised_absence"]
        assert figures.late == published["late_sessions"]
        assert sessions_of(figures, PRESENT) == published["present_sessions"]
        assert (
            sessions_of(figures, APPROVED_EDUCATIONAL_ACTIVITY) + published[LEGACY_ACTIVITY]
            == published["approved_educational_activity"]
        )
        assert (
            published["overall_attendance"] + published["authorised_absence"] + figures.unauthorised
            == published["possible_sessions"]
        )


def test_authorised_absence_is_short_of_the_published_by_next_to_nothing() -> None:
    """A few rows hold sessions under no published code; the rarest of ours is 1 in 1,000."""
    missing_shares = []
    for row in usable_rows():
        published = int(row["authorised_absence"]) - int(row[LEGACY_AUTHORISED])
        missing_shares.append((published - counted(row).authorised) / published)

    assert all(0 <= share < 1 / 5_000 for share in missing_shares)
    assert sum(share > 0 for share in missing_shares) < len(missing_shares) / 10


def test_tv11_the_rates_of_england_2025_26() -> None:
    figures = {"attended": 2277095382, "authorised": 110576083, "unauthorised": 57748222}
    possible = sum(figures.values())

    assert possible == 2445419687
    assert rate(figures["authorised"] + figures["unauthorised"], possible) == "6.8832"
    assert rate(figures["authorised"], possible) == "4.5218"
    assert rate(figures["unauthorised"], possible) == "2.3615"
    assert rate(figures["attended"], possible) == "93.1168"


def test_tv12_the_sessions_of_england_2025_26_by_code() -> None:
    figures = figures_from(
        {
            Code.PRESENT_AM: 2200401016,  # published as one figure for both strokes
            Code.L: 45496880,
            Code.B: 6222590,
            Code.P: 2681738,
            Code.V: 17740912,
            Code.W: 3407002,
            Code.K: 1145157,
            Code.G: 10601582,
            Code.U: 5613053,
            Code.O: 40313989,
            Code.N: 1219598,
        }
    )
    interviews_under_the_abolished_code = 87

    assert sessions_of(figures, PRESENT) == 2245897896
    assert (
        sessions_of(figures, APPROVED_EDUCATIONAL_ACTIVITY) + interviews_under_the_abolished_code
        == 31197486
    )
    assert sessions_of(figures, UNAUTHORISED) == 57748222
    assert figures.late == 51109933
    assert sessions_of(figures, AUTHORISED) == 0

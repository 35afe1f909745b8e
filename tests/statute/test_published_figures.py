"""The classes of the codes against the Department's own totals for the year 2025/26.

Somebody else counted these sessions, so they are an oracle: if a code stood in the wrong class, the
totals would not add up.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from attendance.codes import APPROVED_EDUCATIONAL_ACTIVITY, AUTHORISED, PRESENT, UNAUTHORISED, Code
from attendance.rules.figures import Figures, figures_from, rate
from statute.published import counted, place_of, published_rows, usable_rows
from thresholds.benchmarks.file import SESSIONS_OF

# What each published percentage is a percentage of possible sessions of, in our own counts.
PERCENTAGES: Final[Mapping[str, Callable[[Figures], int]]] = {
    "attendance_perc": lambda figures: figures.attended,
    "overall_absence_perc": lambda figures: figures.absent,
    "authorised_absence_perc": lambda figures: figures.authorised,
    "unauthorised_absence_perc": lambda figures: figures.unauthorised,
    "illness_perc": lambda figures: figures.by_code[Code.I],
    "appointments_perc": lambda figures: figures.by_code[Code.M],
    "unauth_hol_perc": lambda figures: figures.by_code[Code.G],
    "unauth_oth_perc": lambda figures: figures.by_code[Code.O],
    "unauth_late_registers_closed_perc": lambda figures: figures.by_code[Code.U],
    "unauth_not_yet_perc": lambda figures: figures.by_code[Code.N],
    "auth_religious_perc": lambda figures: figures.by_code[Code.R],
    "auth_study_perc": lambda figures: figures.by_code[Code.S],
    "auth_mob_perc": lambda figures: figures.by_code[Code.T],
    "auth_excluded_perc": lambda figures: figures.by_code[Code.E],
    "auth_performance_perc": lambda figures: figures.by_code[Code.C1],
    "auth_interview_perc": lambda figures: figures.by_code[Code.J1],
    "auth_part_time_perc": lambda figures: figures.by_code[Code.C2],
    "auth_other_perc": lambda figures: figures.by_code[Code.C],
}
WITHIN: Final = Fraction(1, 10**9)  # percentage points

# Sessions of authorised absence that the Department counts under no code it publishes. Totals are
# short by what their phases are; every other row adds up.
UNDER_NO_CODE: Final = {
    ("England", "Primary"): 10,
    ("North West", "Primary"): 10,
    ("England", "Secondary"): 96,
    ("East Midlands", "Secondary"): 23,
    ("Lincolnshire", "Secondary"): 6,
    ("Nottinghamshire", "Secondary"): 6,
    ("West Northamptonshire", "Secondary"): 9,
    ("London", "Secondary"): 4,
    ("North East", "Secondary"): 29,
    ("North Tyneside", "Secondary"): 28,
    ("South East", "Secondary"): 22,
    ("West Sussex", "Secondary"): 1,
    ("West Midlands", "Secondary"): 8,
    ("Coventry", "Secondary"): 1,
    ("Worcestershire", "Secondary"): 5,
    ("Yorkshire and The Humber", "Secondary"): 10,
    ("North East Lincolnshire", "Secondary"): 6,
}
TOTALS_OF_THEM: Final = {(place, "Total") for place, _ in UNDER_NO_CODE}


def sessions_of(figures: Figures, members: frozenset[Code]) -> int:
    return sum(figures.by_code.get(code, 0) for code in members)


def test_every_column_of_a_possible_session_is_one_of_our_codes() -> None:
    rows = published_rows()

    reasons = {column for column in rows[0] if column.startswith("reason_")}
    assert reasons - set(SESSIONS_OF) == {"reason_present"}
    assert len(set(SESSIONS_OF.values())) == len(SESSIONS_OF)


def test_only_the_rows_of_one_authority_of_a_single_school_are_suppressed() -> None:
    rows = published_rows()
    usable = usable_rows()

    assert (len(rows), len(usable)) == (345, 343)
    suppressed = [place_of(row) for row in rows if row not in usable]
    assert suppressed == [("City of London", "Primary"), ("City of London", "Total")]


def test_the_sets_add_up_to_the_published_totals_in_every_row() -> None:
    for row in usable_rows():
        figures = counted(row)
        published = {name: int(value) for name, value in row.items() if value.isdigit()}

        assert figures.attended == published["overall_attendance"], place_of(row)
        assert figures.unauthorised == published["unauthorised_absence"], place_of(row)
        assert figures.late == published["late_sessions"], place_of(row)
        assert sessions_of(figures, PRESENT) == published["present_sessions"], place_of(row)
        activity = sessions_of(figures, APPROVED_EDUCATIONAL_ACTIVITY | {Code.J})
        assert activity == published["approved_educational_activity"], place_of(row)
        absence = published["authorised_absence"] + figures.unauthorised
        assert absence == published["overall_absence"], place_of(row)
        assert figures.attended + absence == published["possible_sessions"], place_of(row)


def test_authorised_absence_is_the_published_save_in_the_rows_that_are_known() -> None:
    differing = {
        place_of(row): int(row["authorised_absence"]) - counted(row).authorised
        for row in usable_rows()
    }

    known = Counter(UNDER_NO_CODE)
    for (place, _), sessions in UNDER_NO_CODE.items():
        known[place, "Total"] += sessions
    assert {place: sessions for place, sessions in differing.items() if sessions} == known


def test_every_published_percentage_is_that_of_our_counts_where_a_row_s_codes_are_complete() -> (
    None
):
    rows = [(row, counted(row)) for row in usable_rows()]
    complete = [
        (row, figures) for row, figures in rows if figures.possible == int(row["possible_sessions"])
    ]

    assert len(rows) - len(complete) == len({*UNDER_NO_CODE} | TOTALS_OF_THEM)
    for row, figures in complete:
        for percentage, sessions_in in PERCENTAGES.items():
            sessions = sessions_in(figures)
            exact = Fraction(100 * sessions, figures.possible)
            shown = Decimal(row[percentage]).quantize(Decimal("0.0001"), ROUND_HALF_UP)

            assert abs(Fraction(row[percentage]) - exact) < WITHIN, (place_of(row), percentage)
            assert rate(sessions, figures.possible) == f"{shown:.4f}", (place_of(row), percentage)


def test_tv11_the_rates_of_england_2025_26() -> None:
    """Published to ten places; the codes stand for any of their class."""
    figures = figures_from({Code.PRESENT_AM: 2277095382, Code.I: 110576083, Code.O: 57748222})
    published = {
        "6.8832481351": figures.absent,
        "4.5217630163": figures.authorised,
        "2.3614851188": figures.unauthorised,
        "93.1167518649": figures.attended,
    }

    assert figures.possible == 2445419687
    for percent, sessions in published.items():
        exact = Fraction(100 * sessions, figures.possible)
        assert abs(Fraction(percent) - exact) <= Fraction(1, 2 * 10**10), percent
        assert rate(sessions, figures.possible) == f"{Decimal(percent):.4f}"


def test_tv12_the_sessions_of_england_2025_26_by_code() -> None:
    figures = figures_from(
        {
            Code.PRESENT_AM: 2200401016,  # published as one figure for both strokes
            Code.L: 45496880,
            Code.B: 6222590,
            Code.P: 2681738,
            Code.V: 17740912,
            Code.W: 3407002,
            Code.J: 87,  # interviews, under a code abolished in 2024
            Code.K: 1145157,
            Code.G: 10601582,
            Code.U: 5613053,
            Code.O: 40313989,
            Code.N: 1219598,
        }
    )

    assert sessions_of(figures, PRESENT) == 2245897896
    assert sessions_of(figures, APPROVED_EDUCATIONAL_ACTIVITY | {Code.J}) == 31197486
    assert sessions_of(figures, UNAUTHORISED) == 57748222
    assert figures.late == 51109933
    assert sessions_of(figures, AUTHORISED) == 0

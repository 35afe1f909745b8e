"""A fall in attendance against the rest of the year, walked session by session."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.rules.ehcp_attendance_fall import (
    DEFINITION,
    FROM_AUGUST_2024,
    ehcp_attendance_fall,
)
from attendance.rules.facts import PupilFacts
from statute.boundaries import lasting
from statute.circumstances import circumstances, held, pupil
from statute.registers import am, pm, register

HERE = "//////////"
FOUR_WEEKS = [HERE] * 4
FALLEN = [*FOUR_WEEKS, HERE, "////////OO"]
MONDAY = date(2026, 9, 14)
SCHOOL_DAYS = date(2020, 9, 1)
WITH_PLAN = pupil(held("ehcp", SCHOOL_DAYS))


def found(
    *weeks: str | None, facts: PupilFacts = WITH_PLAN, monday: date = MONDAY
) -> tuple[str, ...]:
    return lasting(ehcp_attendance_fall(register(*weeks, monday=monday), facts))


def test_two_of_the_last_twenty_after_forty_attended_are_ten_points() -> None:
    (spell,) = ehcp_attendance_fall(register(*FALLEN, monday=MONDAY), WITH_PLAN)

    assert spell.met_on == pm(date(2026, 10, 23))
    assert [each.session for each in spell.evidence] == [
        am(date(2026, 10, 23)),
        pm(date(2026, 10, 23)),
    ]
    assert spell.figures == {
        "possible": 20,
        "absent": 2,
        "possible_before": 40,
        "absent_before": 0,
    }


def test_one_of_the_last_twenty_is_not() -> None:
    assert found(*FOUR_WEEKS, HERE, "/////////O") == ()


def test_absence_as_much_as_ever_is_no_fall() -> None:
    assert found(*["OO////////"] * 6) == ()


def test_forty_sessions_before_the_window_are_needed() -> None:
    assert found("--////////", *[HERE] * 4, "//////OOOO") == ()
    assert found(*FOUR_WEEKS, HERE, "//////OOOO") == ("2026-10-23 PM",)


def test_with_nothing_before_the_window_there_is_no_fall_whatever_the_numbers() -> None:
    any_at_all = replace(FROM_AUGUST_2024, fewest_before=0)

    assert (
        ehcp_attendance_fall(
            register("OOOOOOOOOO", "OOOOOOOOOO", monday=MONDAY), WITH_PLAN, any_at_all
        )
        == ()
    )


def test_a_spell_ends_with_the_session_at_which_the_fall_is_less() -> None:
    """Nineteen sessions later one of the two absences has left the window."""
    assert found(*FALLEN, None, HERE, HERE) == ("2026-10-23 PM, 2026-11-13 AM",)


def test_a_spell_ends_with_the_plan_and_begins_with_it() -> None:
    until_thursday = pupil(held("ehcp", SCHOOL_DAYS, date(2026, 11, 2)))
    from_then = pupil(held("ehcp", date(2026, 11, 3)))
    weeks = [*FALLEN, None, HERE]

    assert found(*weeks, facts=until_thursday) == ("2026-10-23 PM, 2026-11-03 AM",)
    assert found(*weeks, facts=from_then) == ("2026-11-03 AM",)
    assert found(*weeks, facts=pupil(held("sen-support", SCHOOL_DAYS))) == ()


@pytest.mark.parametrize("nothing_possible", ["4444444444", "DDDDDDDDDD", None])
def test_sessions_with_nothing_possible_are_neither_in_the_window_nor_before_it(
    nothing_possible: str | None,
) -> None:
    assert found(*FOUR_WEEKS, nothing_possible, "////////OO") == ()
    assert found(*FOUR_WEEKS, nothing_possible, HERE, "////////OO") == ("2026-10-30 PM",)


def test_every_academic_year_starts_anew() -> None:
    summer = [HERE] * 5
    autumn = [None] * 7 + ["------OOOO"]

    assert found(*summer, *autumn, monday=date(2026, 6, 15)) == ()


def test_a_fall_that_rests_on_a_reason_not_yet_established_is_provisional() -> None:
    settled, pending = (
        ehcp_attendance_fall(register(*FOUR_WEEKS, HERE, week, monday=MONDAY), WITH_PLAN)[0]
        for week in ("////////OO", "////////ON")
    )

    assert not settled.provisional
    assert pending.provisional


def test_a_pupil_who_never_had_a_plan_isn_t_walked() -> None:
    entries = register(*FALLEN, monday=MONDAY)

    assert DEFINITION.findings(circumstances(entries, pupil()), FROM_AUGUST_2024) == ()
    assert DEFINITION.findings(circumstances(entries, WITH_PLAN), FROM_AUGUST_2024)

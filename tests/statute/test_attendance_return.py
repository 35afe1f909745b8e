"""Worked examples of the ten continuous school days, under their own numbers."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attendance.calendar import SchoolCalendar
from attendance.rules.attendance_return import (
    DEFINITION,
    FROM_AUGUST_2024,
    attendance_return,
)
from attendance.rules.finding import Due, Entry, Finding
from attendance.session import Session
from statute.circumstances import circumstances, pupil, twice_on_roll
from statute.registers import AUTUMN_2024, CALENDAR, am, pm, register

AWAY = "OOOOOOOOOO"
MONDAY = date(2026, 10, 12)
EARLIER = date(2026, 9, 7)


def found(entries: Sequence[Entry]) -> tuple[Finding, ...]:
    return attendance_return(entries, CALENDAR)


def test_tv52_ten_days_are_complete_with_the_last_session_of_the_tenth() -> None:
    (finding,) = found(register(AWAY, AWAY, monday=MONDAY))

    assert finding.met_on == pm(date(2026, 10, 23))
    assert len(finding.evidence) == 20
    assert finding.figures == {"school_days": 10, "sessions": 20, "not_entered": 0}
    assert not finding.provisional


def test_nine_days_are_not_ten() -> None:
    assert found(register(AWAY, "OOOOOOOO//", monday=MONDAY)) == ()


@pytest.mark.parametrize(
    ("monday", "met_on", "due_on"),
    [
        pytest.param(date(2026, 10, 12), date(2026, 10, 23), date(2026, 11, 23), id="same date"),
        pytest.param(date(2026, 11, 30), date(2026, 12, 11), date(2027, 1, 11), id="a year on"),
        pytest.param(
            date(2027, 1, 18), date(2027, 1, 29), date(2027, 2, 28), id="last of February"
        ),
    ],
)
def test_it_is_due_within_a_calendar_month_whatever_was_agreed(
    monday: date, met_on: date, due_on: date
) -> None:
    (finding,) = found(register(AWAY, AWAY, monday=monday))

    assert (finding.met_on, finding.due_on) == (pm(met_on), due_on)


def all_but(sessions: set[Session]) -> Due:
    return lambda session: session not in sessions


@pytest.mark.parametrize(
    "weeks",
    [
        pytest.param([AWAY, "OOOOOOOO..", "OO////////"], id="TV54 a day of illness breaks the run"),
        pytest.param(["O/O/O/O/O/"] * 2, id="TV56 days attended in part"),
        pytest.param([AWAY, "OOOO.OOOOO", "OO////////"], id="half a day of illness"),
        pytest.param([AWAY, "OOOOLOOOOO", "OO////////"], id="half a day attended, late"),
        pytest.param(
            [AWAY, "OOOO/-OOOO", "OO////////"], id="present, the other session not entered"
        ),
    ],
)
def test_the_run_is_broken(weeks: list[str]) -> None:
    assert found(register(*weeks, monday=EARLIER)) == ()


def test_tv19_another_ten_days_after_coming_back_is_another_return_and_none_between() -> None:
    weeks = [AWAY, AWAY, AWAY, "/OOOOOOOOO", AWAY, "OOOOOOOO//"]

    first, second = found(register(*weeks, monday=EARLIER))

    assert first.met_on == pm(date(2026, 9, 18))
    assert second.met_on == pm(date(2026, 10, 12))
    assert not {entry.session for entry in first.evidence} & {
        entry.session for entry in second.evidence
    }


@pytest.mark.parametrize("code", "GNOU")
def test_every_unauthorised_code_counts_late_after_closing_too(code: str) -> None:
    (finding,) = found(register(code * 10, code * 10, monday=MONDAY))

    assert finding.provisional is (code == "N")


@pytest.mark.parametrize("neutral", "4QXD")
def test_a_day_with_nothing_possible_neither_counts_nor_breaks(neutral: str) -> None:
    weeks = [AWAY, f"OOOO{neutral * 2}OOOO", "OO////////"]

    (finding,) = found(register(*weeks, monday=EARLIER))

    assert finding.met_on == pm(date(2026, 9, 21))
    assert len(finding.evidence) == 20
    assert not finding.provisional


def test_a_day_half_of_which_was_not_possible_counts_by_the_other_half() -> None:
    (finding,) = found(register(AWAY, "OOOOOOOO4O", monday=MONDAY))

    assert finding.figures == {"school_days": 10, "sessions": 19, "not_entered": 0}


def test_holidays_and_training_days_dont_break_the_run() -> None:
    (finding,) = found(register(AWAY, None, "OOOOOOOOOO", monday=date(2026, 10, 19)))

    assert finding.met_on == pm(date(2026, 11, 6))
    assert not finding.provisional


def test_a_day_not_wholly_entered_waits_and_the_finding_over_it_is_provisional() -> None:
    today_not_finished = register(AWAY, "OOOOOOOOO-", monday=MONDAY)
    afternoon_never_entered = register(AWAY, "OOOOO-OOOO", "OO--------", monday=EARLIER)
    day_never_entered = register(AWAY, "OOOO--OOOO", "OO--------", monday=EARLIER)

    assert found(today_not_finished) == ()
    for entries, missing in ((afternoon_never_entered, 1), (day_never_entered, 2)):
        (finding,) = found(entries)
        assert finding.met_on == pm(date(2026, 9, 21))
        assert finding.provisional
        assert finding.figures["not_entered"] == missing
        assert len(finding.evidence) == 20


def test_sessions_that_werent_due_to_the_pupil_are_not_waited_for() -> None:
    mornings = register("O-O-O-O-O-", AWAY, monday=EARLIER)
    none_that_monday = register("OOOOOOOOOO", "--OOOOOOOO", "OO--------", monday=EARLIER)
    first_week = {pm(EARLIER + timedelta(days=day)) for day in range(5)}
    second_monday = {am(date(2026, 9, 14)), pm(date(2026, 9, 14))}

    for entries, apart in ((mornings, first_week), (none_that_monday, second_monday)):
        (finding,) = attendance_return(entries, CALENDAR, due=all_but(apart))
        assert finding.figures["school_days"] == 10
        assert finding.figures["not_entered"] == 0
        assert not finding.provisional
    assert found(mornings) == ()


def test_days_before_the_regulations_are_not_judged_by_them() -> None:
    calendar = SchoolCalendar((AUTUMN_2024,))
    before = register("------OOOO", monday=date(2024, 8, 12))
    after = register(AWAY, "OOOOOO////", monday=date(2024, 9, 2))

    assert attendance_return([*before, *after], calendar) == ()


def test_days_on_which_the_pupil_isn_t_of_compulsory_school_age_are_none_of_them() -> None:
    """A pupil born on 1 January 2022 isn't before 31 March 2027."""
    entries = register(AWAY, AWAY, monday=MONDAY)
    too_young = circumstances(entries, pupil(born=date(2022, 1, 1)))

    assert DEFINITION.findings(too_young, FROM_AUGUST_2024) == ()
    assert DEFINITION.findings(circumstances(entries), FROM_AUGUST_2024)


def test_an_absence_does_not_go_on_through_a_deletion_and_another_admission() -> None:
    left, again = date(2026, 9, 11), date(2026, 9, 21)
    one = register(AWAY, None, AWAY, monday=EARLIER)
    both = register(AWAY, None, AWAY, AWAY, monday=EARLIER)
    twice = pupil(enrolments=twice_on_roll(left, again))

    def found_in(entries: Sequence[Entry]) -> Sequence[Finding]:
        return DEFINITION.findings(circumstances(entries, twice), FROM_AUGUST_2024)

    assert found_in(one) == ()
    (finding,) = found_in(both)
    assert finding.met_on == pm(date(2026, 10, 2))
    assert not finding.provisional  # no session between the two was due

"""Spells between a twentieth and a tenth of the year to date, walked session by session."""

from dataclasses import replace
from datetime import date

from attendance.rules.at_risk_of_persistent_absence import (
    DEFINITION,
    FROM_AUGUST_2024,
    at_risk_of_persistent_absence,
)
from attendance.rules.persistent_absence import PERSISTENT, persistent_absence
from statute.boundaries import lasting
from statute.circumstances import circumstances
from statute.registers import am, pm, register

HERE = "//////////"
MONDAY = date(2026, 9, 14)


def found(*weeks: str | None, monday: date = MONDAY) -> tuple[str, ...]:
    return lasting(at_risk_of_persistent_absence(register(*weeks, monday=monday)))


def test_a_twentieth_is_at_risk_and_less_is_not() -> None:
    assert found("./////////", HERE) == ("2026-09-25 PM",)
    assert found("./////////", HERE, "/---------") == ("2026-09-25 PM, 2026-09-28 AM",)


def test_nothing_is_said_before_twenty_sessions_were_possible() -> None:
    assert found("/.////////", "/////////-") == ()
    assert found("/.////////", HERE) == ("2026-09-25 PM",)


def test_a_tenth_is_persistent_and_at_risk_no_more() -> None:
    entries = register("/////////.", HERE, "/.--------", monday=MONDAY)
    more = register("/////////.", "////////..", "./--------", monday=MONDAY)

    assert lasting(at_risk_of_persistent_absence(entries)) == (
        "2026-09-25 PM, 2026-09-28 AM",
        "2026-09-28 PM",
    )
    assert lasting(at_risk_of_persistent_absence(more)) == ()
    assert persistent_absence(more)[-1].lapsed_on is None


def test_whoever_becomes_persistent_leaves_the_band_with_that_session() -> None:
    """One of 20 is in the band; three of 22 aren't."""
    weeks = ["./////////", HERE, "..--------"]

    assert found(*weeks) == ("2026-09-25 PM, 2026-09-28 PM",)
    assert lasting(persistent_absence(register(*weeks, monday=MONDAY)))[-1] == "2026-09-28 PM"


def test_a_spell_holds_every_absence_of_the_year_and_what_they_are_of() -> None:
    (spell,) = at_risk_of_persistent_absence(register("./////////", HERE, monday=MONDAY))

    assert spell.met_on == pm(date(2026, 9, 25))
    assert [each.session for each in spell.evidence] == [am(MONDAY)]
    assert spell.figures == {"possible": 20, "absent": 1}
    assert not spell.provisional


def test_a_spell_that_rests_on_a_reason_not_yet_established_is_provisional() -> None:
    (spell,) = at_risk_of_persistent_absence(register("N/////////", HERE, monday=MONDAY))

    assert spell.provisional


def test_every_academic_year_starts_anew() -> None:
    july = ["./////////", HERE]
    september = [None] * 7 + ["--////////", HERE, HERE]

    assert found(*july, monday=date(2026, 7, 6)) == ("2026-07-17 PM",)
    assert found(*july, *september, monday=date(2026, 7, 6)) == ("2026-07-17 PM",)


def test_numbers_set_in_the_middle_of_a_year_judge_the_year_to_date() -> None:
    since_october = replace(FROM_AUGUST_2024, from_one_in=30, in_force_from=date(2026, 9, 28))
    until_then = replace(FROM_AUGUST_2024, in_force_to=date(2026, 9, 27))
    entries = register("./////////", HERE, HERE, monday=MONDAY)

    assert lasting(at_risk_of_persistent_absence(entries, until_then)) == (
        "2026-09-25 PM, 2026-09-28 AM",
    )
    assert lasting(at_risk_of_persistent_absence(entries, since_october)) == ("2026-09-28 AM",)


def test_the_band_ends_where_persistent_absence_begins() -> None:
    assert FROM_AUGUST_2024.below_one_in == PERSISTENT[-1].one_in


def test_the_rule_is_asked_of_pupils_of_any_age() -> None:
    of = circumstances(register("./////////", HERE, monday=MONDAY))

    assert lasting(DEFINITION.findings(of, FROM_AUGUST_2024)) == ("2026-09-25 PM",)

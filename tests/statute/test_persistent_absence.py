"""Spells of persistent and severe absence, walked session by session."""

from datetime import date

from attendance.codes import Code
from attendance.rules.persistent_absence import DEFINITIONS, persistent_absence, severe_absence
from statute.boundaries import lasting
from statute.circumstances import circumstances, pupil
from statute.registers import am, pm, register

WEEK_OF_14_SEPTEMBER = date(2026, 9, 14)


def test_a_spell_begins_with_the_session_that_makes_a_tenth_and_holds_its_absences() -> None:
    entries = register("//////////", "////////..", "./////////", monday=WEEK_OF_14_SEPTEMBER)

    (spell,) = persistent_absence(entries)

    assert spell.met_on == pm(date(2026, 9, 25))
    assert [entry.session for entry in spell.evidence] == [
        am(date(2026, 9, 25)),
        pm(date(2026, 9, 25)),
    ]
    assert spell.figures == {"possible": 20, "absent": 2}


def test_a_spell_lapses_with_the_session_that_brings_the_rate_below_a_tenth() -> None:
    entries = register("/////////.", "//////////", monday=WEEK_OF_14_SEPTEMBER)

    (spell,) = persistent_absence(entries)

    assert spell.met_on == pm(date(2026, 9, 18))
    assert spell.figures == {"possible": 10, "absent": 1}
    assert spell.lapsed_on == am(date(2026, 9, 21))


def test_a_spell_that_still_holds_has_not_lapsed() -> None:
    (spell,) = persistent_absence(register("/////////.", monday=WEEK_OF_14_SEPTEMBER))

    assert spell.lapsed_on is None


def test_absence_that_comes_back_is_a_new_spell_with_all_the_absences_of_the_year() -> None:
    entries = register("./////////", "//////////", "..////////", monday=WEEK_OF_14_SEPTEMBER)

    first, second = persistent_absence(entries)

    assert first.met_on == am(date(2026, 9, 14))
    assert first.lapsed_on == am(date(2026, 9, 21))
    assert second.met_on == pm(date(2026, 9, 28))
    assert len(second.evidence) == 3
    assert second.figures == {"possible": 22, "absent": 3}


def test_sessions_that_were_not_possible_neither_begin_nor_end_a_spell() -> None:
    entries = register("44444/444X", "4444444444", "./////////", monday=WEEK_OF_14_SEPTEMBER)

    (spell,) = persistent_absence(entries)

    assert spell.met_on == am(date(2026, 9, 28))
    assert spell.figures == {"possible": 2, "absent": 1}


def test_every_academic_year_starts_anew() -> None:
    entries = register("/////////.", *[None] * 8, "//////////", monday=date(2026, 7, 6))

    (spell,) = persistent_absence(entries)

    assert spell.met_on == pm(date(2026, 7, 10))
    assert spell.lapsed_on is None


def test_half_is_severe_and_less_than_half_is_not() -> None:
    assert severe_absence(register("/././././.", monday=WEEK_OF_14_SEPTEMBER))
    assert not severe_absence(register("//./././.-", monday=WEEK_OF_14_SEPTEMBER))


def test_a_spell_that_rests_on_a_reason_not_yet_established_is_provisional() -> None:
    (settled,) = severe_absence(register("/O--------", monday=WEEK_OF_14_SEPTEMBER))
    (pending,) = severe_absence(register("/N--------", monday=WEEK_OF_14_SEPTEMBER))

    assert not settled.provisional
    assert pending.provisional
    assert pending.evidence[0].code is Code.N


def test_a_pupil_with_no_entries_is_neither() -> None:
    assert persistent_absence([]) == ()
    assert severe_absence([]) == ()


def test_both_are_asked_of_pupils_who_are_not_of_compulsory_school_age() -> None:
    of = circumstances(
        register("/.--------", monday=WEEK_OF_14_SEPTEMBER), pupil(born=date(2022, 5, 5))
    )

    assert [lasting(rule.findings(of, rule.terms[-1])) for rule in DEFINITIONS] == [
        ("2026-09-14 PM",),
        ("2026-09-14 PM",),
    ]

"""Given an illness on end, then a question about its evidence is worth asking after five days."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Entry, Finding
from attendance.rules.illness_evidence import illness_evidence
from statute.arrangements import illness, taught_elsewhere
from statute.circumstances import circumstances, pupil, twice_on_roll
from statute.registers import am, pm, register

ILL = ".........."
MONDAY = date(2026, 9, 14)
NEXT_MONDAY = date(2026, 9, 21)


def found(entries: Sequence[Entry], *arranged: Arrangement) -> tuple[Finding, ...]:
    return illness_evidence(circumstances(entries, pupil(arrangements=arranged)))


def test_it_is_met_by_the_session_after_five_school_days() -> None:
    (finding,) = found(register(ILL, ".../------", monday=MONDAY))

    assert finding.met_on == am(NEXT_MONDAY)
    assert len(finding.evidence) == 11
    assert finding.figures == {"sessions": 11, "not_entered": 0}
    assert not finding.provisional
    assert found(register(ILL, "//////////", monday=MONDAY)) == ()


@pytest.mark.parametrize("code", "/LOMCVB")
def test_any_other_possible_session_breaks_the_illness(code: str) -> None:
    assert found(register(ILL[:8] + "." + code, "........--", monday=MONDAY)) == ()


@pytest.mark.parametrize("code", "4QXD")
def test_a_session_with_nothing_possible_neither_counts_nor_breaks(code: str) -> None:
    (finding,) = found(register(ILL[:8] + code * 2, "...-------", monday=MONDAY))

    assert finding.met_on == am(date(2026, 9, 22))
    assert len(finding.evidence) == 11


def test_nor_does_one_not_entered_but_the_finding_is_provisional() -> None:
    (finding,) = found(register(".....-....", "..--------", monday=MONDAY))

    assert finding.met_on == pm(NEXT_MONDAY)
    assert finding.provisional
    assert finding.figures == {"sessions": 11, "not_entered": 1}


def test_a_session_that_wasnt_due_is_not_waited_for() -> None:
    apart = am(MONDAY + timedelta(days=2))
    of = circumstances(
        register("....-.....", "..--------", monday=MONDAY), due=lambda session: session != apart
    )

    (finding,) = illness_evidence(of)

    assert not finding.provisional


def test_what_wasnt_entered_before_an_illness_is_nothing_to_it() -> None:
    (finding,) = found(register("-.........", "..--------", monday=MONDAY))

    assert not finding.provisional


def test_evidence_seen_of_any_session_of_an_illness_is_evidence_of_the_whole() -> None:
    entries = register(ILL, "......////", monday=MONDAY)
    on_the_first_day = illness(am(MONDAY), evidence_seen=True)
    on_the_seventh = illness(pm(date(2026, 9, 22)), evidence_seen=True)

    assert found(entries, on_the_first_day) == ()
    assert found(entries, on_the_seventh) == ()


def test_evidence_of_another_time_or_of_something_else_is_none() -> None:
    entries = register(ILL, "......////", monday=MONDAY)
    week_before = illness(am(date(2026, 9, 7)), MONDAY, evidence_seen=True)
    only_reported = illness(am(MONDAY), date(2026, 9, 28))
    visit = taught_elsewhere(entries[0].code, am(MONDAY))._replace(evidence_seen=True)

    assert found(entries, week_before, only_reported, visit)


def test_each_illness_has_its_own_finding() -> None:
    first, second = found(register(ILL, "./////////", ILL, "..........", monday=MONDAY))

    assert first.met_on == am(NEXT_MONDAY)
    assert second.met_on == am(date(2026, 10, 5))


def test_an_illness_does_not_go_on_through_a_deletion_and_another_admission() -> None:
    twice = pupil(enrolments=twice_on_roll(date(2026, 9, 18), date(2026, 9, 28)))
    weeks = (ILL, None, ILL)

    one_each = register(*weeks, monday=MONDAY)
    longer = register(*weeks, "./////////", monday=MONDAY)

    assert illness_evidence(circumstances(one_each, twice)) == ()
    (finding,) = illness_evidence(circumstances(longer, twice))
    assert finding.met_on == am(date(2026, 10, 5))
    assert not finding.provisional

"""Worked examples of the national threshold, under their own numbers; both sides of each."""

from collections.abc import Sequence
from datetime import date

import pytest
from attendance.calendar import SchoolCalendar
from attendance.rules.circumstances import Considered
from attendance.rules.finding import Entry, Finding
from attendance.rules.penalty_notice_threshold import (
    DEFINITION,
    FROM_AUGUST_2024,
    penalty_notice_threshold,
)
from attendance.rules.terms import quoted
from attendance.session import Session
from statute.circumstances import circumstances, pupil
from statute.registers import AUTUMN_2024, CALENDAR, am, pm, register

HERE = "//////////"
WEEK_2 = date(2026, 9, 7)
WEEK_3 = date(2026, 9, 14)
LAST_WEEK_OF_SUMMER = date(2026, 7, 20)


def found(entries: Sequence[Entry]) -> tuple[Finding, ...]:
    return penalty_notice_threshold(entries, CALENDAR)


@pytest.mark.parametrize(
    ("weeks", "monday", "met_on"),
    [
        pytest.param(
            ["GGGGGGGGGG"],
            WEEK_3,
            pm(date(2026, 9, 18)),
            id="TV01 ten sessions of holiday in one week",
        ),
        pytest.param(
            ["OOOOOO////", *["U/////////"] * 4],
            WEEK_3,
            am(date(2026, 10, 12)),
            id="TV02 six in one week and one in each of the next four",
        ),
        pytest.param(
            ["OO//------", *[None] * 6, "OOOOOOOO//"],
            LAST_WEEK_OF_SUMMER,
            pm(date(2026, 9, 10)),
            id="TV04 two in the summer term and eight in the autumn",
        ),
        pytest.param(
            ["OOOOOOOOO/", *[HERE] * 6, None, *[HERE] * 2, "O/////////"],
            WEEK_2,
            am(date(2026, 11, 16)),
            id="TV44 the tenth in the tenth school week, half term not counted",
        ),
    ],
)
def test_the_threshold_is_met_with_its_ten_sessions_in_evidence(
    weeks: list[str | None], monday: date, met_on: Session
) -> None:
    (finding,) = found(register(*weeks, monday=monday))

    assert finding.met_on == met_on
    assert len(finding.evidence) == 10
    assert finding.evidence[-1].session == met_on
    assert all(entry.code in FROM_AUGUST_2024.codes for entry in finding.evidence)
    assert finding.figures == {"unauthorised": 10}


@pytest.mark.parametrize(
    ("weeks", "monday"),
    [
        pytest.param(["GGGGGGGGG/"], WEEK_3, id="nine sessions"),
        pytest.param(["OOOOOOOOO.", "....//////"], WEEK_3, id="TV46 nine, and five of illness"),
        pytest.param(
            ["OOOOOOOOO/", *[HERE] * 6, None, *[HERE] * 3, "O/////////"],
            WEEK_2,
            id="the tenth in the eleventh school week",
        ),
    ],
)
def test_the_threshold_is_not_met(weeks: list[str | None], monday: date) -> None:
    assert found(register(*weeks, monday=monday)) == ()


@pytest.mark.parametrize("code", "GNOU")
def test_every_unauthorised_code_counts(code: str) -> None:
    (finding,) = found(register(code * 10, monday=WEEK_3))

    assert finding.provisional is (code == "N")


def test_more_absence_in_the_same_window_is_the_same_episode() -> None:
    assert len(found(register("GGGGGGGGGG", "OOOOO/////", monday=WEEK_3))) == 1


def test_the_threshold_is_reached_anew_once_the_count_has_been_below_it() -> None:
    weeks = ["GGGGGGGGGG", *[HERE] * 5, None, *[HERE] * 4, "O/////////", "OOOOOOOOO/"]

    first, second = found(register(*weeks, monday=WEEK_3))

    assert first.met_on == pm(date(2026, 9, 18))
    assert second.met_on == am(date(2026, 12, 11))
    assert len(second.evidence) == 10
    assert second.evidence[0].session == am(date(2026, 11, 30))


def test_sessions_of_an_earlier_finding_still_count_towards_the_next() -> None:
    """The count falls to nine when the first week leaves the window, and reaches ten again."""
    weeks = ["OO////////", "OOOOOOOO//", *[HERE] * 4, None, *[HERE] * 4, "OU////////"]

    first, second = found(register(*weeks, monday=WEEK_3))

    assert second.evidence[:8] == first.evidence[2:]


def test_absence_before_the_framework_is_not_judged_by_it() -> None:
    calendar = SchoolCalendar((AUTUMN_2024,))
    before = register("--------GG", monday=date(2024, 8, 12))
    after = register("GGGGGGGG//", monday=date(2024, 9, 2))
    tenth = register("G---------", monday=date(2024, 9, 9))

    assert penalty_notice_threshold([*before, *after, *tenth], calendar) == ()


def test_a_finding_states_the_terms_it_was_judged_by() -> None:
    (finding,) = found(register("GGGGGGGGGG", monday=WEEK_3))

    assert quoted(finding.terms) == {
        "sessions": 10,
        "school_weeks": 10,
        "codes": ["G", "N", "O", "U"],
        "in_force_from": "2024-08-19",
    }
    assert str(finding.terms.source).startswith("Working together to improve school attendance")


def considered(
    through: date, *, consumed: Sequence[Entry] = (), on: date | None = None
) -> Considered:
    """Considered on its last day, or put off up to it."""
    return Considered(through, frozenset(each.session for each in consumed), on or through)


def test_after_it_was_considered_the_next_absence_is_a_new_finding_with_all_of_the_window() -> None:
    entries = register("GGGGGGGGGG", "//O///////", monday=WEEK_3)
    monday, tuesday = date(2026, 9, 21), date(2026, 9, 22)

    first, second = penalty_notice_threshold(entries, CALENDAR, considered=[considered(monday)])

    assert second.met_on == am(tuesday)
    assert second.evidence == (*first.evidence, entries[12])


def test_absence_up_to_the_day_it_is_considered_through_is_no_new_finding() -> None:
    entries = register("GGGGGGGGGG", "//O///////", monday=WEEK_3)

    assert (
        len(penalty_notice_threshold(entries, CALENDAR, considered=[considered(date(2026, 9, 22))]))
        == 1
    )


def test_considered_and_no_further_absence_is_no_new_finding() -> None:
    entries = register("GGGGGGGGGG", HERE, monday=WEEK_3)

    assert (
        len(penalty_notice_threshold(entries, CALENDAR, considered=[considered(date(2026, 9, 18))]))
        == 1
    )


def test_considered_it_is_not_found_anew_while_the_window_holds_less_than_ten() -> None:
    weeks = ["GGGGGGGGGG", *[HERE] * 5, None, *[HERE] * 4, "O/////////"]

    assert (
        len(
            penalty_notice_threshold(
                register(*weeks, monday=WEEK_3),
                CALENDAR,
                considered=[considered(date(2026, 9, 18))],
            )
        )
        == 1
    )


def test_sessions_that_a_notice_consumed_count_for_nothing_met_later() -> None:
    """Nine more in the same window are nine; the tenth is a new finding, of those ten alone."""
    entries = register("GGGGGGGGGG", "OOOOOOOOO/", "O/////////", monday=WEEK_3)
    notice = considered(date(2026, 9, 20), consumed=entries[:10])

    assert len(penalty_notice_threshold(entries[:20], CALENDAR, considered=[notice])) == 1
    first, second = penalty_notice_threshold(entries, CALENDAR, considered=[notice])

    assert second.met_on == am(date(2026, 9, 28))
    assert set(second.evidence).isdisjoint(first.evidence)
    assert len(second.evidence) == 10


def test_a_finding_keeps_the_sessions_that_a_notice_consumed() -> None:
    entries = register("GGGGGGGGGG", monday=WEEK_3)
    notice = considered(date(2026, 9, 18), consumed=entries)

    assert penalty_notice_threshold(entries, CALENDAR, considered=[notice]) == found(entries)


def test_what_a_notice_consumed_counts_again_once_it_is_withdrawn() -> None:
    """Nobody's consumption is left; that it was considered stays."""
    entries = register("GGGGGGGGGG", "//O///////", monday=WEEK_3)
    decisions = [considered(date(2026, 9, 20)), considered(date(2026, 9, 21))]

    first, second = penalty_notice_threshold(entries, CALENDAR, considered=decisions)

    assert len(second.evidence) == 11
    assert second.evidence[:10] == first.evidence


def test_a_consumed_session_after_the_day_it_is_considered_through_counts_for_nothing_either() -> (
    None
):
    entries = register("GGGGGGGGG/", "O/OOOOOOOO", "O/////////", monday=WEEK_3)
    earlier = considered(date(2026, 9, 18), consumed=entries[:9])
    and_one_later = considered(date(2026, 9, 18), consumed=[*entries[:9], entries[10]])

    assert len(penalty_notice_threshold(entries, CALENDAR, considered=[earlier])) == 1
    assert penalty_notice_threshold(entries, CALENDAR, considered=[and_one_later]) == ()


def test_put_off_to_a_day_nothing_new_is_found_up_to_it() -> None:
    weeks = ["GGGGGGGGGG", *[HERE] * 5, None, *[HERE] * 4, "OO////////", "OOOOOOOO//", "O/////////"]
    entries = register(*weeks, monday=WEEK_3)
    decided = date(2026, 9, 21)

    assert len(found(entries)) == 2
    put_off = considered(date(2026, 12, 11), on=decided)
    first, second = penalty_notice_threshold(entries, CALENDAR, considered=[put_off])

    assert first.met_on == pm(date(2026, 9, 18))
    assert second.met_on == am(date(2026, 12, 14))
    assert len(second.evidence) == 11


def test_what_was_found_by_the_day_of_the_decision_stays_found() -> None:
    entries = register("GGGGGGGGGG", monday=WEEK_3)

    assert found(entries) == penalty_notice_threshold(
        entries, CALENDAR, considered=[considered(date(2026, 12, 1), on=date(2026, 9, 18))]
    )


def test_the_rule_counts_sessions_of_compulsory_school_age_and_minds_what_was_considered() -> None:
    """A pupil born on 1 January is of compulsory school age from 31 March."""
    entries = register("GGGGGGGGGG", "//O///////", monday=WEEK_3)
    facts = pupil(born=date(2022, 1, 1))
    decisions = [considered(date(2026, 9, 21))]

    assert DEFINITION.findings(circumstances(entries, facts), FROM_AUGUST_2024) == ()
    of = circumstances(entries, considered=decisions)
    assert len(DEFINITION.findings(of, FROM_AUGUST_2024)) == 2

"""Given an alert, when a person decides on it, then it is done with or not, as its rule says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from attendance.events import AlertConsidered, ThresholdCorrected, ThresholdMet
from attendance.rules.alerts import standing_after
from attendance.rules.considering import advice_on
from attendance.rules.penalty_notice_threshold import RULE
from attendance.rules.standing import considered_of
from domain.deciding import (
    DECIDED,
    FIRST,
    HOLIDAY,
    ISSUED,
    PUPIL,
    decided,
    found,
    raised,
    steps,
)
from domain.given import OFFICER
from statute.arrangements import illness, timetable
from statute.circumstances import held, pupil
from statute.registers import am

OTHER_PARENT = replace(ISSUED, parent="B. Adeyemi")
LATER = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)


def test_a_decision_says_who_decided_what_and_up_to_which_day() -> None:
    told = raised(HOLIDAY)

    assert decided(told, "not-the-right-tool") == AlertConsidered(
        alert=FIRST,
        rule=RULE,
        pupil=PUPIL,
        outcome="not-the-right-tool",
        reason="support is in place",
        closes=True,
        through=date(2026, 9, 25),
        decided_by=OFFICER,
        decided_at=DECIDED,
    )


def test_an_alert_that_was_considered_stays_open_and_can_be_decided_on_again() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "considered"))

    assert not standing_after((), told)[0].closed
    assert considered_of(told, RULE) == ()
    assert decided(told, "considered").closes is False


def test_what_was_closed_is_not_raised_again_and_what_follows_is_a_new_alert() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool"))

    assert steps(found(HOLIDAY, "//////////", told=told), told) == ()
    (met,) = steps(found(HOLIDAY, "//////////", "G/////////", told=told), told)

    assert isinstance(met, ThresholdMet)
    assert met.episode == 2
    assert len(met.evidence) == 11


def test_until_the_day_something_was_put_off_to_nothing_new_is_raised() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool", through=date(2026, 10, 2)))
    weeks = [HOLIDAY, "//////////", "GGGGGGGGGG"]

    assert steps(found(*weeks, told=told), told) == ()
    (met,) = steps(found(*weeks, "G/////////", told=told), told)

    assert isinstance(met, ThresholdMet)
    assert met.met_on.on == date(2026, 10, 5)


def test_put_off_anew_the_newest_day_counts_be_it_earlier_or_later() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool", through=date(2027, 7, 30)))
    weeks = [HOLIDAY, "//////////", "GGGGGGGGGG"]
    told.append(
        decided(told, "not-the-right-tool", LATER - timedelta(days=4), through=date(2026, 9, 30))
    )

    earlier = [each.through for each in considered_of(told, RULE)]
    (met,) = steps(found(*weeks, told=told), told)
    assert isinstance(met, ThresholdMet)
    told.append(
        decided(told, "not-the-right-tool", LATER - timedelta(days=3), through=LATER.date())
    )

    assert earlier == [date(2026, 9, 30)]
    assert met.met_on.on == date(2026, 10, 1)
    assert steps(found(*weeks, told=told), told) == ()
    assert [each.closed_through for each in standing_after((), told)] == [LATER.date()]


def test_put_off_anew_nothing_is_raised_of_the_days_it_was_put_off_for_before() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool", through=date(2027, 7, 30)))
    told.append(decided(told, "not-the-right-tool", LATER))
    weeks = [HOLIDAY, "//////////", "GGGGGGGGGG"]

    assert steps(found(*weeks, told=told), told) == ()
    (met,) = steps(found(*weeks, "G/////////", told=told), told)
    assert isinstance(met, ThresholdMet)
    assert met.met_on.on == date(2026, 10, 5)


def test_what_a_notice_relied_on_counts_no_more_until_the_notice_is_withdrawn() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))
    weeks = [HOLIDAY, "//////////", "G/////////"]
    assert considered_of(told, RULE)[0].consumed == {
        entry.session for entry in found(HOLIDAY)[0].evidence
    }
    assert steps(found(*weeks, told=told), told) == ()

    told.append(decided(told, "notice-withdrawn", LATER, notice=ISSUED))

    assert [each.consumed for each in considered_of(told, RULE)] == [frozenset()]
    (met,) = steps(found(*weeks, "//////////", "G/////////", told=told), told)
    assert isinstance(met, ThresholdMet)
    assert met.met_on.on == date(2026, 9, 28)
    assert len(met.evidence) == 11


def test_two_parents_are_each_issued_a_notice_on_one_alert() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))
    told.append(decided(told, "notice-issued", notice=OTHER_PARENT))

    told.append(decided(told, "notice-withdrawn", notice=ISSUED))

    assert [bool(each.consumed) for each in considered_of(told, RULE)] == [False, True]


def test_a_notice_recorded_wrongly_is_withdrawn_and_recorded_rightly() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))
    told.append(decided(told, "notice-withdrawn", notice=ISSUED))

    rightly = replace(ISSUED, issued_on=date(2026, 9, 24))

    assert decided(told, "notice-issued", notice=rightly).notice == rightly


def test_a_closed_alert_whose_evidence_changes_is_corrected_and_stays_closed() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))

    (corrected,) = steps(found("OGGGGGGGGG", told=told), told)

    assert isinstance(corrected, ThresholdCorrected)
    assert not corrected.reopened
    (alert,) = standing_after((), [*told, corrected])
    assert alert.closed


def test_what_is_met_after_the_day_of_a_decision_is_never_taken_for_what_was_decided() -> None:
    """Although it shares all but one of its sessions, it is new cause and not a correction."""
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool"))
    amended = found("GGGGGGGGG.", "//////////", "G/////////", told=told)

    kinds = [type(step).__name__ for step in steps(amended, told)]

    assert kinds == ["ThresholdMet", "ThresholdWithdrawn"]


def test_a_decision_on_what_lies_ahead_is_about_all_up_to_it() -> None:
    told = raised(HOLIDAY)
    early = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)

    assert decided(told, "not-the-right-tool", early).through == date(2026, 9, 18)


def test_of_a_pupil_looked_after_the_authority_is_to_be_asked_before_a_notice() -> None:
    told = raised(HOLIDAY)
    issued = [*told, decided(told, "notice-issued", notice=ISSUED)]

    looked_after = pupil(held("looked-after"))
    once = pupil(held("looked-after", ends_on=date(2026, 9, 22)))
    assert [each.code for each in advice_on(issued, looked_after)] == ["pupil-looked-after"]
    assert advice_on(issued, once) == []
    assert advice_on([*told, decided(told, "not-the-right-tool")], looked_after) == []
    undone = [*issued, decided(issued, "notice-withdrawn", notice=ISSUED)]
    assert advice_on(undone, looked_after) == []


@pytest.mark.parametrize(
    ("starts", "ends", "advised"),
    [
        (date(2026, 9, 23), date(2026, 10, 9), ["pupil-on-part-time-timetable"]),
        (date(2026, 9, 14), date(2026, 9, 23), ["pupil-on-part-time-timetable"]),
        (date(2026, 9, 24), date(2026, 10, 9), []),
        (date(2026, 9, 14), date(2026, 9, 22), []),
    ],
)
def test_of_a_pupil_on_a_part_time_timetable_as_a_notice_is_issued_the_authority_is_to_be_asked(
    starts: date, ends: date, advised: list[str]
) -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))
    part_time = pupil(
        arrangements=(timetable(starts, ends), illness(am(starts), date(2026, 12, 1)))
    )

    assert [each.code for each in advice_on(told, part_time)] == advised


def test_where_three_years_can_be_read_in_two_ways_the_authority_is_to_be_asked() -> None:
    told = raised(HOLIDAY)
    early = replace(decided(told, "notice-issued", notice=ISSUED), alert=UUID(int=1))
    notices = [
        replace(early, notice=replace(ISSUED, issued_on=on))
        for on in (date(2024, 9, 2), date(2027, 9, 1))
    ]
    late = datetime(2027, 9, 6, 10, 0, tzinfo=UTC)
    third = replace(ISSUED, issued_on=date(2027, 9, 3), received_on=None)
    issued = decided([*told, *notices], "notice-issued", late, notice=third)

    assert [each.code for each in advice_on([*told, *notices, issued], pupil())] == [
        "years-read-in-two-ways"
    ]

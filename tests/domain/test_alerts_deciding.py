"""Given an alert, when a decision on it can't be, or not as it stands, then it is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from attendance.errors import AlertUnknown, DecisionRefused
from attendance.events import AlertEvent
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.alerts import standing_after
from domain.deciding import (
    DECIDED,
    HOLIDAY,
    ISSUED,
    decided,
    found,
    raised,
    steps,
)

OTHER_PARENT = replace(ISSUED, parent="B. Adeyemi")


def refused(told: list[AlertEvent], outcome: str, **changes: object) -> dict[str, str]:
    with pytest.raises(DecisionRefused) as raised_by:
        decided(told, outcome, DECIDED, **changes)
    return {each.code: each.pointer for each in raised_by.value.refusals}


def is_conflict(told: list[AlertEvent], outcome: str, **changes: object) -> bool:
    with pytest.raises(DecisionRefused) as raised_by:
        decided(told, outcome, DECIDED, **changes)
    return raised_by.value.conflict


def test_an_alert_closed_otherwise_takes_no_decision_and_no_notice() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool"))

    assert refused(told, "considered") == {"alert-closed": ""}
    assert refused(told, "notice-issued", notice=ISSUED) == {"alert-closed": ""}


def test_it_is_put_off_to_the_last_day_of_the_academic_year_and_no_further() -> None:
    told = raised(HOLIDAY)
    last = date(2027, 7, 31)

    assert decided(told, "not-the-right-tool", through=last).through == last


def test_while_it_is_put_off_another_day_may_be_given_and_once_it_has_come_none() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "not-the-right-tool", through=date(2026, 10, 2)))

    the_day_before = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)
    decided(told, "not-the-right-tool", the_day_before)
    with pytest.raises(DecisionRefused) as raised_by:
        decided(told, "not-the-right-tool", the_day_before + timedelta(days=1))
    assert [each.code for each in raised_by.value.refusals] == ["alert-closed"]


def test_an_alert_closed_by_a_notice_is_not_put_off() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))

    assert refused(told, "not-the-right-tool") == {"alert-closed": ""}


def test_a_notice_recorded_late_that_makes_a_later_one_the_third_is_not_recorded() -> None:
    told = raised(HOLIDAY)
    for on in (date(2026, 9, 22), date(2026, 9, 24)):
        earlier = decided(told, "notice-issued", notice=replace(ISSUED, issued_on=on))
        told.append(replace(earlier, alert=UUID(int=on.day)))

    assert refused(told, "notice-issued", notice=ISSUED) == {"notice-not-permitted": "/notice"}


def test_while_a_reason_is_not_established_no_notice_is_recorded() -> None:
    told = raised("NGGGGGGGGG")

    assert refused(told, "notice-issued", notice=ISSUED) == {"rests-on-n": "/outcome"}
    assert is_conflict(told, "notice-issued", notice=ISSUED)
    assert decided(told, "not-the-right-tool").closes


def test_a_third_notice_to_one_parent_within_three_years_is_not_recorded() -> None:
    told = raised(HOLIDAY)
    for on in (date(2026, 9, 22), date(2026, 9, 23)):
        earlier = decided(told, "notice-issued", notice=replace(ISSUED, issued_on=on))
        told.append(replace(earlier, alert=UUID(int=on.day)))

    assert refused(told, "notice-issued", notice=ISSUED) == {"notice-not-permitted": "/notice"}
    assert is_conflict(told, "notice-issued", notice=ISSUED)
    assert decided(told, "notice-issued", notice=OTHER_PARENT).closes


def test_a_withdrawn_notice_is_not_counted_towards_a_third() -> None:
    told = raised(HOLIDAY)
    for notice in [replace(ISSUED, issued_on=date(2026, 9, day)) for day in (22, 23)]:
        issued = decided(told, "notice-issued", notice=notice)
        told.append(replace(issued, alert=UUID(int=notice.issued_on.day)))
    told.append(replace(issued, alert=UUID(int=23), outcome="notice-withdrawn", closes=False))

    assert decided(told, "notice-issued", notice=ISSUED).closes


def test_the_same_parent_is_issued_no_second_notice_on_one_alert() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))
    again = replace(ISSUED, parent=" n.  ADEYEMI ", issued_on=date(2026, 9, 25))

    assert refused(told, "notice-issued", notice=again) == {"alert-closed": ""}
    assert is_conflict(told, "notice-issued", notice=again)


def test_an_alert_without_ground_is_decided_on_by_nobody_but_its_notice_can_be_withdrawn() -> None:
    told = raised(HOLIDAY)
    told.append(decided(told, "notice-issued", notice=ISSUED))
    told.extend(steps(found("GGGGGGGGG.", told=told), told))

    assert standing_after((), told) == []
    assert refused(told, "considered") == {"alert-withdrawn": ""}
    assert is_conflict(told, "considered")
    assert decided(told, "notice-withdrawn", notice=ISSUED).notice == ISSUED


@pytest.mark.parametrize(
    ("outcome", "changes", "reason"),
    [
        ("fined", {}, ("outcome-unknown", "/outcome")),
        ("considered", {"by": None}, ("signatory-required", "/by")),
        ("considered", {"reason": "\u200b"}, ("reason-required", "/reason")),
        ("considered", {"through": date(2026, 10, 2)}, ("through-not-expected", "/through")),
        ("considered", {"notice": ISSUED}, ("notice-not-expected", "/notice")),
        ("not-the-right-tool", {"through": date(2026, 9, 24)}, ("through-passed", "/through")),
        ("not-the-right-tool", {"through": date(2027, 8, 1)}, ("through-too-far", "/through")),
        ("notice-issued", {}, ("notice-required", "/notice")),
        ("notice-withdrawn", {}, ("notice-required", "/notice")),
        ("notice-withdrawn", {"notice": ISSUED}, ("no-such-notice", "/notice")),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    outcome: str, changes: dict[str, object], reason: tuple[str, str]
) -> None:
    assert refused(raised(HOLIDAY), outcome, **changes) == dict([reason])
    assert not is_conflict(raised(HOLIDAY), outcome, **changes)


@pytest.mark.parametrize(
    ("issued_on", "received_on", "reasons"),
    [
        (date(2026, 9, 17), None, {"notice-before-threshold": "/notice/issued_on"}),
        (date(2026, 9, 18), None, {}),
        (date(2026, 9, 25), date(2026, 9, 25), {}),
        (date(2026, 9, 26), None, {"notice-in-future": "/notice/issued_on"}),
        (date(2026, 9, 25), date(2026, 9, 26), {"notice-in-future": "/notice/received_on"}),
        (date(2026, 9, 24), date(2026, 9, 23), {"received-before-issued": "/notice/received_on"}),
    ],
)
def test_a_notice_is_of_a_day_between_the_threshold_and_today(
    issued_on: date, received_on: date | None, reasons: dict[str, str]
) -> None:
    notice = PenaltyNotice(parent="N. Adeyemi", issued_on=issued_on, received_on=received_on)
    told = raised(HOLIDAY)

    if reasons:
        assert refused(told, "notice-issued", notice=notice) == reasons
    else:
        assert decided(told, "notice-issued", notice=notice).notice == notice


def test_every_reason_is_given_at_once_and_it_is_a_conflict_only_if_all_are() -> None:
    told = raised("NGGGGGGGGG")

    assert refused(told, "notice-issued", notice=ISSUED, reason="", by=None) == {
        "signatory-required": "/by",
        "reason-required": "/reason",
        "rests-on-n": "/outcome",
    }
    assert not is_conflict(told, "notice-issued", notice=ISSUED, reason="")


def test_an_alert_nobody_raised_is_unknown() -> None:
    with pytest.raises(AlertUnknown):
        decided(raised(HOLIDAY), "considered", alert=UUID(int=1))

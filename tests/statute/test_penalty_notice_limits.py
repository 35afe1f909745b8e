"""What a notice costs and how many there may be: worked examples, under their own numbers."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.penalty_notice_limits import (
    NextNotice,
    Payment,
    last_day,
    next_notice,
    numbered,
    payments,
)

DAY = timedelta(days=1)
FIRST = (Payment(pounds=80, within_days=21), Payment(pounds=160, within_days=28))
SECOND = (Payment(pounds=160, within_days=28),)
OCTOBER = date(2026, 10, 1)


def issued(*days: date) -> list[PenaltyNotice]:
    return [PenaltyNotice(parent="Jo Fielding", issued_on=on) for on in days]


def by_day(payable: Sequence[Payment]) -> dict[int, int]:
    """State the pounds that settle a notice by the last day they do on, the day of receipt 1."""
    return {(last_day(each, OCTOBER) - OCTOBER).days + 1: each.pounds for each in payable}


def test_tv06_a_first_one_is_80_to_day_21_and_160_to_day_28_and_then_it_is_for_the_authority() -> (
    None
):
    first = next_notice((), OCTOBER)

    assert (first.number, first.payments) == (1, FIRST)
    assert by_day(first.payments) == {21: 80, 28: 160}


def test_tv07_a_second_one_within_three_years_is_never_reduced() -> None:
    second = next_notice(issued(OCTOBER), date(2027, 3, 1))

    assert second == NextNotice(number=2, permitted=True, payments=SECOND, ask_authority=False)
    assert by_day(second.payments) == {28: 160}


def test_tv08_a_third_one_within_three_years_of_the_first_is_not_permitted() -> None:
    third = next_notice(issued(OCTOBER, date(2027, 3, 1)), date(2028, 3, 1))

    assert third == NextNotice(number=3, permitted=False, payments=(), ask_authority=False)


def test_tv10_one_whose_days_to_pay_in_have_passed_counts_as_one_does_that_was_paid() -> None:
    """Nobody records here what was paid, or what a court did: a notice counts until withdrawn."""
    unpaid = PenaltyNotice(parent="Jo Fielding", issued_on=OCTOBER, received_on=OCTOBER)

    assert next_notice([unpaid], date(2027, 4, 1)).payments == SECOND


def test_tv48_the_days_begin_with_that_of_the_receipt() -> None:
    reduced, full = payments(1)

    assert last_day(reduced, OCTOBER) == date(2026, 10, 21)
    assert last_day(full, OCTOBER) == date(2026, 10, 28)


@pytest.mark.parametrize(
    ("earlier", "proposed_on", "number"),
    [
        pytest.param([OCTOBER], date(2029, 10, 1), 2, id="three years on to the day"),
        pytest.param([OCTOBER], date(2029, 10, 2), 1, id="a day more"),
        pytest.param([OCTOBER], OCTOBER, 2, id="on the same day"),
        pytest.param([OCTOBER], OCTOBER - DAY, 1, id="proposed for a day before it"),
        pytest.param([date(2028, 2, 29)], date(2031, 2, 28), 2, id="of 29 February"),
        pytest.param([date(2028, 2, 29)], date(2031, 3, 1), 1, id="of 29 February, a day more"),
        pytest.param([date(2024, 8, 19)], OCTOBER, 2, id="as the framework began"),
        pytest.param([date(2024, 8, 18)], OCTOBER, 1, id="before the framework"),
    ],
)
def test_notices_of_the_last_three_years_are_counted(
    earlier: list[date], proposed_on: date, number: int
) -> None:
    assert next_notice(issued(*earlier), proposed_on).number == number


def test_the_order_in_which_notices_are_given_says_nothing() -> None:
    days = [date(2028, 3, 1), OCTOBER]

    assert next_notice(issued(*days), date(2029, 9, 1)).number == 3


@pytest.mark.parametrize(
    ("standing", "proposed_on", "permitted"),
    [
        pytest.param([OCTOBER, date(2028, 3, 1)], date(2027, 1, 10), False, id="between two"),
        pytest.param([OCTOBER, date(2028, 3, 1)], date(2026, 9, 1), False, id="before two"),
        pytest.param([OCTOBER], date(2026, 9, 1), True, id="before one"),
        pytest.param([OCTOBER, date(2029, 10, 1)], date(2027, 1, 10), False, id="three years"),
        pytest.param([OCTOBER, date(2029, 10, 2)], date(2027, 1, 10), True, id="a day more"),
        pytest.param(
            [OCTOBER, date(2026, 10, 2), date(2026, 10, 3)],
            date(2029, 10, 4),
            True,
            id="three gone",
        ),
    ],
)
def test_one_recorded_late_is_permitted_only_if_no_later_one_becomes_a_third(
    standing: list[date], proposed_on: date, *, permitted: bool
) -> None:
    late = next_notice(issued(*standing), proposed_on)

    assert late.permitted is permitted
    assert bool(late.payments) is permitted


def test_where_one_recorded_late_makes_a_later_one_doubtful_the_authority_is_asked() -> None:
    """The later one is a second counted back from its day, and counted from October a first."""
    doubtful = next_notice(issued(OCTOBER, date(2029, 11, 1)), date(2029, 6, 1))

    assert (doubtful.number, doubtful.permitted, doubtful.ask_authority) == (2, True, True)


def test_those_that_stand_are_numbered_each_within_the_years_up_to_its_own_day() -> None:
    days = [date(2029, 10, 2), OCTOBER, date(2028, 3, 1), date(2024, 8, 18)]

    assert [(each.issued_on, number) for each, number in numbered(issued(*days))] == [
        (OCTOBER, 1),
        (date(2028, 3, 1), 2),
        (date(2029, 10, 2), 2),
    ]


def test_where_the_years_of_the_first_have_passed_and_not_the_second_s_the_authority_is_asked() -> (
    None
):
    """Counted back from the day it would be a second; counted from the first on, a first anew."""
    late = next_notice(issued(OCTOBER, date(2029, 6, 1)), date(2029, 11, 1))
    in_time = next_notice(issued(OCTOBER, date(2029, 6, 1)), date(2029, 10, 1))

    assert (late.number, late.permitted, late.ask_authority) == (2, True, True)
    assert (in_time.number, in_time.permitted, in_time.ask_authority) == (3, False, False)


def test_once_both_have_passed_nobody_need_be_asked() -> None:
    anew = next_notice(issued(OCTOBER, date(2029, 6, 1)), date(2032, 6, 2))

    assert (anew.number, anew.ask_authority) == (1, False)

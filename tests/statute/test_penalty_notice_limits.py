"""What a notice costs and how many there may be: worked examples, under their own numbers."""

from datetime import date, timedelta

import pytest
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.penalty_notice_limits import (
    NextNotice,
    Payment,
    last_day,
    next_notice,
    payments,
    settles,
)

DAY = timedelta(days=1)
FIRST = (Payment(pounds=80, within_days=21), Payment(pounds=160, within_days=28))
SECOND = (Payment(pounds=160, within_days=28),)
OCTOBER = date(2026, 10, 1)


def issued(*days: date) -> list[PenaltyNotice]:
    return [PenaltyNotice(parent="Jo Fielding", issued_on=on) for on in days]


@pytest.mark.parametrize(
    ("day", "pounds"),
    [
        pytest.param(1, 80, id="TV06 the day it was received"),
        pytest.param(21, 80, id="TV06 day 21"),
        pytest.param(22, 160, id="day 22"),
        pytest.param(28, 160, id="TV06 day 28"),
        pytest.param(29, None, id="TV06 unpaid on day 29: the authority prosecutes or withdraws"),
    ],
)
def test_a_first_notice_is_settled_by(day: int, pounds: int | None) -> None:
    first = next_notice((), OCTOBER)

    assert first.number == 1
    assert settles(first.payments, OCTOBER, OCTOBER + (day - 1) * DAY) == pounds


def test_tv07_a_second_one_within_three_years_is_never_reduced() -> None:
    second = next_notice(issued(OCTOBER), date(2027, 3, 1))

    assert second == NextNotice(number=2, permitted=True, payments=SECOND, ask_authority=False)
    assert settles(second.payments, OCTOBER, OCTOBER) == 160
    assert settles(second.payments, OCTOBER, OCTOBER + 27 * DAY) == 160
    assert settles(second.payments, OCTOBER, OCTOBER + 28 * DAY) is None


def test_tv08_a_third_one_within_three_years_of_the_first_is_not_permitted() -> None:
    third = next_notice(issued(OCTOBER, date(2027, 3, 1)), date(2028, 3, 1))

    assert third == NextNotice(number=3, permitted=False, payments=(), ask_authority=False)


def test_tv09_after_one_that_was_withdrawn_the_next_is_a_first() -> None:
    """A notice withdrawn isn't among those that stand."""
    assert next_notice(issued(), date(2027, 4, 1)).payments == FIRST


def test_tv10_one_unpaid_and_prosecuted_counts() -> None:
    assert next_notice(issued(OCTOBER), date(2027, 4, 1)).number == 2


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

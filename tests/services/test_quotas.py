"""The arithmetic of rate limits: a quota at once, then bit by bit, and never two at once."""

from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servicekit.quotas import NANOSECONDS, REMEMBERED, Policy, Quotas

TEN_A_MINUTE: Final = Policy("ten", 10, 60)


class Counted:
    """Quotas with a clock of their own."""

    def __init__(self, policy: Policy) -> None:
        self.now_ns = 7 * NANOSECONDS
        self.quotas = Quotas(policy, lambda: self.now_ns)

    def forward(self, seconds: float) -> None:
        self.now_ns += round(seconds * NANOSECONDS)

    def allowed(self, times: int, name: str = "mis") -> int:
        """Ask so often at one instant; say how often that was allowed."""
        return sum(self.quotas.spend(name).allowed for _ in range(times))


def test_a_quota_may_be_used_at_once_and_no_more() -> None:
    counted = Counted(TEN_A_MINUTE)

    assert [counted.quotas.spend("mis").remaining for _ in range(10)] == list(range(9, -1, -1))
    assert counted.quotas.spend("mis") == (False, 0, 6)


def test_a_quota_comes_back_bit_by_bit() -> None:
    counted = Counted(TEN_A_MINUTE)
    counted.allowed(10)

    counted.forward(5.9)
    assert counted.allowed(3) == 0
    counted.forward(0.1)
    assert counted.allowed(3) == 1
    counted.forward(12)
    assert counted.allowed(3) == 2
    counted.forward(600)
    assert counted.allowed(20) == 10


def test_one_s_use_takes_nothing_from_another() -> None:
    counted = Counted(TEN_A_MINUTE)

    assert (counted.allowed(20), counted.allowed(20, "another")) == (10, 10)


def test_whoever_is_refused_loses_nothing_by_asking() -> None:
    counted = Counted(TEN_A_MINUTE)
    counted.allowed(10)

    counted.allowed(1000)
    counted.forward(6)

    assert counted.allowed(1) == 1


@pytest.mark.parametrize("quota", [1, 3, 7, 599, 30_000])
def test_a_quota_that_divides_no_window_is_kept_to_exactly(quota: int) -> None:
    assert Counted(Policy("odd", quota, 60)).allowed(quota + 5) == quota


@given(
    policy=st.builds(Policy, st.just("any"), st.integers(1, 20), st.integers(1, 10)),
    pauses=st.lists(st.floats(0, 5) | st.just(0.0), max_size=60),
)
def test_no_span_of_time_lets_more_through_than_the_quota_and_what_came_back(
    policy: Policy, pauses: Sequence[float]
) -> None:
    counted, let_through = Counted(policy), list[int]()
    for pause in pauses:
        counted.forward(pause)
        if counted.quotas.spend("mis").allowed:
            let_through.append(counted.now_ns)

    each_ns = policy.window_seconds * NANOSECONDS // policy.quota
    for first, begins in enumerate(let_through):
        for last, ends in enumerate(let_through[first:], first):
            assert last - first + 1 <= policy.quota + (ends - begins) // each_ns


@given(
    policy=st.builds(Policy, st.just("any"), st.integers(1, 2000), st.integers(1, 100)),
    used=st.integers(1, 40),
)
def test_whoever_waits_as_told_has_one_more(policy: Policy, used: int) -> None:
    counted = Counted(policy)
    counted.allowed(used)
    standing = counted.quotas.spend("mis")

    counted.forward(standing.more_in_seconds)

    assert standing.more_in_seconds >= 1
    assert counted.allowed(standing.remaining + 1) == standing.remaining + 1


def test_made_up_names_fill_no_memory_and_push_out_nobody_who_asks() -> None:
    counted = Counted(TEN_A_MINUTE)
    counted.allowed(10)
    for number in range(2 * REMEMBERED):
        counted.quotas.spend(f"made-up-{number}")
        if number % 1000 == 0:
            assert counted.allowed(1) == 0

    assert len(counted.quotas._full_at) == REMEMBERED

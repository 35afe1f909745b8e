"""The circuit of an endpoint, walked: when it opens, how it is probed, when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from notifications.circuit import (
    CLOSED,
    GIVEN_UP_AFTER,
    IDLE_AFTER,
    LONG_OUTAGE,
    OPENS_AFTER,
    PROBE_SECONDS,
    Circuit,
    CircuitState,
    after_failure,
    after_success,
)
from notifications.retries import JITTER, LONGEST_RETRY_AFTER_SECONDS, RETRY_SECONDS

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def failed(times: int, *, now: datetime = NOW) -> Circuit:
    """A circuit after so many failures, each when it is looked at."""
    circuit = CLOSED
    for _ in range(times):
        circuit = after_failure(circuit, circuit.probe_at or now)
    return circuit


def test_a_circuit_stays_closed_until_enough_failures_came_in_a_row() -> None:
    assert failed(OPENS_AFTER - 1).state is CircuitState.CLOSED
    assert failed(OPENS_AFTER).state is CircuitState.OPEN


def test_each_failed_probe_makes_the_next_wait_longer_up_to_a_quarter_hour() -> None:
    probes = [failed(OPENS_AFTER + probes).probe_at for probes in range(8)]
    first, *later = [probe for probe in probes if probe is not None]
    waits = [
        (after - before).seconds for before, after in zip([first, *later], later, strict=False)
    ]

    assert (first - NOW).seconds == PROBE_SECONDS[0] == 30
    assert waits == [60, 120, 300, 600, 900, 900, 900]


def test_what_was_under_way_when_the_circuit_opened_lengthens_nothing() -> None:
    opened = failed(OPENS_AFTER)
    assert opened.probe_at is not None

    assert after_failure(opened, opened.probe_at - SECOND) == opened
    assert after_failure(opened, opened.probe_at).failures == OPENS_AFTER + 1


def test_an_endpoint_that_asks_to_be_left_alone_is_so_at_its_first_failure() -> None:
    asked = after_failure(CLOSED, NOW, asked_seconds=3600)

    assert asked.probe_at == NOW + timedelta(hours=1)
    assert not asked.broken


def test_the_longest_of_what_was_asked_and_what_is_usual_is_waited_for() -> None:
    opened = failed(OPENS_AFTER)
    asked = after_failure(opened, NOW, asked_seconds=3600)

    assert asked.probe_at == NOW + timedelta(hours=1)
    assert asked.failures == opened.failures
    assert after_failure(asked, NOW, asked_seconds=60) == asked
    assert after_failure(failed(OPENS_AFTER - 1), NOW, asked_seconds=1) == opened


def test_a_success_closes_a_circuit_unless_it_was_under_way_when_that_opened() -> None:
    asked = after_failure(CLOSED, NOW, asked_seconds=60)

    assert after_success(asked, NOW + 59 * SECOND) == asked
    assert after_success(asked, NOW + 60 * SECOND) == CLOSED
    assert after_success(failed(OPENS_AFTER - 1), NOW) == CLOSED


@pytest.mark.parametrize(("failures", "since"), [(1, NOW), (3, NOW)])
def test_failing_is_counted_from_the_first_failure(failures: int, since: datetime) -> None:
    assert failed(failures).failing_since == since


def test_an_endpoint_is_given_up_after_five_days_without_a_success() -> None:
    circuit = failed(1)

    assert timedelta(days=5) == GIVEN_UP_AFTER
    assert not CLOSED.given_up(NOW)
    assert not circuit.given_up(NOW + GIVEN_UP_AFTER - SECOND)
    assert circuit.given_up(NOW + GIVEN_UP_AFTER)


def test_days_on_which_nothing_was_tried_are_no_days_of_failing() -> None:
    circuit = failed(OPENS_AFTER)
    each_day = [NOW + timedelta(days=day) for day in range(1, 6)]
    tried, idle = circuit, after_failure(circuit, each_day[-1])
    for at in each_day:
        tried = after_failure(tried, at)

    assert (tried.failing_since, tried.given_up(each_day[-1])) == (NOW, True)
    assert (idle.failing_since, idle.given_up(each_day[-1])) == (each_day[-1], False)


def test_no_wait_for_a_retry_is_so_long_that_it_passes_for_having_had_nothing_to_send() -> None:
    longest = max(RETRY_SECONDS[-1] * (1 + JITTER), LONGEST_RETRY_AFTER_SECONDS)

    assert timedelta(seconds=longest + PROBE_SECONDS[-1]) < IDLE_AFTER


def test_an_outage_is_long_when_nothing_has_succeeded_for_an_hour() -> None:
    opened = failed(OPENS_AFTER)

    assert not opened.outage_was_long(NOW + LONG_OUTAGE - SECOND)
    assert opened.outage_was_long(NOW + LONG_OUTAGE)
    assert not failed(OPENS_AFTER - 1).outage_was_long(NOW + LONG_OUTAGE)

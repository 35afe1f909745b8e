"""The circuit of an endpoint, walked: when it opens, how it is probed, when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from notifications.circuit import (
    CLOSED,
    GIVEN_UP_AFTER,
    OPENS_AFTER,
    PROBE_SECONDS,
    Circuit,
    CircuitState,
    after_failure,
)

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


@pytest.mark.parametrize(("failures", "since"), [(1, NOW), (3, NOW)])
def test_failing_is_counted_from_the_first_failure(failures: int, since: datetime) -> None:
    assert failed(failures).failing_since == since


def test_an_endpoint_is_given_up_after_five_days_without_a_success() -> None:
    circuit = failed(1)

    assert timedelta(days=5) == GIVEN_UP_AFTER
    assert not CLOSED.given_up(NOW)
    assert not circuit.given_up(NOW + GIVEN_UP_AFTER - SECOND)
    assert circuit.given_up(NOW + GIVEN_UP_AFTER)

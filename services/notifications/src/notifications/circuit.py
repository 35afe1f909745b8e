"""An endpoint's circuit: when it is left alone, when it is looked at again, when it is given up.

Closed, its messages go out. After some failures in a row it opens, and nothing goes out but one
message now and then, to see whether the endpoint is back. What waits meanwhile loses none of its
attempts (docs/decisions/0037). Pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

OPENS_AFTER: Final = 8  # failures in a row: twice what is open to one endpoint at once

PROBE_SECONDS: Final = (30, 60, 2 * 60, 5 * 60, 10 * 60, 15 * 60)
"""The wait before each probe; the last repeats. What is back is found within a quarter hour."""

GIVEN_UP_AFTER: Final = timedelta(days=5)  # without one success


class CircuitState(StrEnum):
    """Whether messages go to an endpoint."""

    CLOSED = "closed"
    OPEN = "open"


class DisabledBecause(StrEnum):
    """Why an endpoint is sent nothing until it is verified again."""

    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Circuit:
    """How an endpoint has fared since it last succeeded."""

    failures: int = 0
    failing_since: datetime | None = None
    probe_at: datetime | None = None  # None: closed

    @property
    def state(self) -> CircuitState:
        """Whether messages go out, or none but a probe now and then."""
        return CircuitState.CLOSED if self.probe_at is None else CircuitState.OPEN

    def given_up(self, now: datetime) -> bool:
        """Tell whether an endpoint that has just failed again has failed for too long."""
        return self.failing_since is not None and now - self.failing_since >= GIVEN_UP_AFTER


CLOSED: Final = Circuit()


def after_failure(circuit: Circuit, now: datetime) -> Circuit:
    """Count a failed attempt.

    One that ends before it is time for a probe was under way when the circuit opened, and says
    nothing new.
    """
    if circuit.probe_at is not None and now < circuit.probe_at:
        return circuit
    failures = circuit.failures + 1
    probes = failures - OPENS_AFTER
    wait = None if probes < 0 else PROBE_SECONDS[min(probes, len(PROBE_SECONDS) - 1)]
    return Circuit(
        failures=failures,
        failing_since=circuit.failing_since or now,
        probe_at=None if wait is None else now + timedelta(seconds=wait),
    )

"""An endpoint's circuit: when it is left alone, when it is looked at again, when it is given up.

Closed, its messages go out. After some failures in a row, or when it asks to be left alone, it
opens, and nothing goes out but one message now and then, to see whether the endpoint is back. What
waits meanwhile loses none of its attempts (docs/decisions/0037). Pure.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

OPENS_AFTER: Final = 8  # failures in a row: twice what is open to one endpoint at once

PROBE_SECONDS: Final = (30, 60, 2 * 60, 5 * 60, 10 * 60, 15 * 60)
"""The wait before each probe; the last repeats. What is back is found within a quarter hour."""

GIVEN_UP_AFTER: Final = timedelta(days=5)  # without one success

IDLE_AFTER: Final = timedelta(hours=36)
"""No wait for a retry is as long. Since a failure so long ago, nothing was owed and none failed."""

LONG_OUTAGE: Final = timedelta(hours=1)  # after it, waits for retries are hours


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
    failed_at: datetime | None = None  # last

    @property
    def state(self) -> CircuitState:
        """Whether messages go out, or none but a probe now and then."""
        return CircuitState.CLOSED if self.probe_at is None else CircuitState.OPEN

    @property
    def broken(self) -> bool:
        """Whether it is open, or would be, for failures: nobody has to be told that one rests."""
        return self.failures >= OPENS_AFTER

    def rests(self, now: datetime) -> bool:
        """Tell whether it isn't time yet for a probe; what ends now was under way as it opened."""
        return self.probe_at is not None and now < self.probe_at

    def given_up(self, now: datetime) -> bool:
        """Tell whether an endpoint that has just failed again has failed for too long."""
        return self._has_failed_for(GIVEN_UP_AFTER, now)

    def outage_was_long(self, now: datetime) -> bool:
        """Tell whether an endpoint that succeeds now was down until retries had become rare."""
        return self.broken and self._has_failed_for(LONG_OUTAGE, now)

    def _has_failed_for(self, long: timedelta, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= long


CLOSED: Final = Circuit()


def after_failure(circuit: Circuit, now: datetime, *, asked_seconds: float = 0) -> Circuit:
    """Count a failed attempt.

    One that was under way when the circuit opened says nothing new, unless it asks for longer.

    Args:
        asked_seconds: how long the endpoint asked to be left alone; 0 when it didn't.
    """
    asked = now + timedelta(seconds=asked_seconds) if asked_seconds else None
    if circuit.rests(now):
        return replace(circuit, probe_at=_later(circuit.probe_at, asked))
    failures = circuit.failures + 1
    probes = failures - OPENS_AFTER
    wait = None if probes < 0 else PROBE_SECONDS[min(probes, len(PROBE_SECONDS) - 1)]
    by_table = None if wait is None else now + timedelta(seconds=wait)
    idle = circuit.failed_at is None or now - circuit.failed_at > IDLE_AFTER
    since = None if idle else circuit.failing_since
    return Circuit(
        failures=failures,
        failing_since=since or now,
        probe_at=_later(by_table, asked),
        failed_at=now,
    )


def after_success(circuit: Circuit, now: datetime) -> Circuit:
    """Close a circuit, unless the attempt was under way when it opened: that says nothing new."""
    return circuit if circuit.rests(now) else CLOSED


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)

"""What a process measures of itself, for Prometheus. No label names a pupil or a school."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

T = TypeVar("T")


class Metrics:
    """The instruments of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._own: dict[Callable[[CollectorRegistry], Any], Any] = {}  # Any: a service's own kind
        self.request_seconds = Histogram(
            "rollbook_request_seconds",
            "time from request to answer",
            ["method", "route", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.batch_seconds = Histogram(
            "rollbook_consumer_batch_seconds",
            "time a consumer took for a batch",
            ["consumer"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.consumed = Counter(
            "rollbook_consumed_positions_total",
            "log positions a consumer has moved over",
            ["consumer"],
            registry=self.registry,
        )
        self.lag = Gauge(
            "rollbook_consumer_lag_events",
            "events that wait for a consumer, over all schools",
            ["consumer"],
            registry=self.registry,
        )
        self.faults = Gauge(
            "rollbook_consumer_faults",
            "schools a consumer can't go on with: see rollbook faults, then rollbook faults retry",
            ["consumer"],
            registry=self.registry,
        )
        self.skipped = Gauge(
            "rollbook_consumer_skipped_events",
            "events a consumer passes over, since somebody skipped them: see rollbook faults",
            ["consumer"],
            registry=self.registry,
        )

    def own(self, kind: Callable[[CollectorRegistry], T]) -> T:
        """Give a service's own instruments, made in this registry when they are first asked for."""
        if kind not in self._own:
            self._own[kind] = kind(self.registry)
        made: T = self._own[kind]
        return made

    def rendered(self) -> bytes:
        """Write all instruments in Prometheus's text format."""
        return generate_latest(self.registry)

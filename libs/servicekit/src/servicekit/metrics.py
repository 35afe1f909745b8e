"""What a process measures of itself, for Prometheus. No label names a pupil or a school."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The instruments of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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
            "schools a consumer can't go on with",
            ["consumer"],
            registry=self.registry,
        )

    def rendered(self) -> bytes:
        """Write all instruments in Prometheus's text format."""
        return generate_latest(self.registry)

"""What this service measures, for Prometheus. No label names a pupil, a school or an endpoint."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

ATTEMPT_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class Instruments:
    """The instruments of one process. Gauges are of the whole ledger, alike in every process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter(
            "rollbook_deliveries_total",
            "deliveries whose turn is over, by what came of it; pending will be tried again",
            ["outcome"],
            registry=registry,
        )
        self.attempt_seconds = Histogram(
            "rollbook_delivery_attempt_seconds",
            "time an endpoint took for an attempt, its time-out included",
            buckets=ATTEMPT_SECONDS,
            registry=registry,
        )
        self.endpoints = Gauge(
            "rollbook_endpoints",
            "subscriptions by the state of their endpoint; failing ones are sent only probes",
            ["state"],
            registry=registry,
        )
        self.backlog = Gauge(
            "rollbook_deliveries_waiting",
            "deliveries owed and not made yet",
            registry=registry,
        )
        self.oldest = Gauge(
            "rollbook_oldest_undelivered_seconds",
            "age of the oldest delivery not made: that waits, or was given up",
            ["standing"],
            registry=registry,
        )
        self.returns = Gauge(
            "rollbook_returns_open",
            "statutory returns to be seen to: past their day, undelivered, or sent by hand and "
            "withdrawn since",
            ["standing"],
            registry=registry,
        )
        self.oldest_return = Gauge(
            "rollbook_oldest_undelivered_return_seconds",
            "age of the oldest statutory return of which the last attempt failed",
            registry=registry,
        )
        self.blocked_lanes = Gauge(
            "rollbook_blocked_lanes",
            "pupils of a subscription whose deliveries wait for a retry or for their endpoint",
            registry=registry,
        )

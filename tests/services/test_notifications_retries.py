"""The retry table, walked: what becomes of a delivery after each answer."""

from datetime import UTC, datetime, timedelta

import pytest
from notifications.answer import Answer, Failure
from notifications.retries import (
    REPLAY_ATTEMPTS,
    RETRY_SECONDS,
    DeliveryStatus,
    asked_seconds,
    judge,
    rest_seconds,
)

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
MIDDLE = 0.5  # no jitter
HOUR = 3600.0


def answered(status: int, retry_after: str | None = None) -> Answer:
    """An answer with this status."""
    return Answer(started_at=NOW, latency_ms=12, status=status, retry_after=retry_after)


def wait_after(attempts: int, draw: float = MIDDLE, retry_after: str | None = None) -> float | None:
    """Seconds until the next attempt; None when there is none."""
    verdict = judge(answered(500, retry_after), attempts=attempts, now=NOW, draw=draw)
    return None if verdict.due_at is None else (verdict.due_at - NOW).total_seconds()


def test_the_waits_are_those_of_the_contract() -> None:
    assert RETRY_SECONDS[0] == 0
    assert [wait_after(made) for made in range(1, 11)] == [
        5,
        5 * 60,
        30 * 60,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
        None,
    ]


def test_jitter_is_a_fifth_either_way() -> None:
    assert wait_after(2, draw=0) == pytest.approx(240)
    assert wait_after(2, draw=1) == pytest.approx(360)


def test_after_the_last_attempt_a_delivery_is_undelivered_even_if_told_to_come_back() -> None:
    verdict = judge(answered(503, "60"), attempts=10, now=NOW, draw=MIDDLE)

    assert verdict.status is DeliveryStatus.UNDELIVERED
    assert verdict.due_at is None


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_delivered(status: int) -> None:
    verdict = judge(answered(status), attempts=1, now=NOW, draw=MIDDLE)

    assert verdict.status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize("status", [199, 300, 304, 400, 410, 429, 500])
def test_everything_else_is_tried_again(status: int) -> None:
    verdict = judge(answered(status), attempts=1, now=NOW, draw=MIDDLE)

    assert verdict.status is DeliveryStatus.PENDING


def test_a_2xx_whose_body_never_ended_is_no_success() -> None:
    hung = Answer(started_at=NOW, latency_ms=20_000, status=200, failure=Failure.TIMED_OUT)

    verdict = judge(hung, attempts=1, now=NOW, draw=MIDDLE)

    assert verdict.status is DeliveryStatus.PENDING


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, 0),
        ("120", 120),
        ("86400", 86_400),
        ("86401", 86_400),
        ("1e30", 86_400),
        ("-5", 0),
        ("nan", 0),
        ("inf", 0),
        ("soon", 0),
        ("", 0),
        ("Wed, 01 Jul 2026 12:02:00 GMT", 120),
        ("Wed, 01 Jul 2026 13:02:00 +0100", 120),
        ("Wed, 01 Jul 2026 11:00:00 GMT", 0),
        ("Sat, 01 Aug 2026 12:00:00 GMT", 86_400),
        ("Wed, 99 Jul 2026 12:02:00 GMT", 0),
        ("Wed, 01 Jul 99999999999999999999 12:02:00 GMT", 0),
        ("Wed, 99999999999999999999 Jul 2026 12:02:00 GMT", 0),
        ("Wed, 01 Jul 2026 99999999999999999999:02:00 GMT", 0),
        ("Wed, 01 Jul 2026 12:02:00 +99999999999999999999", 0),
        ("Wed, 01 Jul 2026 12:02:00 -9999", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 86_400),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0),
        ("9" * 5000, 0),
        ("Wed, 01 Jul " + "9" * 5000 + " 12:02:00 GMT", 0),
        (",", 0),
        (" ", 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_up_to_a_day(
    said: str | None, seconds: float
) -> None:
    assert asked_seconds(said, NOW) == seconds


@pytest.mark.parametrize("draw", [0, MIDDLE, 1])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_all_attempts_at_a_replayed_message_are_within_the_hour_whatever_is_asked(
    status: int, draw: float
) -> None:
    now, timeout = NOW, timedelta(seconds=20)
    for made in range(1, REPLAY_ATTEMPTS):
        now += timeout
        asking = answered(status, "86400")
        verdict = judge(asking, attempts=made, now=now, draw=draw, replayed=True)
        assert verdict.due_at is not None
        rest = timedelta(seconds=rest_seconds(asking, now, replayed=True))
        now = max(verdict.due_at, now + rest)
    last = judge(answered(503), attempts=REPLAY_ATTEMPTS, now=now, draw=draw, replayed=True)

    assert now + timeout <= NOW + timedelta(hours=1)
    assert last.status is DeliveryStatus.UNDELIVERED


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (answered(503, "3600"), 3600),
        (answered(429, "3600"), 3600),
        (answered(503), 0),
        (answered(500, "3600"), 0),
        (answered(404, "3600"), 0),
        (
            Answer(
                started_at=NOW,
                latency_ms=9,
                status=503,
                retry_after="3600",
                failure=Failure.TIMED_OUT,
            ),
            0,
        ),
    ],
)
def test_only_an_endpoint_that_has_too_much_to_do_asks_to_be_left_alone(
    answer: Answer, seconds: float
) -> None:
    assert rest_seconds(answer, NOW) == seconds


def test_retry_after_lengthens_a_wait_and_never_shortens_it() -> None:
    assert wait_after(1, retry_after="60") == 60
    assert wait_after(4, retry_after="60") == timedelta(hours=2).total_seconds()

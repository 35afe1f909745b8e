"""How much of an endpoint's is taken in hand, as it answers."""

from datetime import UTC, datetime

from notifications.answer import Answer, Failure
from notifications.lanes_table import ENDPOINT_AT_ONCE
from notifications.pace import MOST_IN_HAND, PROMPT_MS, Pace

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
PROMPT = Answer(started_at=NOW, latency_ms=PROMPT_MS, status=204)
SLOW = Answer(started_at=NOW, latency_ms=PROMPT_MS + 1, status=204)
HUNG = Answer(started_at=NOW, latency_ms=20_000, failure=Failure.TIMED_OUT)


def after(*answers: Answer) -> int:
    """How many lanes may be in hand after these answers."""
    pace = Pace()
    for answer in answers:
        pace.learn(answer)
    return pace.lanes


def test_an_endpoint_that_is_not_known_yet_gets_few() -> None:
    assert after() == ENDPOINT_AT_ONCE


def test_each_prompt_success_gives_it_one_more_up_to_a_bound() -> None:
    assert after(*[PROMPT] * 10) == ENDPOINT_AT_ONCE + 10
    assert after(*[PROMPT] * 1000) == MOST_IN_HAND


def test_a_failure_and_a_slow_success_halve_it_and_leave_a_few() -> None:
    assert after(*[PROMPT] * 1000, HUNG) == MOST_IN_HAND // 2
    assert after(*[PROMPT] * 1000, SLOW) == MOST_IN_HAND // 2
    assert after(*[PROMPT] * 1000, *[HUNG] * 10) == ENDPOINT_AT_ONCE

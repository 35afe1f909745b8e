"""When a delivery is tried again: the table, as data, and how an answer moves along it.

Pure: the instant and the random draw come in as arguments.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from notifications.answer import Answer

RETRY_SECONDS: Final = (
    0,
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
)
"""The wait before each attempt, the first included. Over the last, an endpoint had three days."""

REPLAY_ATTEMPTS: Final = 4
"""Of what is replayed: over the last, half an hour. News of the same pupil waits behind it."""

REPLAY_LONGEST_RETRY_AFTER_SECONDS: Final = 10 * 60
"""With two of these before the last wait of the table, all attempts are within the hour."""

JITTER: Final = 0.2  # so that what failed together doesn't come back together
LONGEST_RETRY_AFTER_SECONDS: Final = 24 * 3600  # a longer wish would be a way to lose a delivery

# With a Retry-After they are about the endpoint, and not about what it was sent.
ASKING_FOR_REST: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

# What the parser of dates lets out: a year of twenty digits overflows, and is no ValueError. An
# attempt that can't be judged is never settled, and so repeated for ever.
UNREADABLE: Final = (ArithmeticError, LookupError, TypeError, ValueError)


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery after an attempt; `due_at` only while it is pending."""

    status: DeliveryStatus
    due_at: datetime | None = None


def judge(
    answer: Answer,
    *,
    attempts: int,
    now: datetime,
    draw: float,
    replayed: bool = False,
) -> Verdict:
    """Decide what becomes of a delivery.

    Args:
        attempts: how many were made, this one included.
        draw: uniform in 0 to 1; places the wait within its jitter.
        replayed: it is tried less often, since news waits behind it.
    """
    if answer.succeeded:
        return Verdict(DeliveryStatus.DELIVERED)
    if attempts >= (REPLAY_ATTEMPTS if replayed else len(RETRY_SECONDS)):
        return Verdict(DeliveryStatus.UNDELIVERED)
    by_table = RETRY_SECONDS[attempts] * (1 - JITTER + 2 * JITTER * draw)
    seconds = max(by_table, _asked_seconds(answer, now, replayed=replayed))
    return Verdict(DeliveryStatus.PENDING, now + timedelta(seconds=seconds))


def rest_seconds(answer: Answer, now: datetime, *, replayed: bool = False) -> float:
    """Tell for how long an endpoint asks to be sent nothing at all; 0 when it doesn't.

    Args:
        replayed: it was sent what it had asked to be sent again, and asks for less by that.
    """
    if answer.failure is not None or answer.status not in ASKING_FOR_REST:
        return 0
    return _asked_seconds(answer, now, replayed=replayed)


def asked_seconds(retry_after: str | None, now: datetime) -> float:
    """Read a Retry-After, in seconds or as a date; 0 when there is none or it isn't readable.

    Returns:
        Seconds from now, between 0 and a day.
    """
    if retry_after is None:
        return 0
    try:
        seconds = float(retry_after)
    except ValueError:
        seconds = _seconds_until(retry_after, now)
    if not math.isfinite(seconds):
        return 0
    return min(max(seconds, 0), LONGEST_RETRY_AFTER_SECONDS)


def _asked_seconds(answer: Answer, now: datetime, *, replayed: bool) -> float:
    longest = REPLAY_LONGEST_RETRY_AFTER_SECONDS if replayed else LONGEST_RETRY_AFTER_SECONDS
    return min(asked_seconds(answer.retry_after, now), longest)


def _seconds_until(text: str, now: datetime) -> float:
    try:
        at = parsedate_to_datetime(text)
    except UNREADABLE:
        return 0
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)  # RFC 9110: an HTTP date is in GMT
    return (aware - now).total_seconds()

"""How many streams a client may have open at once. Opens none: that is the route's.

A stream holds a connection and some memory for as long as its client likes, so it isn't the rate of
opening them that has to be bounded but their number. Counted by each process for itself.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from fastapi import Request

from servicekit.caller import Caller
from servicekit.problems import Kind, Problem

# A stream whose client left without a word is noticed at its next heartbeat, or the one after.
RETRY_SECONDS: Final = 30
TOO_MANY_STREAMS: Final = Kind(
    "too-many-streams",
    "Too many streams are open",
    HTTPStatus.TOO_MANY_REQUESTS,
    {"Retry-After": str(RETRY_SECONDS)},
)


class StreamSlots:
    """The open streams of one process, by client; whoever has none takes no memory."""

    def __init__(self, per_client: int) -> None:
        self.per_client = per_client
        self.open: Counter[str] = Counter()


@asynccontextmanager
async def stream_slot(request: Request, caller: Caller) -> AsyncIterator[None]:
    """Count a stream as open while the block lasts. Enter it before the answer begins.

    Raises:
        Problem: the client has as many open as it may (429).
    """
    slots: StreamSlots = request.app.state.stream_slots
    if slots.open[caller.client] >= slots.per_client:
        raise Problem(
            TOO_MANY_STREAMS,
            f"This client has {slots.per_client} streams open; close one, or let one do for more.",
        )
    slots.open[caller.client] += 1
    try:
        yield
    finally:
        slots.open[caller.client] -= 1
        if not slots.open[caller.client]:
            del slots.open[caller.client]

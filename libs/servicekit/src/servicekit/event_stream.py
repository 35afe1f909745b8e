"""Server-sent events, as the HTML standard has them: a log followed for as long as anyone listens.

The log itself is the buffer. A reader fetches a page when it has given out the last, so one that is
slow misses nothing, and one that comes again goes on from the last id it saw. Knows no log.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, TypeVar

from fastapi import Header
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from servicekit.database import AWAY, STUMBLED
from servicekit.errors import NotFound
from servicekit.negotiation import EVENT_STREAM
from servicekit.news import News
from servicekit.problems import INVALID, ItemProblem, Problem
from servicekit.streaming import Piece, pieces

RETRY_MS: Final = 2000  # what a client is told to wait before it comes again
HEARTBEAT_SECONDS: Final = 15.0  # proxies close what is silent for longer; commonly after 60
AWAY_SECONDS: Final = 1.0

Key = TypeVar("Key", bound=Hashable)

LastEventId = Annotated[
    str | None,
    Header(
        pattern=r"^[0-9]{0,18}$",
        description="the `id` of the last event you have; the stream goes on after it. An "
        "EventSource sends it by itself, and then it counts and `after` doesn't",
        examples=["421"],
    ),
]


class Page(NamedTuple):
    """Some events as they are sent, the position they reach, and whether more lie beyond it."""

    events: Sequence[bytes]
    reached: int
    more: bool


Read: TypeAlias = Callable[[int], Awaitable[Page]]


def event_stream(example: str) -> dict[int | str, dict[str, Any]]:
    """Describe a stream for OpenAPI: `responses=event_stream(…)`, with an example of it.

    By hand: FastAPI's own description has a word (`itemSchema`) that OpenAPI 3.1 doesn't know.
    """
    content = {EVENT_STREAM: {"schema": {"type": "string"}, "example": example}}
    return {200: {"description": "The events, for as long as you listen", "content": content}}


def begin_after(last_event_id: str | None, after: int, head: int) -> int:
    """Choose the position after which a stream begins.

    Args:
        head: the position of the newest event there is.

    Raises:
        Problem: it lies ahead of every event, so it is none of ours (422).
    """
    begin = int(last_event_id) if last_event_id else after
    if begin > head:
        pointer = "/header/last-event-id" if last_event_id else "/query/after"
        wrong = ItemProblem(pointer, "ahead-of-log", "There is no event here of that position.")
        raise Problem(INVALID, "1 item is wrong; nothing was stored.", [wrong])
    return begin


async def followed(
    news: News[Key],
    key: Key,
    after: int,
    read: Read,
    *,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
) -> AsyncGenerator[Piece, None]:
    """Give every event after a position, once and in order, and go on as more come.

    Ends when what is followed is no longer the reader's to see. While the database is away it
    waits, as if there were no news.

    Args:
        read: reads a page after a position, from what is committed; no later than this is asked
            for the next piece.
    """
    yield Piece(format_sse_event(retry=RETRY_MS), 0)
    clock = asyncio.get_running_loop().time
    beat_at = clock() + heartbeat_seconds
    more = True
    while True:
        try:
            if not more:
                await news.beyond(key, after, within_seconds=beat_at - clock())
            page = await read(after)
        except NotFound:
            return
        except (*AWAY, *STUMBLED):
            page = Page([], after, more)
            await asyncio.sleep(AWAY_SECONDS)
        for piece in pieces(page.events):
            yield piece
            beat_at = clock() + heartbeat_seconds
        after, more = page.reached, page.more
        if clock() >= beat_at:
            yield Piece(KEEPALIVE_COMMENT, 0)
            beat_at = clock() + heartbeat_seconds

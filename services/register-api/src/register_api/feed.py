"""The log as it is given out: by the page, as lines up to now, or followed as it grows.

Fetches a few events at a time on a connection that it gives back at once, whatever its reader does
meanwhile; and sees to it each time that the school is still its reader's to see.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from eventlog import Connection, SchoolId, StoredEvent, head, heads, read_log
from fastapi.sse import format_sse_event
from servicekit.caller import Caller
from servicekit.database import of_every_school, of_school
from servicekit.event_stream import Page, followed
from servicekit.news import News
from servicekit.service import Runtime
from servicekit.streaming import Piece, pieces

from register_api.access import visible_school
from register_api.cloudevents import LOG_KINDS, cloud_event, cloud_event_line, public_kind
from register_api.commands import Registry
from register_api.schemas.responses import EventOut

EVENTS_AT_ONCE: Final = 25  # an event can be as large as a request's body
PAGE_SIZE: Final = 2 * 1024 * 1024  # characters of payload; one event goes over it at the most


@dataclass(frozen=True, slots=True)
class Feed:
    """A school's log as one caller reads it.

    Attributes:
        kinds: only these, by their public names; all of them when None.
    """

    registry: Registry
    caller: Caller
    urn: int
    kinds: Sequence[str] | None

    @property
    def source(self) -> str:
        """The service's URI, that every event names."""
        return f"{self.registry.runtime.settings.base_url}/register/v1"


def news_of_logs(runtime: Runtime) -> News[SchoolId]:
    """Make the watch over the logs that somebody follows."""

    async def look(schools: Sequence[SchoolId]) -> dict[SchoolId, int]:
        async with of_every_school(runtime.pool) as conn:
            return await heads(conn, schools)

    return News(look, poll_seconds=runtime.settings.poll_seconds)


async def head_of(feed: Feed) -> int:
    """Read the position of the newest event of a feed's school.

    Raises:
        NotFound: the school isn't the caller's to see.
    """
    async with _connected(feed) as conn:
        return await head(conn, SchoolId(feed.urn))


async def page_of(feed: Feed, *, after: int, limit: int) -> tuple[list[EventOut], bool]:
    """Read a page of a feed, and whether there may be more.

    Raises:
        NotFound: the school isn't the caller's to see.
    """
    async with _connected(feed) as conn:
        up_to = await head(conn, SchoolId(feed.urn))
        stored, more = await _page(conn, feed, after, up_to, limit)
    return [cloud_event(event, feed.source) for event in stored], more


async def lines_of(
    feed: Feed, *, after: int, up_to: int, limit: int | None
) -> AsyncGenerator[Piece, None]:
    """Give events as lines of JSON, from a position on.

    Args:
        up_to: a head read before, so that it ends however fast the log grows.
        limit: how many at the most; None for all.

    Raises:
        NotFound: the school is no longer the caller's to see.
    """
    while limit is None or limit > 0:
        most = EVENTS_AT_ONCE if limit is None else min(EVENTS_AT_ONCE, limit)
        async with _going_on(feed) as conn:
            few = await _few(conn, feed, after, up_to, most)
        for piece in pieces(_line(event, feed.source) for event in few):
            yield piece
        if len(few) < most:
            return
        after = few[-1].position
        limit = None if limit is None else limit - most


def followed_feed(feed: Feed, news: News[SchoolId], *, after: int) -> AsyncGenerator[Piece, None]:
    """Give events as server-sent events, from a position on and as more are recorded."""

    async def read(position: int) -> Page:
        async with _going_on(feed) as conn:
            up_to = await head(conn, SchoolId(feed.urn))
            few = await _few(conn, feed, position, up_to, EVENTS_AT_ONCE)
        more = len(few) == EVENTS_AT_ONCE
        reached = few[-1].position if more else up_to
        return Page([_sent(event, feed.source) for event in few], reached, more)

    return followed(news, SchoolId(feed.urn), after, read)


@asynccontextmanager
async def _connected(feed: Feed) -> AsyncIterator[Connection]:
    async with of_school(feed.registry.runtime.pool, feed.urn) as conn:
        await visible_school(feed.registry, conn, feed.caller, feed.urn)
        yield conn


@asynccontextmanager
async def _going_on(feed: Feed) -> AsyncIterator[Connection]:
    """Connect for what was opened before: schools change their authority, and no token its URNs."""
    async with of_school(feed.registry.runtime.pool, feed.urn) as conn:
        if feed.caller.la_code is not None:
            await visible_school(feed.registry, conn, feed.caller, feed.urn)
        yield conn


async def _page(
    conn: Connection, feed: Feed, after: int, up_to: int, limit: int
) -> tuple[list[StoredEvent], bool]:
    """Read a few events at a time, until the page has as many or as much as it may."""
    page: list[StoredEvent] = []
    size = 0
    while len(page) < limit:
        most = min(EVENTS_AT_ONCE, limit - len(page))
        few = await _few(conn, feed, after, up_to, most)
        for event in few:
            page.append(event)
            size += len(event.payload)
            if size >= PAGE_SIZE:
                return page, True
        if len(few) < most:
            return page, False
        after = few[-1].position
    return page, True


async def _few(
    conn: Connection, feed: Feed, after: int, up_to: int, limit: int
) -> list[StoredEvent]:
    kinds = [LOG_KINDS[kind] for kind in feed.kinds] if feed.kinds else None
    school = SchoolId(feed.urn)
    return await read_log(conn, school, after=after, up_to=up_to, limit=limit, kinds=kinds)


def _line(event: StoredEvent, source: str) -> bytes:
    return f"{cloud_event_line(event, source)}\n".encode()


def _sent(event: StoredEvent, source: str) -> bytes:
    return format_sse_event(
        event=public_kind(event.kind),
        data_str=cloud_event_line(event, source),
        id=f"{event.position}",
    )

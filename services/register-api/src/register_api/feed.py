"""The log as it is given out: by the page, as lines up to now, or followed as it grows.

Fetches a little at a time, counted in bytes, on a connection that it gives back at once; and sees
to it each time that the school is still its reader's to see. A reader who takes nothing costs what
was fetched last, as it is sent: of the events nothing is kept beside it.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from eventlog import Connection, LogPage, SchoolId, StoredEvent, head, heads, read_page
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

# Of payload; the last event goes over it, and can be as large as a request's body.
SENT_BYTES: Final = 256 * 1024  # what is held of a stream while its reader takes nothing
PAGE_BYTES: Final = 2 * 1024 * 1024
EVENTS_AT_ONCE: Final = 25  # so that also small ones keep the loop for a moment only

Write: TypeAlias = Callable[[StoredEvent, str], bytes]


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
        page = await _page(conn, feed, after, up_to, limit, PAGE_BYTES)
    return [cloud_event(event, feed.source) for event in page.events], page.reached < up_to


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
    more = after < up_to
    while more and (limit is None or limit > 0):
        most = EVENTS_AT_ONCE if limit is None else min(EVENTS_AT_ONCE, limit)
        page = await _written(feed, _line, after=after, limit=most, up_to=up_to)
        for piece in pieces(page.events):
            yield piece
        after, more = page.reached, page.more
        limit = None if limit is None else limit - len(page.events)


def followed_feed(feed: Feed, news: News[SchoolId], *, after: int) -> AsyncGenerator[Piece, None]:
    """Give events as server-sent events, from a position on and as more are recorded."""

    async def read(position: int) -> Page:
        return await _written(feed, _sent, after=position, limit=EVENTS_AT_ONCE)

    return followed(news, SchoolId(feed.urn), after, read)


async def _written(
    feed: Feed, write: Write, *, after: int, limit: int, up_to: int | None = None
) -> Page:
    """Read events and write them as they are sent; the events themselves are let go of.

    Args:
        up_to: a head read before; the present one when None.
    """
    async with _going_on(feed) as conn:
        newest = await head(conn, SchoolId(feed.urn)) if up_to is None else up_to
        page = await _page(conn, feed, after, newest, limit, SENT_BYTES)
    written = [write(event, feed.source) for event in page.events]
    return Page(written, page.reached, more=page.reached < newest)


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
    conn: Connection, feed: Feed, after: int, up_to: int, limit: int, most_bytes: int
) -> LogPage:
    return await read_page(
        conn,
        SchoolId(feed.urn),
        after=after,
        up_to=up_to,
        limit=limit,
        most_bytes=most_bytes,
        kinds=[LOG_KINDS[kind] for kind in feed.kinds] if feed.kinds else None,
    )


def _line(event: StoredEvent, source: str) -> bytes:
    return f"{cloud_event_line(event, source)}\n".encode()


def _sent(event: StoredEvent, source: str) -> bytes:
    return format_sse_event(
        event=public_kind(event.kind),
        data_str=cloud_event_line(event, source),
        id=f"{event.position}",
    )

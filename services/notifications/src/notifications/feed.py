"""A subscription's feed as it is given out: by the page, or followed as it grows.

What is read is what is owed and no more than that: reading delivers nothing. Each time it sees to
it that the subscription is still its reader's to see.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi.sse import format_sse_event
from servicekit.database import of_every_school, of_schools
from servicekit.errors import NotFound
from servicekit.event_stream import Page, followed
from servicekit.news import News
from servicekit.service import Runtime
from servicekit.streaming import Piece

from notifications.access import Boundary
from notifications.codec import kind_of
from notifications.commands import NO_SUBSCRIPTION
from notifications.feed_table import Owed, feed_head, feed_heads, feed_page

# Of bodies; the last goes over it.
SENT_BYTES: Final = 256 * 1024  # what is held of a stream while its reader takes nothing
PAGE_BYTES: Final = 2 * 1024 * 1024
EVENTS_AT_ONCE: Final = 25


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription's feed as one caller reads it.

    Attributes:
        whole: whether the caller may read returns. To others nothing is told in full, though the
            subscription should choose so while they read.
    """

    runtime: Runtime
    boundary: Boundary
    subscription: UUID
    whole: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a feed, oldest first; the number it reaches, and whether there are more."""

    owed: list[Owed]
    reached: int
    more: bool


def news_of_feeds(runtime: Runtime) -> News[UUID]:
    """Make the watch over the feeds that somebody follows."""

    async def look(subscriptions: Sequence[UUID]) -> dict[UUID, int]:
        async with of_every_school(runtime.pool) as conn:
            return await feed_heads(conn, subscriptions)

    return News(look, poll_seconds=runtime.settings.poll_seconds)


async def head_of(feed: Feed) -> int:
    """Read the newest number of a feed.

    Raises:
        NotFound: the subscription isn't the caller's to see, or was ended.
    """
    async with of_schools(feed.runtime.pool, feed.boundary.urns) as conn:
        head = await feed_head(conn, feed.boundary, feed.subscription)
    if head is None:
        raise NotFound(NO_SUBSCRIPTION)
    return head


async def stretch_of(
    feed: Feed, *, after: int, limit: int, most_bytes: int = PAGE_BYTES
) -> Stretch:
    """Read some of a feed after a number.

    Raises:
        NotFound: the subscription isn't the caller's to see, or was ended.
    """
    head = await head_of(feed)
    async with of_schools(feed.runtime.pool, feed.boundary.urns) as conn:
        owed = await feed_page(
            conn,
            feed.subscription,
            after=after,
            up_to=head,
            limit=limit,
            most_bytes=most_bytes,
            whole=feed.whole,
        )
    # What retention has dropped leaves nothing to find up to the head.
    reached = owed[-1].sequence if owed else max(after, head)
    return Stretch(owed, reached, more=reached < head)


def followed_feed(feed: Feed, news: News[UUID], *, after: int) -> AsyncGenerator[Piece, None]:
    """Give messages as server-sent events, after a number and as more are owed."""

    async def read(reached: int) -> Page:
        stretch = await stretch_of(feed, after=reached, limit=EVENTS_AT_ONCE, most_bytes=SENT_BYTES)
        return Page([_sent(owed) for owed in stretch.owed], stretch.reached, stretch.more)

    return followed(news, feed.subscription, after, read)


def _sent(owed: Owed) -> bytes:
    return format_sse_event(event=kind_of(owed.type), data_str=owed.body, id=f"{owed.sequence}")

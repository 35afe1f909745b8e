"""Feeds as they are asked for and given out."""

from typing import Annotated

from pydantic import Field
from servicekit.fields import Closed

from notifications.schemas.messages import MessageOut

After = Annotated[
    int,
    Field(ge=0, le=2**62, description="events after this `sequence` of the feed", examples=[16]),
]


class FeedQuery(Closed):
    """Which events of a feed."""

    after: After = 0
    limit: int = Field(default=100, ge=1, le=1000, description="how many events a page")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next` of the page before"
    )


class FollowedFeedQuery(Closed):
    """Which events of a feed, from now on."""

    after: After = 0


class FeedItemOut(Closed):
    """An event that a subscription is owed."""

    sequence: int = Field(
        description="in this feed: 1 for the first, and none is left out", examples=[17]
    )
    event: MessageOut = Field(description="byte for byte what the endpoint is sent")


class FeedOut(Closed):
    """A page of a feed, oldest first."""

    items: list[FeedItemOut]
    next: str | None = Field(description="cursor of the next page; null at the end")

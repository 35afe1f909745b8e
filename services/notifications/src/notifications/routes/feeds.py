"""HTTP for subscriptions' feeds. Translates; decides nothing, and holds no SQL."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import Caller, FeedReader, Scope
from servicekit.event_stream import LastEventId, begin_after, event_stream
from servicekit.negotiation import EVENT_STREAM, JSON, NOT_ACCEPTABLE, form_of_answer
from servicekit.news import News
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import refusals
from servicekit.stream_slots import TOO_MANY_STREAMS
from servicekit.streaming import Streamed

from notifications.access import OwnRuntime, allowed, boundary_of
from notifications.commands import find
from notifications.feed import Feed, Stretch, followed_feed, head_of, news_of_feeds, stretch_of
from notifications.refusals import NOT_FOUND
from notifications.routes.subscriptions import SubscriptionPath
from notifications.schemas.feeds import FeedOut, FeedQuery, FollowedFeedQuery

EVENT: Final = (
    '{"specversion":"1.0","id":"6f1c7a52-6f0e-5d3c-9a44-0f5f1b6f2a10",'
    '"type":"uk.attendance.pupil-admitted.v1",'
    '"source":"https://rollbook.example/notifications/v1","subject":"schools/999001/pupils/p0421",'
    '"sequence":"0000000001","position":421,"time":"2026-11-20T09:05:00Z",'
    '"datacontenttype":"application/json","data":{"urn":999001,"pupil":"p0421",'
    '"starting_day":"2026-11-23","year_group":"7"}}'
)
STREAM: Final = event_stream(f"retry: 2000\n\nevent: pupil-admitted\ndata: {EVENT}\nid: 17\n\n")

router = APIRouter()


@router.get(
    "/subscriptions/{subscription}/events",
    response_model=FeedOut,
    responses=refusals(NOT_FOUND),
)
async def list_feed(
    subscription: SubscriptionPath,
    caller: FeedReader,
    runtime: OwnRuntime,
    request: Request,
    query: Annotated[FeedQuery, Query()],
) -> Response:
    """Read what the subscription is owed, oldest first, whether or not it was delivered.

    The same events under the same ids as the endpoint is sent. Where these are full bodies, the
    token needs the scope `returns:read` too.
    """
    resumed = decode_cursor(query.cursor, (int,))
    after = resumed[0] if resumed else query.after
    feed = await _opened(runtime, caller, subscription)
    return _page(request, await stretch_of(feed, after=after, limit=query.limit))


@router.get(
    "/subscriptions/{subscription}/events/stream",
    response_class=Response,
    responses=STREAM | refusals(NOT_FOUND, NOT_ACCEPTABLE, TOO_MANY_STREAMS),
)
async def follow_feed(
    subscription: SubscriptionPath,
    caller: FeedReader,
    runtime: OwnRuntime,
    request: Request,
    query: Annotated[FollowedFeedQuery, Query()],
    last_event_id: LastEventId = None,
) -> Streamed:
    """Follow what the subscription is owed, after a number in its feed and then as it comes.

    Server-sent events whose `id` is the `sequence` and whose `event` is the kind. The stream ends
    with the token, and after an hour; come again with the last id, and nothing is missed.
    """
    form_of_answer(request, EVENT_STREAM)
    feed = await _opened(runtime, caller, subscription)
    after = begin_after(last_event_id, query.after, await head_of(feed))
    events = followed_feed(feed, _news_of(request, feed), after=after)
    return Streamed(request, caller, events, EVENT_STREAM, whole=False)


async def _opened(runtime: OwnRuntime, caller: Caller, subscription: UUID) -> Feed:
    """Open a feed, but not to a reader who may not have what the subscription is sent."""
    boundary = boundary_of(caller)
    found = await find(runtime, boundary, subscription)
    allowed(caller, found.choice)
    return Feed(runtime, boundary, subscription, whole=Scope.RETURNS_READ in caller.scopes)


def _page(request: Request, stretch: Stretch) -> Response:
    """Lay out a page by hand: the events go out as they are stored, and aren't written anew."""
    following = encode_cursor([stretch.reached]) if stretch.more else None
    items = ",".join(f'{{"sequence":{each.sequence},"event":{each.body}}}' for each in stretch.owed)
    said = "null" if following is None else f'"{following}"'
    page = Response(f'{{"items":[{items}],"next":{said}}}', media_type=JSON)
    link_next(request, page, following)
    return page


def _news_of(request: Request, feed: Feed) -> News[UUID]:
    """Give the process's watch over feeds, made with the first that is followed."""
    state = request.app.state
    if not hasattr(state, "news_of_feeds"):
        state.news_of_feeds = news_of_feeds(feed.runtime)
    news: News[UUID] = state.news_of_feeds
    return news

"""HTTP for the log itself, as CloudEvents. Translates; decides nothing, and holds no SQL."""

from typing import Annotated, Any, Final

from eventlog import SchoolId
from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import EventsReader
from servicekit.event_stream import LastEventId, begin_after, event_stream
from servicekit.fields import UrnPath
from servicekit.negotiation import (
    EVENT_STREAM,
    JSON,
    JSON_LINES,
    NOT_ACCEPTABLE,
    form_of_answer,
)
from servicekit.news import News
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import refusals
from servicekit.stream_slots import TOO_MANY_STREAMS
from servicekit.streaming import Streamed

from register_api.access import registry_of
from register_api.feed import Feed, followed_feed, head_of, lines_of, news_of_logs, page_of
from register_api.refusals import NO_SCHOOL
from register_api.schemas.queries import EventsQuery, FollowQuery
from register_api.schemas.responses import EventsOut

PAGE: Final = 100
LINE: Final = (
    '{"specversion":"1.0","id":"9c4e2c5e-1b7e-5d8c-9f5a-0f6a6d0f3d11",'
    '"type":"uk.attendance.marks-recorded.v1","source":"https://rollbook.example/register/v1",'
    '"subject":"schools/999001","time":"2026-11-20T09:05:00Z",'
    '"datacontenttype":"application/json","position":421,"data":{"date":"2026-11-20",'
    '"session":"AM","marks":[{"pupil":"p0421","code":"/"}]}}'
)
LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {JSON_LINES: {"schema": {"type": "string"}, "example": f"{LINE}\n"}}}
}
STREAM: Final = event_stream(f"retry: 2000\n\nevent: marks-recorded\ndata: {LINE}\nid: 421\n\n")

router = APIRouter()


@router.get(
    "/schools/{urn}/events",
    response_model=EventsOut,
    responses=LINES | refusals(NO_SCHOOL, NOT_ACCEPTABLE, TOO_MANY_STREAMS),
)
async def list_events(
    urn: UrnPath,
    caller: EventsReader,
    request: Request,
    response: Response,
    query: Annotated[EventsQuery, Query()],
) -> EventsOut | Streamed:
    """Read a school's log, oldest first: every fact there is of its registers.

    A page of it; or, accepting `application/jsonl`, all there is now, an event a line. The
    connection breaks off if that can't be given whole.
    """
    form = form_of_answer(request, JSON, JSON_LINES)
    feed = Feed(registry_of(request), caller, urn, query.kind)
    resumed = decode_cursor(query.cursor, (int,))
    after = resumed[0] if resumed else query.after
    if form == JSON_LINES:
        lines = lines_of(feed, after=after, up_to=await head_of(feed), limit=query.limit)
        return Streamed(request, caller, lines, JSON_LINES, whole=True)
    items, more = await page_of(feed, after=after, limit=query.limit or PAGE)
    following = encode_cursor([items[-1].position]) if more else None
    link_next(request, response, following)
    response.headers["Vary"] = "Accept"
    return EventsOut(items=items, next=following)


@router.get(
    "/schools/{urn}/events/stream",
    response_class=Response,
    responses=STREAM | refusals(NO_SCHOOL, NOT_ACCEPTABLE, TOO_MANY_STREAMS),
)
async def follow_events(
    urn: UrnPath,
    caller: EventsReader,
    request: Request,
    query: Annotated[FollowQuery, Query()],
    last_event_id: LastEventId = None,
) -> Streamed:
    """Follow a school's log: what there is after a position, and then each event as it comes.

    Server-sent events whose `id` is the position and whose `event` is the kind. The stream ends
    with the token, and after an hour; come again with the last id, and nothing is missed.
    """
    form_of_answer(request, EVENT_STREAM)
    feed = Feed(registry_of(request), caller, urn, query.kind)
    after = begin_after(last_event_id, query.after, await head_of(feed))
    events = followed_feed(feed, _news_of(request, feed), after=after)
    return Streamed(request, caller, events, EVENT_STREAM, whole=False)


def _news_of(request: Request, feed: Feed) -> News[SchoolId]:
    """Give the process's watch over logs, made with the first that is followed."""
    state = request.app.state
    if not hasattr(state, "news_of_logs"):
        state.news_of_logs = news_of_logs(feed.registry.runtime)
    news: News[SchoolId] = state.news_of_logs
    return news

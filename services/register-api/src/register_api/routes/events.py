"""HTTP for the log itself, as CloudEvents. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import EventsReader
from servicekit.fields import UrnPath
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import refusals

from register_api.access import registry_of
from register_api.queries import events_of
from register_api.refusals import NO_SCHOOL
from register_api.schemas.queries import EventsQuery
from register_api.schemas.responses import EventsOut

router = APIRouter()


@router.get("/schools/{urn}/events", responses=refusals(NO_SCHOOL))
async def events(
    urn: UrnPath,
    caller: EventsReader,
    request: Request,
    response: Response,
    query: Annotated[EventsQuery, Query()],
) -> EventsOut:
    """Read a school's log, oldest first: every fact there is of its registers."""
    registry = registry_of(request)
    resumed = decode_cursor(query.cursor, (int,))
    begin = resumed[0] if resumed else query.after
    items, more = await events_of(
        registry, caller, urn, after=begin, kinds=query.kind, limit=query.limit
    )
    following = encode_cursor([items[-1].position]) if more else None
    link_next(request, response, following)
    return EventsOut(items=items, next=following)

"""HTTP for the log itself, as CloudEvents. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import EventsReader
from servicekit.fields import Limit, UrnPath
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import refusals

from register_api.access import registry_of
from register_api.cloudevents import PublicKind
from register_api.queries import events_of
from register_api.refusals import NO_SCHOOL
from register_api.schemas.responses import EventsOut

router = APIRouter()


@router.get("/schools/{urn}/events", responses=refusals(NO_SCHOOL))
async def events(
    urn: UrnPath,
    caller: EventsReader,
    request: Request,
    response: Response,
    after: Annotated[int, Query(ge=0, le=2**62, description="events after this position")] = 0,
    kind: Annotated[list[PublicKind] | None, Query(description="only these kinds")] = None,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> EventsOut:
    """Read a school's log, oldest first: every fact there is of its registers."""
    registry = registry_of(request)
    resumed = decode_cursor(cursor, (int,))
    begin = resumed[0] if resumed else after
    items = await events_of(registry, caller, urn, after=begin, kinds=kind, limit=limit)
    following = encode_cursor([items[-1].position]) if len(items) == limit else None
    link_next(request, response, following)
    return EventsOut(items=items, next=following)

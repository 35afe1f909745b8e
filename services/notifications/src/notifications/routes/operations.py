"""HTTP for whoever operates this service. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import OperationsReader
from servicekit.database import of_schools
from servicekit.fields import Limit
from servicekit.paging import decode_cursor, encode_cursor, link_next

from notifications.access import OwnRuntime, boundary_of
from notifications.endpoint_events_table import endpoint_events_page
from notifications.routes.paging import Cursor
from notifications.schemas.operations import EndpointEventOut, EndpointEventsOut

router = APIRouter()

After = Annotated[int, Query(ge=0, le=2**63 - 1, description="the number to go on after")]


@router.get("/operations/events")
async def list_endpoint_events(
    request: Request,
    response: Response,
    caller: OperationsReader,
    runtime: OwnRuntime,
    after: After = 0,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> EndpointEventsOut:
    """List which endpoints began to fail, were disabled, or are well again, oldest first.

    Numbers have no gap, and none is added before one that was seen: go on after the last.
    """
    resumed, boundary = decode_cursor(cursor, (int,)), boundary_of(caller)
    async with of_schools(runtime.pool, boundary.urns) as conn:
        found = await endpoint_events_page(
            conn, boundary, after=resumed[0] if resumed else after, limit=limit + 1
        )
    page = [EndpointEventOut.of(each) for each in found[:limit]]
    following = encode_cursor([page[-1].number]) if len(found) > limit else None
    link_next(request, response, following)
    return EndpointEventsOut(items=page, next=following)

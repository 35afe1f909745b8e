"""HTTP for deliveries and the attempts at them. Translates; decides nothing, and holds no SQL."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import SubscriptionsKeeper
from servicekit.database import of_schools
from servicekit.errors import NotFound
from servicekit.problems import refusals

from notifications.access import OwnRuntime, boundary_of
from notifications.deliveries_table import attempts_of, deliveries_page, find_delivery
from notifications.refusals import NOT_FOUND
from notifications.routes.paging import cut, page_key
from notifications.schemas.deliveries import (
    DeliveriesOut,
    DeliveriesQuery,
    DeliveryOut,
    DeliveryWithAttemptsOut,
)
from notifications.subscriptions_table import is_seen

router = APIRouter()

DeliveryPath = Annotated[UUID, Path(description="the delivery's id")]


@router.get("/deliveries", responses=refusals(NOT_FOUND))
async def list_deliveries(
    request: Request,
    response: Response,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
    query: Annotated[DeliveriesQuery, Query()],
) -> DeliveriesOut:
    """List the deliveries of the subscriptions within the token's boundary, newest first."""
    before, boundary = page_key(query.cursor), boundary_of(caller)
    async with of_schools(runtime.pool, boundary.urns) as conn:
        if query.subscription and not await is_seen(conn, boundary, query.subscription):
            raise NotFound("There is no such subscription.")
        found = await deliveries_page(
            conn,
            boundary,
            subscription=query.subscription,
            status=query.status,
            before=before,
            limit=query.limit + 1,
        )
    page, following = cut(request, response, found, query.limit)
    return DeliveriesOut(items=[DeliveryOut.of(each) for each in page], next=following)


@router.get("/deliveries/{delivery}", responses=refusals(NOT_FOUND))
async def show_delivery(
    delivery: DeliveryPath, caller: SubscriptionsKeeper, runtime: OwnRuntime
) -> DeliveryWithAttemptsOut:
    """Show one delivery with every attempt at it: what was answered, how soon, from where."""
    boundary = boundary_of(caller)
    async with of_schools(runtime.pool, boundary.urns) as conn:
        found = await find_delivery(conn, boundary, delivery)
        if found is None:
            raise NotFound("There is no such delivery.")
        attempts = await attempts_of(conn, found.subscription, found.event)
    return DeliveryWithAttemptsOut.with_attempts(found, attempts)

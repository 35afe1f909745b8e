"""HTTP for subscriptions. Translates; decides nothing, and holds no SQL."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from servicekit.caller import SubscriptionsKeeper
from servicekit.database import of_schools
from servicekit.fields import Limit
from servicekit.problems import ItemProblem, Problem, refusals

from notifications import commands
from notifications.access import OwnRuntime, allowed, audience_for, boundary_of
from notifications.courier import Courier, courier_of
from notifications.errors import EndpointRefused
from notifications.owing import Choice
from notifications.refusals import (
    AUDIENCE_REFUSED,
    ENDPOINT_REFUSED,
    NOT_FOUND,
    SECRET_UNREADABLE,
    VERIFICATION_FAILED,
)
from notifications.routes.paging import Cursor, cut, page_key
from notifications.schemas.deliveries import AttemptOut, PingOut
from notifications.schemas.subscriptions import (
    RotationIn,
    SubscriptionCreatedOut,
    SubscriptionIn,
    SubscriptionOut,
    SubscriptionPatch,
    SubscriptionsOut,
)
from notifications.subscriptions_table import subscriptions_page

router = APIRouter()


async def _open_courier(runtime: OwnRuntime) -> AsyncIterator[Courier]:
    async with courier_of(runtime) as courier:
        yield courier


OpenCourier = Annotated[Courier, Depends(_open_courier)]
SubscriptionPath = Annotated[UUID, Path(description="the subscription's id")]


@router.post(
    "/subscriptions",
    status_code=HTTPStatus.CREATED,
    responses=refusals(AUDIENCE_REFUSED, ENDPOINT_REFUSED, NOT_FOUND),
)
async def create_subscription(
    body: SubscriptionIn, caller: SubscriptionsKeeper, runtime: OwnRuntime
) -> SubscriptionCreatedOut:
    """Subscribe an endpoint; it is pending until verified. The secret is shown this once."""
    audience = audience_for(caller, body.la_code, body.urns)
    with _naming_the_url():
        new, secret = await commands.subscribe(
            runtime, audience, url=body.url, choice=allowed(caller, body.choice)
        )
    return SubscriptionCreatedOut.with_secret(new, secret)


@router.get("/subscriptions")
async def list_subscriptions(
    request: Request,
    response: Response,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> SubscriptionsOut:
    """List the subscriptions within the token's boundary, oldest first."""
    after, boundary = page_key(cursor), boundary_of(caller)
    async with of_schools(runtime.pool, boundary.urns) as conn:
        found = await subscriptions_page(conn, boundary, after=after, limit=limit + 1)
    page, following = cut(request, response, found, limit)
    return SubscriptionsOut(items=[SubscriptionOut.of(each) for each in page], next=following)


@router.get("/subscriptions/{subscription}", responses=refusals(NOT_FOUND))
async def show_subscription(
    subscription: SubscriptionPath, caller: SubscriptionsKeeper, runtime: OwnRuntime
) -> SubscriptionOut:
    """Show how one subscription stands."""
    return SubscriptionOut.of(await commands.find(runtime, boundary_of(caller), subscription))


@router.patch("/subscriptions/{subscription}", responses=refusals(ENDPOINT_REFUSED, NOT_FOUND))
async def change_subscription(
    subscription: SubscriptionPath,
    body: SubscriptionPatch,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
) -> SubscriptionOut:
    """Change what is wanted, or the url, which then needs verifying anew.

    One that gets full bodies is changed by a token that may read returns, and so is one that is to.
    """

    def choose(before: Choice) -> Choice:
        return allowed(caller, body.chosen(allowed(caller, before)))

    with _naming_the_url():
        changed = await commands.alter(
            runtime, boundary_of(caller), subscription, url=body.url, choose=choose
        )
    return SubscriptionOut.of(changed)


@router.delete(
    "/subscriptions/{subscription}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(NOT_FOUND),
)
async def end_subscription(
    subscription: SubscriptionPath, caller: SubscriptionsKeeper, runtime: OwnRuntime
) -> None:
    """End a subscription: what waits is cancelled, what was delivered stays on record."""
    await commands.end(runtime, boundary_of(caller), subscription)


@router.post(
    "/subscriptions/{subscription}/verification",
    responses=refusals(NOT_FOUND, SECRET_UNREADABLE, VERIFICATION_FAILED),
)
async def verify_subscription(
    subscription: SubscriptionPath,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
    courier: OpenCourier,
) -> SubscriptionOut:
    """Send the endpoint a challenge; returned with 200, the subscription is active."""
    verified = await commands.verify(runtime, courier, boundary_of(caller), subscription)
    return SubscriptionOut.of(verified)


@router.post("/subscriptions/{subscription}/test", responses=refusals(NOT_FOUND, SECRET_UNREADABLE))
async def ping_subscription(
    subscription: SubscriptionPath,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
    courier: OpenCourier,
) -> PingOut:
    """Send the endpoint a ping, once and at once, and tell what it answered."""
    event, attempted = await commands.ping(runtime, courier, boundary_of(caller), subscription)
    return PingOut(
        event=event,
        delivered=attempted.answer.succeeded,
        attempt=AttemptOut.of(attempted),
    )


@router.post("/subscriptions/{subscription}/secret-rotation", responses=refusals(NOT_FOUND))
async def rotate_secret(
    subscription: SubscriptionPath,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
    body: RotationIn | None = None,
) -> SubscriptionCreatedOut:
    """Replace the secret, shown this once; for a grace deliveries are signed with both."""
    grace_seconds = (body or RotationIn()).grace_seconds
    rotated, secret = await commands.rotate_secret(
        runtime, boundary_of(caller), subscription, grace_seconds=grace_seconds
    )
    return SubscriptionCreatedOut.with_secret(rotated, secret)


@contextmanager
def _naming_the_url() -> Iterator[None]:
    """Answer a refused endpoint with a pointer to where it was given."""
    try:
        yield
    except EndpointRefused as refusal:
        wrong = ItemProblem("/url", refusal.slug, str(refusal))
        detail = "1 item is wrong; nothing was stored."
        raise Problem(ENDPOINT_REFUSED, detail, [wrong]) from None

"""What a subscriber may ask for: subscribe, verify, ping, change, end. Reads, acts, writes.

What is sent on demand is sent before the transaction, never in it; what came of it is recorded
like any attempt.
"""

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID, uuid4

from servicekit.database import of_every_school, of_schools
from servicekit.errors import NotFound
from servicekit.service import Runtime

from notifications.access import Audience, Boundary
from notifications.answer import Answer
from notifications.circuit import CLOSED
from notifications.codec import DemandedType, envelope, source_of
from notifications.courier import Courier
from notifications.deliveries_table import Attempted, Made, add_attempts
from notifications.ending import take_ending_on
from notifications.endpoint_events_table import (
    EndpointEvent,
    EndpointEventKind,
    add_endpoint_events,
)
from notifications.endpoints import address_of, read_endpoint
from notifications.errors import VerificationFailed
from notifications.owing import Choice
from notifications.replays_table import cancel_replays
from notifications.resolving import resolve_for_caller
from notifications.rotation import new_key_id, secrets_of
from notifications.sealing import seal_of
from notifications.settlements_table import bring_forward
from notifications.settling import tell_operators
from notifications.signing import new_secret, signed_headers
from notifications.subscriptions_table import (
    Subscription,
    SubscriptionStatus,
    activate,
    add_subscription,
    change,
    delete,
    find_subscription,
    rotate,
)

CHALLENGE_BYTES: Final = 32
NO_SUBSCRIPTION: Final = "There is no such subscription."


async def subscribe(
    runtime: Runtime, audience: Audience, *, url: str, choice: Choice
) -> tuple[Subscription, str]:
    """Store a new subscription, pending until its endpoint is verified.

    Returns:
        The subscription and its secret, which can't be read again.

    Raises:
        EndpointRefused: nothing is ever sent to such an address.
    """
    await _judge(runtime, url)
    secret = new_secret()
    new = Subscription(
        id=uuid4(),
        audience=audience,
        url=url,
        choice=choice,
        status=SubscriptionStatus.PENDING,
        key_id=new_key_id(),
        sealed_secret=seal_of(runtime.settings).close(secret),
        previous_secret=None,
        previous_until=None,
        created_at=runtime.clock(),
        activated_at=None,
        disabled_at=None,
        disabled_because=None,
        circuit=CLOSED,
        last_success_at=None,
        oldest_waiting_at=None,
    )
    async with of_every_school(runtime.pool) as conn:
        await add_subscription(conn, new)
    return new, secret


async def verify(
    runtime: Runtime, courier: Courier, boundary: Boundary, subscription: UUID
) -> Subscription:
    """Send a challenge, and activate the subscription when the endpoint returns it.

    Raises:
        NotFound: no such subscription, or another's.
        VerificationFailed: the endpoint didn't return it; the subscription is as before.
    """
    asked = await find(runtime, boundary, subscription)
    challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
    _, attempted = await _demand(
        runtime, courier, asked, DemandedType.VERIFICATION, {"challenge": challenge}
    )
    _must_return(challenge, attempted.answer)
    async with of_schools(runtime.pool, boundary.urns) as conn, conn.transaction():
        found = await find_subscription(conn, boundary, subscription, to="change")
        if found is None:
            raise NotFound(NO_SUBSCRIPTION)
        if found.url != asked.url:
            raise VerificationFailed("The URL was changed meanwhile. Verify the new one.")
        now = runtime.clock()
        kind = EndpointEventKind.RECOVERED
        recovered = EndpointEvent(subscription=subscription, kind=kind, happened_at=now)
        told = [recovered] if found.in_trouble else []
        await activate(conn, subscription, now=now)
        await add_endpoint_events(conn, told)
        if found.in_trouble:
            await bring_forward(conn, [subscription], now=now)
    for event in told:
        tell_operators(event)
    return await find(runtime, boundary, subscription)


async def ping(
    runtime: Runtime, courier: Courier, boundary: Boundary, subscription: UUID
) -> tuple[UUID, Attempted]:
    """Send a ping once, whatever the subscription's state, and tell what came of it.

    Returns:
        The event's id, and the attempt.

    Raises:
        NotFound: no such subscription, or another's.
    """
    asked = await find(runtime, boundary, subscription)
    return await _demand(
        runtime, courier, asked, DemandedType.PING, {"subscription": str(subscription)}
    )


async def find(runtime: Runtime, boundary: Boundary, subscription: UUID) -> Subscription:
    """Read a subscription of the caller's.

    Raises:
        NotFound: no such subscription, or another's.
    """
    async with of_schools(runtime.pool, boundary.urns) as conn:
        found = await find_subscription(conn, boundary, subscription, to="read")
    if found is None:
        raise NotFound(NO_SUBSCRIPTION)
    return found


async def alter(
    runtime: Runtime,
    boundary: Boundary,
    subscription: UUID,
    *,
    url: str | None,
    choose: Callable[[Choice], Choice],
) -> Subscription:
    """Change where deliveries go or which; None leaves as it is.

    Args:
        choose: gives the choice to be, of that before.

    Raises:
        NotFound: no such subscription, or another's.
        EndpointRefused: nothing is ever sent to such an address.
    """
    if url is not None:
        await _judge(runtime, url)
    async with of_schools(runtime.pool, boundary.urns) as conn, conn.transaction():
        found = await find_subscription(conn, boundary, subscription, to="change")
        if found is None:
            raise NotFound(NO_SUBSCRIPTION)
        choice = choose(found.choice)
        await change(conn, subscription, url=url or found.url, choice=choice)
    return await find(runtime, boundary, subscription)


async def rotate_secret(
    runtime: Runtime, boundary: Boundary, subscription: UUID, *, grace_seconds: int
) -> tuple[Subscription, str]:
    """Replace the secret of a subscription; during the grace the one before signs too.

    Returns:
        The subscription and its new secret, which can't be read again.

    Raises:
        NotFound: no such subscription, or another's.
    """
    secret = new_secret()
    async with of_schools(runtime.pool, boundary.urns) as conn, conn.transaction():
        if await find_subscription(conn, boundary, subscription, to="change") is None:
            raise NotFound(NO_SUBSCRIPTION)
        await rotate(
            conn,
            subscription,
            key_id=new_key_id(),
            sealed_secret=seal_of(runtime.settings).close(secret),
            until=runtime.clock() + timedelta(seconds=grace_seconds),
        )
    return await find(runtime, boundary, subscription), secret


async def end(runtime: Runtime, boundary: Boundary, subscription: UUID) -> None:
    """End a subscription: what waits is cancelled, what was delivered stays on record.

    Of a long backlog the rest is cancelled afterwards, by whichever process looks next.

    Raises:
        NotFound: no such subscription, or another's.
    """
    async with of_schools(runtime.pool, boundary.urns) as conn, conn.transaction():
        found = await find_subscription(conn, boundary, subscription, to="change")
        if found is None:
            raise NotFound(NO_SUBSCRIPTION)
        await delete(conn, subscription)
        await cancel_replays(conn, subscription, now=runtime.clock())
    # So that as a rule nothing waits any more when this is answered.
    await take_ending_on(runtime, subscription)


async def _judge(runtime: Runtime, url: str) -> None:
    allow_loopback = runtime.settings.allow_loopback_endpoints
    endpoint = read_endpoint(url, allow_loopback=allow_loopback)
    await address_of(endpoint, resolve_for_caller, allow_loopback=allow_loopback)


async def _demand(
    runtime: Runtime,
    courier: Courier,
    asked: Subscription,
    type_: DemandedType,
    data: Mapping[str, object],
) -> tuple[UUID, Attempted]:
    event, now = uuid4(), runtime.clock()
    source = source_of(runtime.settings.base_url)
    body = envelope(id=event, type=type_, source=source, time=now, data=data)
    secret, previous = secrets_of(asked, seal_of(runtime.settings), now)
    headers = signed_headers(secret, event, body, now, previous=previous)
    answer = await courier.carry(asked.url, headers, body)
    attempted = Attempted(asked.key_id, answer)
    async with of_every_school(runtime.pool) as conn:
        made = Made(subscription=asked.id, event=event, type=type_, attempted=attempted)
        await add_attempts(conn, [made])
    return event, attempted


def _must_return(challenge: str, answer: Answer) -> None:
    if answer.failure is not None:
        raise VerificationFailed(f"The endpoint gave no answer that counts: {answer.failure}.")
    if answer.status != HTTPStatus.OK:
        raise VerificationFailed(f"The endpoint answered {answer.status}; 200 is needed.")
    if not hmac.compare_digest(_challenge_in(answer.excerpt), challenge.encode()):
        detail = 'The endpoint answered 200, but not {"challenge": …} with the challenge sent.'
        raise VerificationFailed(detail)


def _challenge_in(body: bytes) -> bytes:
    """Read what a stranger answered; nothing where it isn't what was asked for."""
    try:
        returned = json.loads(body)["challenge"]
    except (ValueError, KeyError, TypeError, RecursionError):  # brackets may nest two thousand deep
        return b""
    # JSON may spell half a surrogate pair, which is no text.
    return returned.encode(errors="replace") if isinstance(returned, str) else b""

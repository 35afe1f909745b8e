"""An endpoint that fails, how its circuit stands, and what operators are told of it."""

from support.endpoint import Answer, Endpoint, Received
from support.notified import Notified, met

DOWN = Answer(500)
EVENTS = "/operations/events"


async def owed(notices: Notified, la: Endpoint, pupils: int) -> str:
    """Subscribe an endpoint, which then goes down, and owe it a message for each pupil."""
    path = f"/subscriptions/{(await notices.subscribe(la))['id']}"
    la.answer = down
    await notices.happen(*(met(f"p{n}") for n in range(pupils)))
    return path


def down(_received: Received) -> Answer:
    """Answer that nothing works."""
    return DOWN


async def is_open(notices: Notified, path: str) -> bool:
    """Whether a subscription's circuit is open."""
    return bool((await notices.get(path))["circuit"] == "open")


async def is_closed(notices: Notified, path: str) -> bool:
    """Whether a subscription's circuit is closed."""
    return not await is_open(notices, path)


async def told(notices: Notified, **claims: object) -> list[tuple[str, str | None]]:
    """What operators were told, in order."""
    items = (await notices.get(EVENTS, **claims or {"urns": "*"}))["items"]
    return [(each["kind"], each["because"]) for each in items]


async def all_made(notices: Notified, count: int) -> bool:
    """Whether so many deliveries were made, and no more."""
    made = await notices.conn.fetchval(
        "SELECT count(*) FROM notifications.delivery WHERE status = 'delivered'"
    )
    return bool(made == count)


async def at_rest(notices: Notified) -> bool:
    """Whether no sender has anything in hand."""
    return await leased(notices) == 0


async def leased(notices: Notified) -> int:
    """How many lanes senders have in hand."""
    count: int = await notices.conn.fetchval("SELECT count(*) FROM notifications.lane WHERE leased")
    return count

"""Replays as a subscriber asks for them, and taken on until they end."""

from typing import Any

from notifications import replaying
from support.endpoint import Endpoint
from support.eventually import eventually
from support.notified import Notified, met
from support.senders import stands

WHOLE_DAY = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}


async def subscribed(notices: Notified, la: Endpoint, *pupils: str) -> str:
    """Subscribe an endpoint and have it told of pupils, one message each; gives the path."""
    made = await notices.subscribe(la)
    await notices.happen(*(met(pupil) for pupil in pupils))
    async with notices.sending():
        await eventually(lambda: len(la.received) == len(pupils))
    return f"/subscriptions/{made['id']}"


async def asked(notices: Notified, path: str, **body: object) -> dict[str, Any]:
    """Ask for a replay."""
    status, begun = await notices.post(f"{path}/replays", body)
    assert status == 202, begun
    return begun


async def run_to_its_end(
    notices: Notified, path: str, replay: dict[str, Any], *, seconds_between: float = 0
) -> dict[str, Any]:
    """Take a replay on, with a sender at work, until it is finished.

    Args:
        seconds_between: by which the clock is moved on from look to look.
    """

    async def finished() -> bool:
        notices.house.clock.forward(seconds=seconds_between)
        await replaying.take_replays_on(notices.runtime)
        return await stands(notices, f"{path}/replays/{replay['id']}", "finished")

    async with notices.sending():
        await eventually(finished)
    found: dict[str, Any] = await notices.get(f"{path}/replays/{replay['id']}")
    return found

"""What a sender has in hand goes nowhere that it is not to go any more, nor signed as before."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from notifications.destinations import STALE_AFTER
from notifications.destinations_table import Destination
from notifications.pace import OPEN_AT_ONCE
from support.endpoint import Answer, endpoint
from support.eventually import eventually
from support.failing import at_rest
from support.notified import Notified, met, notified
from support.senders import FAST, are, claimed_by, held_in_hand, verified_by


async def moved(notices: Notified, path: str) -> None:
    """Give a subscription another URL."""
    async with notices.house.client() as client:
        answer = await client.patch(
            f"/notifications/v1{path}", json={"url": "http://127.0.0.1:9/elsewhere"}
        )
    assert answer.status_code == 200


async def ended(notices: Notified, path: str) -> None:
    """End a subscription."""
    async with notices.house.client() as client:
        answer = await client.delete(f"/notifications/v1{path}")
    assert answer.status_code == 204


@pytest.mark.parametrize("changed", [moved, ended])
async def test_what_waits_in_hand_is_not_sent_where_it_is_to_go_no_more(
    database_url: str, tmp_path: Path, changed: Callable[[Notified, str], Awaitable[None]]
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = f"/subscriptions/{(await notices.subscribe(la))['id']}"
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        async with notices.sending():
            gate = await held_in_hand(notices, la, Answer())
            await eventually(lambda: len(la.received) == FAST + OPEN_AT_ONCE)
            await changed(notices, path)
            notices.house.clock.forward(seconds=STALE_AFTER.total_seconds())
            gate.open.set()
            await eventually(partial(at_rest, notices))

    assert len(la.received) == FAST + OPEN_AT_ONCE


async def test_what_waits_in_hand_is_not_signed_with_a_secret_that_somebody_knows(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = f"/subscriptions/{(await notices.subscribe(la))['id']}"
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        async with notices.sending():
            gate = await held_in_hand(notices, la, Answer())
            await eventually(lambda: len(la.received) == FAST + OPEN_AT_ONCE)
            _, rotated = await notices.post(f"{path}/secret-rotation", {"grace_seconds": 0})
            notices.house.clock.forward(seconds=STALE_AFTER.total_seconds())
            gate.open.set()
            await eventually(lambda: are(notices, ["delivered"] * 2 * FAST))
        after = FAST - OPEN_AT_ONCE
        by_the_new = await notices.conn.fetchval(
            "SELECT count(*) FROM notifications.attempt WHERE key_id = $1", rotated["key_id"]
        )

    assert by_the_new == after
    assert all(verified_by(rotated["secret"], each) for each in la.received[-after:])


async def test_names_in_hand_go_nowhere_that_takes_none_any_more(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        (thin,) = await claimed_by(notices)
    whole = replace(thin, with_names=True)
    with_names, without = (Destination(thin.url, thin.key_id, full) for full in (True, False))

    assert [without.takes(thin), without.takes(whole)] == [True, False]
    assert [with_names.takes(thin), with_names.takes(whole)] == [True, True]

"""How long an endpoint is left alone, and what of it goes out when that is over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from notifications.circuit import OPENS_AFTER
from notifications.pace import OPEN_AT_ONCE
from support.endpoint import Answer, Endpoint, agreeable, endpoint
from support.eventually import eventually
from support.failing import all_made, at_rest, is_closed, is_open, owed, told
from support.notified import Notified, met, notified
from support.senders import attempted, claimed_by


@pytest.fixture
async def la() -> AsyncIterator[Endpoint]:
    """An endpoint of the authority."""
    async with endpoint() as running:
        yield running


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service at work."""
    async with notified(database_url, tmp_path) as running:
        yield running


async def test_an_endpoint_that_was_owed_nothing_for_days_is_not_given_up_at_its_next_failure(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 1)
    async with notices.sending():
        await eventually(lambda: attempted(notices, 1))
        notices.house.clock.forward(days=6)
        await eventually(lambda: attempted(notices, 2))
    shown = await notices.get(path)

    assert (shown["status"], shown["failing_since"]) == ("active", "2026-11-26T15:00:00Z")
    assert await told(notices) == []


async def test_an_endpoint_that_asks_to_be_left_alone_is_sent_nothing_until_then(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 40)
    la.answer = lambda _received: Answer(503, {"Retry-After": "3600"})
    async with notices.sending():
        await eventually(lambda: is_open(notices, path))
        await eventually(lambda: at_rest(notices))
        asked, shown = len(la.received), await notices.get(path)
        for _ in range(5):
            notices.house.clock.forward(minutes=10)
            assert await claimed_by(notices) == []
        la.answer = agreeable
        notices.house.clock.forward(minutes=10)
        await eventually(lambda: all_made(notices, 40))

    assert asked <= OPEN_AT_ONCE
    assert shown["probe_at"] == "2026-11-20T16:00:00Z"
    assert await told(notices) == []


@pytest.mark.parametrize(("minutes", "brought_forward"), [(1, False), (60, True)])
async def test_what_failed_in_a_long_outage_goes_out_as_soon_as_one_succeeds(
    notices: Notified, la: Endpoint, minutes: int, *, brought_forward: bool
) -> None:
    path = await owed(notices, la, OPENS_AFTER)
    await notices.conn.execute("UPDATE notifications.delivery SET attempts = 8")
    async with notices.sending():
        await eventually(lambda: is_open(notices, path))
        await eventually(lambda: at_rest(notices))
        la.answer = agreeable
        await notices.happen(met("q1"))
        notices.house.clock.forward(minutes=minutes)
        await eventually(lambda: is_closed(notices, path))
        await eventually(lambda: all_made(notices, 9 if brought_forward else 1))
    waits = [each for each in await notices.deliveries() if each["next_attempt_at"]]

    assert len(waits) == (0 if brought_forward else OPENS_AFTER)


async def test_what_failed_goes_out_as_soon_as_its_endpoint_is_verified_again(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, OPENS_AFTER)
    await notices.conn.execute("UPDATE notifications.delivery SET attempts = 8")
    async with notices.sending():
        await eventually(lambda: is_open(notices, path))
        await eventually(lambda: at_rest(notices))
        la.answer = agreeable
        await notices.post(f"{path}/verification")
        await eventually(lambda: all_made(notices, OPENS_AFTER))

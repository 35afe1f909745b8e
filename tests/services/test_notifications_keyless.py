"""A secret that no key at hand opens: our failure, which costs nobody an attempt and is not silent.

The key is given again in the end, and what waited goes out.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from notifications.circuit import OPENS_AFTER
from notifications.lanes_table import ENDPOINT_AT_ONCE
from notifications.sealing import Seal, new_key, seal_of
from notifications.sender import KEYLESS_SECONDS
from servicekit.settings import Settings
from structlog.testing import capture_logs
from support.endpoint import Endpoint, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified
from support.senders import are

SEALED = "UPDATE notifications.subscription SET sealed_secret = $2 WHERE id = $1"


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


def other_seal(tmp_path: Path) -> Seal:
    """The seal of a key that this service wasn't given."""
    return seal_of(Settings(data_dir=tmp_path, secrets_key=new_key()))


async def checked(notices: Notified) -> dict[str, Any]:
    """How secrets stand at /ready."""
    async with notices.house.anonymous() as anyone:
        answer = await anyone.get("/ready")
    (found,) = [each for each in answer.json()["checks"] if each["name"] == "secrets"]
    return {"status": found["status"], **found["figures"]}


async def test_what_can_not_be_signed_waits_without_an_attempt_and_goes_out_with_its_key(
    notices: Notified, la: Endpoint, tmp_path: Path
) -> None:
    made = await notices.subscribe(la)
    whose, path = UUID(made["id"]), f"/subscriptions/{made['id']}"
    await notices.conn.execute(SEALED, whose, other_seal(tmp_path).close(made["secret"]))
    await notices.happen(*(met(f"p{n}") for n in range(OPENS_AFTER)))
    with capture_logs() as logs:
        async with notices.sending():
            for _ in range(3):
                await eventually(lambda: _some_wait_until_later(notices))
                notices.house.clock.forward(seconds=KEYLESS_SECONDS)
            await eventually(lambda: _some_wait_until_later(notices))
            waiting, shown = await notices.deliveries(), await notices.get(path)
            kept = seal_of(notices.runtime.settings).close(made["secret"])
            await notices.conn.execute(SEALED, whose, kept)
            notices.house.clock.forward(seconds=KEYLESS_SECONDS)
            await eventually(lambda: are(notices, ["delivered"] * OPENS_AFTER))

    assert {each["attempt_count"] for each in waiting} == {0}
    assert shown["circuit"] == "closed"
    assert {each["attempt_count"] for each in await notices.deliveries()} == {1}
    said = [(each["event"], each["log_level"]) for each in logs if "secret" in each["event"]]
    assert said == [("secret unreadable", "error")]


async def test_a_secret_that_does_not_open_keeps_nobody_else_waiting(
    notices: Notified, la: Endpoint
) -> None:
    broken = await notices.subscribe(la)
    await notices.conn.execute(SEALED, UUID(broken["id"]), b"lost")
    async with endpoint() as other:
        sent = (await notices.subscribe(other))["id"]
        await notices.happen(*(met(f"p{n}") for n in range(10 * ENDPOINT_AT_ONCE)))
        async with notices.sending():
            await eventually(lambda: are_of(notices, sent, "delivered"))
        looked_at = [
            each for each in await notices.deliveries(broken["id"]) if each["next_attempt_at"]
        ]

    assert la.received == []
    assert 0 < len(looked_at) <= ENDPOINT_AT_ONCE


async def test_secrets_that_do_not_open_are_red_until_they_do(
    notices: Notified, la: Endpoint, tmp_path: Path
) -> None:
    made = await notices.subscribe(la)
    well = await checked(notices)
    await notices.conn.execute(SEALED, UUID(made["id"]), other_seal(tmp_path).close(made["secret"]))
    lost = await checked(notices)
    await notices.post(f"/subscriptions/{made['id']}/secret-rotation", {"grace_seconds": 60})
    in_grace = await checked(notices)
    notices.house.clock.forward(seconds=60)

    assert well == {"status": "green", "unreadable": 0}
    assert lost == in_grace == {"status": "red", "unreadable": 1}
    assert await checked(notices) == well


@pytest.mark.parametrize("demanded", ["test", "verification"])
async def test_what_is_sent_on_demand_is_refused_while_its_secret_does_not_open(
    notices: Notified, la: Endpoint, demanded: str
) -> None:
    made = await notices.subscribe(la)
    await notices.conn.execute(SEALED, UUID(made["id"]), b"lost")
    status, problem = await notices.post(f"/subscriptions/{made['id']}/{demanded}")

    assert (status, problem["type"]) == (503, "/problems/secret-unreadable")
    assert la.received == []


async def are_of(notices: Notified, subscription: str, status: str) -> bool:
    """Whether all deliveries of a subscription stand so."""
    return set(await notices.statuses(subscription)) == {status}


async def _some_wait_until_later(notices: Notified) -> bool:
    now = notices.house.clock()
    later = await notices.conn.fetchval(
        "SELECT count(*) FROM notifications.delivery WHERE next_attempt_at > $1", now
    )
    leased = await notices.conn.fetchval("SELECT count(*) FROM notifications.lane WHERE leased")
    return bool(later and not leased)

"""Two things at one time: each pair is held at the moment that would lose or revive a delivery."""

import asyncio
from pathlib import Path

import pytest
from eventlog import SchoolId
from notifications.answer import Answer
from notifications.projector import owe
from notifications.retries import judge
from notifications.settlements_table import Settlement, settle
from notifications.subscriptions_table import collecting
from servicekit.database import of_school
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import AT, LA, URN, Notified, append_to, met, notified
from support.senders import claimed_by, next_batch, settled_by, someone_waits

DELIVERED = Answer(started_at=AT, latency_ms=1, status=204)


@pytest.mark.parametrize("first", ["settling", "adding"])
async def test_a_delivery_added_while_its_lane_is_being_emptied_is_not_forgotten(
    database_url: str, tmp_path: Path, first: str
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        (claimed,) = await claimed_by(notices)
        verdict = judge(DELIVERED, attempts=1, now=AT, draw=0.5)
        await append_to(notices.conn, [met("p1", 2)], now=AT)
        begun, other_waits = asyncio.Event(), asyncio.Event()

        async def settling() -> None:
            async with of_school(notices.runtime.pool, URN) as conn, conn.transaction():
                await settle(conn, [Settlement(claimed, verdict)], now=AT)
                begun.set()
                await other_waits.wait()

        async def adding() -> None:
            async with of_school(notices.runtime.pool, URN) as conn, conn.transaction():
                await owe(notices.runtime, conn, await next_batch(conn))
                begun.set()
                await other_waits.wait()

        async with asyncio.TaskGroup() as tasks:
            doing = {"settling": settling, "adding": adding}
            tasks.create_task(doing.pop(first)())
            await begun.wait()
            (second,) = doing.values()
            tasks.create_task(second())
            await eventually(lambda: someone_waits(notices))
            other_waits.set()

        assert await notices.statuses() == ["delivered", "pending"]
        assert [each.position for each in await claimed_by(notices)] == [3]


async def test_a_subscription_deleted_during_a_batch_is_owed_nothing_by_it(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await append_to(notices.conn, [met("p1")], now=AT)
        async with (
            asyncio.TaskGroup() as tasks,
            of_school(notices.runtime.pool, URN) as conn,
            conn.transaction(),
        ):
            assert len(await collecting(conn, SchoolId(URN), {LA})) == 1
            tasks.create_task(deleted(notices, created["id"]))
            await eventually(lambda: someone_waits(notices))
            await owe(notices.runtime, conn, await next_batch(conn))

        assert await notices.statuses() == ["cancelled"]
        assert await claimed_by(notices) == []


async def test_a_deleted_subscription_is_sent_nothing_more_and_keeps_its_record(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await notices.happen(met("p1"), met("p1", 2))
        (in_hand,) = await claimed_by(notices)
        async with notices.house.client() as client:
            path = f"/notifications/v1/subscriptions/{created['id']}"
            assert (await client.delete(path)).status_code == 204
            assert (await client.get(path)).status_code == 404
        await notices.happen(met("p1", 3))

        assert await settled_by(notices, in_hand, status=204) is False
        assert await claimed_by(notices) == []
        assert await notices.statuses(created["id"]) == ["cancelled", "cancelled"]


async def deleted(notices: Notified, subscription: str) -> None:
    """Delete a subscription as its owner does."""
    async with notices.house.client() as client:
        await client.delete(f"/notifications/v1/subscriptions/{subscription}")

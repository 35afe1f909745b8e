"""A subscription's feed: the webhooks' own events without a gap, by the page or followed."""

import asyncio
from pathlib import Path
from uuid import UUID

from notifications.feed_table import take_numbers
from notifications.projector import owe
from servicekit.database import of_every_school, of_school
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import (
    AT,
    OTHER_URN,
    URN,
    Notified,
    admitted,
    append_to,
    met,
    notified,
    school,
)
from support.senders import next_batch, someone_waits

PREFIX = "/notifications/v1"


def numbers(page: dict[str, list[dict[str, int]]]) -> list[int]:
    return [each["sequence"] for each in page["items"]]


async def test_the_feed_gives_byte_for_byte_what_the_endpoint_was_sent(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.happen(admitted("p1"), met("p1"), met("p2"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 3)
        async with notices.house.client() as client:
            answer = await client.get(f"{PREFIX}/subscriptions/{made['id']}/events")
    page = answer.json()

    assert numbers(page) == [1, 2, 3]
    assert page["next"] is None
    assert all(each.body.decode() in answer.text for each in la.received)
    assert {each["event"]["id"] for each in page["items"]} == set(la.ids())
    for sent in la.received:
        number = int(sent.headers["webhook-sequence"])
        assert page["items"][number - 1]["event"]["id"] == sent.headers["webhook-id"]


async def test_the_feed_has_what_was_owed_before_any_of_it_is_delivered(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.happen(met("p1"), met("p1", 2))
        page = await notices.get(f"/subscriptions/{made['id']}/events")

        assert numbers(page) == [1, 2]
        assert await notices.statuses() == ["pending", "pending"]
        assert [each["sequence"] for each in await notices.deliveries()] == [1, 2]


async def test_pages_follow_each_other_without_loss_or_repeat(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(5)))
        path = f"{PREFIX}/subscriptions/{made['id']}/events?limit=2&after=1"
        seen = []
        async with notices.house.client() as client:
            while path:
                answer = await client.get(path)
                seen += numbers(answer.json())
                path = answer.links.get("next", {}).get("url", "")

    assert seen == [2, 3, 4, 5]


async def test_each_subscription_is_numbered_by_itself_over_all_its_schools(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.happen(school(), urn=OTHER_URN)
        both = await notices.subscribe(la)
        one = await notices.subscribe(la, urns=[OTHER_URN])
        await notices.happen(met("p1"))
        await notices.happen(met("p1", urn=OTHER_URN), urn=OTHER_URN)
        await notices.happen(met("p2"))

        assert numbers(await notices.get(f"/subscriptions/{both['id']}/events")) == [1, 2, 3]
        assert numbers(await notices.get(f"/subscriptions/{one['id']}/events")) == [1]


async def test_a_reader_never_steps_over_a_school_that_commits_late(
    database_url: str, tmp_path: Path
) -> None:
    """Two schools' batches at once: the later number can't be seen before the earlier."""
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.happen(school(), urn=OTHER_URN)
        made = await notices.subscribe(la)
        path = f"/subscriptions/{made['id']}/events"
        for urn in (URN, OTHER_URN):
            await append_to(notices.conn, [met("p1", urn=urn)], now=AT, urn=urn)

        async def other_school() -> None:
            async with of_school(notices.runtime.pool, OTHER_URN) as conn, conn.transaction():
                await owe(notices.runtime, conn, await next_batch(conn, OTHER_URN))

        async with (
            asyncio.TaskGroup() as tasks,
            of_school(notices.runtime.pool, URN) as conn,
            conn.transaction(),
        ):
            await owe(notices.runtime, conn, await next_batch(conn))
            tasks.create_task(other_school())
            await eventually(lambda: someone_waits(notices))
            seen_meanwhile = await notices.get(path)
        seen = await notices.get(path)

    assert numbers(seen_meanwhile) == []
    assert numbers(seen) == [1, 2]
    assert str(URN) in seen["items"][0]["event"]["subject"]


async def test_numbers_of_a_batch_that_comes_to_nothing_are_given_again(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await append_to(notices.conn, [met("p1")], now=AT)
        async with of_school(notices.runtime.pool, URN) as conn:
            abandoned = conn.transaction()
            await abandoned.start()
            await owe(notices.runtime, conn, await next_batch(conn))
            await abandoned.rollback()
        await notices.house.settle()

        assert numbers(await notices.get(f"/subscriptions/{made['id']}/events")) == [1]


async def test_feeds_are_taken_in_one_order_so_that_batches_can_not_wait_for_each_other(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = [UUID((await notices.subscribe(la))["id"]) for _ in range(2)]
        first, second = sorted(made)

        async def take_both() -> list[int]:
            async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
                return await take_numbers(conn, [second, first, second])

        async with (
            asyncio.TaskGroup() as tasks,
            of_every_school(notices.runtime.pool) as conn,
            conn.transaction(),
        ):
            assert await take_numbers(conn, [first]) == [1]
            both = tasks.create_task(take_both())
            await eventually(lambda: someone_waits(notices))
            # It waits for the first and has nothing yet: taken the other way, both would wait.
            await conn.execute("SET LOCAL lock_timeout = '5s'")
            assert await take_numbers(conn, [second]) == [1]

    assert both.result() == [2, 2, 3]


async def test_a_feed_is_read_past_what_retention_has_taken(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.happen(met("p1"), met("p2"), met("p3"))
        path = f"/subscriptions/{made['id']}/events"
        await _drop(notices, 1, 2)
        left = await notices.get(path)
        await _drop(notices, 3)
        nothing = await notices.get(path)
        await notices.happen(met("p4"))

        assert numbers(left) == [3]
        assert nothing == {"items": [], "next": None}
        assert numbers(await notices.get(path)) == [4]


async def _drop(notices: Notified, *sequences: int) -> None:
    await notices.conn.execute(
        "DELETE FROM notifications.delivery WHERE sequence = ANY($1)", list(sequences)
    )

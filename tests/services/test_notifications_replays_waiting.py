"""A replay that can't go on costs little, and is in nobody's way."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import UUID

from eventlog import SchoolId
from notifications.access import Boundary
from notifications.replaying import LOOK_SECONDS, take_replays_on
from notifications.subscriptions_table import find_subscription
from servicekit.database import of_every_school
from support.endpoint import Answer, endpoint
from support.eventually import eventually
from support.notified import OTHER_URN, URN, Notified, met, notified, school
from support.replayed import WHOLE_DAY, asked, run_to_its_end, subscribed
from support.senders import are, someone_waits

HOLD = """
SELECT FROM notifications.lane WHERE subscription_id = $1 AND school_id = $2 FOR UPDATE
"""
# One replay that can't be taken on, whatever is tried.
SPOILT = """
ALTER TABLE notifications.replay_item
  ADD CONSTRAINT spoilt CHECK (replay_id <> '{replay}' OR status = 'waiting')
"""


async def looked(notices: Notified) -> float | None:
    """Take the replay on; gives how many seconds it is then left alone, None if not at all."""
    await take_replays_on(notices.runtime)
    look_at = await notices.conn.fetchval("SELECT look_at FROM notifications.replay")
    return None if look_at is None else float((look_at - notices.house.clock()).total_seconds())


async def test_a_replay_is_looked_at_less_and_less_often_while_news_is_in_its_way(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        await notices.happen(met("p1", 2))
        begun = await asked(notices, path, **WHOLE_DAY)
        waits = []
        for _ in range(len(LOOK_SECONDS)):
            wait = await looked(notices)
            assert wait is not None
            assert await looked(notices) == wait, "it was looked at before it was time"
            waits.append(wait)
            notices.house.clock.forward(seconds=wait)
        async with notices.sending():
            await eventually(partial(are, notices, ["delivered", "delivered"]))
        await run_to_its_end(notices, path, begun)

    assert waits == [*LOOK_SECONDS[1:], LOOK_SECONDS[-1]]
    assert [each.event["data"]["episode"] for each in la.received] == [1, 2, 1]


async def test_a_replay_that_put_something_back_is_looked_at_again_soon(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1", "p2")
        await notices.happen(met("p1", 2))
        await asked(notices, path, **WHOLE_DAY)

        assert await looked(notices) == LOOK_SECONDS[0]
        notices.house.clock.forward(seconds=LOOK_SECONDS[0])
        assert await looked(notices) == LOOK_SECONDS[1]


async def test_a_replay_that_fails_holds_up_no_other(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, endpoint() as other, notified(database_url, tmp_path) as notices:
        first, second = [(await notices.subscribe(each))["id"] for each in (la, other)]
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: la.received and other.received)
        spoilt = await asked(notices, f"/subscriptions/{first}", **WHOLE_DAY)
        await notices.conn.execute(SPOILT.format(replay=spoilt["id"]))
        notices.house.clock.forward(seconds=1)
        begun = await asked(notices, f"/subscriptions/{second}", **WHOLE_DAY)
        ended = await run_to_its_end(notices, f"/subscriptions/{second}", begun)

    assert ended["delivered"] == 1
    assert (len(la.received), len(other.received)) == (1, 2)


async def test_a_replay_fills_lanes_in_the_order_in_which_senders_hold_them(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.happen(school(), urn=OTHER_URN)
        created = await notices.subscribe(la)
        subscription = UUID(created["id"])
        for urn in (OTHER_URN, URN):  # the greater is owed first
            await notices.happen(met("p1", urn=urn), urn=urn)
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)
        await asked(notices, f"/subscriptions/{created['id']}", **WHOLE_DAY)
        async with (
            asyncio.TaskGroup() as tasks,
            of_every_school(notices.runtime.pool) as conn,
            conn.transaction(),
        ):
            await conn.execute("SET LOCAL lock_timeout = '5s'")
            await conn.execute(HOLD, subscription, SchoolId(URN))
            tasks.create_task(take_replays_on(notices.runtime))
            await eventually(partial(someone_waits, notices))
            # It waits for the first and has nothing yet: taken the other way, both would wait.
            await conn.execute(HOLD, subscription, SchoolId(OTHER_URN))

        assert await notices.statuses() == ["pending", "pending"]


async def test_news_is_taken_note_of_while_a_replay_writes_down_what_it_takes_up(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        anybody = Boundary(None, None)
        async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
            await find_subscription(conn, anybody, UUID(created["id"]), to="replay")
            async with asyncio.timeout(10):
                await notices.happen(met("p1"))

        assert await notices.statuses() == ["pending"]


async def test_what_a_replay_has_put_back_is_old_and_not_late(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        notices.house.clock.forward(days=30)
        await asked(notices, path, **WHOLE_DAY)
        await take_replays_on(notices.runtime)
        shown = await notices.get(path)
        async with notices.house.anonymous() as anyone:
            checks = (await anyone.get("/ready")).json()["checks"]
        (ready,) = [each for each in checks if each["name"] == "deliveries"]
        put_back = await notices.statuses()
        la.answers(Answer(500))
        await notices.happen(met("p2"))
        notices.house.clock.forward(seconds=5)
        waiting = await notices.get(path)

    assert put_back == ["pending"]
    assert (ready["status"], ready["figures"]["oldest_waiting_seconds"]) == ("green", None)
    assert shown["oldest_waiting_at"] is None
    assert waiting["oldest_waiting_at"] == "2026-12-20T15:00:00Z"

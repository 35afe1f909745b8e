"""A subscription that is ended is gone at once; what waited for it is cancelled in steps."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from notifications import ending
from notifications.ending import take_ending_on, take_endings_on
from notifications.endings_table import hold_ending
from notifications.replaying import take_replays_on
from servicekit.database import of_every_school
from support.endpoint import Answer, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified
from support.replayed import asked
from support.returned import RETURN_DUE, SICKNESS, entered, found, returns
from support.senders import are, claimed_by, someone_waits

LAST_ATTEMPT = "UPDATE notifications.delivery SET attempts = 9 WHERE subscription_id = $1"
HOLD = """
SELECT FROM notifications.lane WHERE subscription_id = $1 AND subject LIKE $2 FOR UPDATE
"""


async def end(notices: Notified, subscription: str) -> None:
    """End a subscription as its owner does."""
    async with notices.house.client() as client:
        answer = await client.delete(f"/notifications/v1/subscriptions/{subscription}")
    assert answer.status_code == 204


async def test_a_long_backlog_is_cancelled_in_steps_and_nothing_of_it_goes_out_meanwhile(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "AT_ONCE", 4)
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}", episode) for n in range(5) for episode in (1, 2)))
        await end(notices, created["id"])
        meanwhile = await notices.statuses()
        claimed = await claimed_by(notices)
        await take_endings_on(notices.runtime)
        after = await notices.statuses()
        again = await take_ending_on(notices.runtime, UUID(created["id"]))

    assert sorted(meanwhile) == ["cancelled"] * 4 + ["pending"] * 6
    assert claimed == []
    assert after == ["cancelled"] * 10
    assert again is False


async def test_one_process_takes_an_ending_on_at_a_time(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "AT_ONCE", 1)
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await notices.happen(met("p1"), met("p2"))
        await end(notices, created["id"])
        async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
            held = await hold_ending(conn, UUID(created["id"]))
            beside = await take_ending_on(notices.runtime, UUID(created["id"]))
        await take_endings_on(notices.runtime)

        assert (held, beside) == (True, False)
        assert await notices.statuses() == ["cancelled", "cancelled"]


async def test_lanes_are_closed_in_the_order_in_which_senders_hold_them(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await notices.happen(met("p2"))
        notices.house.clock.forward(seconds=1)
        await notices.happen(met("p1"))
        subscription = UUID(created["id"])
        async with (
            asyncio.TaskGroup() as tasks,
            of_every_school(notices.runtime.pool) as conn,
            conn.transaction(),
        ):
            await conn.execute("SET LOCAL lock_timeout = '5s'")
            await conn.execute(HOLD, subscription, "%/p1")
            tasks.create_task(end(notices, created["id"]))
            await eventually(partial(someone_waits, notices))
            # It waits for the first and has nothing yet: taken the other way, both would wait.
            await conn.execute(HOLD, subscription, "%/p2")

        assert await notices.statuses() == ["cancelled", "cancelled"]


async def test_what_a_replay_had_put_back_stays_what_it_was(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        path = f"/subscriptions/{created['id']}"
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(partial(are, notices, ["delivered"]))
        await notices.happen(met("p2"))
        await notices.conn.execute(f"{LAST_ATTEMPT} AND subject LIKE '%/p2'", UUID(created["id"]))
        la.answers(Answer(500))
        async with notices.sending():
            await eventually(partial(are, notices, ["delivered", "undelivered"]))
        ids = [each["event"] for each in await notices.deliveries()]
        await asked(notices, path, ids=ids)
        await take_replays_on(notices.runtime)
        put_back = await notices.statuses()
        await notices.happen(met("p3"))
        await end(notices, created["id"])

        assert put_back == ["pending", "pending"]
        assert await notices.statuses() == ["delivered", "undelivered", "cancelled"]


async def test_a_return_that_one_endpoint_gave_up_is_undelivered_once_the_other_is_ended(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        endpoint() as failing,
        endpoint() as paused,
        notified(database_url, tmp_path) as notices,
    ):
        given_up, ended = [
            (await notices.subscribe(each, types=[RETURN_DUE]))["id"] for each in (failing, paused)
        ]
        await notices.happen(entered(), found(SICKNESS))
        await notices.conn.execute(LAST_ATTEMPT, UUID(given_up))
        failing.answers(Answer(500))
        paused.answers(Answer(500))
        async with notices.sending():
            await eventually(lambda: failing.received and paused.received)
        (before,) = await returns(notices)
        await end(notices, ended)
        (after,) = await returns(notices)

        assert await notices.statuses(ended) == ["cancelled"]
    assert (before["status"], after["status"]) == ("due", "undelivered")

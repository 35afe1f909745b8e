"""What was sent is sent again because its receiver asks: the same bytes, behind what is due."""

from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from notifications import replaying
from notifications.replay_items_table import pick, put_back
from notifications.retries import REPLAY_ATTEMPTS, RETRY_SECONDS
from servicekit.database import of_every_school
from support.endpoint import Answer, Endpoint, Received, agreeable, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified
from support.replayed import WHOLE_DAY, asked, run_to_its_end, subscribed
from support.senders import are

REFUSED = Answer(500)


def is_replayed(received: Received) -> bool:
    return received.headers.get("webhook-replay") == "true"


async def give_up(notices: Notified, la: Endpoint, pupil: str) -> None:
    """Let a message about a pupil fail until it is set aside."""
    la.answer = lambda received: agreeable(received) if received.verifies else REFUSED
    await notices.happen(met(pupil))
    async with notices.sending():
        for count, wait in enumerate(RETRY_SECONDS, start=1):
            notices.house.clock.forward(seconds=1.25 * wait)
            await eventually(partial(_has_failed, notices, pupil, count))
    la.answer = agreeable
    la.received.clear()
    notices.house.clock.forward(hours=1)  # until its circuit lets a message by


async def _has_failed(notices: Notified, pupil: str, count: int) -> bool:
    return any(
        each["attempt_count"] == count and each["subject"].endswith(f"/{pupil}")
        for each in await notices.deliveries()
    )


async def test_a_time_is_sent_again_with_the_same_ids_and_bytes_and_marked(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1", "p2", "p1b")
        begun = await asked(notices, path, **WHOLE_DAY)
        ended = await run_to_its_end(notices, path, begun)
        statuses = await notices.statuses()

    first, again = la.received[:3], la.received[3:]
    assert {each.headers["webhook-id"]: each.body for each in again} == {
        each.headers["webhook-id"]: each.body for each in first
    }
    assert [is_replayed(each) for each in la.received] == [False] * 3 + [True] * 3
    assert (begun["status"], begun["total"], begun["waiting"]) == ("running", 3, 3)
    assert (ended["waiting"], ended["delivered"], ended["undelivered"]) == (0, 3, 0)
    assert ended["finished_at"] == "2026-11-20T15:00:00Z"
    assert statuses == ["delivered"] * 3


async def test_only_the_ids_asked_for_are_sent_again(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1", "p2", "p3")
        chosen = la.received[1].headers["webhook-id"]
        await run_to_its_end(notices, path, await asked(notices, path, ids=[chosen, chosen]))

    assert la.ids()[3:] == [chosen]


async def test_only_what_was_given_up_is_sent_again_when_it_is_what_is_missing(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        await give_up(notices, la, "p2")
        begun = await asked(notices, path, missing_only=True)
        await run_to_its_end(notices, path, begun)

        assert begun["total"] == 1
        assert await notices.statuses() == ["delivered", "delivered"]
    assert [each.event["subject"][-2:] for each in la.received] == ["p2"]


async def test_a_time_ends_before_its_last_instant(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        upto = {"from": "2026-11-20T14:00:00Z", "to": "2026-11-20T15:00:00Z"}
        since = {"from": "2026-11-20T16:00:00+01:00", "to": "2026-11-20T15:00:01Z"}
        totals = []
        for each in (upto, since):
            begun = await asked(notices, path, **each)
            totals.append(begun["total"])
            await run_to_its_end(notices, path, begun)

    assert totals == [0, 1]


async def test_what_still_waits_is_not_replayed_and_goes_out_once(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        await notices.happen(met("p2"))
        begun = await asked(notices, path, **WHOLE_DAY)
        await run_to_its_end(notices, path, begun)

    assert begun["total"] == 1
    assert sorted(each.event["subject"][-2:] for each in la.received) == ["p1", "p1", "p2"]


async def test_what_is_due_is_never_overtaken_by_a_replay_of_the_same_pupil(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        la.answers(REFUSED)
        await notices.happen(met("p1", 2), met("p1", 3))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)
            await eventually(lambda: are(notices, ["delivered", "pending", "pending"]))
        begun = await asked(notices, path, ids=[la.ids()[0]])
        await replaying.take_replays_on(notices.runtime)
        notices.house.clock.forward(minutes=1)
        await run_to_its_end(notices, path, begun, seconds_between=1)

    assert [each.event["data"]["episode"] for each in la.received] == [1, 2, 2, 3, 1]
    assert [is_replayed(each) for each in la.received] == [False] * 4 + [True]


async def test_a_replay_goes_in_order_for_each_pupil_and_news_follows_it(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        path = f"/subscriptions/{made['id']}"
        await notices.happen(*(met("p1", episode) for episode in (1, 2, 3)))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 3)
        begun = await asked(notices, path, **WHOLE_DAY)
        await replaying.take_replays_on(notices.runtime)
        await notices.happen(met("p1", 4))
        await run_to_its_end(notices, path, begun)
        await eventually(lambda: are(notices, ["delivered"] * 4))

    assert [each.event["data"]["episode"] for each in la.received[3:]] == [1, 2, 3, 4]
    assert [is_replayed(each) for each in la.received[3:]] == [True, True, True, False]


async def test_a_replay_that_fails_is_given_up_soon_and_makes_nothing_undelivered(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        la.answers(*[REFUSED] * REPLAY_ATTEMPTS)
        begun = await asked(notices, path, **WHOLE_DAY)
        await replaying.take_replays_on(notices.runtime)
        async with notices.sending():
            for attempt in range(REPLAY_ATTEMPTS):
                await eventually(partial(_has_failed, notices, "p1", attempt + 1))
                notices.house.clock.forward(hours=1)
        ended = await run_to_its_end(notices, path, begun)
        (delivery,) = await notices.deliveries()

    assert (ended["delivered"], ended["undelivered"]) == (0, 1)
    assert (delivery["status"], delivery["delivered_at"]) == ("delivered", "2026-11-20T15:00:00Z")


async def test_a_replay_puts_no_more_into_lanes_than_it_may(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, *(f"p{n}" for n in range(5)))
        begun = await asked(notices, path, **WHOLE_DAY)
        for _ in range(3):
            await replaying.take_replays_on(notices.runtime)
        under_way = await notices.statuses()
        ended = await run_to_its_end(notices, path, begun)

    assert sorted(under_way) == ["delivered"] * 3 + ["pending"] * 2
    assert ended["delivered"] == 5


async def test_a_replay_goes_on_where_it_was_when_its_process_ended(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    async with endpoint() as la:
        async with notified(database_url, tmp_path) as notices:
            path = await subscribed(notices, la, *(f"p{n}" for n in range(5)))
            begun = await asked(notices, path, **WHOLE_DAY)
            await replaying.take_replays_on(notices.runtime)
            async with notices.sending():
                await eventually(lambda: len(la.received) == 7)
        async with notified(database_url, tmp_path) as again:
            ended = await run_to_its_end(again, path, begun)

    assert ended["delivered"] == 5
    assert len(la.received) == 10
    assert len(set(la.ids()[5:])) == 5


async def test_what_comes_in_while_a_lane_is_being_put_back_goes_first(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        begun = await asked(notices, path, **WHOLE_DAY)
        replay, subscription = UUID(begun["id"]), UUID(begun["subscription"])
        async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
            picked = await pick(conn, replay, subscription, limit=1)
            await notices.happen(met("p1", 2))
            await put_back(conn, replay, subscription, picked)
        assert await notices.statuses() == ["delivered", "pending"]
        await run_to_its_end(notices, path, begun, seconds_between=1)

    assert len(picked) == 1
    assert [each.event["data"]["episode"] for each in la.received] == [1, 2, 1]

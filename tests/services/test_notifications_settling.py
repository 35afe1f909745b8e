"""What becomes of a delivery after an attempt, and which sender may say so."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from notifications.circuit import PROBE_SECONDS
from notifications.retries import JITTER, RETRY_SECONDS
from notifications.settlements_table import HOLD
from servicekit.database import of_every_school
from support.endpoint import Answer, Received, endpoint
from support.eventually import eventually
from support.notified import URN, met, notified
from support.senders import are, attempted, claimed_by, settled_by, stands

REFUSED = Answer(500, body=b"down for maintenance")
MANY_LANES = """
INSERT INTO notifications.lane (school_id, subscription_id, subject)
SELECT $1, id, 'many/' || n FROM notifications.subscription, generate_series(1, 2000) AS n
"""
LEASED = "UPDATE notifications.lane SET leased = true, due_at = now() WHERE subject LIKE 'many/%'"


async def test_a_sender_that_lost_its_lease_can_not_settle(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"), met("p1", 2))
        (stale,) = await claimed_by(notices)
        assert await claimed_by(notices) == []
        notices.house.clock.forward(seconds=61)
        (fresh,) = await claimed_by(notices)

        assert fresh.event_id == stale.event_id
        assert await settled_by(notices, stale, status=204) is False
        assert await notices.statuses() == ["pending", "pending"]
        assert await settled_by(notices, fresh, status=204) is True
        assert await settled_by(notices, fresh, status=500) is False
        assert await notices.statuses() == ["delivered", "pending"]


async def test_what_is_settled_is_found_by_its_lanes_however_many_are_leased(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        subscription = await notices.subscribe(la)
        await notices.conn.execute(MANY_LANES, URN)
        await notices.conn.execute("ANALYZE notifications.lane")
        await notices.conn.execute(LEASED)
        whose = [UUID(subscription["id"])] * 50
        lanes = [URN] * 50, whose, [f"many/{n}" for n in range(50)], [0] * 50
        async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
            plan = await conn.fetch(f"EXPLAIN {HOLD}", *lanes)

    told = "\n".join(row[0] for row in plan)
    assert "using lane_pkey on lane" in told
    assert "lane_leased" not in told


async def test_a_delivery_is_set_aside_as_undelivered_after_the_last_retry_and_its_lane_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(*[REFUSED] * len(RETRY_SECONDS))
        await notices.subscribe(la)
        await notices.happen(met("p1"), met("p1", 2))
        async with notices.sending():
            for made, wait in enumerate(RETRY_SECONDS[1:], start=1):
                await eventually(partial(attempted, notices, made))
                notices.house.clock.forward(seconds=wait * (1 + JITTER) + PROBE_SECONDS[-1])
            await eventually(lambda: are(notices, ["undelivered", "pending"]))
            notices.house.clock.forward(seconds=PROBE_SECONDS[-1])
            await eventually(lambda: are(notices, ["undelivered", "delivered"]))
        first = (await notices.deliveries())[0]
        shown = await notices.get(f"/deliveries/{first['id']}")

    assert [attempt["answer"] for attempt in shown["attempts"]] == ["down for maintenance"] * 10
    assert shown["attempt_count"] == 10
    assert shown["next_attempt_at"] is None
    assert len(set(la.ids()[:10])) == 1


async def test_retry_after_is_waited_for(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(Answer(503, {"Retry-After": "3600"}))
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: attempted(notices, 1))
            assert (await notices.deliveries())[0]["next_attempt_at"] == "2026-11-20T16:00:00Z"
            notices.house.clock.forward(minutes=59)
            assert await claimed_by(notices) == []
            notices.house.clock.forward(minutes=1)
            await eventually(lambda: len(la.received) == 2)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503, {"Retry-After": "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"}),
        Answer(503, {"Retry-After": "\xff\xfe"}),
        Answer(302, {"Location": "https://xn--/"}),
        Answer(302, {"Location": "https://[/"}),
        Answer(500, {"Set-Cookie": "s=1; expires=Wed, 21 Oct 99999999999999999999 07:28:00 GMT"}),
        Answer(999, {"Content-Encoding": "gzip"}, b"not gzip"),
    ],
    ids=["far-date", "no-text", "no-name", "no-url", "far-cookie", "not-packed"],
)
async def test_nothing_an_endpoint_answers_keeps_the_attempt_off_the_record(
    database_url: str, tmp_path: Path, answer: Answer
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(answer)
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: attempted(notices, 1))
        (delivery,) = await notices.deliveries()
        shown = await notices.get(f"/deliveries/{delivery['id']}")

    assert [attempt["status"] for attempt in shown["attempts"]] == [answer.status]
    assert delivery["next_attempt_at"] < "2026-11-20T15:00:07Z"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500])
async def test_anything_but_2xx_is_a_failure_and_no_redirect_is_followed(
    database_url: str, tmp_path: Path, status: int
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(Answer(status, {"Location": la.url(path="/elsewhere")}))
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: attempted(notices, 1))
        assert await notices.statuses() == ["pending"]

    assert [received.target for received in la.received] == ["/hook"]


async def test_gone_disables_the_endpoint_and_what_waits_goes_out_once_it_is_verified_again(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(Answer(410))
        created = await notices.subscribe(la)
        path = f"/subscriptions/{created['id']}"
        await notices.happen(met("p1"), met("p2"))
        async with notices.sending():
            await eventually(lambda: la.received)
            await eventually(lambda: stands(notices, path, "disabled"))
            await notices.happen(met("p3"))
            notices.house.clock.forward(days=2)
            assert await claimed_by(notices) == []
            async with notices.house.client() as client:
                answer = await client.post(f"/notifications/v1{path}/verification")
            assert answer.json()["status"] == "active"
            await eventually(lambda: are(notices, ["delivered"] * 3))


async def test_gone_from_a_former_url_leaves_the_one_verified_since_alone(
    database_url: str, tmp_path: Path
) -> None:
    letting_go = asyncio.Event()

    async def gone_late(_received: Received) -> Answer:
        await letting_go.wait()
        return Answer(410)

    async with (
        endpoint() as old,
        endpoint() as new,
        notified(database_url, tmp_path) as notices,
    ):
        path = f"/subscriptions/{(await notices.subscribe(old))['id']}"
        old.answer = gone_late
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: old.received)
            async with notices.house.client() as client:
                await client.patch(f"/notifications/v1{path}", json={"url": new.url()})
            await notices.post(f"{path}/verification")
            letting_go.set()
            await eventually(lambda: attempted(notices, 1))
            notices.house.clock.forward(seconds=7)
            await eventually(lambda: are(notices, ["delivered"]))

        assert (await notices.get(path))["status"] == "active"
    assert len(new.received) == 1


async def test_a_sender_that_stops_finishes_what_it_has_in_hand(
    database_url: str, tmp_path: Path
) -> None:
    letting_go = asyncio.Event()

    async def slow(_received: Received) -> Answer:
        await letting_go.wait()
        return Answer()

    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        la.answer = slow
        await notices.happen(met("p1"), met("p1", 2))
        async with notices.sending():
            await eventually(lambda: la.received)
            asyncio.get_running_loop().call_later(0.1, letting_go.set)

        assert await notices.statuses() == ["delivered", "pending"]

"""A lane keeps a pupil's order; lanes don't wait for each other, and endpoints share fairly."""

import asyncio
from pathlib import Path

from notifications.lanes_table import ENDPOINT_AT_ONCE, LEASE_SECONDS, claim
from servicekit.database import of_every_school
from support.endpoint import Answer, Received, agreeable, endpoint
from support.eventually import eventually
from support.notified import met, notified, withdrawn
from support.senders import are, claimed_by

REFUSED = Answer(500)
LANES_DUE = "SELECT array_agg(subject) FROM notifications.lane WHERE due_at IS NOT NULL"


async def test_a_later_event_of_the_pupil_waits_until_the_earlier_is_delivered(
    database_url: str, tmp_path: Path
) -> None:
    alert = met("p1")
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(REFUSED)
        await notices.subscribe(la)
        await notices.happen(alert, withdrawn(alert))
        async with notices.sending():
            await eventually(lambda: la.received)
            await eventually(lambda: are(notices, ["pending", "pending"]))
            assert len(la.received) == 1
            notices.house.clock.forward(seconds=7)
            await eventually(lambda: len(la.received) == 3)

    first, second = (received.event for received in la.received[1:])
    assert la.received[0].body == la.received[1].body
    assert [first["sequence"], second["sequence"]] == ["0000000001", "0000000002"]


async def test_other_pupils_and_other_subscriptions_do_not_wait(
    database_url: str, tmp_path: Path
) -> None:
    def refusing_p1(received: Received) -> Answer:
        subject = received.event.get("subject", "")
        return REFUSED if subject.endswith("/p1") else agreeable(received)

    async with (
        endpoint() as la,
        endpoint() as other,
        notified(database_url, tmp_path) as notices,
    ):
        la.answer = refusing_p1
        await notices.subscribe(la)
        await notices.subscribe(other)
        await notices.happen(met("p1"), met("p2"))
        async with notices.sending():
            await eventually(lambda: len(other.received) == 2)
            await eventually(lambda: len(la.received) == 2)


async def test_an_endpoint_that_hangs_holds_up_nobody_else(
    database_url: str, tmp_path: Path
) -> None:
    letting_go = asyncio.Event()

    async def hang(_received: Received) -> Answer:
        await letting_go.wait()
        return Answer()

    async with (
        endpoint() as stuck,
        endpoint() as well,
        notified(database_url, tmp_path) as notices,
    ):
        await notices.subscribe(stuck)
        await notices.subscribe(well)
        stuck.answer = hang
        await notices.happen(*(met(f"p{n}") for n in range(40)))
        async with notices.sending():
            await eventually(lambda: len(well.received) == 40)
            assert len(stuck.received) == ENDPOINT_AT_ONCE
            stuck.answer = agreeable
            letting_go.set()


async def test_the_old_backlog_of_a_busy_endpoint_hides_nobody_elses_news(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        busy = await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(ENDPOINT_AT_ONCE + 1)))
        notices.house.clock.forward(seconds=1)
        news = await notices.subscribe(la)
        await notices.happen(met("q1"))
        claimed = [
            each for _ in range(ENDPOINT_AT_ONCE + 1) for each in await claimed_by(notices, limit=1)
        ]

    assert [str(each.subscription) for each in claimed] == [
        *[busy["id"]] * ENDPOINT_AT_ONCE,
        news["id"],
    ]


async def test_one_endpoint_is_sent_to_a_few_at_once_however_many_senders_there_are(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(20)))
        async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
            first = await claim(
                conn,
                now=notices.house.clock(),
                limit=32,
                lanes={},
                lease_seconds=LEASE_SECONDS,
            )
            beside = await claimed_by(notices)
        after = await claimed_by(notices)

    assert [len(first), len(beside), len(after)] == [ENDPOINT_AT_ONCE, 0, 0]


async def test_two_senders_never_claim_the_same_delivery(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}", episode) for n in range(12) for episode in (1, 2, 3)))
        async with notices.sending(senders=3):
            await eventually(lambda: are(notices, ["delivered"] * 36))

    assert len(la.received) == 36
    assert len(set(la.ids())) == 36
    for n in range(12):
        lane = [each.event["sequence"] for each in la.received if f"/p{n}" == _pupil(each)]
        assert lane == sorted(lane)


async def test_a_lane_that_was_filled_for_nothing_is_emptied_and_takes_no_place(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"), met("p2"))
        await notices.conn.execute("DELETE FROM notifications.delivery WHERE subject LIKE '%/p1'")
        first = await claimed_by(notices)
        left = await notices.conn.fetchval(LANES_DUE)
        await notices.happen(met("p1", 2))
        second = await claimed_by(notices)

    assert [each.subject[-2:] for each in (*first, *second)] == ["p2", "p1"]
    assert left == ["schools/999001/pupils/p2"]


def _pupil(received: Received) -> str:
    return "/" + str(received.event["subject"]).rsplit("/", 1)[1]

"""`kill -9` of real senders: nothing is lost, lanes keep their order, what was in hand repeats."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notifications.lanes_table import LEASE_SECONDS
from support.endpoint import Answer, Endpoint, Received, agreeable, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified

PROGRAM = Path(__file__).with_name("sender_process.py")
PUPILS, EPISODES = 6, 5
MESSAGES = PUPILS * EPISODES
MANY_PUPILS, MANY_EPISODES = 60, 5
MANY = MANY_PUPILS * MANY_EPISODES
MOST_ROUNDS = 40
SEED = 1

# Of a lane that is leased, the first that waits.
IN_HAND = """
SELECT DISTINCT ON (l.subscription_id, l.subject) d.event_id::text
  FROM notifications.delivery AS d
  JOIN notifications.lane AS l
    ON l.school_id = d.school_id AND l.subscription_id = d.subscription_id
   AND l.subject = d.subject
 WHERE d.status = 'pending' AND l.leased
 ORDER BY l.subscription_id, l.subject, d.position, d.ordinal
"""
DELIVERED = "SELECT count(*) FROM notifications.delivery WHERE status = 'delivered'"
# An attempt is on record with what came of it, or neither is.
MISCOUNTED = """
SELECT d.event_id FROM notifications.delivery AS d
 WHERE d.attempts <> (SELECT count(*) FROM notifications.attempt AS a
                       WHERE a.subscription_id = d.subscription_id AND a.event_id = d.event_id)
"""


@asynccontextmanager
async def sender(
    notices: Notified, *, ahead_seconds: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A sender in a process of its own, killed with the block at the latest."""
    settings = notices.house.settings
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(settings.database_url),
        str(settings.data_dir),
        str(ahead_seconds),
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.mark.parametrize("killed_after", [1, 11])
@pytest.mark.parametrize("endpoint_hangs", [True, False])
async def test_after_a_kill_everything_arrives_in_order_and_only_what_was_in_hand_repeats(
    database_url: str, tmp_path: Path, killed_after: int, *, endpoint_hangs: bool
) -> None:
    async with (
        endpoint() as la,
        notified(database_url, tmp_path, now=datetime.now(UTC)) as notices,
    ):
        await notices.subscribe(la)
        alerts = [
            met(f"p{n}", episode) for episode in range(1, EPISODES + 1) for n in range(PUPILS)
        ]
        await notices.happen(*alerts)

        if endpoint_hangs:
            hang_after(la, killed_after)
        async with sender(notices, ahead_seconds=0):
            await eventually(lambda: len(la.received) >= killed_after, within_seconds=30)
        in_hand = await ids_in_hand(notices)
        la.answer = agreeable
        first = len(la.received)
        async with sender(notices, ahead_seconds=LEASE_SECONDS + 1):
            await eventually(lambda: delivered(notices, MESSAGES), within_seconds=30)
        miscounted = await notices.conn.fetch(MISCOUNTED)

    times = Counter(la.ids())
    assert len(times) == MESSAGES
    assert max(times.values()) <= 2
    repeated = {each for each in times if times[each] > 1}
    assert repeated <= in_hand
    assert repeated or not endpoint_hangs
    assert miscounted == []
    assert len(set(la.ids()[:first])) == first
    assert len({received.body for received in la.received}) == MESSAGES
    events = [received.event for received in la.received]
    for n in range(PUPILS):
        lane = [event["sequence"] for event in events if event["data"]["pupil"] == f"p{n}"]
        assert lane == sorted(lane)


def hang_after(la: Endpoint, answered: int) -> None:
    """Let an endpoint answer so many and then take messages without a word."""
    forever = asyncio.Event()

    async def answer(_received: Received) -> Answer:
        if len(la.received) >= answered:
            await forever.wait()
        return Answer()

    la.answer = answer


async def ids_in_hand(notices: Notified) -> set[str]:
    """Name the messages that were claimed and not settled, by the ledger."""
    return {row["event_id"] for row in await notices.conn.fetch(IN_HAND)}


async def delivered(notices: Notified, count: int) -> bool:
    """Whether so many deliveries are made, by the ledger."""
    return bool(await notices.conn.fetchval(DELIVERED) == count)


async def test_senders_killed_at_any_point_repeat_what_was_in_hand_and_nothing_else(
    database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    async with (
        endpoint() as la,
        notified(database_url, tmp_path, now=datetime.now(UTC)) as notices,
    ):
        await notices.subscribe(la)
        alerts = [met(f"p{n}", each) for each in range(MANY_EPISODES) for n in range(MANY_PUPILS)]
        await notices.happen(*alerts)
        in_hand, rounds = await killed_again_and_again(notices, la, chance)
        miscounted = await notices.conn.fetch(MISCOUNTED)

    times = Counter(la.ids())
    assert rounds >= 2, "there was hardly a kill"
    assert sum(in_hand.values()) > 0, "nothing was in hand when a sender was killed"
    assert len(times) == MANY
    assert [each for each in times if times[each] > 1 + in_hand[each]] == []
    assert miscounted == []
    for n in range(MANY_PUPILS):
        first_arrivals = dict.fromkeys(
            each.event["sequence"] for each in la.received if each.event["data"]["pupil"] == f"p{n}"
        )
        assert list(first_arrivals) == sorted(first_arrivals)


async def killed_again_and_again(
    notices: Notified, la: Endpoint, chance: random.Random
) -> tuple[Counter[str], int]:
    """Run two senders until killed, one after the other, and then the next two, to the end.

    Returns:
        How often each message was in hand when its sender was killed, and how many pairs there
        were.
    """
    in_hand: Counter[str] = Counter()
    rounds = 0
    while not await delivered(notices, MANY):
        ahead = rounds * (LEASE_SECONDS + 1)
        async with (
            sender(notices, ahead_seconds=ahead) as one,
            sender(notices, ahead_seconds=ahead) as other,
        ):
            await received_more(notices, la, chance.randint(1, 60), within_seconds=60)
            await killed(one)
            # Maybe the dead one has all that there may be in hand of one endpoint.
            with suppress(AssertionError):
                await received_more(notices, la, chance.randint(1, 60), within_seconds=1)
            await killed(other)
        in_hand.update(await ids_in_hand(notices))
        rounds += 1
        assert rounds < MOST_ROUNDS, "the senders get nowhere"
    return in_hand, rounds


async def received_more(
    notices: Notified, la: Endpoint, more: int, *, within_seconds: float
) -> None:
    """Wait until some more messages came in, or all are delivered."""
    before = len(la.received)

    async def so_many() -> bool:
        return len(la.received) >= before + more or await delivered(notices, MANY)

    await eventually(so_many, within_seconds=within_seconds)


async def killed(process: asyncio.subprocess.Process) -> None:
    """Kill a sender, and wait for its end."""
    process.send_signal(signal.SIGKILL)
    await process.wait()

"""`kill -9` of a real sender: nothing is lost, lanes keep their order, what was in hand repeats."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notifications.lanes_table import ENDPOINT_AT_ONCE, LEASE_SECONDS
from support.endpoint import Answer, Endpoint, Received, agreeable, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified

PROGRAM = Path(__file__).with_name("sender_process.py")
PUPILS, EPISODES = 6, 5
MESSAGES = PUPILS * EPISODES


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
        la.answer = agreeable
        first = len(la.received)
        async with sender(notices, ahead_seconds=LEASE_SECONDS + 1):
            await eventually(lambda: all_delivered(notices), within_seconds=30)

    times = Counter(la.ids())
    assert len(times) == MESSAGES
    assert max(times.values()) <= 2
    repeated = len(la.received) - MESSAGES
    assert (1 if endpoint_hangs else 0) <= repeated <= ENDPOINT_AT_ONCE
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


async def all_delivered(notices: Notified) -> bool:
    """Whether the ledger says that nothing is owed any more."""
    delivered = await notices.conn.fetchval(
        "SELECT count(*) FROM notifications.delivery WHERE status = 'delivered'"
    )
    return bool(delivered == MESSAGES)

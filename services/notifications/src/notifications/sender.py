"""Sends what is owed: claims a few deliveries, sends them side by side, settles each by itself.

No transaction is open while a message is under way, and none is needed: who dies with a message in
hand has a lease that runs out, and the next sender sends it again under the same id. Any number of
senders may run.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import httpx
from servicekit.database import of_every_school, of_school
from servicekit.logs import log
from servicekit.runner import Failed, attempted, until_stopped
from servicekit.service import Runtime

from notifications.answer import Answer, Failure
from notifications.courier import Courier, courier_of
from notifications.deliveries_table import Attempted, add_attempt
from notifications.errors import SecretUnreadable
from notifications.lanes_table import Claimed, claim, settle
from notifications.retries import Verdict, judge
from notifications.sealing import Seal, seal_of
from notifications.signing import signed_headers
from notifications.subscriptions_table import disable

AT_ONCE: Final = 32  # of one process, over all endpoints


async def send_deliveries(runtime: Runtime) -> None:
    """Send for as long as the process lives; at its end, finish what is in hand."""
    async with courier_of(runtime) as courier, asyncio.TaskGroup() as tasks:
        sender = Sender(runtime=runtime, courier=courier, tasks=tasks)
        await until_stopped(runtime, "sender", sender.work_off)


@dataclass(slots=True, kw_only=True)
class Sender:
    """The deliveries one process has in hand.

    Attributes:
        tasks: outlives the sender's last look, until each attempt has ended by its own limit.
        draw: uniform in 0 to 1, for the jitter of retries.
    """

    runtime: Runtime
    courier: Courier
    tasks: asyncio.TaskGroup
    draw: Callable[[], float] = random.random  # spreads retries; guards nothing
    seal: Seal = field(init=False)
    in_hand: set[asyncio.Task[Failed | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seal = seal_of(self.runtime.settings)

    async def work_off(self) -> None:
        """Claim and send until nothing is due that there is room for."""
        moved = True
        while moved and not self.runtime.stopping.is_set():
            claimed = await self._claim()
            for each in claimed:
                self.in_hand.add(self.tasks.create_task(attempted(self.deliver(each))))
            moved = bool(claimed) | await self._some_ended()

    async def deliver(self, claimed: Claimed) -> None:
        """Send one delivery and settle it, unless its lease was lost meanwhile."""
        answer = await self._sent(claimed)
        now = self.runtime.clock()
        verdict = judge(answer, attempts=claimed.attempts + 1, now=now, draw=self.draw())
        async with of_school(self.runtime.pool, claimed.school) as conn, conn.transaction():
            if answer.gone:
                await disable(conn, claimed.subscription, url=claimed.url, now=now)
            await add_attempt(
                conn,
                claimed.subscription,
                event=claimed.event_id,
                type_=claimed.type,
                attempted=Attempted(claimed.key_id, answer),
            )
            held = await settle(conn, claimed, verdict, now=now)
        _report(claimed, answer, verdict, held=held)

    async def _claim(self) -> list[Claimed]:
        room = AT_ONCE - len(self.in_hand)
        if room <= 0:
            return []
        async with of_every_school(self.runtime.pool) as conn, conn.transaction():
            return await claim(conn, now=self.runtime.clock(), limit=room)

    async def _some_ended(self) -> bool:
        """Wait a moment for attempts to end. One that hangs doesn't keep the others waiting."""
        if not self.in_hand:
            return False
        ended, self.in_hand = await asyncio.wait(
            self.in_hand,
            timeout=self.runtime.settings.poll_seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for task in ended:
            if isinstance(failed := task.result(), Failed):
                log.error("delivery not settled", error=failed.error)
        return bool(ended)

    async def _sent(self, claimed: Claimed) -> Answer:
        now = self.runtime.clock()
        try:
            secret = self.seal.open(claimed.sealed_secret)
        except SecretUnreadable:
            # Not an end: with its key given again, the retry goes out.
            return Answer(started_at=now, latency_ms=0, failure=Failure.SECRET_UNREADABLE)
        headers = signed_headers(secret, claimed.event_id, claimed.body, now)
        return await self.courier.carry(claimed.url, headers, claimed.body)


def _report(claimed: Claimed, answer: Answer, verdict: Verdict, *, held: bool) -> None:
    log.info(
        "delivery",
        school=claimed.school,
        position=claimed.position,
        subscription=str(claimed.subscription),
        host=httpx.URL(claimed.url).raw_host.decode("ascii"),
        attempt=claimed.attempts + 1,
        ms=answer.latency_ms,
        answer=answer.status,
        failure=answer.failure,
        outcome=verdict.status if held else "lease-lost",
    )

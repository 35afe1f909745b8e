"""Sends what is owed: claims many deliveries, sends them side by side, settles many at once.

No transaction is open while a message is under way, and none is needed: who dies with a message in
hand has a lease that runs out, and the next sender sends it again under the same id. Any number of
senders may run.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from servicekit.database import of_every_school
from servicekit.logs import log
from servicekit.runner import Failed, attempted, until_stopped
from servicekit.service import Runtime

from notifications.answer import Answer
from notifications.courier import Courier, courier_of
from notifications.destinations import Destinations
from notifications.errors import ResolverBusy, SecretUnreadable
from notifications.lanes_table import LEASE_SECONDS, Claimed, claim
from notifications.pace import OPEN_AT_ONCE, Pace
from notifications.resolving import DeliveryResolver, addresses_of
from notifications.retries import DeliveryStatus, Verdict
from notifications.rotation import secrets_of
from notifications.sealing import Seal, seal_of
from notifications.settling import Ended, judged, record
from notifications.signing import signed_headers

IN_HAND: Final = 1024  # lanes of one process, over all endpoints: some megabytes
SETTLE_SECONDS: Final = 10  # of a lease, kept for recording what came of an attempt
KEYLESS_SECONDS: Final = 5 * 60  # until a secret that didn't open is tried again: keys are given


async def send_deliveries(runtime: Runtime, *, lease_seconds: float = LEASE_SECONDS) -> None:
    """Send for as long as the process lives; at its end, finish what is in hand.

    Args:
        lease_seconds: how long a lane is this process's own; longer than an attempt may take.
    """
    resolve = DeliveryResolver(look_up=addresses_of)
    async with courier_of(runtime, resolve=resolve) as courier, asyncio.TaskGroup() as tasks:
        sender = Sender(runtime=runtime, courier=courier, tasks=tasks, lease_seconds=lease_seconds)
        await until_stopped(runtime, "sender", sender.work_off)
        await sender.finish()


@dataclass(slots=True, kw_only=True)
class Sender:
    """The deliveries one process has in hand.

    Attributes:
        tasks: outlives the sender's last look, until each attempt has ended by its own limit.
        draw: uniform in 0 to 1, for the jitter of retries.
        in_hand: how many are claimed and not settled.
        after_claim: how many that was when something was claimed last.
        claimed_at: when that was, by the monotonic clock.
        ended: attempts that wait to be settled.
        unsure: whether the last settlement may have come about though it failed.
        keyless: subscriptions whose secret didn't open here, and until when they are left alone.
    """

    runtime: Runtime
    courier: Courier
    tasks: asyncio.TaskGroup
    lease_seconds: float = LEASE_SECONDS
    draw: Callable[[], float] = random.random  # spreads retries; guards nothing
    seal: Seal = field(init=False)
    paces: defaultdict[UUID, Pace] = field(default_factory=lambda: defaultdict(Pace))
    in_hand: int = 0
    after_claim: int = 0
    claimed_at: float = 0.0
    ended: list[Ended] = field(default_factory=list)
    some_ended: asyncio.Event = field(default_factory=asyncio.Event)
    unsure: bool = False
    keyless: dict[UUID, datetime] = field(default_factory=dict)
    destinations: Destinations = field(init=False)

    def __post_init__(self) -> None:
        self.seal = seal_of(self.runtime.settings)
        self.destinations = Destinations(self.runtime)

    async def work_off(self) -> None:
        """Claim and send until nothing is due that there is room for."""
        moved = True
        while moved and not self.runtime.stopping.is_set():
            # Side by side: a claim takes as long as settling what was claimed before.
            claimed, settled = await asyncio.gather(attempted(self._claim()), self._settle_ended())
            if isinstance(claimed, Failed):
                log.error("nothing claimed", error=claimed.error)
            moved = claimed is True or settled

    async def finish(self) -> None:
        """Settle what is in hand; what isn't under way yet goes back unsent."""
        while self.in_hand:
            if not await self._settle_ended():
                await asyncio.sleep(self.runtime.settings.poll_seconds)

    async def _claim(self) -> bool:
        """Take on what is due and there is room for; whether there was any."""
        room = IN_HAND - self.in_hand
        if room <= 0 or not self._is_worth_a_claim():
            return False
        async with of_every_school(self.runtime.pool) as conn, conn.transaction():
            claimed = await claim(
                conn,
                now=self.runtime.clock(),
                limit=room,
                lanes=self._shares(),
                lease_seconds=self.lease_seconds,
            )
        self.destinations.expect(claimed)
        self.in_hand += len(claimed)
        self.after_claim, self.claimed_at = self.in_hand, time.monotonic()
        for each in claimed:
            pace = self.paces[each.subscription]
            if pace.take_in(each):
                pace.open += 1
                self.tasks.create_task(self._work_off_queue(pace))
        return bool(claimed)

    def _shares(self) -> dict[UUID, int]:
        """How many lanes of each endpoint may be in hand; of one that can't be signed for none."""
        now = self.runtime.clock()
        shares = {endpoint: pace.lanes for endpoint, pace in self.paces.items()}
        return shares | {whose: 0 for whose, until in self.keyless.items() if now < until}

    def _is_worth_a_claim(self) -> bool:
        """Whether half of what was in hand is settled, or something else may be due by now."""
        waited = time.monotonic() - self.claimed_at
        return 2 * self.in_hand <= self.after_claim or waited > self.runtime.settings.poll_seconds

    async def _work_off_queue(self, pace: Pace) -> None:
        """See one delivery after another through, each settled with whatever ends beside it."""
        while pace.waiting:
            claimed, failures = pace.waiting.popleft()
            broke_down = pace.failures - failures >= OPEN_AT_ONCE
            ended = await attempted(self._delivered(claimed, pace, in_vain=broke_down))
            if isinstance(ended, Failed):
                # Its lease runs out and it is sent again; unforeseen, so somebody should look.
                log.error("delivery failed unforeseen", error=ended.error)
                self.in_hand -= 1
            else:
                self.ended.append(ended)
            self.some_ended.set()
        pace.open -= 1

    async def _delivered(self, claimed: Claimed, pace: Pace, *, in_vain: bool) -> Ended:
        """Send a delivery, unless its turn has passed by now."""
        late = in_vain or self._too_late_for(claimed)
        if late or not await self.destinations.take(claimed):
            return Ended(claimed=claimed, at=self.runtime.clock())
        try:
            answer = await self._sent(claimed)
        except ResolverBusy:
            return Ended(claimed=claimed, at=self.runtime.clock())
        except SecretUnreadable:
            return self._kept_back(claimed)
        pace.learn(answer)
        return judged(claimed, answer, now=self.runtime.clock(), draw=self.draw())

    def _too_late_for(self, claimed: Claimed) -> bool:
        """Whether the process ends, or an attempt might outlast the lease."""
        needed = timedelta(seconds=self.courier.timeout_seconds + SETTLE_SECONDS)
        return self.runtime.stopping.is_set() or self.runtime.clock() + needed > claimed.lease_ends

    async def _sent(self, claimed: Claimed) -> Answer:
        now = self.runtime.clock()
        secret, previous = secrets_of(claimed, self.seal, now)
        self.keyless.pop(claimed.subscription, None)
        signed = signed_headers(secret, claimed.event_id, claimed.body, now, previous=previous)
        headers = signed | {"webhook-sequence": str(claimed.sequence)}
        if claimed.replay_id is not None:
            headers["webhook-replay"] = "true"
        return await self.courier.carry(
            claimed.url, headers, claimed.body, with_names=claimed.with_names
        )

    def _kept_back(self, claimed: Claimed) -> Ended:
        """Leave a delivery that can't be signed for later: that is our failure, and no attempt."""
        now = self.runtime.clock()
        if claimed.subscription not in self.keyless:
            log.error("secret unreadable", subscription=str(claimed.subscription))
        again_at = self.keyless[claimed.subscription] = now + timedelta(seconds=KEYLESS_SECONDS)
        return Ended(claimed=claimed, at=now, verdict=Verdict(DeliveryStatus.PENDING, again_at))

    async def _settle_ended(self) -> bool:
        """Wait a moment for attempts to end, and settle those that have; whether any are."""
        if self.in_hand and not self.ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.some_ended.wait(), self.runtime.settings.poll_seconds)
        self.some_ended.clear()
        ended, self.ended = self.ended, []
        if not ended:
            return False
        kept = await self._settle(ended)
        self.ended = [*kept, *self.ended]
        self.in_hand -= len(ended) - len(kept)
        self.unsure = bool(kept)
        return len(kept) < len(ended)

    async def _settle(self, ended: Sequence[Ended]) -> Sequence[Ended]:
        """Settle some attempts; gives those to be settled later.

        What failed together is settled one by one: one that can't be must not have the others sent
        again.
        """
        failed = await attempted(record(self.runtime, ended, again=self.unsure))
        if not isinstance(failed, Failed):
            return ()
        if failed.passing:
            log.warning("deliveries not settled yet", error=failed.error)
            return self._still_ours(ended)
        if len(ended) == 1:
            log.error("delivery not settled", error=failed.error)
            return ()
        log.error("deliveries not settled", error=failed.error)
        return [left for each in ended for left in await self._settle([each])]

    def _still_ours(self, ended: Sequence[Ended]) -> Sequence[Ended]:
        """Leave out what another sender may have by now, which sends it again."""
        now = self.runtime.clock()
        return [each for each in ended if now < each.claimed.lease_ends]

"""npm's standardwebhooks, in a process of its own, takes what a running sender posts to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attendance.calendar import LONDON
from receivers.instants import DAY_SECONDS, each_half_of_the_year
from receivers.node import Program, program
from support.endpoint import Endpoint
from support.notified import Notified, met, notified

MET = "uk.attendance.threshold-met.v1"


@dataclass(frozen=True, slots=True)
class Tried:
    """A receiver in Node, and the service that it is subscribed to."""

    receiver: Program
    notices: Notified
    subscription: dict[str, Any]

    async def holds(self, *secrets: str) -> None:
        """Have it hold these secrets, and show the hour that it is with us."""
        now = self.notices.house.clock()
        await self.receiver.is_told(secrets=secrets, now=now.isoformat())

    async def receives(self, pupil: str) -> dict[str, Any]:
        """Have it sent a message, and hear what it makes of it."""
        await self.notices.happen(met(pupil))
        async with self.notices.sending():
            return await self.receiver.says()


@asynccontextmanager
async def tried(database_url: str, data_dir: Path, now: datetime) -> AsyncIterator[Tried]:
    """Subscribe a receiver in Node, its machine set to the time of England."""
    async with (
        program("receiver.cjs", zone=LONDON.key) as receiver,
        notified(database_url, data_dir, now=now) as notices,
    ):
        where = Endpoint(port=(await receiver.says())["port"])
        made = await notices.subscribe(where)
        challenged = await receiver.says()
        assert challenged["type"] == "uk.attendance.endpoint-verification.v1"
        yield Tried(receiver, notices, made)


@each_half_of_the_year
async def test_a_delivery_is_taken_before_during_and_after_a_rotation(
    database_url: str, tmp_path: Path, now: datetime
) -> None:
    async with tried(database_url, tmp_path, now) as la:
        old = la.subscription["secret"]
        await la.holds(old)
        before = await la.receives("p1")
        path = f"/subscriptions/{la.subscription['id']}/secret-rotation"
        _, rotated = await la.notices.post(path)
        await la.holds(old, rotated["secret"])
        during = await la.receives("p2")
        la.notices.house.clock.forward(seconds=DAY_SECONDS)
        await la.holds(old, rotated["secret"])
        after = await la.receives("p3")

    assert [each["type"] for each in (before, during, after)] == [MET] * 3
    assert [each["verified"] for each in (before, during, after)] == [
        [True],
        [True, True],
        [False, True],
    ]
    assert not any(any(each["tampered"]) for each in (before, during, after))


@each_half_of_the_year
async def test_a_delivery_is_refused_by_a_receiver_whose_clock_is_an_hour_off(
    database_url: str, tmp_path: Path, now: datetime
) -> None:
    async with tried(database_url, tmp_path, now) as la:
        late = la.notices.house.clock() + timedelta(hours=1)
        secrets = [la.subscription["secret"]]
        await la.receiver.is_told(secrets=secrets, now=late.isoformat())
        received = await la.receives("p1")

    assert received["verified"] == [False]

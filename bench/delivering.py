"""Deliveries a second to an endpoint on this machine, beside a client that only signs and posts.

A backlog is owed while its endpoints are disabled, and goes out at once when they are active: to
one, ten and a hundred subscriptions; to ten and a hundred of which one hangs each time; all of that
in turn and thrice. Then a long one, with the servers' memory read at every tenth.
ROLLBOOK_BENCH_DELIVERIES makes all shorter.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from math import ceil
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import httpx
from notifications.sealing import seal_of
from notifications.signing import new_secret
from servicekit.settings import Settings

from bench.memory import servers_mb
from bench.report import Report
from bench.sink import HANGS, SEEN
from bench.stage import PUPILS_A_GROUP, Stage, put_schools, python

DELIVERIES: Final = int(os.environ.get("ROLLBOOK_BENCH_DELIVERIES", "10000"))
BACKLOG: Final = 10 * DELIVERIES
SUBSCRIPTIONS: Final = (1, 10, 100)
RUNS: Final = 3
GROUPS: Final = 34  # of one school: a thousand pupils
FIRST_URN: Final = 300_001
BODY_BYTES: Final = 480  # of an admission, as it is told
PATIENCE_SECONDS: Final = 600
LOOK_SECONDS: Final = 0.1

SINK: Final = python("-m", "bench.sink", "{port}")
NOTIFICATIONS: Final = python("-m", "servicekit", "run", "notifications")
POSTING: Final = python("-m", "bench.posting")

SUBSCRIBE: Final = """
INSERT INTO notifications.subscription
       (id, urns, url, types, status, key_id, sealed_secret, created_at, activated_at)
VALUES ($1, $2, $3, '{}', 'disabled', 'key_bench', $4, now(), now())
"""
OWED: Final = """
SELECT count(*) FROM notifications.delivery WHERE subscription_id = ANY($1)
"""
ACTIVATE: Final = "UPDATE notifications.subscription SET status = 'active' WHERE id = ANY($1)"
END: Final = """
UPDATE notifications.subscription SET status = 'deleted', sealed_secret = NULL WHERE id = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A backlog that goes out: by which paths, and how much each is owed."""

    subscriptions: dict[str, UUID]  # by path
    each: int

    @property
    def answering(self) -> list[str]:
        """The paths of endpoints that don't hang."""
        return [path for path in self.subscriptions if not path.startswith(HANGS)]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured here, and what with."""

    stage: Stage
    sink: str  # its base URL
    conn: asyncpg.Connection
    looking: httpx.AsyncClient  # one for all looks: to make another takes longer than a look
    urns: "count[int]"

    async def owed(self, subscriptions: int, deliveries: int, *, hanging: int = 0) -> Scene:
        """Have so many deliveries owed to so many endpoints; none goes out yet."""
        groups = ceil(deliveries / subscriptions / PUPILS_A_GROUP)
        schools = [next(self.urns) for _ in range(ceil(groups / GROUPS))]
        groups_each = ceil(groups / len(schools))
        scene = Scene(
            {
                f"{HANGS if number < hanging else '/takes/'}{uuid4()}": uuid4()
                for number in range(subscriptions)
            },
            len(schools) * groups_each * PUPILS_A_GROUP,
        )
        seal = seal_of(Settings(data_dir=self.stage.data_dir))
        for path, id_ in scene.subscriptions.items():
            url, secret = self.sink + path, seal.close(new_secret())
            await self.conn.execute(SUBSCRIBE, id_, schools, url, secret)
        await put_schools(self.stage.database_url, schools, groups_each)
        ids = list(scene.subscriptions.values())
        while await self.conn.fetchval(OWED, ids) < len(ids) * scene.each:
            await asyncio.sleep(LOOK_SECONDS)
        await self.conn.execute("ANALYZE")  # as autovacuum would have, had it had a minute
        return scene

    async def sent(self, scene: Scene) -> float:
        """Let a backlog go out; give how much a second went to the endpoints that answer."""
        await self.conn.execute(ACTIVATE, list(scene.subscriptions.values()))
        await self._arrived(scene, len(scene.answering) * scene.each)
        rate = await self._rate(scene)
        await self.conn.execute(END, list(scene.subscriptions.values()))
        return rate

    async def _arrived(self, scene: Scene, wanted: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while await self.seen(scene) < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{wanted} deliveries have not all arrived")
            await asyncio.sleep(LOOK_SECONDS)

    async def seen(self, scene: Scene) -> int:
        """Count the messages that arrived at the endpoints that answer."""
        return sum(requests for requests, _, _ in await self._counted(scene))

    async def _rate(self, scene: Scene) -> float:
        counted = await self._counted(scene)
        began, ended = min(each[1] for each in counted), max(each[2] for each in counted)
        return sum(each[0] for each in counted) / (ended - began)

    async def _counted(self, scene: Scene) -> Sequence[tuple[int, float, float]]:
        seen = (await self.looking.get(self.sink + SEEN)).json()
        return [seen[path] for path in scene.answering if path in seen]


def measure_deliveries(stage: Stage, report: Report) -> None:
    """Measure the bare client, each backlog in turn, and memory over the long one."""
    local = {"ROLLBOOK_WORKERS": "1", "ROLLBOOK_ALLOW_LOOPBACK_ENDPOINTS": "1"}
    with ExitStack() as running:
        sink = running.enter_context(stage.serving(SINK, SEEN))
        running.enter_context(stage.serving(NOTIFICATIONS, "/ready", **local))
        asyncio.run(_measure(stage, sink, report))


async def _measure(stage: Stage, sink: str, report: Report) -> None:
    conn = await asyncpg.connect(stage.database_url, server_settings={"rollbook.school": "*"})
    async with httpx.AsyncClient() as looking:
        bench = Bench(stage, sink, conn, looking, count(FIRST_URN))
        for _ in range(RUNS):
            await _compared(bench, report)
        await _drained(bench, report)
    await conn.close()


async def _compared(bench: Bench, report: Report) -> None:
    report.add("bare_posts_a_second", await _bare(bench))
    for subscriptions in SUBSCRIPTIONS:
        name = f"deliveries_a_second_to_{subscriptions}"
        report.add(name, await bench.sent(await bench.owed(subscriptions, DELIVERIES)))
        if subscriptions > 1:
            scene = await bench.owed(subscriptions, DELIVERIES, hanging=1)
            report.add(f"{name}_one_hanging", await bench.sent(scene))


async def _bare(bench: Bench) -> float:
    """Post as many bodies of their size without owing anybody an account."""
    arguments = [bench.sink + "/bare", "x" * BODY_BYTES, f"{DELIVERIES}"]
    posting = await asyncio.create_subprocess_exec(*POSTING, *arguments, stdout=subprocess.PIPE)
    printed, _ = await posting.communicate()
    return float(printed)


async def _drained(bench: Bench, report: Report) -> None:
    """Let a long backlog go out, and read memory at every tenth."""
    scene = await bench.owed(10, BACKLOG)
    report.add("delivering_rss_idle_mb", servers_mb())
    sending = asyncio.create_task(bench.sent(scene))
    for tenth in _tenths(len(scene.answering) * scene.each):
        while await bench.seen(scene) < tenth and not sending.done():
            await asyncio.sleep(LOOK_SECONDS)
        report.add(f"delivering_rss_after_{tenth}_mb", servers_mb())
    report.add("backlog_deliveries_a_second", await sending)


def _tenths(total: int) -> Iterable[int]:
    return (total * tenth // 10 for tenth in range(1, 11))

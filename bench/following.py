"""Thresholds beside the register: how fast it follows, and how soon a mark shows.

In one process with the register and on the same two cores, as on a small server: what the one takes
the other hasn't. Then an open loop at 5,000 marks a second, in which registers with an absence that
raises an alert are posted beside and waited for.
"""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import asyncpg
import httpx

from bench.memory import servers_mb
from bench.report import Report
from bench.stage import FIRST_URN, GROUPS, PUPILS_A_GROUP, SCHOOLS, Stage, put_schools, python
from bench.steady import SECONDS, WARM_UP_SECONDS, steady
from bench.wrk import drive

SERVICES: Final = python("-m", "servicekit", "run", "register-api", "thresholds")
REGISTERS_BEFORE: Final = 100_000  # more than any other measurement posts of these schools
STEADY_URN: Final = FIRST_URN + 1000
PROBED_URN: Final = FIRST_URN + 2000
DAYS: Final = [f"2024-09-{day:02}" for day in (*range(2, 7), *range(9, 14), *range(16, 21))]
PROBES_A_SECOND: Final = 20
CATCH_UP_SECONDS: Final = 60

FOLLOWED: Final = """
SELECT coalesce(sum(position), 0)::bigint FROM eventlog.consumer_cursor
 WHERE consumer = 'thresholds' AND active AND school_id < $1
"""
LAG: Final = """
SELECT sum(l.position - coalesce(c.position, 0))::bigint FROM eventlog.school_log AS l
  LEFT JOIN eventlog.consumer_cursor AS c
    ON c.school_id = l.school_id AND c.consumer = 'thresholds' AND c.active
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """How long after a mark was accepted it showed, in milliseconds; None where it didn't."""

    figure_ms: float | None
    alert_ms: float | None


def measure_following(stage: Stage, report: Report) -> None:
    """Measure (f) following beside ingest, and (g) how soon figures and alerts show."""
    for first in (STEADY_URN, PROBED_URN):
        asyncio.run(put_schools(stage.database_url, range(first, first + SCHOOLS), GROUPS))
    with stage.serving(SERVICES, "/ready") as url:
        asyncio.run(_caught_up(stage))
        _beside_ingest(stage, url, report)
        report.add("following_rss_mb", servers_mb())
        shown = asyncio.run(_shown(stage, url))
    for name, found in (
        ("figure", [each.figure_ms for each in shown]),
        ("alert", [each.alert_ms for each in shown]),
    ):
        seen = sorted(each for each in found if each is not None)
        report.add(f"{name}_p50_ms", seen[len(seen) // 2])
        report.add(f"{name}_p99_ms", seen[int(len(seen) * 0.99)])
        report.add(f"{name}s_not_shown", len(found) - len(seen))


def _beside_ingest(stage: Stage, url: str, report: Report) -> None:
    """Post as fast as is taken; meanwhile count what is followed, and see how far it lags."""
    with _followed_meanwhile(stage, report):
        driven = drive(stage, url, "/register/v1", REGISTERS_BEFORE)
    report.add("ingested_marks_a_second", driven.marks_a_second)
    report.add("following_lag_marks", asyncio.run(_asked(stage, LAG)) * PUPILS_A_GROUP)
    began = time.perf_counter()
    asyncio.run(_caught_up(stage))
    report.add("following_caught_up_seconds", time.perf_counter() - began)


@contextmanager
def _followed_meanwhile(stage: Stage, report: Report) -> Iterator[None]:
    before, began = asyncio.run(_asked(stage, FOLLOWED, STEADY_URN)), time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    registers = asyncio.run(_asked(stage, FOLLOWED, STEADY_URN)) - before
    report.add("followed_marks_a_second", registers * PUPILS_A_GROUP / seconds)


async def _asked(stage: Stage, question: str, *arguments: object) -> int:
    conn = await asyncpg.connect(stage.database_url, server_settings={"rollbook.school": "*"})
    try:
        answer: int = await conn.fetchval(question, *arguments)
    finally:
        await conn.close()
    return answer


async def _caught_up(stage: Stage) -> None:
    async with asyncio.timeout(CATCH_UP_SECONDS):
        while await _asked(stage, LAG):
            await asyncio.sleep(0.05)


async def _shown(stage: Stage, url: str) -> list[Shown]:
    """Post at a steady rate from a thread of its own, and registers with an absence beside."""
    with ThreadPoolExecutor(1) as thread:
        posting = asyncio.get_running_loop().run_in_executor(
            thread, lambda: asyncio.run(steady(stage, url, DAYS, first_urn=STEADY_URN))
        )
        await asyncio.sleep(WARM_UP_SECONDS)
        headers = {"Authorization": f"Bearer {stage.token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            began = time.perf_counter()

            async def one(number: int) -> Shown:
                due = began + number / PROBES_A_SECOND
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                return await probe(client, number)

            shown = await asyncio.gather(*map(one, range(SECONDS * PROBES_A_SECOND)))
        await posting
    return shown


async def probe(client: httpx.AsyncClient, number: int) -> Shown:
    """Post a register with one pupil absent, of whom nothing was entered; wait until it shows."""
    urn, slot = PROBED_URN + number % SCHOOLS, number // SCHOOLS
    group, half = slot % GROUPS, ("AM", "PM")[slot // GROUPS % 2]
    absent = f"g{group}p{slot // GROUPS:02}"
    present = "/" if half == "AM" else "\\"
    marks = [{"pupil": f"g{group}p{each:02}", "code": present} for each in range(PUPILS_A_GROUP)]
    marks[slot // GROUPS]["code"] = "O"
    day = DAYS[slot // GROUPS // 2]
    posted = await client.post(
        f"/register/v1/schools/{urn}/registers/{day}/{half}/marks",
        json={"group": f"G{group}", "marks": marks},
        headers={"Idempotency-Key": f"{uuid4()}"},
    )
    posted.raise_for_status()
    accepted, position = time.perf_counter(), posted.json()["position"]
    school = f"/thresholds/v1/schools/{urn}"
    figure, alert = await asyncio.gather(
        _seen(
            client,
            f"{school}/pupils/{absent}/attendance?from=2024-09-01&to=2025-07-31",
            position,
            '"O":1',
        ),
        _seen(client, f"/thresholds/v1/alerts?urn={urn}&pupil={absent}", position, "persistent"),
    )
    return Shown(*(each and 1000 * (each - accepted) for each in (figure, alert)))


async def _seen(client: httpx.AsyncClient, path: str, position: int, what: str) -> float | None:
    """Wait for a view that has come to a position; tell when, if what is looked for is there."""
    answer = await client.get(f"{path}&min_position={position}")
    return time.perf_counter() if answer.is_success and what in answer.text else None

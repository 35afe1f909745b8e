"""A year of a secondary school: followed, rebuilt on one core, weighed, and followed the plain way.

The year is simulated, so that pupils are absent as pupils are, and alerts come and go.
"""

import asyncio
import json
import subprocess
import time
from collections.abc import Sequence
from typing import Any, Final

import asyncpg
from attendance.events import MarksRecorded
from eventlog import Connection, SchoolId, consume
from servicekit.clock import system_clock
from servicekit.database import of_school, open_pool
from servicekit.settings import Settings
from thresholds import service
from thresholds.processor import processor

from bench.naive import Naive
from bench.report import Report
from bench.school_years import OPENED_AT, opened, put, sessions_of, simulated
from bench.stage import Stage, python

URN: Final = 300_001
CLASSES: Final = 34  # a secondary school of a thousand pupils
REBUILDS: Final = 3
NAIVE_SECONDS: Final = 20.0

WEIGHED: Final = """
SELECT count(*) AS years, avg(pg_column_size(y.*))::float AS bytes_a_year,
       (SELECT avg(pg_column_size(p.*))::float FROM thresholds.pupil AS p
         WHERE p.school_id = $1) AS bytes_a_pupil,
       (SELECT coalesce(sum(pg_column_size(a.*)), 0)::float FROM thresholds.alert AS a
         WHERE a.school_id = $1) AS bytes_of_alerts
  FROM thresholds.pupil_year AS y WHERE y.school_id = $1
"""


def measure_replaying(stage: Stage, report: Report) -> None:
    """Measure (h) following a year, (i) rebuilding it, (j) what it weighs, (k) the plain way."""
    sessions = sessions_of(simulated(CLASSES))
    marks = sum(len(register.marks) for taken in sessions for register in taken)
    report.add("year_followed_marks_a_second", marks / asyncio.run(_followed(stage, sessions)))
    for _ in range(REBUILDS):
        found = _rebuilt(stage)
        report.add("rebuilt_marks_a_second", marks / found["seconds"])
        report.add("rebuilt_marks_a_cpu_second", marks / found["cpu_seconds"])
        report.add("rebuild_peak_mb", found["peak_mb"])
    asyncio.run(_weigh(stage, report))
    report.add("naive_marks_a_second", asyncio.run(_naive(stage, sessions)))


async def put_year(
    conn: Connection, urn: int, classes: int, sessions: Sequence[Sequence[MarksRecorded]]
) -> None:
    """Append a school, its pupils and the registers of its year."""
    await put(conn, urn, opened(simulated(classes)), at=OPENED_AT)
    for taken in sessions:
        await put(conn, urn, taken, at=taken[0].recorded_at)


async def followed(conn: Connection, school: int) -> float:
    """Follow a school to its head; give the seconds it took."""
    began = time.perf_counter()
    while await consume(conn, processor(system_clock), SchoolId(school)):
        pass
    return time.perf_counter() - began


async def _followed(stage: Stage, sessions: Sequence[Sequence[MarksRecorded]]) -> float:
    owner = await _owner(stage)
    await put_year(owner, URN, CLASSES, sessions)
    await owner.close()
    pool = await open_pool(Settings(DATABASE_URL=stage.database_url), service.role)
    async with pool, of_school(pool, URN) as conn:
        return await followed(conn, URN)


def _rebuilt(stage: Stage) -> dict[str, Any]:
    command = python("-m", "bench.pinned", stage.database_url, f"{URN}")
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    found: dict[str, Any] = json.loads(run.stdout)
    return found


async def _weigh(stage: Stage, report: Report) -> None:
    """Weigh rows as they are stored, without what the pages around them hold."""
    owner = await _owner(stage)
    row = await owner.fetchrow(WEIGHED, URN)
    await owner.close()
    report.add("bytes_a_pupil_and_year", row["bytes_a_year"])
    report.add("bytes_a_pupil", row["bytes_a_pupil"])
    report.add("bytes_of_alerts_a_pupil_and_year", row["bytes_of_alerts"] / row["years"])


async def _naive(stage: Stage, sessions: Sequence[Sequence[MarksRecorded]]) -> float:
    owner = await _owner(stage)
    naive = Naive(owner, opened(simulated(CLASSES)))
    half_way = len(sessions) // 2
    await naive.begin(sessions[:half_way])
    found = await naive.marks_a_second(sessions[half_way:], seconds=NAIVE_SECONDS)
    await owner.close()
    return found


async def _owner(stage: Stage) -> asyncpg.Connection:
    return await asyncpg.connect(stage.database_url, server_settings={"rollbook.school": "*"})

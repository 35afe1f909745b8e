"""`kill -9` of a real worker of imports: wherever it was, no register is doubled or lost."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from support.eventually import eventually
from support.imported import csv_of, job_of, rows_left, sent
from support.log import connected
from support.school import TODAY, URN, SmallSchool, accepted, small_school

PROGRAM: Final = Path(__file__).with_name("importer_process.py")
PATIENCE_SECONDS: Final = 60  # for a process to start, on the slowest machine
PUPILS: Final = ("p1", "p2", "p3", "p4")
GROUPS: Final = 10  # that each session's register is taken in, four pupils each
DAYS: Final = [
    TODAY - timedelta(days=n) for n in range(18) if (TODAY - timedelta(days=n)).weekday() < 5
]

# Where a worker waits to be killed: holding what it appended, or in a COMMIT that has begun.
GATES: Final = {
    "before its rows are deleted": """
CREATE TRIGGER gate BEFORE DELETE ON register.import_row
FOR EACH STATEMENT EXECUTE FUNCTION public.pass_gate()
""",
    "in its commit": """
CREATE CONSTRAINT TRIGGER gate AFTER UPDATE ON register.import_job
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.pass_gate()
""",
}
PASS_GATE: Final = """
CREATE FUNCTION public.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(51);
    RETURN NULL;
END
$$
"""
SHUT: Final = "SELECT pg_advisory_lock(51)"
OPEN: Final = "SELECT pg_advisory_unlock(51)"
AT_THE_GATE: Final = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 51 AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
IN_LOG: Final = """
SELECT payload->>'date' AS session_on, payload->>'session' AS half, payload->>'group' AS group_name,
       json_array_length(payload->'marks') AS marks
  FROM eventlog.event WHERE school_id = $1 AND kind LIKE 'MarksRecorded%'
"""


@pytest.mark.parametrize("gate", GATES)
async def test_after_a_kill_each_register_is_recorded_once(
    database_url: str, tmp_path: Path, gate: str
) -> None:
    async with (
        school_of_forty(database_url, tmp_path) as school,
        connected(database_url, role=None) as gatekeeper,
    ):
        await gatekeeper.execute(PASS_GATE)
        await gatekeeper.execute(GATES[gate])
        job = await sent(school, file_of_registers())

        await gatekeeper.execute(SHUT)
        async with worker(school):
            await eventually(
                lambda: gatekeeper.fetchval(AT_THE_GATE), within_seconds=PATIENCE_SECONDS
            )
        await gatekeeper.execute(OPEN)
        async with worker(school), worker(school):
            await eventually(lambda: ended(school, job), within_seconds=PATIENCE_SECONDS)

        await must_be_whole(school, job, gatekeeper)


@asynccontextmanager
async def school_of_forty(database_url: str, data_dir: Path) -> AsyncIterator[SmallSchool]:
    """Run a school whose registers are taken in ten groups."""
    async with small_school(database_url, data_dir) as school:
        for group, pupil in product(range(GROUPS), PUPILS):
            await accepted(school.admit(f"g{group}{pupil}", groups=[f"g{group}"]))
        yield school


def file_of_registers() -> str:
    """Write every register of some weeks, each group's pupils far apart in the file."""
    rows = [
        f"{on},{half},g{group}{pupil},{code},g{group}"
        for pupil, on, (half, code), group in product(
            PUPILS, DAYS, (("AM", "/"), ("PM", "\\")), range(GROUPS)
        )
    ]
    return csv_of(*rows, header="date,session,pupil,code,group")


@asynccontextmanager
async def worker(school: SmallSchool) -> AsyncIterator[None]:
    """Run a worker that is killed as the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(school.house.settings.database_url),
        school.house.clock.now.isoformat(),
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
        assert process.returncode is None, "the worker ended before it could be killed"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def ended(school: SmallSchool, job: str) -> bool:
    """Whether an import has come to its end."""
    return bool((await job_of(school, job))["status"] == "finished")


async def must_be_whole(school: SmallSchool, job: str, conn: asyncpg.Connection) -> None:
    """Hold the log, the register and the job to the file."""
    registers = len(DAYS) * 2 * GROUPS
    shown = await job_of(school, job)
    assert (shown["registers_stored"], shown["registers_refused"]) == (registers, 0)
    assert (shown["marks_recorded"], shown["marks_unchanged"]) == (registers * len(PUPILS), 0)
    assert (shown["rows"], shown["rows_done"]) == (registers * len(PUPILS),) * 2

    recorded = await conn.fetch(IN_LOG, URN)
    times = Counter((row["session_on"], row["half"], row["group_name"]) for row in recorded)
    assert len(times) == registers
    assert set(times.values()) == {1}
    assert {row["marks"] for row in recorded} == {len(PUPILS)}
    entries = await conn.fetchval("SELECT count(*) FROM register.mark WHERE school_id = $1", URN)
    assert entries == registers * len(PUPILS)
    await eventually(lambda: nothing_left(school), within_seconds=PATIENCE_SECONDS)


async def nothing_left(school: SmallSchool) -> bool:
    """Whether every staged row is gone."""
    return await rows_left(school) == 0

"""A rebuild that has one core: `python -m bench.pinned URL SCHOOL`, which prints a line of JSON.

This process and its session's process in the server are held to the same core, so that what the
database does is paid for too.
"""

import asyncio
import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop
from eventlog import Connection, SchoolId, rebuild_school
from servicekit.clock import system_clock
from servicekit.database import of_school, open_pool
from servicekit.process import quieten_collector
from servicekit.settings import Settings
from thresholds import service
from thresholds.processor import processor


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild took."""

    seconds: float
    cpu_seconds: float  # of this process and its session's: on a busy machine less than `seconds`
    peak_mb: float


async def rebuilt(conn: Connection, school: int) -> Rebuilt:
    """Rebuild one school's figures and alerts."""
    session = conn.get_server_pid()
    began, cpu = time.perf_counter(), time.process_time() + _cpu_seconds(session)
    await rebuild_school(conn, processor(system_clock), SchoolId(school))
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Rebuilt(
        seconds=time.perf_counter() - began,
        cpu_seconds=time.process_time() + _cpu_seconds(session) - cpu,
        peak_mb=peak_kb / 1024,
    )


async def rebuilt_on_one(database_url: str, school: int) -> Rebuilt:
    """Rebuild on the first core that this process may use, and on no other."""
    core = {min(os.sched_getaffinity(0))}
    os.sched_setaffinity(0, core)
    pool = await open_pool(Settings(DATABASE_URL=database_url), service.role)
    async with pool, of_school(pool, school) as conn:
        os.sched_setaffinity(conn.get_server_pid(), core)
        return await rebuilt(conn, school)


def _cpu_seconds(process: int) -> float:
    """Read what a process of this machine has had of its processors."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    uvloop.install()
    quieten_collector()  # as `rollbook rebuild` does
    found = asyncio.run(rebuilt_on_one(sys.argv[1], int(sys.argv[2])))
    sys.stdout.write(json.dumps(asdict(found)))

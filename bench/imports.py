"""Marks a second through an import, from the upload to the last register; and the memory it takes.

Two million marks, unless ROLLBOOK_BENCH_IMPORT_MARKS says another number: ten million take some
twenty minutes. The servers' memory is read each time another tenth of them is recorded.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from math import ceil
from typing import Any, Final

import httpx

from bench.memory import servers_mb
from bench.report import Report
from bench.stage import PUPILS_A_GROUP, Stage, put_schools, python

MARKS: Final = int(os.environ.get("ROLLBOOK_BENCH_IMPORT_MARKS", "2000000"))
GROUPS: Final = 34  # a secondary school of a thousand pupils
FIRST_URN: Final = 200_001
DAYS: Final = [
    on
    for on in (date(2024, 9, 2) + timedelta(days=n) for n in range(690))
    if on.weekday() < 5 and on.month != 8 and (on.month, on.day) != (7, 31)
]
LARGEST_FILE: Final = len(DAYS) * 2 * GROUPS * PUPILS_A_GROUP  # marks: all a school's pupils have
REGISTER: Final = python("-m", "servicekit", "run", "register-api")
ROWS_A_PART: Final = 1000
LOOK_SECONDS: Final = 0.5


def measure_imports(stage: Stage, report: Report) -> None:
    """Send files until there are as many marks, wait for them to be recorded, and read memory."""
    schools = range(FIRST_URN, FIRST_URN + ceil(MARKS / LARGEST_FILE))
    marks = MARKS // len(schools)
    asyncio.run(put_schools(stage.database_url, schools, GROUPS))
    headers = {"Authorization": f"Bearer {stage.token}"}
    with (
        stage.serving(REGISTER, "/ready") as url,
        httpx.Client(base_url=f"{url}/register/v1", headers=headers, timeout=None) as client,  # noqa: S113 - a file may take as long as it takes
    ):
        report.add("import_rss_idle_mb", servers_mb())
        began = time.perf_counter()
        jobs = [_sent(client, urn, marks) for urn in schools]
        report.add("import_rows_staged_a_second", MARKS / (time.perf_counter() - began))
        _wait(client, jobs, report)
        report.add("import_marks_a_second", MARKS / (time.perf_counter() - began))


def _sent(client: httpx.Client, urn: int, marks: int) -> str:
    """Send one school's file; name where its job is."""
    answer = client.post(
        f"/schools/{urn}/imports",
        content=_file(marks),
        headers={"Content-Type": "text/csv", "Idempotency-Key": "bench"},
    )
    answer.raise_for_status()
    return f"/schools/{urn}/imports/{answer.json()['id']}"


def _wait(client: httpx.Client, jobs: list[str], report: Report) -> None:
    """Wait for every job to end, and read the servers' memory ten times meanwhile."""
    tenth = 0
    while True:
        shown: list[dict[str, Any]] = [client.get(job).json() for job in jobs]
        reached = 10 * sum(job["rows_done"] for job in shown) // MARKS
        if reached > tenth:
            tenth = reached
            report.add(f"import_rss_at_{10 * tenth}_percent_mb", servers_mb())
        if all(job["finished_at"] for job in shown):
            break
        time.sleep(LOOK_SECONDS)
    report.add("import_problems", sum(job["problems"] for job in shown))


def _file(marks: int) -> Iterator[bytes]:
    """Write a file of ours, day by day and class by class."""
    rows = (
        f"{on},{half},g{group}p{pupil:02},{code},G{group}\n"
        for on in DAYS
        for half, code in (("AM", "/"), ("PM", "\\"))
        for group in range(GROUPS)
        for pupil in range(PUPILS_A_GROUP)
    )
    yield b"date,session,pupil,code,group\n"
    wanted = islice(rows, marks)
    while part := "".join(islice(wanted, ROWS_A_PART)):
        yield part.encode()

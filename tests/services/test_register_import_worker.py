"""Imports at work: uploads that break, workers side by side, live registers between, memory."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from eventlog import SchoolId, hold
from register_api.importing import clearing, receiving, storing, working
from register_api.importing.clearing import DEAD_AFTER, clear_away
from register_api.importing.staging import Incoming
from register_api.importing.working import Importer
from starlette.types import Message
from support.imported import (
    csv_of,
    imported,
    job_of,
    parts,
    rows_left,
    runtime_of,
    send,
    sent,
    work_off,
)
from support.log import connected
from support.school import PUPILS, TODAY, URN, SmallSchool, accepted, found, mark, small_school

DAYS: Final = [
    TODAY - timedelta(days=n) for n in range(18) if (TODAY - timedelta(days=n)).weekday() < 5
]
SESSIONS: Final = list(product(DAYS, (("AM", "/"), ("PM", "\\"))))
MIB: Final = 1024 * 1024
DETAIL: Final = "at the museum " * 6


def every_register() -> str:
    """Write three pupils' registers of some weeks."""
    return csv_of(
        *(f"{on},{half},{pupil},{code}" for pupil in PUPILS for on, (half, code) in SESSIONS)
    )


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a step of a register or two, so that there are many."""
    monkeypatch.setattr(working, "ROWS_A_STEP", 2 * len(PUPILS))


@pytest.mark.usefixtures("small_steps")
async def test_workers_side_by_side_record_everything_once(school: SmallSchool) -> None:
    jobs = [await sent(school, every_register()) for _ in range(2)]
    importers = [Importer(runtime_of(school)) for _ in range(3)]
    await asyncio.gather(*(importer.work_off() for importer in importers))

    shown = [await job_of(school, job) for job in jobs]
    marks = len(SESSIONS) * len(PUPILS)
    assert [job["status"] for job in shown] == ["finished", "finished"]
    assert sum(job["marks_recorded"] for job in shown) == marks
    assert sum(job["marks_unchanged"] for job in shown) == marks
    assert sum(job["problems"] for job in shown) == 0
    events = await found(
        school.client.get(f"{school.url}/events", params={"kind": "marks-recorded", "limit": 1000})
    )
    assert len(events["items"]) == len(SESSIONS)


@pytest.mark.usefixtures("small_steps")
async def test_registers_are_taken_and_pupils_admitted_while_an_import_runs(
    school: SmallSchool,
) -> None:
    job = await sent(school, every_register())

    async def take_by_hand() -> None:
        for number, (on, (half, code)) in enumerate(SESSIONS[:8]):
            pupil = f"new{number}"
            await accepted(school.admit(pupil))
            await accepted(school.enter([mark(pupil, code)], on=on, half=half))

    await asyncio.gather(Importer(runtime_of(school)).work_off(), take_by_hand())
    await work_off(school)

    shown = await job_of(school, job)
    assert (shown["status"], shown["problems"]) == ("finished", 0)
    assert shown["marks_recorded"] == len(SESSIONS) * len(PUPILS)
    on, (half, code) = SESSIONS[0]
    assert await school.codes(on, half) == dict.fromkeys((*PUPILS, "new0"), code)


async def test_a_school_whose_log_is_held_is_left_for_later(
    school: SmallSchool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "PATIENCE_MS", 10)
    job = await sent(school, every_register())
    async with connected(database_url, role=None) as conn, conn.transaction():
        await hold(conn, SchoolId(URN))
        await Importer(runtime_of(school)).work_off()
    waiting = await job_of(school, job)
    await work_off(school)

    assert (waiting["status"], waiting["rows_done"]) == ("queued", 0)
    assert (await job_of(school, job))["status"] == "finished"


async def test_an_upload_that_breaks_leaves_nothing_and_its_key_free(school: SmallSchool) -> None:
    await broken_upload(school, key="k")
    again = await send(school, every_register(), key="k")
    await work_off(school)

    assert again.status_code == HTTPStatus.ACCEPTED
    page = await found(school.client.get(f"{school.url}/imports"))
    assert [each["status"] for each in page["items"]] == ["finished"]
    assert await rows_left(school) == 0


async def broken_upload(school: SmallSchool, *, key: str) -> None:
    """Begin an upload and hang up in the middle."""
    half = every_register().encode()[:2000]
    coming: list[Message] = [
        {"type": "http.request", "body": half, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def answer(_message: Message) -> None:
        """Say nothing to nobody."""

    request = school.client.build_request(
        "POST",
        f"{school.url}/imports",
        headers={
            "Idempotency-Key": key,
            "Content-Type": "text/csv",
            "By-Name": "A. Smith",
            "By-Position": "Officer",
        },
    )
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": b"",
        "headers": headers,
        "server": ("rollbook", 80),
        "client": ("127.0.0.1", 1),
        "scheme": "http",
    }
    await school.house.app(scope, receive, answer)
    assert coming == []


async def test_an_upload_whose_server_died_keeps_its_key_for_two_minutes(
    school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_incoming: Incoming) -> None:
        """Leave everything as a killed process would."""

    with monkeypatch.context() as dying:
        dying.setattr(Incoming, "let_go", die)
        await broken_upload(school, key="k")
    school.house.clock.forward(minutes=2)
    early = await send(school, every_register(), key="k")
    school.house.clock.forward(seconds=1)
    late = await send(school, every_register(), key="k")
    await clear_away(runtime_of(school))

    assert early.json()["type"] == "/problems/command-in-flight"
    assert late.status_code == HTTPStatus.ACCEPTED
    assert await rows_left(school) == late.json()["rows"]


async def test_all_that_is_due_is_cleared_away_at_once(
    school: SmallSchool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "JOBS_AT_ONCE", 1)
    monkeypatch.setattr(clearing, "ROWS_AT_ONCE", 10)
    for _ in range(2):
        job = await sent(school, csv_of("2026-11-20,AM,p1,%", "x", *["2026-11-20,AM,p2,/"] * 30))
        await school.client.post(f"{school.url}/imports/{job}/cancellation")
        await broken_upload(school, key="k")
    await clear_away(runtime_of(school))
    async with connected(database_url, role=None) as conn:
        kept = await conn.fetch("SELECT status FROM register.import_job")

    assert await rows_left(school) == 0
    assert [each["status"] for each in kept] == ["cancelled"] * 2


async def test_an_upload_that_is_taken_for_dead_is_told_so(school: SmallSchool) -> None:
    async def long_pause() -> AsyncIterator[bytes]:
        yield every_register().encode()
        school.house.clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
        await clear_away(runtime_of(school))

    refused = await send(school, long_pause())
    await work_off(school)

    assert refused.status_code == HTTPStatus.REQUEST_TIMEOUT
    assert await school.codes() == {}


async def test_a_sender_that_falls_silent_is_not_waited_for(
    school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 0.01)

    async def silent() -> AsyncIterator[bytes]:
        yield b"date,session,pupil,code\n"
        await asyncio.Event().wait()

    refused = await send(school, silent())

    assert refused.status_code == HTTPStatus.REQUEST_TIMEOUT
    assert refused.json()["type"] == "/problems/upload-stopped"


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_over_the_limit_is_refused(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, announced: bool
) -> None:
    monkeypatch.setenv("ROLLBOOK_IMPORT_LIMIT_BYTES", "1000")
    content = every_register().encode()
    async with small_school(database_url, tmp_path, *PUPILS) as school:
        refused = await send(school, content if announced else parts([content]))
        taken = await send(school, csv_of("2026-11-20,AM,p1,/"))

    assert refused.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert refused.json()["type"] == "/problems/body-too-large"
    assert taken.status_code == HTTPStatus.ACCEPTED


async def test_a_file_of_any_size_takes_the_same_memory(school: SmallSchool) -> None:
    """The file is never whole in memory, nor are its rows."""
    await send(school, parts(rows_in_parts(3_000)))  # what is made once is made

    async def peak_of(rows: int) -> int:
        tracemalloc.start()
        try:
            await sent(school, parts(rows_in_parts(rows)))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = await peak_of(5_000), await peak_of(15_000)
    assert large - small < MIB / 2  # the file alone is larger, its rows far more so


def rows_in_parts(rows: int) -> Iterator[bytes]:
    """Write a file a few hundred rows at a time."""
    yield b"date,session,pupil,code,detail\n"
    for first in range(0, rows, 500):
        days = (date(2026, 9, 7) + timedelta(days=n % 70) for n in range(first, first + 500))
        yield b"".join(f"{on},AM,p{on.day},/,{DETAIL}\n".encode() for on in days)


async def test_the_register_role_keeps_each_schools_rows_apart(
    school: SmallSchool, database_url: str
) -> None:
    await imported(school, csv_of("2026-11-20,AM,p1,%"))
    await sent(school, csv_of("2026-11-20,AM,p1,/"))

    async def count(conn: asyncpg.Connection, table: str) -> int:
        counted: int = await conn.fetchval(f"SELECT count(*) FROM register.{table}")
        return counted

    tables = ("import_job", "import_row", "import_problem")
    async with connected(database_url, whose="999002") as conn:
        seen = [await count(conn, table) for table in tables]
    async with connected(database_url, whose="999001") as conn:
        own = [await count(conn, table) for table in tables]

    assert seen == [0, 0, 0]
    assert own == [2, 1, 1]

"""Scenario of `rollbook run` killed while registers are posted. Lists what it found."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias

import httpx
from servicekit.commands import REPLAYED_HEADER
from support.eventually import eventually
from support.house import House, house
from support.log import connected
from support.school import URN, SmallSchool, accepted, drawn, school_body

# Long past, since the server goes by the machine's clock, whatever that says.
YEAR: Final = "2024-25"
FIRST_DAY: Final = date(2024, 9, 2)  # a Monday
WEEKS: Final = 8
CALENDAR: Final = {
    "half_terms": [{"name": "Autumn", "starts": f"{FIRST_DAY}", "ends": "2024-12-13"}],
    "closures": [],
}
PUPILS: Final = ("p1", "p2", "p3")
POSTERS: Final = 6
ENOUGH: Final = 40  # registers acknowledged before the kill
PATIENCE_SECONDS: Final = 60  # for a process to start, on the slowest machine

ENTRIES: Final = """
SELECT session_on, half, count(*) AS entries, max(first_position) AS position FROM register.mark
 WHERE school_id = $1 GROUP BY session_on, half
"""
IN_LOG: Final = "SELECT position FROM eventlog.event WHERE school_id = $1 AND kind LIKE 'MarksRec%'"

Register: TypeAlias = tuple[date, str]


async def killed_while_posting(url: str, data_dir: Path) -> list[str]:
    """Kill the server among its answers, and look for every register it had answered 201."""
    async with _past_school(url, data_dir) as school:
        for pupil in PUPILS:
            await accepted(school.admit(pupil, starting_day=f"{FIRST_DAY}"))
        acknowledged = await _post_until_killed(url, data_dir, school.house)
    found = await _missing(url, acknowledged)
    async with _past_school(url, data_dir) as school:
        return found + await _posted_again(school, acknowledged)


@asynccontextmanager
async def _past_school(url: str, data_dir: Path) -> AsyncIterator[SmallSchool]:
    now = datetime.now(UTC)
    async with (
        house(url, data_dir, now=now, services=("register-api",)) as running,
        running.client() as client,
    ):
        school = SmallSchool(running, client)
        await accepted(client.put(school.url, json=school_body()))
        await accepted(client.put(f"{school.url}/calendars/{YEAR}", json=CALENDAR))
        yield school


async def _post_until_killed(url: str, data_dir: Path, running: House) -> dict[Register, int]:
    acknowledged: dict[Register, int] = {}
    waiting = _registers()
    async with _server(url, data_dir) as (process, address):
        async with running.client() as minted:
            authorised = {"Authorization": minted.headers["Authorization"]}
        async with httpx.AsyncClient(base_url=address, headers=authorised) as client:
            await eventually(lambda: _is_ready(client), within_seconds=PATIENCE_SECONDS)
            school = SmallSchool(running, client)
            posting = asyncio.gather(
                *(_post(school, waiting, acknowledged) for _ in range(POSTERS))
            )
            await eventually(lambda: len(acknowledged) >= ENOUGH, within_seconds=PATIENCE_SECONDS)
            process.send_signal(signal.SIGKILL)
            await posting
    return acknowledged


def _registers() -> list[Register]:
    days = [
        FIRST_DAY + timedelta(weeks=week, days=day) for week in range(WEEKS) for day in range(5)
    ]
    return [(on, half) for on in days for half in ("AM", "PM")]


@asynccontextmanager
async def _server(
    url: str, data_dir: Path
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("rollbook"),
        "run",
        "register-api",
        env={
            **os.environ,
            "DATABASE_URL": url,
            "ROLLBOOK_DATA_DIR": str(data_dir),
            "ROLLBOOK_PORT": str(port),
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/ready")).is_success
    except httpx.TransportError:
        return False


async def _post(
    school: SmallSchool, waiting: list[Register], acknowledged: dict[Register, int]
) -> None:
    """Post one register after another; the server's end is the end."""
    while waiting:
        on, half = waiting.pop(0)
        try:
            answer = await school.enter(_marks(half), on=on, half=half, key=f"{on}-{half}")
        except httpx.TransportError:
            return
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        acknowledged[on, half] = answer.json()["position"]


def _marks(half: str) -> list[dict[str, object]]:
    return drawn("//I", half, PUPILS)


async def _missing(url: str, acknowledged: Mapping[Register, int]) -> list[str]:
    async with connected(url) as conn:
        rows = await conn.fetch(ENTRIES, URN)
        in_log = {row["position"] for row in await conn.fetch(IN_LOG, URN)}
    entered = {(row["session_on"], row["half"]): row["position"] for row in rows}
    found = []
    if any(
        entered.get(register) != position or position not in in_log
        for register, position in acknowledged.items()
    ):
        found.append("a register that was answered 201 isn't there")
    if any(row["entries"] != len(PUPILS) for row in rows):
        found.append("half a register is there")
    if in_log != set(entered.values()):
        found.append("the log and the current register differ")
    return found


async def _posted_again(school: SmallSchool, acknowledged: Mapping[Register, int]) -> list[str]:
    """Post every register again under its key: what was acknowledged is answered as it was."""
    found = []
    for on, half in _registers():
        answer = await school.enter(_marks(half), on=on, half=half, key=f"{on}-{half}")
        if answer.status_code != HTTPStatus.CREATED:
            found.append(f"posted again, a register was answered {answer.status_code}")
        elif (on, half) in acknowledged and not (
            REPLAYED_HEADER in answer.headers
            and answer.json()["position"] == acknowledged[on, half]
        ):
            found.append("posted again, an acknowledged register was answered otherwise")
    return found

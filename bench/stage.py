"""The stage of a benchmark: a private PostgreSQL with fsync on, schools, servers to start.

Schools are appended straight to the log: putting them there is no part of what is measured.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import asyncpg
import httpx
from attendance.calendar import CalendarYear, HalfTerm
from attendance.codec import encode
from attendance.events import (
    CalendarPublished,
    Event,
    Phase,
    PupilAdmitted,
    SchoolDetails,
    SchoolRegistered,
    SessionTimes,
    Sex,
    Signatory,
)
from attendance.identifiers import AcademicYear, LaCode, PupilId, Urn
from attendance.session import Half
from attendance.streams import admissions_stream, school_stream
from eventlog import Command, NewEvent, SchoolId, append
from servicekit.embedded import embedded_postgres
from servicekit.migrate import migrate
from servicekit.settings import Settings
from servicekit.tokens import mint_local_token

SCHOOLS: Final = 40
GROUPS: Final = 4
PUPILS_A_GROUP: Final = 30
FIRST_URN: Final = 100_001
WORKERS: Final = 2
START_SECONDS: Final = 60

BENCH_CLERK: Final = Signatory("B. Clerk", "Attendance Officer")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a measurement has at hand."""

    database_url: str
    data_dir: Path
    token: str

    @contextmanager
    def serving(self, command: Sequence[str], ready: str, **settings: str) -> Iterator[str]:
        """Run a server while the block lasts.

        Args:
            command: with `{port}` where the port belongs.
            ready: the path that answers once it serves.
            settings: variables of its environment, over the usual ones.

        Yields:
            Its base URL.
        """
        port = _free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "ROLLBOOK_DATA_DIR": str(self.data_dir),
            "ROLLBOOK_WORKERS": str(WORKERS),
            "ROLLBOOK_PORT": str(port),
            "ROLLBOOK_LOG_FORMAT": "json",
            "ROLLBOOK_RATE_LIMIT_REQUESTS": "0",  # all that is sent comes from one client
            **settings,
        }
        started = [word.format(port=port) for word in command]
        with (self.data_dir / "server.log").open("ab") as log:
            server = subprocess.Popen(started, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own command
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url + ready)
            yield url
        finally:
            server.terminate()
            server.wait()


@contextmanager
def staged() -> Iterator[Stage]:
    """Set the stage: database, schema, schools and a token."""
    with TemporaryDirectory(prefix="rollbook-bench-") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        with embedded_postgres(data_dir / "postgres") as postgres:
            migrate(postgres.url)
            asyncio.run(put_schools(postgres.url, range(FIRST_URN, FIRST_URN + SCHOOLS), GROUPS))
            claims = {"urns": "*", "name": "B. Clerk", "position": "Attendance Officer"}
            token = mint_local_token(
                Settings(data_dir=data_dir), "register:read register:write alerts:read", claims
            )
            yield Stage(postgres.url, data_dir, token)


def python(*arguments: str) -> list[str]:
    """Name a command of this environment's Python."""
    return [sys.executable, *arguments]


async def put_schools(database_url: str, urns: Iterable[int], groups: int) -> None:
    """Put schools with their calendars, and so many groups of pupils, on the stage."""
    conn = await asyncpg.connect(database_url, server_settings={"rollbook.school": "*"})
    for urn in urns:
        now = datetime.now(UTC)
        events = [NewEvent(school_stream(Urn(urn)), *encode(each)) for each in _school(now)] + [
            NewEvent(admissions_stream(Urn(urn)), *encode(each)) for each in _pupils(now, groups)
        ]
        await append(conn, SchoolId(urn), events, command=Command(uuid4(), b""), recorded_at=now)
    await conn.close()


def _school(now: datetime) -> list[Event]:
    times = {
        Half.AM: SessionTimes(clock_time(8, 55), clock_time(9, 25)),
        Half.PM: SessionTimes(clock_time(13, 0), clock_time(13, 20)),
    }
    details = SchoolDetails(
        name="Bench School", la_code=LaCode("886"), phase=Phase.PRIMARY, times=times
    )
    registered = SchoolRegistered(details=details, recorded_by=BENCH_CLERK, recorded_at=now)
    calendars = [
        CalendarPublished(
            calendar=CalendarYear(
                AcademicYear(f"{year}-{year - 1999}"),
                (HalfTerm("All year", date(year, 9, 1), date(year + 1, 7, 30)),),
            ),
            recorded_by=BENCH_CLERK,
            recorded_at=now,
        )
        for year in (2024, 2025)
    ]
    return [registered, *calendars]


def _pupils(now: datetime, groups: int) -> list[Event]:
    return [
        PupilAdmitted(
            pupil=PupilId(f"g{group}p{number:02}"),
            legal_surname=f"Surname{number}",
            legal_forename="Forename",
            date_of_birth=date(2015, 1, 2),
            sex=Sex.FEMALE,
            upn=None,
            year_group="4",
            groups=(f"G{group}",),
            starting_day=date(2024, 9, 1),
            boarder=False,
            address=None,
            parents=(),
            characteristics=(),
            recorded_by=BENCH_CLERK,
            recorded_at=now,
        )
        for group in range(groups)
        for number in range(PUPILS_A_GROUP)
    ]


def _free_port() -> int:
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _await(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answered at {url}")

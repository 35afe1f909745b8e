"""Scenario of a database that is killed while events are appended. Lists what it found."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import asyncpg
from eventlog import Command, SchoolId, head
from servicekit.embedded import embedded_postgres
from servicekit.migrate import migrate
from support.embedded import server_process
from support.eventually import eventually
from support.log import OTHER_SCHOOL, SCHOOL, a_command, connected, note, whole_log
from support.postgres import create_database, database_of, on_database

WRITERS: Final = 4
EVENTS_A_COMMAND: Final = 3
ENOUGH: Final = 200  # commands acknowledged before the kill
GONE: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,  # the driver's, when a connection dies as an answer is being read
)

# Nobody writes the server's own log in the background, so that only a commit that waits is safe.
NO_WRITING_AHEAD: Final = {
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
    "wal_buffers": "64MB",
    "autovacuum": "off",
}

PROCESSES: Final = "SELECT pid FROM pg_stat_activity"
STORED: Final = """
SELECT count(*) AS events, max(position) AS position FROM eventlog.event
 WHERE school_id = $1 AND command_id = $2
"""


class Victim(Enum):
    """Who is killed: the whole server at once, or one session's process, which takes all down."""

    EVERY_PROCESS = "every process of the server"
    ONE_SESSION = "the process of one session"


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that was sent; `position` is None when no answer came."""

    school: SchoolId
    command: Command
    position: int | None


async def killed_while_appending(
    cluster: Path, victim: Victim, *, session: Mapping[str, str] | None = None
) -> list[str]:
    """Kill, start again, and look for every append that was acknowledged.

    Args:
        cluster: where a durable server's data is.
        session: settings of the sessions that append.
    """
    with embedded_postgres(cluster, settings=NO_WRITING_AHEAD) as postgres:
        url = await create_database(postgres.url)
        migrate(url)
        sent = await _append_until_killed(url, cluster, victim, session or {})
        if victim is Victim.ONE_SESSION:
            await eventually(lambda: _has_recovered(url), within_seconds=60)
    with embedded_postgres(cluster) as postgres:
        async with connected(on_database(postgres.url, database_of(url))) as conn:
            found = await _missing(conn, sent)
            found += await _sent_again(conn, sent)
            for school in (SCHOOL, OTHER_SCHOOL):
                positions = [event.position for event in await whole_log(conn, school)]
                if positions != list(range(1, await head(conn, school) + 1)):
                    found.append("positions aren't 1 to n")
            return found


async def _append_until_killed(
    url: str, cluster: Path, victim: Victim, session: Mapping[str, str]
) -> list[Sent]:
    sent: list[Sent] = []
    async with AsyncExitStack() as stack:
        writers = [
            await stack.enter_async_context(connected(url, settings=session))
            for _ in range(WRITERS)
        ]
        observer = await stack.enter_async_context(connected(url))
        writing = asyncio.gather(
            *(
                _append_until_gone(conn, (SCHOOL, OTHER_SCHOOL)[number % 2], sent)
                for number, conn in enumerate(writers)
            )
        )
        await eventually(lambda: len(sent) >= ENOUGH, within_seconds=60)
        if victim is Victim.EVERY_PROCESS:
            children = [row["pid"] for row in await observer.fetch(PROCESSES)]
            _kill(server_process(cluster), *children)
        else:
            _kill(writers[0].get_server_pid())
        await writing
    return sent


def _kill(*processes: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # a vacuum worker may have ended by itself meanwhile
            os.kill(process, signal.SIGKILL)


async def _has_recovered(url: str) -> bool:
    try:
        async with connected(url):
            return True
    except GONE:
        return False


async def _append_until_gone(conn: asyncpg.Connection, school: SchoolId, sent: list[Sent]) -> None:
    while True:
        command = a_command()
        try:
            appended = await note(conn, school, EVENTS_A_COMMAND, command=command)
        except GONE:
            sent.append(Sent(school, command, None))
            return
        sent.append(Sent(school, command, appended.position))


async def _missing(conn: asyncpg.Connection, sent: Sequence[Sent]) -> list[str]:
    lost = 0
    for each in sent:
        stored = await conn.fetchrow(STORED, each.school, each.command.id)
        as_answered = (EVENTS_A_COMMAND, each.position)
        if each.position is not None and (stored["events"], stored["position"]) != as_answered:
            lost += 1
    return [f"{lost} acknowledged appends are missing"] if lost else []


async def _sent_again(conn: asyncpg.Connection, sent: Sequence[Sent]) -> list[str]:
    """Send everything again, as whoever got no answer would: each must be stored once."""
    found = []
    for each in sent:
        again = await note(conn, each.school, EVENTS_A_COMMAND, command=each.command)
        stored = await conn.fetchrow(STORED, each.school, each.command.id)
        if stored["events"] != EVENTS_A_COMMAND or again.position != stored["position"]:
            found.append("a command sent again was not stored once")
    return found

"""How a process with a database of its own ends: the database ends with it, whoever ends it."""

import asyncio
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from support.command import ROLLBOOK, answers, environment
from support.embedded import note_of, open_place, server_process
from support.eventually import eventually

LISTENING = "0A"  # TCP_LISTEN, as Linux writes it in /proc/net/tcp


@pytest.mark.parametrize(
    ("ending", "workers"),
    [(signal.SIGTERM, 1), (signal.SIGHUP, 1), (signal.SIGINT, 1), (signal.SIGHUP, 2)],
)
async def test_whoever_ends_the_process_ends_its_database_too(
    ending: signal.Signals, workers: int
) -> None:
    with open_place() as place, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        # An empty DATABASE_URL is none, as an environment file leaves it.
        variables = environment(
            place, DATABASE_URL="", ROLLBOOK_PORT=f"{port}", ROLLBOOK_WORKERS=f"{workers}"
        )
        process = await asyncio.create_subprocess_exec(
            ROLLBOOK,
            "run",
            "register-api",
            env=variables,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=_hear_hang_ups,
        )
        try:
            await eventually(lambda: answers(f"http://127.0.0.1:{port}/ready"), within_seconds=60)
            server = server_process(place / "postgres")
        finally:
            process.send_signal(ending)
            _, errors = await process.communicate()

        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors
        assert not note_of(place / "postgres").exists()
        with pytest.raises(ProcessLookupError):
            os.kill(server, 0)


async def test_a_worker_that_is_killed_takes_no_connection_with_it(database_url: str) -> None:
    with open_place() as place, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        url = f"http://127.0.0.1:{port}/live"
        variables = environment(
            place, DATABASE_URL=database_url, ROLLBOOK_PORT=f"{port}", ROLLBOOK_WORKERS="2"
        )
        process = await asyncio.create_subprocess_exec(
            ROLLBOOK, "run", "register-api", env=variables, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            # Until both are up, there is nobody to answer instead of the one that is killed.
            await eventually(lambda: _listening_at(port) == 2, within_seconds=60)
            workers = _workers_of(process.pid)
            os.kill(workers[0], signal.SIGKILL)
            await eventually(lambda: workers[0] not in _workers_of(process.pid))

            # As many new connections as surely meet every socket there is.
            answered = [await answers(url) for _ in range(40)]
        finally:
            process.terminate()
            await process.wait()

        assert len(workers) == 2
        assert all(answered)


def _hear_hang_ups() -> None:
    """Undo `nohup`, under which the suite may run: who is told not to hear of them doesn't."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _listening_at(port: int) -> int:
    """Count the sockets that take connections at a port; every worker has its own."""
    listed = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [(each[1].partition(":")[2], each[3]) for each in listed].count(
        (f"{port:04X}", LISTENING)
    )


def _workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in _command_of(child)]


def _command_of(pid: str) -> bytes:
    """Read how a process was called; nothing once it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""

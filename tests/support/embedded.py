"""A private PostgreSQL that a test starts, questions and kills."""

import asyncio
import os
import pwd
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from servicekit.embedded import embedded_postgres

AS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")  # whom root lends to the server


@contextmanager
def open_place() -> Iterator[Path]:
    """Make a folder with a short name that any account may pass through; pytest's are closed."""
    with TemporaryDirectory(prefix="rollbook-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def made_cluster() -> Iterator[Path]:
    """Make a cluster, and leave it stopped in the folder that is yielded."""
    with open_place() as place:
        with embedded_postgres(place / "postgres"):
            pass
        yield place / "postgres"


def ask(url: str, statement: str) -> str:
    """Ask the server for one value, as text."""

    async def answer() -> str:
        connection = await asyncpg.connect(url, timeout=30)
        try:
            return str(await connection.fetchval(statement))
        finally:
            await connection.close()

    return asyncio.run(answer())


def remember(url: str, what: str) -> None:
    """Commit one row, in the place of whatever was remembered before."""
    ask(url, "DROP TABLE IF EXISTS kept")
    ask(url, f"CREATE TABLE kept AS SELECT '{what}' AS what")


def recall(url: str) -> str:
    """Read the row that was committed."""
    return ask(url, "SELECT what FROM kept")


def note_of(folder: Path) -> Path:
    """Name the file in which a server says that it runs."""
    return folder / "pgdata" / "postmaster.pid"


def server_process(folder: Path) -> int:
    """Read the number of the server's first process."""
    return int(note_of(folder).read_text().split()[0])


def kill_server(folder: Path) -> None:
    """End the server's first process as a power cut would."""
    os.kill(server_process(folder), signal.SIGKILL)

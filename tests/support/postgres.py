"""A PostgreSQL for the test session, and a database for each test, copied from a migrated template.

Torture tests that kill a server start one of their own: this one forgets what it was told when it
is killed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from servicekit.embedded import embedded_postgres

# The cluster is thrown away with the session, so nothing is gained by waiting for the disk.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
ENOUGH_BYTES = 2 * 1024**3  # the cluster and a hundred databases; a container may have 64 MB


@contextmanager
def server_for_tests() -> Iterator[str]:
    """Run a private server while the block lasts, or borrow the one at DATABASE_URL.

    Yields:
        The URL of a database on it whose user may create others.
    """
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with (
        TemporaryDirectory(prefix="rollbook-tests-", dir=_quickest_place()) as folder,
        embedded_postgres(Path(folder), settings=FORGETFUL) as postgres,
    ):
        yield postgres.url


async def create_database(server_url: str, *, template: str = "template0") -> str:
    """Create a database under a name of its own.

    Args:
        template: the database to copy; nobody may be connected to it.

    Returns:
        The new database's URL.
    """
    name = f"rollbook_test_{uuid4().hex}"
    # Copying files costs two checkpoints, which are nothing where the disk isn't waited for.
    await _execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return on_database(server_url, name)


async def drop_database(server_url: str, url: str) -> None:
    """Drop the database that the URL points at, whoever is still connected to it."""
    await _execute(server_url, f"DROP DATABASE {database_of(url)} WITH (FORCE)")


def on_database(server_url: str, name: str) -> str:
    """Point the URL at another database of the same server."""
    parts = urlsplit(server_url)
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


def database_of(url: str) -> str:
    """Name the database that the URL points at."""
    return urlsplit(url).path.removeprefix("/")


def _quickest_place() -> Path | None:
    """Choose memory over disk, which makes a database in a tenth of the time, if it has room."""
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES else None


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

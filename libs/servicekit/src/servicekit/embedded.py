"""A private PostgreSQL for one machine and one folder, where no database is installed.

A real server, its disk writes on, reached by a socket and never by TCP; one process holds a folder
at a time. It isn't for several machines: there, DATABASE_URL names a PostgreSQL that somebody runs.

    folder/
    ├── lock             held by the process that runs the server
    ├── pgdata/          the cluster, for the server's account alone
    ├── socket/          where it listens, for the server's account alone
    ├── postgres.log     what it said in this run
    └── server-…/        as root only: a copy of the programs
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from servicekit.embedded_cluster import PORT, Cluster, running
from servicekit.embedded_programs import programs_for
from servicekit.errors import EmbeddedPostgresError

_NONE_OF_THEIR_OWN: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running server: its folder, and the URL of its first database as the superuser."""

    folder: Path
    url: str


@contextmanager
def embedded_postgres(
    folder: Path, *, settings: Mapping[str, str] = _NONE_OF_THEIR_OWN
) -> Iterator[EmbeddedPostgres]:
    """Run the PostgreSQL of this folder while the block lasts.

    Makes the cluster the first time, recovers after a killed server, and takes the place of one
    that outlived its starter.

    Args:
        folder: a folder of its own, made if missing. As root, every account must be able to pass
            through those above it; their permissions are never changed.
        settings: PostgreSQL's own, by name; they win over ours. `fsync` is on unless they turn it
            off, which only a cluster that is soon thrown away may do.

    Raises:
        EmbeddedPostgresError: another process holds the folder, or the server doesn't come up.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(folder.stat().st_mode | 0o011)  # the server, which isn't root, passes through
    with _held(folder):
        cluster = Cluster(folder, programs_for(folder))
        with running(cluster, settings):
            url = f"postgresql://postgres@/postgres?host={cluster.socket_folder}&port={PORT}"
            yield EmbeddedPostgres(folder, url)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep other processes out. The system lets go when ours ends, however it ends."""
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise EmbeddedPostgresError(
                f"{folder} is in use by another Rollbook, process {lock.read().strip()}. Stop that "
                "one, or set ROLLBOOK_DATA_DIR to another folder."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield

"""One private PostgreSQL cluster: made once, then run while a block lasts.

Expects to be alone with its folder: `embedded` holds the lock around all of it. Holds no SQL.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from servicekit.embedded_programs import POSTGRES_MAJOR, Programs
from servicekit.embedded_recovery import end_leftover
from servicekit.errors import EmbeddedPostgresError

PORT: Final = 5432  # nothing listens on TCP: it is the last part of the socket's name

_SETTINGS: Final[Mapping[str, str]] = {
    "fsync": "on",
    "max_connections": "100",  # said, because initdb settles for fewer where memory is short
    # A statement's error is told to its caller. Written to this log, it could quote a pupil.
    "log_min_messages": "log",
}
# No password: the socket is in a folder that its owner alone can enter.
_ACCESS: Final = ("--username=postgres", "--auth-local=trust", "--auth-host=reject")
# PostgreSQL's own collation: an index keeps its order when the system's C library is upgraded.
_LOCALE: Final = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--set=timezone=Etc/UTC",
)
_LONGEST_SOCKET_PATH: Final = 107  # bytes that a socket's address holds on Linux
# Needs no quoting in a URL, in a driver's list of hosts, or in PostgreSQL's list of folders.
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9/_.+-]+")

_INITDB_SECONDS: Final = 120.0  # takes about one; a slow disk has a thousand files to sync
_START_SECONDS: Final = 300.0  # a fraction of one; after a crash, a gigabyte of log to replay
_LINGER_SECONDS: Final = 30.0  # a killed server's child first ends the statement it is busy with
_STOP_SECONDS: Final = 60.0  # for a last checkpoint; then it is cut off, and recovers when started
_POLL_SECONDS: Final = 0.02
_LINGERING: Final = "pre-existing shared memory block"  # PostgreSQL's words for such a child


@dataclass(frozen=True, slots=True)
class Cluster:
    """The places of one cluster, and the programs that work on it."""

    folder: Path
    programs: Programs

    @property
    def pgdata(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.folder / "pgdata"

    @property
    def log(self) -> Path:
        """What the server says in this run; the run before is kept beside it, no older one."""
        return self.folder / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """Where the server listens: inside, or elsewhere if the path is too long for a socket."""
        inside = self.folder / "socket"
        longest = len(str(inside / f".s.PGSQL.{PORT}"))
        if longest <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(inside)):
            return inside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir(), f"rollbook-{name}")


@contextmanager
def running(cluster: Cluster, settings: Mapping[str, str]) -> Iterator[None]:
    """Run the cluster's server while the block lasts, making the cluster first if there is none.

    Raises:
        EmbeddedPostgresError: the cluster isn't ours to run, or its server doesn't come up.
    """
    if not cluster.pgdata.exists():
        _make(cluster)
    _refuse_foreign(cluster)
    end_leftover(cluster.pgdata, cluster.programs)
    _make_private(cluster.socket_folder, cluster.programs)
    if cluster.log.exists():
        cluster.log.replace(cluster.log.with_suffix(".previous.log"))
    process = _launch(cluster, settings)
    try:
        lingering_until = time.monotonic() + _LINGER_SECONDS
        while not _comes_up(cluster, process):
            if _LINGERING not in cluster.log.read_text() or time.monotonic() > lingering_until:
                raise EmbeddedPostgresError(_why_not(cluster))
            time.sleep(_POLL_SECONDS)
            process = _launch(cluster, settings)
        yield
    finally:
        _stop(process)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def _make(cluster: Cluster) -> None:
    """Make the cluster under another name first, so that an interruption leaves no half of one."""
    unfinished = cluster.folder / "pgdata-unfinished"
    _make_private(unfinished, cluster.programs)
    arguments = [f"--pgdata={unfinished}", *_ACCESS, *_LOCALE]
    made = cluster.programs.run("initdb", arguments, limit_seconds=_INITDB_SECONDS)
    if made.returncode != 0:
        raise EmbeddedPostgresError(f"PostgreSQL couldn't make {cluster.pgdata}:\n{made.stdout}")
    unfinished.rename(cluster.pgdata)
    folder = os.open(cluster.folder, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name must outlast a power cut as the files do
    finally:
        os.close(folder)


def _make_private(path: Path, programs: Programs) -> None:
    """Make the folder anew, open to the programs' account alone."""
    shutil.rmtree(path, ignore_errors=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError as error:
        raise EmbeddedPostgresError(f"{path} is in the way, and not ours to remove.") from error
    if programs.as_another:
        os.chown(path, programs.uid, programs.gid)


def _refuse_foreign(cluster: Cluster) -> None:
    if cluster.pgdata.stat().st_uid != cluster.programs.uid:
        raise EmbeddedPostgresError(
            f"{cluster.pgdata} belongs to another account. Run Rollbook as the user who made it, "
            "or set ROLLBOOK_DATA_DIR to another folder."
        )
    version = (cluster.pgdata / "PG_VERSION").read_text().strip()
    if version != POSTGRES_MAJOR:
        raise EmbeddedPostgresError(
            f"{cluster.pgdata} was written by PostgreSQL {version}, and this Rollbook carries "
            f"{POSTGRES_MAJOR}. Move the contents over with pg_dump, or set ROLLBOOK_DATA_DIR to "
            "another folder."
        )


def _launch(cluster: Cluster, settings: Mapping[str, str]) -> subprocess.Popen[str]:
    in_force = {
        **_SETTINGS,
        **settings,
        "port": str(PORT),
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.socket_folder),
    }
    arguments = ["-D", str(cluster.pgdata), *(f"--{key}={is_}" for key, is_ in in_force.items())]
    with cluster.log.open("w") as log:
        return cluster.programs.spawn("postgres", arguments, output=log)


def _comes_up(cluster: Cluster, process: subprocess.Popen[str]) -> bool:
    """Wait until the server answers; false when it ended instead, or ran out of time."""
    asked = [f"--host={cluster.socket_folder}", f"--port={PORT}", "--username=postgres"]
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if cluster.programs.run("pg_isready", asked, limit_seconds=_START_SECONDS).returncode == 0:
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _why_not(cluster: Cluster) -> str:
    last_lines = "\n".join(cluster.log.read_text().splitlines()[-10:])
    return f"PostgreSQL didn't start in {cluster.folder}. Its log ends:\n{last_lines}"


def _stop(process: subprocess.Popen[str]) -> None:
    """Shut down fast: let nobody in, roll back what is open, write everything down."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # at once, as in a crash: what is committed stays
        process.wait(_STOP_SECONDS)

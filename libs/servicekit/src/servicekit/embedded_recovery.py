"""What an earlier run left behind in a cluster: a server that lives on, or the note of a dead one.

Ends the one and clears away the other. Believes a connection, never a process number.
"""

import socket
from pathlib import Path
from typing import Final

from servicekit.embedded_programs import Programs
from servicekit.errors import EmbeddedPostgresError

_STOP_SECONDS: Final = 60  # for a last checkpoint; then it is cut off, and recovers when started
_CONNECT_SECONDS: Final = 10.0


def end_leftover(pgdata: Path, programs: Programs) -> None:
    """Stop the server that outlived its starter, or clear the note that a killed one left.

    The number in the note may be some other program's by now, and PostgreSQL would refuse to start
    for it. Clearing the note is safe: PostgreSQL looks besides for children of the dead server that
    still hold the cluster's memory.

    Raises:
        EmbeddedPostgresError: the server doesn't stop.
    """
    note = pgdata / "postmaster.pid"
    if not note.exists():
        return
    lines = note.read_text().splitlines()
    if not _is_alive(lines, pgdata):
        note.unlink(missing_ok=True)
        return
    for mode in ("fast", "immediate"):
        stopped = programs.run(
            "pg_ctl",
            ["stop", f"--pgdata={pgdata}", f"--mode={mode}", f"--timeout={_STOP_SECONDS}"],
            limit_seconds=_STOP_SECONDS + 10,
        )
        if stopped.returncode == 0:
            return
    raise EmbeddedPostgresError(
        f"A PostgreSQL that an earlier run left on {pgdata} doesn't stop: end process {lines[0]}."
    )


def _is_alive(note: list[str], pgdata: Path) -> bool:
    match note:
        # A note that names another folder came with a copy of that folder: its server isn't ours.
        case [_, folder, _, port, socket_folder, *_] if folder == str(pgdata) and _listens(
            Path(socket_folder, f".s.PGSQL.{port}")
        ):
            return True
        case [process, *_]:
            return _works_in(process, pgdata)
        case _:
            return False


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_CONNECT_SECONDS)
        try:
            client.connect(str(path))
        except OSError:
            return False
        return True


def _works_in(process: str, pgdata: Path) -> bool:
    """Tell a server too young to listen from a stranger that has its number: by where it works."""
    try:
        return Path(f"/proc/{process}/cwd").samefile(pgdata)
    except OSError:
        return False

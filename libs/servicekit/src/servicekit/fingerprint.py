"""Tells the code that makes a read model: what the same code left half made can be gone on with.

Careful to a fault. Packages of others count by their version, our own by every byte, since a
version of ours may stand for many states of it; and the schema by its newest migration. What
differs may well make the same rows, but nobody can tell.
"""

import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path
from typing import Final

from eventlog import Connection

# What every read model is made by, beside the package of its service.
LIBRARIES: Final = ("attendance", "eventlog", "servicekit")

SCHEMA: Final = "SELECT eventlog.schema_revision()"


async def fingerprint_of(conn: Connection, package: str) -> str:
    """Tell the code of one service, all that it builds on, and the schema it writes to."""
    schema: str = await conn.fetchval(SCHEMA)
    said = hashlib.sha256()
    for part in (schema, sys.version, *sorted(_versions()), *_sources(package)):
        said.update(hashlib.sha256(part.encode()).digest())
    return said.hexdigest()


def _versions() -> Iterator[str]:
    for each in distributions():
        yield f"{each.name} {each.version}"


def _sources(package: str) -> Iterator[str]:
    """Give every file of our own, each by its name and what it holds."""
    for each in (*LIBRARIES, package):
        root = Path(str(files(each)))
        for file in sorted(root.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                held = hashlib.sha256(file.read_bytes()).hexdigest()
                yield f"{each}/{file.relative_to(root)} {held}"

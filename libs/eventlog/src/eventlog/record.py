"""What goes into the log and what comes out of it. Values only; no SQL.

A payload is opaque here: text whose exact bytes are kept and hashed.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NewType
from uuid import UUID

SchoolId = NewType("SchoolId", int)

SALT_BYTES = 16  # so that a short payload can't be guessed from its published hash
LEAF_PREFIX = b"\x00"  # RFC 6962: keeps a leaf from being passed off as an inner node


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to append: its stream, its kind and its payload as JSON text."""

    stream_id: UUID
    kind: str
    payload: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of an append: the stream is still at the version it was read at."""

    stream_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Command:
    """What asked for the append: an id, and a hash of all it said.

    The same id and hash again is a retry and stores nothing; another hash is refused.
    """

    id: UUID
    hash: bytes


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the school's log stood after the command; `replayed` when it was stored before."""

    position: int
    replayed: bool


class StoredEvent(NamedTuple):
    """An event as it stands in the log.

    A named tuple and not a dataclass (decision 0012): a rebuild reads them by the million.
    """

    school_id: SchoolId
    position: int
    stream_id: UUID
    version: int
    kind: str
    recorded_at: datetime
    payload: str


def new_salt() -> bytes:
    """Draw the salt of one event from the system's randomness."""
    return os.urandom(SALT_BYTES)


def leaf_hash(salt: bytes, payload: str) -> bytes:
    """Hash one event as a leaf: sha256(0x00, salt, the payload's UTF-8 bytes), 32 bytes."""
    return hashlib.sha256(LEAF_PREFIX + salt + payload.encode()).digest()


def recording_year(recorded_at: datetime) -> int:
    """Name the recording year an instant falls in: 1 August to 31 July UTC, by its first year."""
    return recorded_at.year if recorded_at.month >= 8 else recorded_at.year - 1

"""A pupil's academic year, packed: one byte a session, and where the log holds each absence.

A pupil and year is one row that every register of theirs rewrites, so it is kept to some 700 bytes:
`sessions` holds a code's byte in the session's slot, twice the days since 1 August plus one for the
afternoon, as far as the last entry; `absences` holds the log position of each absence, since those
become evidence.
Knows no SQL and judges nothing.
"""

import struct
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from attendance.codes import ATTENDING, AUTHORISED, POSSIBLE, UNAUTHORISED, Code
from attendance.events import EvidenceEntry
from attendance.session import FIRST_MONTH, Half, Session, first_year_of

# A code's byte is its place here, from 1. Stored for years: codes may be added at the end only
# (a test holds the order); 0 is a session without an entry.
ORDER: Final = (
    *("/", "\\", "L", "K", "V", "P", "W", "B", "D", "C1", "M", "J1", "S", "X", "C2", "C", "T"),
    *("R", "I", "E", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "G", "N", "O", "U", "Z", "#"),
    *("H", "J", "Y", "F"),
)
CODE_OF: Final[tuple[Code | None, ...]] = (None, *(Code(value) for value in ORDER))
BYTE_OF: Final = {code: byte for byte, code in enumerate(CODE_OF) if code is not None}


def _bytes(codes: frozenset[Code]) -> frozenset[int]:
    return frozenset(BYTE_OF[code] for code in codes)


# By byte and not by code: an enumeration's members are hashed in Python, once a mark too often.
ATTENDING_BYTES: Final = _bytes(ATTENDING)
UNAUTHORISED_BYTES: Final = _bytes(UNAUTHORISED)
ABSENT_BYTES: Final = _bytes(AUTHORISED | UNAUTHORISED)
POSSIBLE_BYTES: Final = _bytes(POSSIBLE)

ABSENCE: Final = struct.Struct("<HQ")  # slot, position in the school's log
LONGEST: Final = 2 * 366


# Deleted from a year's sessions, they leave those to count.
NOT_POSSIBLE: Final = bytes({*range(len(CODE_OF))} - POSSIBLE_BYTES)
NOT_ABSENT: Final = bytes({*range(len(CODE_OF))} - ABSENT_BYTES)
NOT_UNAUTHORISED: Final = bytes({*range(len(CODE_OF))} - UNAUTHORISED_BYTES)


class Place(NamedTuple):
    """Where a session's entry stands: the academic year, by its first calendar year, and slot."""

    year: int
    slot: int


@dataclass(slots=True)
class PupilYear:
    """One pupil's entries in force of one academic year; changes as the log is followed."""

    sessions: bytearray
    positions: dict[int, int]  # of the absences, by slot

    @classmethod
    def unpacked(cls, sessions: bytes, absences: bytes) -> "PupilYear":
        """Unpack what `packed` gave; from nothing, a year without entries."""
        return cls(bytearray(sessions), dict(ABSENCE.iter_unpack(absences)))

    def packed(self) -> tuple[bytes, bytes]:
        """Pack into sessions and absences; the same entries give the same bytes."""
        absences = b"".join([ABSENCE.pack(*each) for each in sorted(self.positions.items())])
        return bytes(self.sessions), absences

    def enter(self, slot: int, byte: int, position: int) -> None:
        """Put an entry in force, original or amended; its code is given as its byte."""
        sessions = self.sessions
        if slot >= len(sessions):
            sessions.extend(bytes(slot + 1 - len(sessions)))
        sessions[slot] = byte
        if byte in ABSENT_BYTES:
            self.positions[slot] = position
        elif self.positions:
            self.positions.pop(slot, None)

    @property
    def possible(self) -> int:
        """How many entries are of possible sessions."""
        return len(self.sessions.translate(None, NOT_POSSIBLE))

    @property
    def absent(self) -> int:
        """How many entries are absences."""
        return len(self.sessions.translate(None, NOT_ABSENT))

    @property
    def unauthorised(self) -> int:
        """How many entries are unauthorised absences."""
        return len(self.sessions.translate(None, NOT_UNAUTHORISED))

    def entries(self, year: int) -> list[EvidenceEntry]:
        """List the entries in force, oldest first; the position of one that is no absence is 0."""
        held, positions = sessions_of(year), self.positions
        return [
            EvidenceEntry(held[slot], code, positions.get(slot, 0))
            for slot, byte in enumerate(self.sessions)
            if (code := CODE_OF[byte]) is not None
        ]


def place_of(session: Session) -> Place:
    """Find where a session's entry stands."""
    on = session.on
    year = first_year_of(on)
    slot = 2 * (on.toordinal() - first_day(year).toordinal())
    return Place(year, slot + (session.half is Half.PM))


def first_day(year: int) -> date:
    """The day an academic year begins on."""
    return date(year, FIRST_MONTH, 1)


@cache  # as many as there are years in the log
def sessions_of(year: int) -> tuple[Session, ...]:
    """Every possible session of an academic year, by slot."""
    days = (first_day(year) + timedelta(days=days) for days in range(LONGEST // 2))
    return tuple(Session(on, half) for on in days for half in Half)


def counted(sessions: bytes, first: int, last: int) -> Counter[Code]:
    """Count packed entries by code, from one slot to another, both included."""
    bytes_seen = Counter(sessions[max(first, 0) : last + 1])
    return Counter({code: n for byte, n in bytes_seen.items() if (code := CODE_OF[byte])})

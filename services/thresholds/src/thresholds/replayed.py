"""Registers as a rebuild takes them: from the log's JSON into packed years, with nothing between.

They are nearly all that a rebuild reads, and every one was read in full and judged before, by the
version in use. So no object is made of a mark, and no rule is asked. Pure; no SQL.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from attendance.errors import MalformedEvent
from attendance.identifiers import PupilId
from attendance.session import Half, Session
from eventlog import StoredEvent
from pydantic_core import from_json

from thresholds.dropped import Dropped
from thresholds.packing import ABSENT_BYTES, BYTE_OF, LONGEST, Place, PupilYear, place_of
from thresholds.relevance import may_wake
from thresholds.tables import Years

KIND: Final = "MarksRecorded.v1"

BYTE_OF_TEXT: Final = {code.value: byte for code, byte in BYTE_OF.items()}
MAY_WAKE: Final = frozenset(byte for byte in BYTE_OF.values() if may_wake(byte))

REMEMBERED: Final = 1024  # sessions; the registers of one come one after the other


class Register(NamedTuple):
    """A register, or some of it: each pupil, and in the same place the byte of their code."""

    position: int  # of the event in the school's log
    place: Place
    pupils: Sequence[PupilId]
    codes: Sequence[int]


def registers_in(events: Iterable[StoredEvent]) -> list[Register]:
    """Read events of kind `KIND`, in their order.

    Raises:
        MalformedEvent: the JSON isn't what the kind promises.
    """
    try:
        return [_read(event) for event in events]
    except (KeyError, TypeError, ValueError):
        # Without its cause, which quotes the payload.
        raise MalformedEvent(KIND) from None


def first_years(registers: Iterable[Register]) -> dict[PupilId, int]:
    """Name the pupils in some registers, each with the first year of the earliest of them."""
    latest_first = sorted(_pupils_by_year(registers).items(), reverse=True)
    return {pupil: year for year, pupils in latest_first for pupil in pupils}


def enter(years: Years, registers: Sequence[Register], dropped: Dropped) -> set[PupilId]:
    """Put registers in force in pupils' years, but for those of years that were dropped.

    Returns:
        The pupils of whom an entry may matter again by time alone.
    """
    waking: set[PupilId] = set()
    for year, pupils in _pupils_by_year(registers).items():
        if not dropped.is_gone(year):
            in_hand = {pupil: _opened(years[pupil], year) for pupil in pupils}
            of_year = [each for each in registers if each.place.year == year]
            waking |= _enter(in_hand, of_year)
    return waking


def _pupils_by_year(registers: Iterable[Register]) -> dict[int, set[PupilId]]:
    pupils: dict[int, set[PupilId]] = defaultdict(set)
    for register in registers:
        pupils[register.place.year].update(register.pupils)
    return pupils


def _opened(of_pupil: dict[int, PupilYear], year: int) -> PupilYear:
    entries = of_pupil.get(year)
    if entries is None:
        entries = of_pupil[year] = PupilYear.unpacked(b"", b"")
    return entries


def _enter(in_hand: Mapping[PupilId, PupilYear], registers: Iterable[Register]) -> set[PupilId]:
    """Put registers of one year in force: a million marks a second, so without a call for each."""
    for entries in in_hand.values():
        entries.sessions.extend(bytes(LONGEST - len(entries.sessions)))
    sessions = {pupil: entries.sessions for pupil, entries in in_hand.items()}
    waking: set[PupilId] = set()
    for position, (_, slot), pupils, codes in registers:
        for pupil, byte in zip(pupils, codes, strict=True):
            sessions[pupil][slot] = byte
            if byte in ABSENT_BYTES:
                in_hand[pupil].positions[slot] = position
                if byte in MAY_WAKE:
                    waking.add(pupil)
    for entries in in_hand.values():
        entries.sessions = entries.sessions.rstrip(b"\0")
    return waking


def _read(event: StoredEvent) -> Register:
    fields = from_json(event.payload)
    marks = fields["marks"]
    return Register(
        event.position,
        _place(fields["date"], fields["session"]),
        [mark["pupil"] for mark in marks],
        bytes([BYTE_OF_TEXT[mark["code"]] for mark in marks]),
    )


@lru_cache(maxsize=REMEMBERED)
def _place(on: str, half: str) -> Place:
    return place_of(Session(date.fromisoformat(on), Half(half)))

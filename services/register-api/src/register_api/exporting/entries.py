"""Reads the entries of a period, as they were known at one position of the log.

They are handed on session by session and kept by whoever wants to keep them: a school's month of
whole histories is hundreds of thousands of objects, and the collector would stop everything for
them. Events up to a position never change, so the reads need no common snapshot. Decodes beside
the loop: a school's week is tens of thousands of marks.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from attendance.census import Period
from attendance.codec import decode
from attendance.entries import Entry, Whose, histories
from attendance.identifiers import PupilId
from attendance.streams import session_stream
from eventlog import SchoolId, StoredEvent, read_at, read_streams
from servicekit.database import of_school

from register_api import entry_positions_table
from register_api.commands import Registry
from register_api.exporting.known import KnownSchool

SESSIONS_A_READ: Final = 10  # a school week

Histories: TypeAlias = dict[Whose, list[Entry]]
"""Every entry, oldest first, by pupil and session."""

Take: TypeAlias = Callable[[Histories], None]
"""What is done with entries as they come; called in a thread, never twice at once."""


async def read_school(registry: Registry, known: KnownSchool, period: Period, take: Take) -> None:
    """Read a period of the whole school, a session at a time and in order."""
    sessions = known.weekday_sessions(period)
    for start in range(0, len(sessions), SESSIONS_A_READ):
        part = sessions[start : start + SESSIONS_A_READ]
        streams = [session_stream(known.urn, each) for each in part]
        async with of_school(registry.runtime.pool, known.urn) as conn:
            stored = await read_streams(conn, SchoolId(known.urn), streams)
        await asyncio.to_thread(_hand_on, stored, streams, known.position, take)


async def read_pupils(
    registry: Registry, known: KnownSchool, period: Period, pupils: Collection[PupilId], take: Take
) -> None:
    """Read a period of some pupils, without the registers of everybody else."""
    school, sessions = SchoolId(known.urn), known.weekday_sessions(period)
    async with of_school(registry.runtime.pool, known.urn) as conn:
        positions = await entry_positions_table.positions(conn, school, pupils, sessions)
        stored = await read_at(conn, school, positions)
    streams = [session_stream(known.urn, each) for each in sessions]

    def take_theirs(found: Histories) -> None:
        take({whose: history for whose, history in found.items() if whose.pupil in pupils})

    await asyncio.to_thread(_hand_on, stored, streams, known.position, take_theirs)


def _hand_on(
    stored: Sequence[StoredEvent], streams: Iterable[UUID], position: int, take: Take
) -> None:
    by_stream: dict[UUID, list[StoredEvent]] = defaultdict(list)
    for event in stored:
        if event.position <= position:
            by_stream[event.stream_id].append(event)
    for stream in streams:
        take(
            histories(
                (event.position, decode(event.kind, event.payload)) for event in by_stream[stream]
            )
        )

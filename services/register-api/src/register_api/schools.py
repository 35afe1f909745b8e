"""The schools this process has read: details, calendar and roll, folded from the log.

A school is folded once and then only what is new; what was decided on it is guarded by the
versions it was read at, so a stale one can make a command be decided again, never wrongly. Keeps
no more than a number of schools. Decides nothing.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import asyncpg
from attendance.codec import decode, encode
from attendance.events import Event
from attendance.identifiers import Urn
from attendance.school import NO_SCHOOL, School, evolve
from attendance.streams import admissions_stream, school_stream
from eventlog import Connection, Guard, NewEvent, SchoolId, StoredEvent, read_streams

SCHOOLS_KEPT: Final = 512  # some 0.7 MB each at a thousand pupils


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A school as of one position of its log, and the guards that say so."""

    urn: Urn
    school: School
    position: int  # of the newest event folded in; 0 for none
    guards: tuple[Guard, Guard]  # the school's stream, the admission register's

    def of_school(self, event: Event) -> NewEvent:
        """Lay out an event of the school's own stream."""
        return NewEvent(self.guards[0].stream_id, *encode(event))

    def of_admissions(self, event: Event) -> NewEvent:
        """Lay out an event of the admission register's stream."""
        return NewEvent(self.guards[1].stream_id, *encode(event))

    @property
    def la_code(self) -> str | None:
        """The school's authority; None while the school isn't registered."""
        return self.school.details.la_code if self.school.details else None


class Schools:
    """A bounded memory of schools, for one process."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Known] = OrderedDict()

    async def known(self, pool: asyncpg.Pool, urn: int) -> Known:
        """Give a school as this process read it last, reading it if it hasn't."""
        found = self._known.get(urn)
        if found is None:
            async with pool.acquire() as conn:
                return await self.fresh(conn, urn)
        self._known.move_to_end(urn)
        return found

    async def fresh(self, conn: Connection, urn: int) -> Known:
        """Give a school as it stands now: reads what the log has since."""
        before = self._known.get(urn) or _nothing(Urn(urn))
        streams = [guard.stream_id for guard in before.guards]
        news = await read_streams(conn, SchoolId(urn), streams, after=before.position)
        after = _folded(before, news)
        if after.school.details is not None:  # so that a made-up URN takes no room
            self._known[urn] = after
            self._known.move_to_end(urn)
            if len(self._known) > SCHOOLS_KEPT:
                self._known.popitem(last=False)
        return after


async def school_as_of(conn: Connection, urn: int, position: int) -> School:
    """Fold a school from its beginning up to a position: as it was known then."""
    nothing = _nothing(Urn(urn))
    streams = [guard.stream_id for guard in nothing.guards]
    events = await read_streams(conn, SchoolId(urn), streams)
    return _folded(nothing, [event for event in events if event.position <= position]).school


def _nothing(urn: Urn) -> Known:
    streams = (school_stream(urn), admissions_stream(urn))
    return Known(
        urn=urn,
        school=NO_SCHOOL,
        position=0,
        guards=(Guard(streams[0], 0), Guard(streams[1], 0)),
    )


def _folded(before: Known, news: Sequence[StoredEvent]) -> Known:
    if not news:
        return before
    versions: dict[UUID, int] = {guard.stream_id: guard.version for guard in before.guards}
    versions |= {event.stream_id: event.version for event in news}
    of_school, of_admissions = before.guards
    return replace(
        before,
        school=evolve(before.school, [decode(event.kind, event.payload) for event in news]),
        position=news[-1].position,
        guards=(
            Guard(of_school.stream_id, versions[of_school.stream_id]),
            Guard(of_admissions.stream_id, versions[of_admissions.stream_id]),
        ),
    )

"""The schools this process has read: details, calendar and roll, folded from the log.

A school is folded once and then only what is new; what was decided on it is guarded by the
versions it was read at, so a stale one can make a command be decided again, never wrongly. Keeps
no more than a number of schools and of pupils. Decides nothing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from attendance.codec import decode, encode
from attendance.events import Event, RecordingYearDropped
from attendance.identifiers import Urn
from attendance.school import NO_SCHOOL, School, evolve
from attendance.session import first_year_of
from attendance.streams import admissions_stream, school_stream
from eventlog import Connection, Guard, NewEvent, SchoolId, StoredEvent, read_streams
from servicekit.database import of_school

DROPPED: Final = "RecordingYearDropped.v1"

SCHOOLS_KEPT: Final = 512
PUPILS_KEPT: Final = 200_000  # of all those schools, some 2 KB each with whole entries
PAST_KEPT: Final = 8  # schools as they once were: whoever asks asks for many of one
ASIDE_EVENTS: Final = 50  # some milliseconds of decoding


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A school as of one position of its log, and the guards that say so."""

    urn: Urn
    school: School
    position: int  # of the newest event folded in; 0 for none
    guards: tuple[Guard, Guard]  # the school's stream, the admission register's
    dropped: frozenset[int] = frozenset()  # recording years, by their first calendar year

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

    def has_dropped(self, on: date) -> bool:
        """Whether the entries that were made in a day's own recording year were dropped."""
        return first_year_of(on) in self.dropped


class Schools:
    """A bounded memory of schools, for one process: as they are, and a few as they once were."""

    def __init__(self, *, pupils_kept: int = PUPILS_KEPT) -> None:
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._past: OrderedDict[tuple[int, int], Known] = OrderedDict()  # by URN and position
        self._pupils = 0
        self._pupils_kept = pupils_kept

    def __contains__(self, urn: int) -> bool:
        """Whether a school is remembered."""
        return urn in self._known

    async def known(self, pool: asyncpg.Pool, urn: int) -> Known:
        """Give a school as this process read it last, reading it if it hasn't."""
        found = self._known.get(urn)
        if found is None:
            async with of_school(pool, urn) as conn:
                return await self.fresh(conn, urn)
        self._known.move_to_end(urn)
        return found

    async def fresh(self, conn: Connection, urn: int) -> Known:
        """Give a school as it stands now: reads what the log has since."""
        before = self._known.get(urn) or _nothing(Urn(urn))
        streams = [guard.stream_id for guard in before.guards]
        news = await read_streams(conn, SchoolId(urn), streams, after=before.position)
        if before.position and any(event.kind == DROPPED for event in news):
            # What was folded before may rest on events that are gone.
            before = _nothing(Urn(urn))
            news = await read_streams(conn, SchoolId(urn), streams)
        after = await _folded(before, news)
        if after.school.details is not None:  # so that a made-up URN takes no room
            self._keep(after)
        return after

    async def as_of(self, conn: Connection, known: Known, position: int) -> School:
        """Give a school as it was known at a position, going on from the nearest one remembered."""
        if position >= known.position:
            return known.school
        urn, nothing = known.urn, _nothing(known.urn)
        earlier = [at for of, at in self._past if of == urn and at <= position]
        before = self._past.get((urn, max(earlier, default=0)), nothing)
        if before.dropped != known.dropped and known.dropped:
            before = nothing  # a year went meanwhile, and with it what was folded
        streams = [guard.stream_id for guard in nothing.guards]
        news = await read_streams(
            conn, SchoolId(urn), streams, after=before.position, up_to=position
        )
        then = await _folded(before, news)
        self._past[urn, position] = then
        self._past.move_to_end((urn, position))
        while len(self._past) > PAST_KEPT:
            self._past.popitem(last=False)
        return then.school

    def _keep(self, after: Known) -> None:
        """Remember a school, and forget those that were asked for longest ago."""
        self._forget(after.urn)
        self._known[after.urn] = after
        self._pupils += len(after.school.roll)
        while len(self._known) > SCHOOLS_KEPT or (
            self._pupils > self._pupils_kept and len(self._known) > 1
        ):
            self._forget(next(iter(self._known)))

    def _forget(self, urn: int) -> None:
        forgotten = self._known.pop(urn, None)
        self._pupils -= len(forgotten.school.roll) if forgotten else 0


def _nothing(urn: Urn) -> Known:
    streams = (school_stream(urn), admissions_stream(urn))
    return Known(
        urn=urn,
        school=NO_SCHOOL,
        position=0,
        guards=(Guard(streams[0], 0), Guard(streams[1], 0)),
    )


async def _folded(before: Known, news: Sequence[StoredEvent]) -> Known:
    """Fold events in; many of them beside the loop, which answers others meanwhile."""
    if len(news) < ASIDE_EVENTS:
        return _fold(before, news)
    return await asyncio.to_thread(_fold, before, news)


def _fold(before: Known, news: Sequence[StoredEvent]) -> Known:
    if not news:
        return before
    versions: dict[UUID, int] = {guard.stream_id: guard.version for guard in before.guards}
    versions |= {event.stream_id: event.version for event in news}
    of_school, of_admissions = before.guards
    events = [decode(event.kind, event.payload) for event in news]
    dropped = {event.recording_year for event in events if isinstance(event, RecordingYearDropped)}
    return replace(
        before,
        school=evolve(before.school, events),
        dropped=before.dropped | dropped,
        position=news[-1].position,
        guards=(
            Guard(of_school.stream_id, versions[of_school.stream_id]),
            Guard(of_admissions.stream_id, versions[of_admissions.stream_id]),
        ),
    )

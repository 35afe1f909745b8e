"""Drops recording years whose entries the law no longer wants kept, and reports which may go.

The owner's work, by command: no service may do it. What goes is the law's to say and how it goes is
the log's; here both are put together with what the services keep of it, in one transaction, and
written into the log of every school it concerns.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import uuid4

import asyncpg
from attendance.calendar import london_date
from attendance.codec import KINDS, decode, encode
from attendance.events import RecordingYearDropped, RetentionHoldPlaced, Signatory
from attendance.holds import holds_after, standing
from attendance.identifiers import PupilId, Urn
from attendance.retention import ENTRY_KINDS, Going, Placed, deleted, going, may_go_on
from attendance.signing import unsigned
from attendance.streams import retention_stream, school_stream
from eventlog import (
    Command,
    Connection,
    NewEvent,
    SchoolId,
    Stretch,
    append,
    begin_dropping,
    grown_since,
    head,
    hold_every_log,
    is_named,
    mark_dropped,
    named_since,
    newest_at,
    put_in_place,
    read_log,
    read_streams,
    recorded_years,
    recording_year,
    set_aside,
    stretches_of,
    years_of_schools,
)

from servicekit.database import EVERY_SCHOOL
from servicekit.errors import DropRefused
from servicekit.service import Service

EVERY_EVENT: Final = 10**9  # that is no entry, of one school: some thousands
OTHER_KINDS: Final = tuple(kind for kind in KINDS if kind not in ENTRY_KINDS)

# A year takes as long as it takes; the log itself is held for moments only.
OWNERS_SESSION: Final = {
    "application_name": "rollbook retention",
    "rollbook.school": EVERY_SCHOOL,
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReport:
    """What there is of a recording year, and whether it may go. Nothing personal."""

    year: int  # by its first calendar year
    events: int
    schools: int
    youngest_at: datetime | None  # when its youngest event was recorded; None: it has none
    may_go_on: date | None  # the first day on which it may, holds apart
    holds: int  # how many stand in its way
    dropped_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Choice:
    """What of one school goes with a year, and how far its log was read to choose it."""

    stretch: Stretch
    head: int
    holds: Sequence[RetentionHoldPlaced]  # that stand
    going: Going
    kept: int  # how many of the year's events stay


def called(year: int) -> str:
    """Name a recording year as people do: 2026-27."""
    return f"{year}-{(year + 1) % 100:02}"


@asynccontextmanager
async def owners_connection(database_url: str) -> AsyncIterator[Connection]:
    """Connect as the owner of the schema, for work across schools."""
    conn = await asyncpg.connect(database_url, server_settings=OWNERS_SESSION)
    try:
        yield conn
    finally:
        await conn.close()


async def report(conn: Connection) -> list[YearReport]:
    """Report on every recording year, oldest first. Reads the whole log."""
    years = await recorded_years(conn)
    schools = await years_of_schools(conn)
    held = {school: await _standing(conn, school) for school in schools}
    reports = []
    for each in years:
        having = [school for school, of_school in schools.items() if each.year in of_school]
        reports.append(
            YearReport(
                year=each.year,
                events=each.events,
                schools=each.schools,
                youngest_at=each.youngest_at,
                may_go_on=each.youngest_at and may_go_on(each.youngest_at),
                holds=sum([await _in_the_way(conn, one, each.year, held[one]) for one in having]),
                dropped_at=each.dropped_at,
            )
        )
    return reports


async def drop_year(
    conn: Connection, services: Sequence[Service], year: int, *, by: Signatory, now: datetime
) -> int | None:
    """Drop a recording year: what was entered in it, and nothing else. All of it or nothing.

    Args:
        conn: the owner's, with no transaction open.
        services: those that may keep something of the entries.

    Returns:
        How many schools had something in it; None when it was dropped before.

    Raises:
        DropRefused: it may not go yet, an older one comes first, a hold stands, there is no such
            year, or the registers changed in what it depends on meanwhile.
        LogBusy: the log was never let go of for a moment.
    """
    for refusal in unsigned(by):
        raise DropRefused(refusal.detail)
    async with conn.transaction():
        dropped = await begin_dropping(conn)
        if year in dropped:
            return None
        await _must_be_over(conn, year, now)
        choose = partial(_choice, conn, year, [*dropped, year])
        choices = [await choose(stretch) for stretch in await stretches_of(conn, year)]
        await _must_not_be_held(conn, year, choices)
        thinned = await _set_aside(conn, year, choices)
        await _forget(conn, services, choices)
        await hold_every_log(conn)
        known = {choice.stretch.school: choice.head for choice in choices}
        grown = await grown_since(conn, known, besides=ENTRY_KINDS)
        before = [choice for choice in choices if choice.stretch.school in grown]
        after = [await choose(choice.stretch) for choice in before]
        await _must_not_be_held(conn, year, after)
        if [choice.going for choice in after] != [choice.going for choice in before]:
            raise DropRefused("The registers changed meanwhile; run this again.")
        for choice in choices:
            await _record(conn, year, choice, by, now)
        await put_in_place(conn, thinned)
        await mark_dropped(conn, year, now)
    return len(choices)


async def _must_be_over(conn: Connection, year: int, now: datetime) -> None:
    years = [each for each in await recorded_years(conn) if each.dropped_at is None]
    found = next((each for each in years if each.year == year), None)
    if found is None or found.youngest_at is None:
        raise DropRefused(f"nothing was recorded in {called(year)}")
    # An amendment must not go before the entry that it amended.
    if found is not years[0]:
        raise DropRefused(f"{called(years[0].year)} goes before {called(year)}")
    if (may := may_go_on(found.youngest_at)) > london_date(now):
        raise DropRefused(f"{called(year)} may go on {may}: its youngest entry is kept till then")


async def _must_not_be_held(conn: Connection, year: int, choices: Iterable[_Choice]) -> None:
    holds = 0
    for choice in choices:
        holds += await _in_the_way(conn, choice.stretch.school, year, choice.holds)
    if holds:
        raise DropRefused(f"{holds} hold(s) keep {called(year)}: lift them first")


async def _in_the_way(
    conn: Connection, school: SchoolId, year: int, holds: Iterable[RetentionHoldPlaced]
) -> int:
    """Count the holds that keep a year: of the school, or of a pupil named anywhere in it."""
    return sum(
        [
            hold.pupil is None or await is_named(conn, school, year, _naming(hold.pupil))
            for hold in holds
        ]
    )


async def _standing(conn: Connection, school: SchoolId) -> list[RetentionHoldPlaced]:
    stored = await read_streams(conn, school, [retention_stream(Urn(school))])
    return standing(holds_after(decode(each.kind, each.payload) for each in stored))


async def _choice(
    conn: Connection,
    year: int,
    dropped: Sequence[int],
    stretch: Stretch,
) -> _Choice:
    school = stretch.school
    newest = await head(conn, school)
    stored = await read_log(
        conn, school, after=0, up_to=newest, limit=EVERY_EVENT, kinds=OTHER_KINDS
    )
    placed = [
        Placed(each.position, recording_year(each.recorded_at), decode(each.kind, each.payload))
        for each in stored
    ]
    holds = standing(holds_after(each.event for each in placed))
    needed = {hold.pupil for hold in holds if hold.pupil is not None}
    needed |= await _entered_since(conn, school, year, deleted(each.event for each in placed))
    goes = going(placed, dropped=dropped, needed=needed)
    of_year = sum(each.year == year for each in placed)
    return _Choice(stretch, newest, holds, goes, of_year - len(goes.positions.get(year, ())))


async def _entered_since(
    conn: Connection, school: SchoolId, year: int, pupils: Iterable[PupilId]
) -> set[PupilId]:
    """Name those pupils of whom something was entered later, for sessions up to the year's end."""
    names = {_naming(pupil): pupil for pupil in pupils}
    last = f"{year + 1}-07-31"
    found = await named_since(
        conn, school, year, list(names), kinds=ENTRY_KINDS, field="date", up_to=last
    )
    return {names[name] for name in found}


def _naming(pupil: PupilId) -> str:
    """Write a pupil as every event that is about them does."""
    return f'"pupil":"{pupil}"'


async def _set_aside(conn: Connection, year: int, choices: Iterable[_Choice]) -> list[int]:
    """Copy what stays of the year, and of years dropped before of which more goes now."""
    going_of: dict[int, list[tuple[SchoolId, int]]] = {year: []}
    for choice in choices:
        for of_year, positions in choice.going.positions.items():
            found = going_of.setdefault(of_year, [])
            found += [(choice.stretch.school, position) for position in positions]
    for of_year, found in going_of.items():
        await set_aside(conn, of_year, kinds=ENTRY_KINDS, going=found)
    return list(going_of)


async def _forget(
    conn: Connection, services: Iterable[Service], choices: Iterable[_Choice]
) -> None:
    forgetting = [each.forget_dropped for each in services if each.forget_dropped is not None]
    for choice in choices:
        for forget in forgetting:
            await forget(conn, choice.stretch)


async def _record(
    conn: Connection, year: int, choice: _Choice, by: Signatory, now: datetime
) -> None:
    stretch, positions = choice.stretch, choice.going.positions
    # Machines' clocks differ, and a school's log never goes back.
    recorded_at = max(now, await newest_at(conn, stretch.school) or now)
    event = RecordingYearDropped(
        recording_year=year,
        first_position=stretch.first,
        last_position=stretch.last,
        events=stretch.events,
        kept=choice.kept,
        digest=stretch.digest,
        earlier=sum(len(each) for of_year, each in positions.items() if of_year != year),
        episodes=choice.going.episodes,
        recorded_by=by,
        recorded_at=recorded_at,
    )
    new = NewEvent(school_stream(Urn(stretch.school)), *encode(event))
    command = Command(uuid4(), b"")
    await append(conn, stretch.school, [new], command=command, recorded_at=recorded_at)

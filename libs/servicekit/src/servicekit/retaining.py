"""Drops recording years whose entries the law no longer wants kept, and reports which may go.

The owner's work, by command: no service may do it. What goes is the law's to say and how it goes is
the log's; here both are put together with what the services keep of it, in one transaction, and
written into the log of every school it concerns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from attendance.calendar import london_date
from attendance.codec import encode
from attendance.events import RecordingYearDropped, Signatory
from attendance.identifiers import Urn
from attendance.retention import ENTRY_KINDS, may_go_on
from attendance.signing import unsigned
from attendance.streams import school_stream
from eventlog import (
    Connection,
    NewEvent,
    OneOf,
    SchoolId,
    append_each,
    begin_dropping,
    mark_dropped,
    newest_of,
    put_in_place,
    recorded_years,
    set_aside,
    stretches_of,
    years_of_schools,
)

from servicekit.choosing import Choice, Choices, called, in_the_way, standing_holds
from servicekit.errors import DropRefused
from servicekit.service import Service


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


async def report(conn: Connection) -> list[YearReport]:
    """Report on every recording year, oldest first. Reads the whole log."""
    years = await recorded_years(conn)
    schools = await years_of_schools(conn)
    held = {school: await standing_holds(conn, school) for school in schools}
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
                holds=sum([await in_the_way(conn, one, each.year, held[one]) for one in having]),
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
            year, the registers changed in what it depends on meanwhile, or too many change now.
        LogBusy: the log was never let go of for a moment.
    """
    for refusal in unsigned(by):
        raise DropRefused(refusal.detail)
    async with conn.transaction():
        dropped = await begin_dropping(conn)
        if year in dropped:
            return None
        await _must_be_over(conn, year, now)
        watched = Choices(conn, year, dropped)
        choices = await watched.choose(await stretches_of(conn, year))
        thinned = await _set_aside(conn, year, choices)
        await _forget(conn, services, choices)
        await watched.hold_every_log()
        await _record(conn, year, choices, by, now)
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


async def _set_aside(conn: Connection, year: int, choices: Iterable[Choice]) -> list[int]:
    """Copy what stays of the year, and of years dropped before of which more goes now."""
    going_of: dict[int, list[tuple[SchoolId, int]]] = {year: []}
    for choice in choices:
        for of_year, positions in choice.going.positions.items():
            found = going_of.setdefault(of_year, [])
            found += [(choice.stretch.school, position) for position in positions]
    for of_year, found in going_of.items():
        await set_aside(conn, of_year, kinds=ENTRY_KINDS, going=found)
    return list(going_of)


async def _forget(conn: Connection, services: Iterable[Service], choices: Iterable[Choice]) -> None:
    forgetting = [each.forget_dropped for each in services if each.forget_dropped is not None]
    for choice in choices:
        for forget in forgetting:
            await forget(conn, choice.stretch)


async def _record(
    conn: Connection, year: int, choices: Sequence[Choice], by: Signatory, now: datetime
) -> None:
    """Write into each school's log what goes of it: in one statement, since all logs are held."""
    newest = await newest_of(conn, [choice.stretch.school for choice in choices])
    new = []
    for choice in choices:
        school = choice.stretch.school
        # Machines' clocks differ, and a school's log never goes back.
        event = _dropped(year, choice, by, max(now, newest.get(school, now)))
        stored = NewEvent(school_stream(Urn(school)), *encode(event))
        new.append(OneOf(school, stored, event.recorded_at))
    await append_each(conn, new)


def _dropped(
    year: int, choice: Choice, by: Signatory, recorded_at: datetime
) -> RecordingYearDropped:
    stretch, positions = choice.stretch, choice.going.positions
    return RecordingYearDropped(
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

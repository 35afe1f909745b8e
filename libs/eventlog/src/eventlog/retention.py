"""Drops a recording year from the log: all its events but those that the caller has stay.

The year's partition is replaced by one that holds only what stays, byte for byte, in one
transaction of the owner's. Everything that takes long is done beside the log; then the log is held
for a moment, and let go of with the commit. Which events stay is decided by whoever knows what
they mean.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from eventlog.connection import Connection
from eventlog.errors import LogBusy
from eventlog.record import SchoolId

LOCK_PATIENCE_MS: Final = 200  # others wait behind us for so long; less than finds a deadlock
REST_SECONDS: Final = 0.3
TRIES: Final = 100

YEARS: Final = """
SELECT year, coalesce(e.events, 0) AS events, coalesce(e.schools, 0) AS schools, e.youngest_at,
       d.dropped_at
  FROM (SELECT year, count(*) AS events, count(DISTINCT school_id) AS schools,
               max(recorded_at) AS youngest_at
          FROM eventlog.event GROUP BY year) AS e
  FULL JOIN eventlog.dropped_year AS d USING (year)
 ORDER BY year
"""

YEARS_OF_SCHOOLS: Final = """
SELECT school_id, array_agg(DISTINCT year) AS years FROM eventlog.event GROUP BY school_id
"""

STRETCHES: Final = """
SELECT school_id, min(position) AS first, max(position) AS last, count(*) AS events,
       encode(sha256(string_agg(leaf_hash, ''::bytea ORDER BY position)), 'hex') AS digest
  FROM eventlog.event WHERE year = $1 GROUP BY school_id ORDER BY school_id
"""

NAMED: Final = """
SELECT EXISTS (SELECT FROM eventlog.event
                WHERE school_id = $1 AND year = $2 AND strpos(payload::text, $3) > 0)
"""

GROWN: Final = """
SELECT DISTINCT e.school_id FROM unnest($1::int[], $2::bigint[]) AS known (school_id, position)
  JOIN eventlog.school_log AS l
    ON l.school_id = known.school_id AND l.position > known.position
  JOIN eventlog.event AS e
    ON e.school_id = l.school_id AND e.year >= l.year - 1 AND e.position > known.position
 WHERE e.kind <> ALL ($3)
"""

# The field first, which leaves a few events; then the names, each looked for in all of those.
NAMED_SINCE: Final = """
WITH told AS MATERIALIZED (
    SELECT payload::text AS said FROM eventlog.event
     WHERE school_id = $1 AND year > $2 AND kind = ANY ($3) AND payload ->> $4 <= $5
)
SELECT n.name FROM unnest($6::text[]) AS n (name)
 WHERE EXISTS (SELECT FROM told WHERE strpos(told.said, n.name) > 0)
"""

ONE_AT_A_TIME: Final = "LOCK TABLE eventlog.dropped_year IN EXCLUSIVE MODE"

DROPPED: Final = "SELECT year FROM eventlog.dropped_year ORDER BY year"

MARK_DROPPED: Final = "INSERT INTO eventlog.dropped_year (year, dropped_at) VALUES ($1, $2)"

SET_ASIDE: Final = "SELECT eventlog.set_aside($1, $2, $3, $4)"

PATIENCE: Final = f"SET LOCAL lock_timeout = '{LOCK_PATIENCE_MS}ms'"

# Some take the log's table first and some the row of their school: whichever order we took would
# meet one of them the other way round. So we are the ones who give up, and come again.
HOLD_EVERY_LOG: Final = """
LOCK TABLE eventlog.event IN ACCESS EXCLUSIVE MODE;
LOCK TABLE eventlog.school_log IN EXCLUSIVE MODE
"""

PUT_IN_PLACE: Final = "SELECT eventlog.put_in_place($1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedYear:
    """A recording year as the log has it, over all schools."""

    year: int  # by its first calendar year
    events: int
    schools: int
    youngest_at: datetime | None  # when the last of its events was recorded; None: it has none
    dropped_at: datetime | None  # None: it has all that was recorded in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What one school's log has of a recording year."""

    school: SchoolId
    first: int  # position
    last: int
    events: int
    digest: str  # SHA-256 over their leaf hashes, in the order of positions; hexadecimal


async def recorded_years(conn: Connection) -> list[RecordedYear]:
    """List the recording years there are, oldest first, those dropped too. Reads all of the log."""
    return [RecordedYear(**row) for row in await conn.fetch(YEARS)]


async def years_of_schools(conn: Connection) -> dict[SchoolId, list[int]]:
    """List, for every school, the recording years it has any event in."""
    return {SchoolId(row["school_id"]): row["years"] for row in await conn.fetch(YEARS_OF_SCHOOLS)}


async def stretches_of(conn: Connection, year: int) -> list[Stretch]:
    """Describe what each school has of a recording year, by school."""
    rows = await conn.fetch(STRETCHES, year)
    return [
        Stretch(
            school=SchoolId(row["school_id"]),
            first=row["first"],
            last=row["last"],
            events=row["events"],
            digest=row["digest"],
        )
        for row in rows
    ]


async def is_named(conn: Connection, school: SchoolId, year: int, text: str) -> bool:
    """Tell whether some text stands in the payload of any event that a school has of a year."""
    named: bool = await conn.fetchval(NAMED, school, year, text)
    return named


async def named_since(
    conn: Connection,
    school: SchoolId,
    year: int,
    names: Sequence[str],
    *,
    kinds: Sequence[str],
    field: str,
    up_to: str,
) -> set[str]:
    """Tell which texts stand in the payload of an event that a school has of a later year.

    Args:
        kinds: only in events of these kinds.
        field: only where this field of the payload, a text, comes no later than `up_to`.
    """
    rows = await conn.fetch(NAMED_SINCE, school, year, list(kinds), field, up_to, list(names))
    return {row["name"] for row in rows}


async def begin_dropping(conn: Connection) -> list[int]:
    """Keep others from dropping a year until the transaction ends; list those dropped before."""
    await conn.execute(ONE_AT_A_TIME)
    return [row["year"] for row in await conn.fetch(DROPPED)]


async def set_aside(
    conn: Connection,
    year: int,
    *,
    kinds: Sequence[str],
    going: Iterable[tuple[SchoolId, int]],
) -> None:
    """Copy what stays of a year beside the log; nobody waits for it.

    Args:
        kinds: all events of these kinds go.
        going: further events that go, each by its school and position.
    """
    schools: list[int] = []
    positions: list[int] = []
    for school, position in going:
        schools.append(school)
        positions.append(position)
    await conn.execute(SET_ASIDE, year, list(kinds), schools, positions)


async def hold_every_log(conn: Connection) -> None:
    """Keep the log of every school from being read and written until the transaction ends.

    Others wait meanwhile, so little may follow.

    Raises:
        LogBusy: somebody else never let go of it for long enough.
    """
    await conn.execute(PATIENCE)
    for _ in range(TRIES):
        with suppress(asyncpg.LockNotAvailableError):
            async with conn.transaction():
                await conn.execute(HOLD_EVERY_LOG)
            return
        await asyncio.sleep(REST_SECONDS)
    raise LogBusy("the log is in use without a pause; try again at a quieter hour")


async def grown_since(
    conn: Connection, known: Mapping[SchoolId, int], *, besides: Collection[str]
) -> set[SchoolId]:
    """Name the schools whose logs have grown since their heads were read.

    Args:
        besides: events of these kinds don't count.
    """
    rows = await conn.fetch(GROWN, list(known), list(known.values()), list(besides))
    return {SchoolId(row["school_id"]) for row in rows}


async def put_in_place(conn: Connection, years: Iterable[int]) -> None:
    """Put what was set aside of some years in their place; what else they had is gone."""
    for year in years:
        await conn.execute(PUT_IN_PLACE, year)


async def mark_dropped(conn: Connection, year: int, now: datetime) -> None:
    """Keep that a year was dropped."""
    await conn.execute(MARK_DROPPED, year, now)

"""Every statement on pupils' years, their facts and the calendars; alerts have their own module.

Functions take a connection and never commit. All is kept by school and version, so that a rebuild
stands beside what is in use.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import asyncpg
from attendance.identifiers import LaCode, PupilId
from eventlog import Connection, SchoolId

from thresholds.aside import worked_out
from thresholds.digest import Edition
from thresholds.facts import Placed, PupilFacts
from thresholds.packing import Place, PupilYear

PUT_SCHOOL: Final = """
INSERT INTO thresholds.school (school_id, version, la_code) VALUES ($1, $2, $3)
ON CONFLICT (school_id, version) DO UPDATE SET la_code = excluded.la_code
"""

PUT_CALENDAR: Final = """
INSERT INTO thresholds.calendar (school_id, version, year, payload) VALUES ($1, $2, $3, $4)
ON CONFLICT (school_id, version, year) DO UPDATE SET payload = excluded.payload
"""

CALENDARS: Final = """
SELECT payload FROM thresholds.calendar WHERE school_id = $1 AND version = $2 ORDER BY year
"""

PUT_PUPILS: Final = """
INSERT INTO thresholds.pupil (school_id, version, pupil, date_of_birth, placements)
SELECT $1, $2, n.pupil, n.date_of_birth, n.placements
  FROM unnest($3::text[], $4::date[], $5::json[]) AS n (pupil, date_of_birth, placements)
ON CONFLICT (school_id, version, pupil) DO UPDATE
   SET date_of_birth = excluded.date_of_birth, placements = excluded.placements
"""

PUPILS: Final = """
SELECT pupil, date_of_birth, placements FROM thresholds.pupil
 WHERE school_id = $1 AND version = $2 AND pupil = ANY($3)
"""

# Later years too: an entry for an earlier year than the pupil's newest is made out of order.
YEARS_FROM: Final = """
SELECT y.pupil, y.year, y.sessions, y.absences
  FROM unnest($3::text[], $4::smallint[]) AS n (pupil, year)
  JOIN thresholds.pupil_year AS y
    ON y.school_id = $1 AND y.version = $2 AND y.pupil = n.pupil AND y.year >= n.year
"""

PUT_YEARS: Final = """
INSERT INTO thresholds.pupil_year (school_id, version, pupil, year, sessions, absences)
SELECT $1, $2, n.pupil, n.year, n.sessions, n.absences
  FROM unnest($3::text[], $4::smallint[], $5::bytea[], $6::bytea[])
       AS n (pupil, year, sessions, absences)
ON CONFLICT (school_id, version, pupil, year) DO UPDATE
   SET sessions = excluded.sessions, absences = excluded.absences
"""

# Who was never absent has nothing for a rule to find, whatever the school holds.
ABSENT_AND_ENTERED_SINCE: Final = """
SELECT pupil FROM thresholds.pupil_year WHERE school_id = $1 AND version = $2
 GROUP BY pupil
HAVING sum(length(absences)) > 0
   AND bool_or(year > $3 OR (year = $3 AND length(sessions) > $4))
"""

# One statement, so that the figures and the position they stand at belong together.
ATTENDANCE: Final = """
SELECT c.position, p.placements, y.year, y.sessions, k.payload
  FROM eventlog.consumer_cursor AS c
  LEFT JOIN thresholds.pupil AS p
    ON p.school_id = c.school_id AND p.version = c.version AND p.pupil = $2
  LEFT JOIN thresholds.pupil_year AS y
    ON y.school_id = p.school_id AND y.version = p.version AND y.pupil = p.pupil
   AND y.year BETWEEN $3 AND $4
  LEFT JOIN thresholds.calendar AS k
    ON k.school_id = y.school_id AND k.version = y.version
   AND k.year = y.year::text || '-' || lpad(((y.year + 1) % 100)::text, 2, '0')
 WHERE c.school_id = $1 AND c.consumer = 'thresholds' AND c.active
"""

LA_OF_SCHOOL: Final = """
SELECT s.la_code
  FROM eventlog.consumer_cursor AS c
  JOIN thresholds.school AS s ON s.school_id = c.school_id AND s.version = c.version
 WHERE c.school_id = $1 AND c.consumer = 'thresholds' AND c.active
"""

FORGET: Final = tuple(
    f"DELETE FROM thresholds.{table} WHERE school_id = $1 AND version = $2"
    for table in ("school", "calendar", "pupil", "pupil_year")
)

REMEMBERED: Final = 4096  # placements; most pupils of a year have the same

Years = dict[PupilId, dict[int, PupilYear]]


@dataclass(frozen=True, slots=True)
class Attended:
    """A pupil's packed years as the view has them, and how far in the log it has come."""

    position: int
    placements: tuple[Placed, ...]
    sessions: Mapping[int, bytes]  # by first calendar year
    calendars: Mapping[int, str]  # payload of the calendar published for each of those years


async def put_school(conn: Connection, school: SchoolId, version: int, la_code: LaCode) -> None:
    """Keep which authority the school belongs to."""
    await conn.execute(PUT_SCHOOL, school, version, la_code)


async def put_calendars(
    conn: Connection, school: SchoolId, version: int, editions: Iterable[Edition]
) -> None:
    """Keep calendars, each in the place of the one before it for the same year."""
    rows = [(school, version, each.calendar.year, each.payload) for each in editions]
    if rows:
        await conn.executemany(PUT_CALENDAR, rows)


async def calendars(conn: Connection, school: SchoolId, version: int) -> tuple[str, ...]:
    """Read the payloads of the calendars in force, in order of year."""
    return tuple(row["payload"] for row in await conn.fetch(CALENDARS, school, version))


async def put_pupils(
    conn: Connection, school: SchoolId, version: int, stated: Mapping[PupilId, PupilFacts]
) -> None:
    """Keep what judging takes of pupils, in the place of what was kept of them before."""
    if not stated:
        return
    births = [each.date_of_birth for each in stated.values()]
    placements = [_written(each.placements) for each in stated.values()]
    await conn.execute(PUT_PUPILS, school, version, list(stated), births, placements)


async def pupils(
    conn: Connection, school: SchoolId, version: int, wanted: Collection[PupilId]
) -> dict[PupilId, PupilFacts]:
    """Read the facts of some pupils; one never admitted is left out."""
    if not wanted:
        return {}
    rows = await conn.fetch(PUPILS, school, version, list(wanted))
    return {PupilId(pupil): PupilFacts(born, _read(placed)) for pupil, born, placed in rows}


async def years_from(
    conn: Connection, school: SchoolId, version: int, wanted: Mapping[PupilId, int]
) -> Years:
    """Read pupils' years, of each from a first year on. A pupil without any has an empty entry."""
    if not wanted:
        return {}
    names, firsts = list(wanted), list(wanted.values())
    rows = await conn.fetch(YEARS_FROM, school, version, names, firsts)
    return await worked_out(len(rows), _unpacked, names, rows)


async def put_years(conn: Connection, school: SchoolId, version: int, years: Years) -> None:
    """Keep pupils' years."""
    columns = await worked_out(len(years), _packed, years)
    if columns:
        await conn.execute(PUT_YEARS, school, version, *columns)


async def absent_and_entered_since(
    conn: Connection, school: SchoolId, version: int, since: Place
) -> list[PupilId]:
    """List the pupils with an absence in any year and an entry from some session on."""
    rows = await conn.fetch(ABSENT_AND_ENTERED_SINCE, school, version, since.year, since.slot)
    return [PupilId(row["pupil"]) for row in rows]


async def forget(conn: Connection, school: SchoolId, version: int) -> None:
    """Delete one version of one school."""
    for statement in FORGET:
        await conn.execute(statement, school, version)


async def la_of_school(conn: Connection, school: SchoolId) -> str | None:
    """Read the authority of a school; None where the school isn't known here."""
    la_code: str | None = await conn.fetchval(LA_OF_SCHOOL, school)
    return la_code


async def attended(
    conn: Connection, school: SchoolId, pupil: PupilId, first: int, last: int
) -> Attended | None:
    """Read a pupil's packed years between two; None where the pupil isn't known here."""
    rows = await conn.fetch(ATTENDANCE, school, pupil, first, last)
    if not rows or rows[0]["placements"] is None:
        return None
    return Attended(
        rows[0]["position"],
        _read(rows[0]["placements"]),
        {row["year"]: row["sessions"] for row in rows if row["year"] is not None},
        {row["year"]: row["payload"] for row in rows if row["payload"] is not None},
    )


def _written(placements: Iterable[Placed]) -> str:
    return json.dumps(
        [
            {"from_on": f"{on}", "year_group": year_group, "boarder": boarder}
            for on, year_group, boarder in placements
        ]
    )


@lru_cache(maxsize=REMEMBERED)
def _read(placements: str) -> tuple[Placed, ...]:
    return tuple(
        Placed(date.fromisoformat(each["from_on"]), each["year_group"], each["boarder"])
        for each in json.loads(placements)
    )


def _unpacked(names: Iterable[PupilId], rows: Iterable[asyncpg.Record]) -> Years:
    years: Years = {pupil: {} for pupil in names}
    for pupil, year, sessions, absences in rows:
        years[pupil][year] = PupilYear.unpacked(sessions, absences)
    return years


def _packed(years: Years) -> list[list[object]]:
    rows = [
        (pupil, year, *entries.packed())
        for pupil, of_pupil in years.items()
        for year, entries in of_pupil.items()
    ]
    return [list(column) for column in zip(*rows, strict=True)]

"""Every statement on pupils: their years, their facts, and when they are due.

Functions take a connection and never commit. All is kept by school and version, so that a rebuild
stands beside what is in use.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

import asyncpg
from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.rules.facts import PupilFacts
from eventlog import Connection, SchoolId

from thresholds.aside import worked_out
from thresholds.kept_facts import read_facts, written
from thresholds.packing import BYTE_OF, Place, PupilYear

PUT_PUPILS: Final = """
INSERT INTO thresholds.pupil (school_id, version, pupil, facts)
SELECT $1, $2, n.pupil, n.facts FROM unnest($3::text[], $4::json[]) AS n (pupil, facts)
ON CONFLICT (school_id, version, pupil) DO UPDATE SET facts = excluded.facts
"""

PUPILS: Final = """
SELECT pupil, facts FROM thresholds.pupil
 WHERE school_id = $1 AND version = $2 AND ($3::text[] IS NULL OR pupil = ANY($3))
"""

PUT_DUE: Final = """
UPDATE thresholds.pupil AS p SET due_at = n.due_at
  FROM unnest($3::text[], $4::timestamptz[]) AS n (pupil, due_at)
 WHERE p.school_id = $1 AND p.version = $2 AND p.pupil = n.pupil
   AND p.due_at IS DISTINCT FROM n.due_at
"""

DUE_BEFORE: Final = """
SELECT pupil FROM thresholds.pupil WHERE school_id = $1 AND version = $2 AND due_at < $3
"""

DUE_OF: Final = """
SELECT pupil, due_at FROM thresholds.pupil
 WHERE school_id = $1 AND version = $2 AND pupil = ANY($3) AND due_at IS NOT NULL
"""

NEXT_DUE: Final = """
SELECT min(due_at) FROM thresholds.pupil WHERE school_id = $1 AND version = $2
"""

# What waits for a day that the calendar may not have told yet: a reason for absence, above all.
WAITING: Final = """
SELECT pupil FROM thresholds.pupil
 WHERE school_id = $1 AND version = $2 AND due_at IS NOT NULL
 UNION
SELECT pupil FROM thresholds.pupil_year
 WHERE school_id = $1 AND version = $2 AND year >= $3 AND position($4 IN sessions) > 0
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

FORGET: Final = tuple(
    f"DELETE FROM thresholds.{table} WHERE school_id = $1 AND version = $2"
    for table in ("school", "calendar", "rule_terms", "pupil", "pupil_year")
)

Years = dict[PupilId, dict[int, PupilYear]]


async def put_pupils(
    conn: Connection, school: SchoolId, version: int, stated: Mapping[PupilId, PupilFacts]
) -> None:
    """Keep what judging takes of pupils, in the place of what was kept of them before."""
    if stated:
        facts = [written(each) for each in stated.values()]
        await conn.execute(PUT_PUPILS, school, version, list(stated), facts)


async def pupils(
    conn: Connection, school: SchoolId, version: int, wanted: Collection[PupilId]
) -> dict[PupilId, PupilFacts]:
    """Read the facts of some pupils; one never admitted is left out."""
    if not wanted:
        return {}
    rows = await conn.fetch(PUPILS, school, version, list(wanted))
    return {PupilId(pupil): read_facts(facts) for pupil, facts in rows}


async def every_pupil(
    conn: Connection, school: SchoolId, version: int
) -> dict[PupilId, PupilFacts]:
    """Read the facts of every pupil the school has, or had."""
    rows = await conn.fetch(PUPILS, school, version, None)
    return await worked_out(
        len(rows), lambda: {PupilId(pupil): read_facts(facts) for pupil, facts in rows}
    )


async def put_due(
    conn: Connection, school: SchoolId, version: int, due: Mapping[PupilId, datetime | None]
) -> None:
    """Keep when pupils are to be looked at next though nothing is recorded; None: never."""
    if due:
        await conn.execute(PUT_DUE, school, version, list(due), list(due.values()))


async def due_before(
    conn: Connection, school: SchoolId, version: int, instant: datetime
) -> list[PupilId]:
    """List the pupils who are to be looked at before an instant."""
    rows = await conn.fetch(DUE_BEFORE, school, version, instant)
    return [PupilId(row["pupil"]) for row in rows]


async def due_of(
    conn: Connection, school: SchoolId, version: int, wanted: Collection[PupilId]
) -> dict[PupilId, datetime]:
    """Read when some pupils are to be looked at; those that never are, are left out."""
    rows = await conn.fetch(DUE_OF, school, version, list(wanted))
    return {PupilId(pupil): due_at for pupil, due_at in rows}


async def next_due(conn: Connection, school: SchoolId, version: int) -> datetime | None:
    """Read when any pupil is to be looked at next."""
    due_at: datetime | None = await conn.fetchval(NEXT_DUE, school, version)
    return due_at


async def waiting(conn: Connection, school: SchoolId, version: int, year: int) -> set[PupilId]:
    """List the pupils for whom the coming school days may matter.

    Args:
        year: what was entered before it, by its first calendar year, waits for nothing any more.
    """
    rows = await conn.fetch(WAITING, school, version, year, bytes([BYTE_OF[Code.N]]))
    return {PupilId(row["pupil"]) for row in rows}


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

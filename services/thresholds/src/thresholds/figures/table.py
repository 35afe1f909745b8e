"""The statements by which figures are read: what was entered of a school, as of one position.

All of an answer comes from one snapshot, so that the figures and the position they stand at belong
together. Facts come as they are kept, to be read beside the loop.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import asyncpg
from attendance.identifiers import LaCode, PupilId
from attendance.rules.facts import PupilFacts
from attendance.school_details import Phase
from eventlog import Connection, SchoolId

from thresholds import school_table, tables
from thresholds.figures.grouping import PackedPupil
from thresholds.kept_facts import read_facts

STANDING: Final = """
SELECT position, version FROM eventlog.consumer_cursor
 WHERE school_id = $1 AND consumer = 'thresholds' AND active
"""

YEARS: Final = """
SELECT pupil, year, sessions FROM thresholds.pupil_year
 WHERE school_id = $1 AND version = $2 AND year BETWEEN $3 AND $4
"""

PUPIL: Final = """
SELECT c.version, c.position, p.facts, y.year, y.sessions, k.payload
  FROM eventlog.consumer_cursor AS c
  JOIN thresholds.pupil AS p
    ON p.school_id = c.school_id AND p.version = c.version AND p.pupil = $2
  LEFT JOIN thresholds.pupil_year AS y
    ON y.school_id = p.school_id AND y.version = p.version AND y.pupil = p.pupil
   AND y.year BETWEEN $3 AND $4
  LEFT JOIN thresholds.calendar AS k
    ON k.school_id = y.school_id AND k.version = y.version
   AND k.year = y.year::text || '-' || lpad(((y.year + 1) % 100)::text, 2, '0')
 WHERE c.school_id = $1 AND c.consumer = 'thresholds' AND c.active
 ORDER BY y.year
"""

SCHOOLS: Final = """
SELECT s.school_id, s.version, c.position
  FROM eventlog.consumer_cursor AS c
  JOIN thresholds.school AS s ON s.school_id = c.school_id AND s.version = c.version
 WHERE c.consumer = 'thresholds' AND c.active
   AND ($1::int[] IS NULL OR s.school_id = ANY($1))
   AND ($2::text IS NULL OR s.la_code = $2) AND ($3::text IS NULL OR s.trust = $3)
 ORDER BY s.school_id
 LIMIT $4
"""

PLACE: Final = """
SELECT s.phase, s.la_code
  FROM eventlog.consumer_cursor AS c
  JOIN thresholds.school AS s ON s.school_id = c.school_id AND s.version = c.version
 WHERE c.school_id = $1 AND c.consumer = 'thresholds' AND c.active AND s.phase IS NOT NULL
"""


class Standing(NamedTuple):
    """How far a school's log was followed."""

    urn: int
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class PackedSchool:
    """A school's packed years as the view has them, and how far in the log it has come."""

    version: int
    position: int
    calendars: tuple[str, ...]  # payloads of the calendars in force, in order of year
    facts: Mapping[PupilId, PupilFacts]
    years: Mapping[PupilId, Mapping[int, bytes]]  # packed sessions by first calendar year

    def pupils(self) -> list[PackedPupil]:
        """Put facts and entries together, in order of the pupils' identifiers."""
        return [
            PackedPupil(pupil, self.facts[pupil], self.years.get(pupil, {}))
            for pupil in sorted(self.facts)
        ]


async def packed_school(
    conn: Connection, school: SchoolId, first: int, last: int
) -> PackedSchool | None:
    """Read every pupil's years from one to another; None where the school isn't known here.

    Args:
        first: an academic year by its first calendar year, as `last`.
    """
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        standing = await conn.fetchrow(STANDING, school)
        if standing is None:
            return None
        position, version = standing
        calendars = await school_table.calendars(conn, school, version)
        facts = await tables.every_pupil(conn, school, version)
        years = await conn.fetch(YEARS, school, version, first, last)
    return PackedSchool(version, position, calendars, facts, _by_pupil(years))


async def packed_pupil(
    conn: Connection, school: SchoolId, pupil: PupilId, first: int, last: int
) -> PackedSchool | None:
    """Read one pupil's years as `packed_school` does; None where the pupil isn't known here.

    In one statement: this is asked more often than all else, and by people who wait.
    """
    rows = await conn.fetch(PUPIL, school, pupil, first, last)
    if not rows:
        return None
    return PackedSchool(
        rows[0]["version"],
        rows[0]["position"],
        tuple(row["payload"] for row in rows if row["payload"] is not None),
        {pupil: read_facts(rows[0]["facts"])},
        {pupil: {row["year"]: row["sessions"] for row in rows if row["year"] is not None}},
    )


async def standings(
    conn: Connection,
    urns: Collection[int] | None,
    la_code: str | None,
    trust: str | None,
    *,
    limit: int,
) -> list[Standing]:
    """List schools, in order of URN.

    Args:
        urns: only these; None is any, as with the authority and the trust.
    """
    among = None if urns is None else list(urns)
    rows = await conn.fetch(SCHOOLS, among, la_code, trust, limit)
    return [Standing(*row) for row in rows]


async def place_of_school(conn: Connection, school: SchoolId) -> tuple[Phase, LaCode] | None:
    """Read a school's phase and authority; None where they aren't known here."""
    row = await conn.fetchrow(PLACE, school)
    return (Phase(row["phase"]), LaCode(row["la_code"])) if row else None


def _by_pupil(rows: Sequence[asyncpg.Record]) -> dict[PupilId, dict[int, bytes]]:
    years: dict[PupilId, dict[int, bytes]] = defaultdict(dict)
    for pupil, year, sessions in rows:
        years[pupil][year] = sessions
    return years

"""Every statement on the school as judging takes it: details, calendars, terms, and what is due.

Functions take a connection and never commit. All is kept by school and version, so that a rebuild
stands beside what is in use.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attendance.school_details import SchoolDetails
from eventlog import Connection, DueSchool, SchoolId

from thresholds.digest import Edition, Stated, TermsSet
from thresholds.dropped import Dropped
from thresholds.school import details_in
from thresholds.timeline import LONG_AGO

# A school that said nothing of itself yet has a row all the same, of nothing.
KEPT: Final = """
SELECT s.details, s.dropped_to, coalesce(s.dropped_episodes, 0), s.due_at, s.registers_to,
       ARRAY(SELECT k.payload FROM thresholds.calendar AS k
              WHERE k.school_id = $1 AND k.version = $2 ORDER BY k.year),
       ARRAY(SELECT t.payload FROM thresholds.rule_terms AS t
              WHERE t.school_id = $1 AND t.version = $2 ORDER BY t.rule)
  FROM (SELECT) AS always
  LEFT JOIN thresholds.school AS s ON s.school_id = $1 AND s.version = $2
"""

PUT_DETAILS: Final = """
INSERT INTO thresholds.school (school_id, version, la_code, trust, phase, details)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (school_id, version) DO UPDATE
   SET la_code = excluded.la_code, trust = excluded.trust, phase = excluded.phase,
       details = excluded.details
"""

PUT_CALENDAR: Final = """
INSERT INTO thresholds.calendar (school_id, version, year, payload) VALUES ($1, $2, $3, $4)
ON CONFLICT (school_id, version, year) DO UPDATE SET payload = excluded.payload
"""

PUT_TERMS: Final = """
INSERT INTO thresholds.rule_terms (school_id, version, rule, payload) VALUES ($1, $2, $3, $4)
ON CONFLICT (school_id, version, rule) DO UPDATE SET payload = excluded.payload
"""

PUT_DUE: Final = """
UPDATE thresholds.school SET due_at = $3, registers_to = $4
 WHERE school_id = $1 AND version = $2
"""

# Those read to their heads alone: to any other its events come first.
DUE: Final = """
SELECT s.school_id, CASE WHEN s.due_at = $4 THEN l.recorded_at ELSE s.due_at END
  FROM thresholds.school AS s
  JOIN eventlog.consumer_cursor AS c
    ON c.school_id = s.school_id AND c.consumer = 'thresholds' AND c.active
   AND c.version = s.version
  JOIN eventlog.school_log AS l ON l.school_id = s.school_id AND l.position = c.position
 WHERE s.due_at <= $1 AND s.school_id <> ALL ($3)
 ORDER BY s.due_at LIMIT $2
"""

DETAILS: Final = "SELECT details FROM thresholds.school WHERE school_id = $1 AND version = $2"

CALENDARS: Final = """
SELECT payload FROM thresholds.calendar WHERE school_id = $1 AND version = $2 ORDER BY year
"""

LA_OF_SCHOOL: Final = """
SELECT s.la_code
  FROM eventlog.consumer_cursor AS c
  JOIN thresholds.school AS s ON s.school_id = c.school_id AND s.version = c.version
 WHERE c.school_id = $1 AND c.consumer = 'thresholds' AND c.active
"""


@dataclass(frozen=True, slots=True)
class KeptSchool:
    """A school as it is kept: payloads of the events in force, and how far it was looked at.

    Attributes:
        due_at: when time alone may change a finding next; None: never.
        registers_to: registers that closed by then were looked at; None before the first entry.
    """

    details: str | None
    dropped: Dropped
    due_at: datetime | None
    registers_to: datetime | None
    calendars: Sequence[str]  # in order of year
    terms: Sequence[str]  # in order of rule


async def kept(conn: Connection, school: SchoolId, version: int) -> KeptSchool:
    """Read what is kept of a school."""
    row = await conn.fetchrow(KEPT, school, version)
    details, dropped_to, episodes, due_at, registers_to, calendars, terms = row
    dropped = Dropped(dropped_to, episodes)
    return KeptSchool(details, dropped, due_at, registers_to, calendars, terms)


async def put_details(
    conn: Connection, school: SchoolId, version: int, stated: Sequence[Stated]
) -> None:
    """Keep what a school said of itself last."""
    if stated:
        _, details, payload = stated[-1]
        await conn.execute(
            PUT_DETAILS, school, version, details.la_code, details.trust, details.phase, payload
        )


async def put_calendars(
    conn: Connection, school: SchoolId, version: int, editions: Iterable[Edition]
) -> None:
    """Keep calendars, each in the place of the one before it for the same year."""
    rows = [(school, version, each.calendar.year, each.payload) for each in editions]
    if rows:
        await conn.executemany(PUT_CALENDAR, rows)


async def put_terms(
    conn: Connection, school: SchoolId, version: int, terms: Iterable[TermsSet]
) -> None:
    """Keep terms, each in the place of those before them of the same rule."""
    rows = [(school, version, each.event.rule, each.payload) for each in terms]
    if rows:
        await conn.executemany(PUT_TERMS, rows)


async def put_due(
    conn: Connection,
    school: SchoolId,
    version: int,
    due_at: datetime | None,
    registers_to: datetime | None,
) -> None:
    """Keep when the school is to be looked at next, and how far its registers were."""
    await conn.execute(PUT_DUE, school, version, due_at, registers_to)


async def due_by(
    conn: Connection, now: datetime, limit: int, others: Collection[SchoolId]
) -> list[DueSchool]:
    """List schools in which something is due by now, each with the instant to judge as of.

    Args:
        others: not to be listed.
    """
    rows = await conn.fetch(DUE, now, limit, list(others), LONG_AGO)
    return [DueSchool(SchoolId(school), at) for school, at in rows]


async def school_details(conn: Connection, school: SchoolId, version: int) -> SchoolDetails | None:
    """Read what a school said of itself last; None where it said nothing yet."""
    return details_in(await conn.fetchval(DETAILS, school, version))


async def calendars(conn: Connection, school: SchoolId, version: int) -> tuple[str, ...]:
    """Read the payloads of the calendars in force, in order of year."""
    return tuple(row["payload"] for row in await conn.fetch(CALENDARS, school, version))


async def la_of_school(conn: Connection, school: SchoolId) -> str | None:
    """Read the authority of a school; None where the school isn't known here."""
    la_code: str | None = await conn.fetchval(LA_OF_SCHOOL, school)
    return la_code

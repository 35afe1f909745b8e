"""Reads one pupil's entries in force from `register.mark`, over many sessions. Writes nothing.

The table is kept by session, so a pupil's entries are looked up session by session.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.rules.finding import Entry
from attendance.session import Half, Session
from eventlog import Connection, SchoolId

ENTRIES: Final = """
SELECT m.session_on, m.half, m.code, m.position
  FROM generate_series($3::date, $4::date, interval '1 day') AS d (on_day)
 CROSS JOIN unnest(ARRAY['AM', 'PM']) AS h (half)
  JOIN register.mark AS m
    ON m.school_id = $1 AND m.session_on = d.on_day::date AND m.half = h.half AND m.pupil = $2
 ORDER BY m.session_on, m.half
"""

# As known at a position: an entry's code then is what its
# next amendment after it found.
ENTRIES_AT: Final = """
SELECT m.session_on, m.half, m.recorded_at, m.late_entry,
       coalesce((SELECT a.original FROM register.amendment AS a
                  WHERE a.school_id = m.school_id AND a.session_on = m.session_on
                    AND a.half = m.half AND a.pupil = m.pupil AND a.position > $5
                  ORDER BY a.revision LIMIT 1), m.code) AS code,
       m.revision > 0 AND EXISTS (
           SELECT FROM register.amendment AS a
            WHERE a.school_id = m.school_id AND a.session_on = m.session_on
              AND a.half = m.half AND a.pupil = m.pupil AND a.position <= $5) AS amended
  FROM generate_series($3::date, $4::date, interval '1 day') AS d (on_day)
 CROSS JOIN unnest(ARRAY['AM', 'PM']) AS h (half)
  JOIN register.mark AS m
    ON m.school_id = $1 AND m.session_on = d.on_day::date AND m.half = h.half AND m.pupil = $2
 WHERE m.first_position <= $5
 ORDER BY m.session_on, m.half
"""

# Z is entered for a day on which the pupil isn't on roll yet: it holds no starting day in place.
ENTERED: Final = """
SELECT EXISTS (SELECT FROM register.mark
                WHERE school_id = $1 AND pupil = $2 AND session_on >= $3 AND session_on < $4
                  AND code <> 'Z')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInForce:
    """A session's entry, as it stood at one position of the log."""

    session: Session
    code: Code
    amended: bool
    late_entry: bool
    recorded_at: datetime  # of the original entry


async def entries_at(
    conn: Connection, school: SchoolId, pupil: PupilId, first: date, last: date, position: int
) -> list[EntryInForce]:
    """Read a pupil's entries between two days as they stood at a position, oldest first."""
    rows = await conn.fetch(ENTRIES_AT, school, pupil, first, last, position)
    return [
        EntryInForce(
            session=Session(row["session_on"], Half(row["half"])),
            code=Code(row["code"]),
            amended=row["amended"],
            late_entry=row["late_entry"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    ]


async def entries(
    conn: Connection, school: SchoolId, pupil: PupilId, first: date, last: date
) -> list[Entry]:
    """Read a pupil's entries in force between two days, both included, oldest first."""
    rows = await conn.fetch(ENTRIES, school, pupil, first, last)
    return [
        Entry(Session(row["session_on"], Half(row["half"])), Code(row["code"]), row["position"])
        for row in rows
    ]


async def entered(
    conn: Connection, school: SchoolId, pupil: PupilId, first: date, before: date
) -> bool:
    """Whether a pupil has an entry from a day on and before another, `Z` apart."""
    found: bool = await conn.fetchval(ENTERED, school, pupil, first, before)
    return found

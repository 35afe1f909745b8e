"""Finds where in the log some pupils' entries are, from the current register. Writes nothing."""

from collections.abc import Collection, Sequence
from typing import Final

from attendance.identifiers import PupilId
from attendance.session import Session
from eventlog import Connection, SchoolId

# By the primary keys, session by session: the tables are kept by session and not by pupil.
POSITIONS: Final = """
SELECT m.first_position AS position
  FROM unnest($3::date[], $4::text[]) AS s (session_on, half)
  JOIN register.mark AS m
    ON m.school_id = $1 AND m.session_on = s.session_on AND m.half = s.half AND m.pupil = ANY($2)
 UNION
SELECT a.position
  FROM unnest($3::date[], $4::text[]) AS s (session_on, half)
  JOIN register.amendment AS a
    ON a.school_id = $1 AND a.session_on = s.session_on AND a.half = s.half AND a.pupil = ANY($2)
 ORDER BY position
"""


async def positions(
    conn: Connection, school: SchoolId, pupils: Collection[PupilId], sessions: Sequence[Session]
) -> list[int]:
    """List the positions of pupils' original entries and amendments, in order."""
    rows = await conn.fetch(
        POSITIONS,
        school,
        list(pupils),
        [session.on for session in sessions],
        [session.half.value for session in sessions],
    )
    return [row["position"] for row in rows]

"""What a dropped recording year changes in the register: its entries go, unless amended since.

Of an entry amended since, the amendment stands alone: it repeats what it found, and when and by
whom that was first entered is no longer known.
"""

from collections.abc import Collection, Mapping
from typing import Final

from attendance.events import MarksAmended
from attendance.identifiers import PupilId
from eventlog import Connection, SchoolId, Stretch

FORGET: Final = """
WITH gone AS (
    DELETE FROM register.mark WHERE school_id = $1 AND first_position BETWEEN $2 AND $3
    RETURNING session_on, half, pupil
), forgotten AS (
    DELETE FROM register.amendment AS a USING gone AS g
     WHERE a.school_id = $1 AND a.session_on = g.session_on AND a.half = g.half
       AND a.pupil = g.pupil
    RETURNING a.position, a.pupil
)
SELECT position, array_agg(pupil) AS pupils FROM forgotten
 WHERE position > $3 GROUP BY position ORDER BY position
"""

RESTATE: Final = """
INSERT INTO register.mark (school_id, session_on, half, pupil, code, first_position, position,
                           recorded_at, late_entry)
SELECT $1, $2, $3, n.pupil, n.code, $4, $4, $5, false
  FROM unnest($6::text[], $7::text[]) AS n (pupil, code)
ON CONFLICT DO NOTHING
"""


async def forget(conn: Connection, stretch: Stretch) -> Mapping[int, Collection[PupilId]]:
    """Delete the entries first made in a stretch of the log, with all their amendments.

    Returns:
        The pupils whose entries were amended after the stretch, by the position of each such
        amendment, in order: those entries are to be made again from it.
    """
    rows = await conn.fetch(FORGET, stretch.school, stretch.first, stretch.last)
    return {row["position"]: frozenset(row["pupils"]) for row in rows}


async def restate(conn: Connection, school: SchoolId, amended: MarksAmended, position: int) -> None:
    """Put in force what an amendment found, where nothing else is left that says so.

    Only for what is made again from the log: an entry is amended once its making was recorded, so
    in the log the making is missing only where it was dropped.
    """
    session = amended.session
    await conn.execute(
        RESTATE,
        school,
        session.on,
        session.half.value,
        position,
        amended.recorded_at,
        [each.pupil for each in amended.amendments],
        [each.original.value for each in amended.amendments],
    )

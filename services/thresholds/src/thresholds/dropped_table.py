"""Every statement about dropped recording years: what goes with them, and that they went."""

from collections.abc import Collection
from typing import Final

from attendance.events import RecordingYearDropped
from attendance.identifiers import PupilId
from eventlog import Connection, SchoolId

from thresholds.dropped import NOTHING, Dropped

DROPPED: Final = """
SELECT dropped_to, dropped_episodes FROM thresholds.school WHERE school_id = $1 AND version = $2
"""

REMEMBER: Final = """
UPDATE thresholds.school
   SET dropped_to = $3, dropped_episodes = greatest(dropped_episodes, $4)
 WHERE school_id = $1 AND version = $2
"""

FORGET_YEARS: Final = """
DELETE FROM thresholds.pupil_year WHERE school_id = $1 AND version = $2 AND year <= $3
"""

FORGET_ALERTS: Final = """
DELETE FROM thresholds.alert
 WHERE school_id = $1 AND version = $2 AND position BETWEEN $3 AND $4
"""

FORGET_PUPILS: Final = """
DELETE FROM thresholds.pupil WHERE school_id = $1 AND version = $2 AND pupil <> ALL ($3)
"""


async def dropped_of(conn: Connection, school: SchoolId, version: int) -> Dropped:
    """Read up to which year a school's entries were dropped."""
    row = await conn.fetchrow(DROPPED, school, version)
    return Dropped(row["dropped_to"], row["dropped_episodes"]) if row else NOTHING


async def forget_year(
    conn: Connection,
    school: SchoolId,
    version: int,
    event: RecordingYearDropped,
    *,
    admitted: Collection[PupilId],
) -> None:
    """Delete what rested on a year that was dropped, and remember that it was.

    Args:
        admitted: the pupils whom the admission register still has.
    """
    year = event.recording_year
    await conn.execute(REMEMBER, school, version, year, event.episodes)
    await conn.execute(FORGET_YEARS, school, version, year)
    await conn.execute(FORGET_ALERTS, school, version, event.first_position, event.last_position)
    await conn.execute(FORGET_PUPILS, school, version, list(admitted))

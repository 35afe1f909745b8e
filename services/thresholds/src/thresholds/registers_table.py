"""Every statement that judging registers needs beside those on pupils: who was entered, when."""

from collections.abc import Collection
from typing import Final

from attendance.identifiers import PupilId
from attendance.session import Half, Session
from eventlog import Connection, SchoolId

from thresholds.packing import place_of

ENTERED: Final = """
SELECT pupil, year, sessions FROM thresholds.pupil_year
 WHERE school_id = $1 AND version = $2 AND year = ANY($3)
"""

OPEN: Final = """
SELECT DISTINCT met_on, met_half FROM thresholds.alert
 WHERE school_id = $1 AND version = $2 AND pupil IS NULL AND status = 'open'
 ORDER BY met_on, met_half
"""


async def entered(
    conn: Connection, school: SchoolId, version: int, sessions: Collection[Session]
) -> dict[Session, set[PupilId]]:
    """Read who has an entry for each of some sessions."""
    places = {session: place_of(session) for session in sessions}
    years = {place.year for place in places.values()}
    rows = await conn.fetch(ENTERED, school, version, list(years))
    return {
        session: {
            PupilId(pupil)
            for pupil, year, packed in rows
            if year == place.year and any(packed[place.slot : place.slot + 1])
        }
        for session, place in places.items()
    }


async def told_as_not_taken(conn: Connection, school: SchoolId, version: int) -> list[Session]:
    """List the sessions of which a register stands as not taken, according to the alerts."""
    rows = await conn.fetch(OPEN, school, version)
    return [Session(on, Half(half)) for on, half in rows]

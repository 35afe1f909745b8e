"""Reads that put several sources together: what a batch tells depends on the ledger and the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from attendance.events import ThresholdCorrected, ThresholdMet
from attendance.identifiers import Urn
from attendance.streams import admissions_stream, school_stream
from eventlog import Connection, SchoolId, StoredEvent, read_streams
from servicekit.database import of_schools
from servicekit.service import Runtime

from notifications.access import Boundary
from notifications.messages_table import recall
from notifications.publication import Publication, Read, alerts_changed, subjects_of
from notifications.registers import Registers
from notifications.return_bodies import contents_json
from notifications.returns import Returns, is_about_return
from notifications.returns_table import (
    ReturnDelivery,
    ReturnRecord,
    deliveries_of,
    returns_beside,
    returns_of_alerts,
)


async def publication_for(
    conn: Connection, urn: Urn, source: str, events: Sequence[Read]
) -> Publication:
    """Read what the messages of a batch depend on.

    Args:
        source: the URI of this service.
    """
    return await recall(
        conn,
        urn,
        source,
        subjects=subjects_of(urn, events),
        alerts=alerts_changed(events),
        returns=await _returns(conn, urn, events),
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a return: its versions, and its way to the authority."""

    versions: list[ReturnRecord]
    deliveries: list[ReturnDelivery]


async def whole_return_of(runtime: Runtime, boundary: Boundary, record: ReturnRecord) -> Followed:
    """Read what became of a return that the caller may see."""
    async with of_schools(runtime.pool, boundary.urns) as conn:
        return Followed(await returns_beside(conn, record), await deliveries_of(conn, record))


async def _returns(conn: Connection, urn: Urn, events: Sequence[Read]) -> Returns:
    """Read the returns that some events are about; the registers only where there may be new."""
    about = [event for _, event in events if is_about_return(event)]
    made = await returns_of_alerts(conn, urn, {event.alert for event in about}) if about else []
    makes = {event.pupil for event in about if isinstance(event, ThresholdMet | ThresholdCorrected)}
    pupils = {pupil for pupil in makes if pupil is not None}
    stored = await _registered(conn, urn, up_to=events[-1][0].position) if pupils else []
    return Returns(
        registered_at=Registers(stored, pupils).at,
        written=contents_json,
        made={each.id: each for each in made},
    )


async def _registered(conn: Connection, urn: Urn, *, up_to: int) -> list[StoredEvent]:
    streams = [school_stream(urn), admissions_stream(urn)]
    return await read_streams(conn, SchoolId(urn), streams, up_to=up_to)

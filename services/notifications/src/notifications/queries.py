"""Reads that put several sources together: what a batch tells depends on the ledger and the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from attendance.events import AlertEvent
from attendance.identifiers import LaCode, PupilId, Urn
from attendance.streams import admissions_stream, alerts_stream, school_stream
from eventlog import Connection, SchoolId, StoredEvent, read_streams
from servicekit.database import of_school, of_schools
from servicekit.service import Runtime

from notifications.access import Boundary
from notifications.homes import TO_HOME, has_moved
from notifications.messages_table import la_of_school, recall
from notifications.publication import Publication, Read, alerts_changed, subjects_of
from notifications.registers import Registers
from notifications.return_bodies import contents_json
from notifications.return_record import ReturnRecord
from notifications.returns import Returns, is_about_return
from notifications.returns_table import (
    ReturnDelivery,
    deliveries_of,
    returns_beside,
    returns_concerned,
)
from notifications.stated import Finding, Stated


async def publication_for(
    conn: Connection, urn: Urn, source: str, events: Sequence[Read]
) -> Publication:
    """Read what the messages of a batch depend on.

    Args:
        source: the URI of this service.
    """
    moved = {event.pupil for _, event in events if has_moved(event)}
    registers = await _registers(conn, urn, events, _concerned(events) | moved)
    return await recall(
        conn,
        urn,
        source,
        subjects=subjects_of(urn, events),
        alerts=alerts_changed(events),
        moved=moved,
        returns=await _returns(conn, urn, events, moved, registers),
        home_at=registers.home_at,
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


async def authority_of(runtime: Runtime, urn: int) -> LaCode | None:
    """Read a school's authority as it is now; None: it was never registered."""
    async with of_school(runtime.pool, urn) as conn:
        return await la_of_school(conn, urn)


def _concerned(events: Sequence[Read]) -> set[PupilId]:
    """Name the pupils of whom a batch may make a return, or tell the authority of their home."""
    found = (event for _, event in events if isinstance(event, AlertEvent))
    makes = (event for event in found if event.rule in TO_HOME or _makes_return(event))
    return {event.pupil for event in makes if event.pupil is not None}


def _makes_return(event: AlertEvent) -> bool:
    return is_about_return(event) and isinstance(event, Finding)


async def _returns(
    conn: Connection,
    urn: Urn,
    events: Sequence[Read],
    moved: Collection[PupilId],
    registers: Registers,
) -> Returns:
    """Read the returns that some events are about, or that are of pupils who moved."""
    about = {event.alert for _, event in events if is_about_return(event)}
    made = await returns_concerned(conn, urn, about, moved) if about or moved else []
    has_returns = {each.pupil for each in made} | _concerned(events)
    found = [alerts_stream(urn, pupil) for pupil in has_returns.intersection(moved)]
    return Returns(
        registered_at=registers.at,
        stated_at=Stated(await _stored(conn, urn, found, events)).at,
        written=contents_json,
        made={each.id: each for each in made},
    )


async def _registers(
    conn: Connection, urn: Urn, events: Sequence[Read], pupils: Collection[PupilId]
) -> Registers:
    """Read the registers as they say it of some pupils; of none, nothing is read."""
    streams = [school_stream(urn), admissions_stream(urn)] if pupils else []
    return Registers(await _stored(conn, urn, streams, events), pupils)


async def _stored(
    conn: Connection, urn: Urn, streams: Collection[UUID], events: Sequence[Read]
) -> list[StoredEvent]:
    """Read some streams as far as a batch goes."""
    if not streams:
        return []
    return await read_streams(conn, SchoolId(urn), streams, up_to=events[-1][0].position)

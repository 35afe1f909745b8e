"""Finds the registers of a day that weren't taken, or not for everybody. Changes nothing.

A missing mark is no entry: it counts for nothing, and nobody is put down as absent by it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from attendance.calendar import london_date
from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.session import Half, Session
from eventlog import SchoolId
from servicekit.caller import Caller

from register_api import tables
from register_api.commands import Registry
from register_api.queries.moment import Moment, moment_of
from register_api.schemas.queries import MissingQuery
from register_api.schemas.responses import MissingRegisterOut, MissingRegistersOut


async def missing_registers(
    registry: Registry, caller: Caller, urn: int, query: MissingQuery
) -> MissingRegistersOut:
    """List the registers of a day that lack entries, of sessions that have begun.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: the moment can't be one (422).
    """
    items: list[MissingRegisterOut] = []
    async with moment_of(registry, caller, urn, query) as moment:
        on = query.on or london_date(moment.latest)
        for session in _begun(moment, (Session(on, half) for half in Half)):
            entries = await tables.register_at(moment.conn, SchoolId(urn), session, moment.position)
            in_force = {entry.pupil: entry.code for entry in entries}
            items += _incomplete(moment, session, in_force)
    return MissingRegistersOut(
        urn=urn, on=on, as_of=query.as_of, position=moment.position, items=items
    )


def _begun(moment: Moment, sessions: Iterator[Session]) -> Iterator[Session]:
    school = moment.school
    for session in sessions:
        if (
            school.calendar.is_open(session)
            and school.has_begun(session, moment.latest)
            and not moment.known.has_dropped(session.on)
        ):
            yield session


def _incomplete(
    moment: Moment, session: Session, in_force: Mapping[PupilId, Code]
) -> Iterator[MissingRegisterOut]:
    """Give each group's register that lacks somebody; pupils of no group are one of their own."""
    groups: dict[str | None, list[Pupil]] = defaultdict(list)
    for pupil in moment.school.due(session):
        for group in pupil.placement_on(session.on).groups or (None,):
            groups[group].append(pupil)
    for group in sorted(groups, key=lambda each: (each is None, each or "")):
        pupils = groups[group]
        missing = [
            pupil.pupil
            for pupil in pupils
            if pupil.lacks_entry(session.on, in_force.get(pupil.pupil))
        ]
        if missing:
            yield MissingRegisterOut(
                session=session.half,
                group=group,
                taken=len(missing) < len(pupils),
                expected=len(pupils),
                missing=missing,
            )

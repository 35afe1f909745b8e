"""Reads the register of one session: a class's, or the whole school's. Changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from attendance.absence_plans import proposal
from attendance.codes import CODE_TABLE
from attendance.roll import Pupil
from attendance.session import Session
from eventlog import SchoolId
from servicekit.caller import Caller

from register_api import tables
from register_api.commands import Registry
from register_api.queries.moment import Moment, moment_of
from register_api.schemas.queries import RegisterQuery
from register_api.schemas.responses import MarkOut, ProposedOut, RegisterOut

DROPPED: Final = "The entries of this session were kept as long as the law asks, and dropped."


async def register_of(
    registry: Registry, caller: Caller, urn: int, session: Session, query: RegisterQuery
) -> RegisterOut:
    """Read one session's register, as it stands or as it was known at a moment.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: the moment can't be one (422).
    """
    async with moment_of(registry, caller, urn, query) as moment:
        entries = await tables.register_at(moment.conn, SchoolId(urn), session, moment.position)
    return _register(urn, session, moment, entries, group=query.group, as_of=query.as_of)


def _register(
    urn: int,
    session: Session,
    moment: Moment,
    entries: Sequence[tables.EntryInForce],
    *,
    group: str | None,
    as_of: datetime | None,
) -> RegisterOut:
    """Lay out a register in the order of the roll; whoever left it since comes last."""
    school = moment.school
    roll = school.roll_on(session.on, group)
    by_pupil = {entry.pupil: entry for entry in entries}
    marked = [by_pupil.pop(pupil.pupil) for pupil in roll if pupil.pupil in by_pupil]
    if group is None:
        marked += sorted(by_pupil.values(), key=lambda entry: entry.pupil)
    in_force = {entry.pupil: entry.code for entry in marked}
    dropped = moment.known.has_dropped(session.on)
    expected = school.calendar.is_open(session) and not dropped
    missing = [
        pupil
        for pupil in (school.due(session, group) if expected else ())
        if pupil.lacks_entry(session.on, in_force.get(pupil.pupil))
    ]
    return RegisterOut(
        urn=urn,
        date=session.on,
        session=session.half,
        as_of=as_of,
        position=moment.position,
        expected=expected,
        marks=[_mark(entry) for entry in marked],
        missing=[pupil.pupil for pupil in missing],
        proposed=list(_proposed(missing, session)),
        note=DROPPED if dropped else None,
    )


def _mark(entry: tables.EntryInForce) -> MarkOut:
    row = CODE_TABLE[entry.code]
    return MarkOut(
        pupil=entry.pupil,
        code=entry.code,
        legal=row.legal,
        statistical=row.statistical,
        physical=row.physical,
        amended=entry.amended,
        late_entry=entry.late_entry,
        recorded_at=entry.recorded_at,
    )


def _proposed(missing: Sequence[Pupil], session: Session) -> Iterator[ProposedOut]:
    """Say what the absence plans would have entered, which only the taking of the register does."""
    for pupil in missing:
        plan = proposal(pupil.plans, session)
        if plan is not None:
            yield ProposedOut(pupil=pupil.pupil, code=plan.code, plan=plan.id, kind=plan.kind)

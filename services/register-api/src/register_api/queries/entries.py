"""Reads one pupil's entries: those in force over a time, or all of one session. Changes nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from attendance.calendar import london_date
from attendance.census import Period
from attendance.codes import CODE_TABLE
from attendance.entries import Entry, Whose
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.session import FIRST_MONTH, Session, first_year_of
from eventlog import SchoolId
from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.fields import SignatoryIn

from register_api import one_pupil_table
from register_api.commands import Registry
from register_api.queries.histories import histories_of
from register_api.queries.moment import Moment, moment_of
from register_api.queries.period import must_be_a_period
from register_api.schemas.queries import AsOf, EntriesQuery
from register_api.schemas.responses import (
    EntriesOut,
    EntryInForceOut,
    EntryOut,
    PupilEntriesOut,
    SessionOut,
)

NO_PUPIL: Final = "There is no such pupil at this school."


async def entries_in_force(
    registry: Registry, caller: Caller, urn: int, pupil: PupilId, query: EntriesQuery
) -> PupilEntriesOut:
    """Read a pupil's entries in force over a time, and the sessions that have none and should.

    Raises:
        NotFound: the school isn't the caller's to see, or the register didn't have the pupil.
        Problem: the days or the moment can't be (422).
    """
    async with moment_of(registry, caller, urn, query) as moment:
        found = moment.school.roll.get(pupil)
        if found is None:
            raise NotFound(NO_PUPIL)
        first, last = _days(query, london_date(moment.latest))
        entries = await one_pupil_table.entries_at(
            moment.conn, SchoolId(urn), pupil, first, last, moment.position
        )
    in_force = {each.session: each.code for each in entries}
    return PupilEntriesOut(
        urn=urn,
        pupil=pupil,
        first=first,
        last=last,
        as_of=query.as_of,
        position=moment.position,
        entries=[_in_force(each) for each in entries],
        missing=[
            SessionOut(date=session.on, session=session.half)
            for session in _expected(moment, found, first, last)
            if found.lacks_entry(session.on, in_force.get(session))
        ],
    )


async def history_of(
    registry: Registry, caller: Caller, urn: int, pupil: PupilId, session: Session, asked: AsOf
) -> EntriesOut:
    """Read every entry ever made for a pupil's session, oldest first.

    Raises:
        NotFound: the school isn't the caller's to see, or the register didn't have the pupil.
        Problem: the moment can't be one (422).
    """
    async with moment_of(registry, caller, urn, asked) as moment:
        if pupil not in moment.school.roll:
            raise NotFound(NO_PUPIL)
        made = await histories_of(moment.conn, urn, [session], up_to=moment.position)
    entries = made.get(Whose(session, pupil), [])
    return EntriesOut(
        current=entries[-1].code if entries else None, entries=[_entry(each) for each in entries]
    )


def _days(query: EntriesQuery, today: date) -> Period:
    """Settle from which day to which; by default the academic year to date.

    Raises:
        Problem: the last day comes before the first, or there are more than a year's (422).
    """
    last = query.last or max(today, query.first or today)
    period = Period(query.first or date(first_year_of(last), FIRST_MONTH, 1), last)
    must_be_a_period(period)
    return period


def _expected(moment: Moment, pupil: Pupil, first: date, last: date) -> Iterator[Session]:
    """Walk the sessions begun by then for which the pupil should have an entry."""
    school, today = moment.school, london_date(moment.latest)
    for session in school.calendar.sessions(first, min(last, today)):
        if (
            school.is_due(pupil, session)
            and not moment.known.has_dropped(session.on)
            and school.has_begun(session, moment.latest)
        ):
            yield session


def _in_force(entry: one_pupil_table.EntryInForce) -> EntryInForceOut:
    row = CODE_TABLE[entry.code]
    return EntryInForceOut(
        date=entry.session.on,
        session=entry.session.half,
        code=entry.code,
        legal=row.legal,
        statistical=row.statistical,
        physical=row.physical,
        amended=entry.amended,
        late_entry=entry.late_entry,
        recorded_at=entry.recorded_at,
    )


def _entry(entry: Entry) -> EntryOut:
    by = entry.recorded_by
    return EntryOut(
        position=entry.position,
        kind="original" if entry.original is None else "amendment",
        code=entry.code,
        raw_code=entry.raw_code,
        original_code=entry.original,
        reason=entry.reason,
        minutes_late=entry.minutes_late,
        detail=entry.detail,
        late_entry=entry.late,
        closure=entry.closure,
        recorded_at=entry.recorded_at,
        by=SignatoryIn(name=by.name, position=by.position),
    )

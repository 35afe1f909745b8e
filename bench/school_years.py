"""Schools with a whole year in their logs: what a rebuild replays, and what following adds to.

Drawn by the simulator, so that absence comes in spells and the rules have something to find.
Appended straight to the log: making it is no part of what is measured.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Final
from uuid import UUID, uuid4

from attendance.calendar import CalendarYear, Closure, HalfTerm, london_instant
from attendance.codec import encode
from attendance.codes import Code
from attendance.events import (
    CalendarPublished,
    Event,
    Mark,
    MarksRecorded,
    Phase,
    PupilAdmitted,
    SchoolDetails,
    SchoolRegistered,
    SessionTimes,
    Sex,
)
from attendance.identifiers import AcademicYear, LaCode, PupilId, Urn
from attendance.session import Half, Session
from attendance.streams import admissions_stream, school_stream, session_stream
from demonstration.pupils import Classroom, Pupil
from demonstration.simulator import MisRegister, MisRow, SimulatedSchool, simulate
from demonstration.term import SchoolYear, school_year, weeks_before
from eventlog import Command, Connection, NewEvent, SchoolId, append

from bench.stage import BENCH_CLERK
from demonstration import shares

YEAR: Final = 2024  # by its first calendar year; long over, whenever this is run
OPENED_AT: Final = datetime(YEAR, 8, 27, 9, 0, tzinfo=UTC)
TIMES: Final = {
    Half.AM: SessionTimes(time(8, 55), time(9, 25)),
    Half.PM: SessionTimes(time(13, 0), time(13, 20)),
}
INTO_IT: Final = timedelta(minutes=10)  # when a register is taken: before it closes
SEED: Final = 1


@cache
def simulated(classes: int) -> SimulatedSchool:
    """Draw the secondary school that every school of so many classes is a copy of."""
    year = school_year(YEAR)
    weeks = weeks_before(date(YEAR + 1, 8, 1), [year])
    return simulate(shares.Phase.SECONDARY, classes=classes, years=[year], weeks=weeks, seed=SEED)


def opened(school: SimulatedSchool) -> list[Event]:
    """List what is recorded before the first register: the school, its calendar and its pupils."""
    details = SchoolDetails(
        name="Bench School", la_code=LaCode("886"), phase=Phase.SECONDARY, times=TIMES
    )
    return [
        SchoolRegistered(details=details, recorded_by=BENCH_CLERK, recorded_at=OPENED_AT),
        CalendarPublished(
            calendar=_calendar(school_year(YEAR)), recorded_by=BENCH_CLERK, recorded_at=OPENED_AT
        ),
        *(_admitted(room, pupil) for room in school.classrooms for pupil in room.pupils),
    ]


def sessions_of(school: SimulatedSchool) -> list[list[MarksRecorded]]:
    """List the registers of the year by session, in the order they were taken."""
    return [
        [_register(each) for each in taken]
        for _, taken in groupby(school.registers(), key=lambda each: (each.on, each.half))
    ]


async def put(conn: Connection, urn: int, events: Sequence[Event], *, at: datetime) -> None:
    """Append events to a school's log, recorded at one instant."""
    new = [NewEvent(_stream(Urn(urn), event), *encode(event)) for event in events]
    await append(conn, SchoolId(urn), new, command=Command(uuid4(), b""), recorded_at=at)


def _stream(urn: Urn, event: Event) -> UUID:
    match event:
        case MarksRecorded():
            return session_stream(urn, event.session)
        case PupilAdmitted():
            return admissions_stream(urn)
        case _:
            return school_stream(urn)


def _calendar(year: SchoolYear) -> CalendarYear:
    half_terms = tuple(HalfTerm(each.name, each.starts, each.ends) for each in year.half_terms)
    closures = tuple(Closure(each.on, each.reason) for each in year.closures)
    return CalendarYear(AcademicYear(year.name), half_terms, closures)


def _admitted(room: Classroom, pupil: Pupil) -> PupilAdmitted:
    return PupilAdmitted(
        pupil=PupilId(pupil.pupil),
        legal_surname=pupil.surname,
        legal_forename=pupil.forename,
        date_of_birth=pupil.date_of_birth,
        sex=Sex.FEMALE,
        upn=None,
        year_group=f"{room.year_group}",
        groups=(room.group,),
        starting_day=pupil.starting_day,
        boarder=False,
        address=None,
        parents=(),
        characteristics=(),
        recorded_by=BENCH_CLERK,
        recorded_at=OPENED_AT,
    )


def _register(taken: MisRegister) -> MarksRecorded:
    return MarksRecorded(
        session=Session(taken.on, taken.half),
        group=taken.group,
        marks=tuple(_mark(row) for row in taken.rows),
        recorded_by=BENCH_CLERK,
        recorded_at=london_instant(taken.on, TIMES[taken.half].starts) + INTO_IT,
    )


def _mark(row: MisRow) -> Mark:
    return Mark(PupilId(row.pupil), Code(row.code), row.minutes_late, row.comment)

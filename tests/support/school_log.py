"""One school's log, written as the register would write it, from registers drawn as text.

A string is a school week, Monday morning to Friday afternoon, a character a session: `/` is present
in the morning and the afternoon alike, `-` is no entry, any other character is its code.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from attendance.admission_entry import AdmissionEntry, Placement
from attendance.calendar import CalendarYear, Closure, HalfTerm, london_instant
from attendance.codec import encode
from attendance.codes import Code
from attendance.events import (
    Amendment,
    CalendarPublished,
    Event,
    Mark,
    MarksAmended,
    MarksRecorded,
    Phase,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
    PupilExcluded,
    SchoolDetails,
    SchoolRegistered,
    SessionTimes,
    Sex,
    Signatory,
)
from attendance.identifiers import AcademicYear, LaCode, PupilId, Urn
from attendance.planned_absences import Exclusion, ExclusionKind, PlanId
from attendance.session import Half, Session
from attendance.streams import admissions_stream, school_stream, session_stream
from eventlog import Command, Connection, NewEvent, SchoolId, append

OFFICER = Signatory("A. Smith", "Attendance Officer")
OPENED_AT = datetime(2026, 8, 25, 9, 0, tzinfo=UTC)
TIMES = {
    Half.AM: SessionTimes(time(8, 55), time(9, 25)),
    Half.PM: SessionTimes(time(13, 0), time(13, 15)),
}
HALF_TERMS = (
    HalfTerm("Autumn 1", date(2026, 9, 7), date(2026, 10, 23)),
    HalfTerm("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
    HalfTerm("Spring 1", date(2027, 1, 4), date(2027, 2, 12)),
    HalfTerm("Spring 2", date(2027, 2, 22), date(2027, 3, 26)),
    HalfTerm("Summer 1", date(2027, 4, 12), date(2027, 5, 28)),
    HalfTerm("Summer 2", date(2027, 6, 7), date(2027, 7, 21)),
)
FIRST_DAY = date(2026, 9, 7)  # of school: of whom the most junior class has then no return is due
NO_ENTRY = "-"


def calendar_of(*closures: Closure, half_terms: tuple[HalfTerm, ...] = HALF_TERMS) -> CalendarYear:
    """Make a calendar for 2026-27."""
    return CalendarYear(AcademicYear("2026-27"), half_terms, closures)


def placed(from_on: date, year_group: str = "7", *, boarder: bool = False) -> Placement:
    """Say where a pupil stands from a day on."""
    return Placement(from_on=from_on, year_group=year_group, groups=("7B",), boarder=boarder)


def code_in(drawn: str, half: Half) -> Code:
    """Read one drawn character; `/` in the afternoon is the afternoon's present."""
    return Code.PRESENT_PM if drawn == "/" and half is Half.PM else Code(drawn)


class SchoolLog:
    """Appends to one school's log; time goes forward with each append."""

    def __init__(self, conn: Connection, urn: int = 999001) -> None:
        self.conn = conn
        self.urn = Urn(urn)
        self.now = OPENED_AT

    def clock(self) -> datetime:
        """Read the time in the school: no earlier than its newest event."""
        return self.now

    async def open(self, *pupils: str, la_code: str = "886", trust: str | None = None) -> None:
        """Register the school, publish its calendar and admit pupils of eleven."""
        details = SchoolDetails(
            name="Elmbridge",
            la_code=LaCode(la_code),
            phase=Phase.SECONDARY,
            trust=trust,
            times=TIMES,
        )
        registered = SchoolRegistered(details=details, recorded_by=None, recorded_at=self.now)
        await self.append(registered)
        await self.publish(calendar_of())
        for pupil in pupils:
            await self.admit(pupil)

    async def publish(self, calendar: CalendarYear) -> int:
        """Publish a calendar."""
        return await self.append(
            CalendarPublished(calendar=calendar, recorded_by=None, recorded_at=self.now)
        )

    async def admit(
        self,
        pupil: str,
        *,
        born: date = date(2015, 3, 1),
        boarder: bool = False,
        starting: date = FIRST_DAY,
        year_group: str = "7",
        group: str = "7B",
        characteristics: tuple[str, ...] = (),
    ) -> int:
        """Admit a pupil."""
        return await self.append(
            PupilAdmitted(
                pupil=PupilId(pupil),
                legal_surname="Okafor",
                legal_forename="Ada",
                date_of_birth=born,
                sex=Sex.FEMALE,
                upn=None,
                year_group=year_group,
                groups=(group,),
                starting_day=starting,
                boarder=boarder,
                address=None,
                parents=(),
                characteristics=characteristics,
                recorded_by=OFFICER,
                recorded_at=self.now,
            )
        )

    async def leave(self, pupil: str, last_on: date) -> int:
        """Delete a pupil's name, who goes to another school."""
        return await self.append(
            PupilDeleted(
                pupil=PupilId(pupil),
                ground="a",
                deleted_on=last_on,
                conditions={},
                recorded_by=OFFICER,
                recorded_at=self.now,
            )
        )

    async def change(
        self, pupil: str, *placements: Placement, born: date = date(2015, 3, 1)
    ) -> int:
        """State a pupil's entry in the admission register anew."""
        return await self.append(self.changed(pupil, *placements, born=born))

    def changed(
        self, pupil: str, *placements: Placement, born: date = date(2015, 3, 1)
    ) -> PupilDetailsChanged:
        """Make the event that states a pupil's entry in the admission register anew."""
        entry = AdmissionEntry(
            legal_surname="Okafor", legal_forename="Ada", date_of_birth=born, sex=Sex.FEMALE
        )
        return PupilDetailsChanged(
            pupil=PupilId(pupil),
            entry=entry,
            starting_day=FIRST_DAY,
            placements=placements,
            characteristics=(),
            effective_on=placements[-1].from_on,
            changed=("date_of_birth", "year_group", "boarder"),
            recorded_by=OFFICER,
            recorded_at=self.now,
        )

    async def week(self, monday: date, drawn: Mapping[str, str]) -> int:
        """Take the ten registers of a week; a pupil's string is their entries."""
        last = 0
        for place in range(10):
            session = Session(monday + timedelta(days=place // 2), (Half.AM, Half.PM)[place % 2])
            codes = {pupil: week[place] for pupil, week in drawn.items() if week[place] != NO_ENTRY}
            if codes:
                last = await self.mark(session, codes)
        return last

    async def mark(self, session: Session, codes: Mapping[str, str]) -> int:
        """Take one register."""
        marks = tuple(
            Mark(PupilId(pupil), code_in(drawn, session.half)) for pupil, drawn in codes.items()
        )
        self._no_earlier_than(session)
        return await self.append(
            MarksRecorded(
                session=session,
                group="7B",
                marks=marks,
                recorded_by=OFFICER,
                recorded_at=self.now,
            ),
            session,
        )

    async def amend(self, session: Session, pupil: str, original: str, amended: str) -> int:
        """Amend one entry."""
        amendment = Amendment(
            pupil=PupilId(pupil),
            original=code_in(original, session.half),
            amended=code_in(amended, session.half),
            reason="The parent rang.",
        )
        self._no_earlier_than(session)
        return await self.append(
            MarksAmended(
                session=session,
                amendments=(amendment,),
                recorded_by=OFFICER,
                recorded_at=self.now,
            ),
            session,
        )

    async def suspend(self, pupil: str, first: date, last: date) -> int:
        """Suspend a pupil for some days, both included."""
        suspension = Exclusion(
            exclusion=ExclusionKind.SUSPENSION,
            starts=Session(first, Half.AM),
            ends=Session(last, Half.PM),
            reason="conduct",
        )
        return await self.append(
            PupilExcluded(
                plan=PlanId(uuid4()),
                pupil=PupilId(pupil),
                planned=suspension,
                recorded_by=OFFICER,
                recorded_at=self.now,
            )
        )

    async def append(
        self, event: Event, session: Session | None = None, *, stream: UUID | None = None
    ) -> int:
        """Append an event as it is, and give its position.

        Args:
            session: whose register the event is of.
            stream: where it belongs to none of a register, the admission register or the school.
        """
        if stream is not None:
            pass
        elif isinstance(event, PupilAdmitted | PupilDetailsChanged | PupilDeleted):
            stream = admissions_stream(self.urn)
        else:
            stream = session_stream(self.urn, session) if session else school_stream(self.urn)
        command = Command(uuid4(), b"")
        appended = await append(
            self.conn,
            SchoolId(self.urn),
            [NewEvent(stream, *encode(event))],
            command=command,
            recorded_at=self.now,
        )
        self.now += timedelta(seconds=1)
        return appended.position

    def _no_earlier_than(self, session: Session) -> None:
        self.now = max(self.now, london_instant(session.on, TIMES[session.half].starts))

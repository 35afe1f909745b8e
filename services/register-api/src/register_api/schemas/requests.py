"""Requests: what may be sent, field by field.

What is well formed but not lawful is refused by the law (libs/attendance), not here; so a code is
any short string here, and an unknown one is told apart there.
"""

from typing import Annotated

from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.events import Parent, Phase, SchoolDetails, SessionTimes, Sex, Signatory
from attendance.identifiers import AcademicYear, LaCode, PupilId
from attendance.recording import AmendMarks, RawAmendment, RawMark, RecordMarks
from attendance.school import AdmitPupil
from attendance.session import Half, Session
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from servicekit.dates import Day, WallTime
from servicekit.fields import PRINTABLE, Closed, Line, PupilField, Remark, SignatoryIn

MARKS_A_REQUEST = 3000

RawCode = Annotated[str, Field(description="a national code", examples=["/"])]
By = Annotated[
    SignatoryIn | None,
    Field(default=None, description="who acts; defaults to the person the token is for"),
]
Detail = Annotated[
    str, StringConstraints(max_length=2000, pattern=PRINTABLE, strip_whitespace=True)
]
Reason = Annotated[
    str,
    # None at all is refused by the law, beside all else that is wrong.
    BeforeValidator(lambda sent: "" if sent is None else sent, json_schema_input_type=str),
    StringConstraints(max_length=2000, pattern=PRINTABLE),
]
MinutesLate = Annotated[int, Field(strict=True, ge=0, le=600)]
Flag = Annotated[bool, Field(strict=True)]


class SessionTimesIn(Closed):
    """When the taking of a session's register begins and ends."""

    starts: WallTime = Field(description="on the school's clock", examples=["08:55"])
    closes: WallTime = Field(description="within 30 minutes of the start", examples=["09:25"])


class SessionsIn(Closed):
    """Both sessions of a school day."""

    AM: SessionTimesIn
    PM: SessionTimesIn


class SchoolIn(Closed):
    """What a school is."""

    name: Line = Field(examples=["Elmbridge Primary School"])
    la_code: Annotated[str, Field(pattern=r"^[0-9]{3}$", description="LA code", examples=["886"])]
    phase: Phase
    trust: Line | None = Field(default=None, description="the multi-academy trust, if any")
    sessions: SessionsIn
    by: By

    def to_details(self) -> SchoolDetails:
        """Read it in the law's terms."""
        times = {
            Half.AM: SessionTimes(self.sessions.AM.starts, self.sessions.AM.closes),
            Half.PM: SessionTimes(self.sessions.PM.starts, self.sessions.PM.closes),
        }
        return SchoolDetails(
            name=self.name,
            la_code=LaCode(self.la_code),
            phase=self.phase,
            trust=self.trust,
            times=times,
        )


class HalfTermIn(Closed):
    """A stretch of weeks in which the school meets."""

    name: Line = Field(examples=["Autumn 1"])
    starts: Day = Field(description="first day, included")
    ends: Day = Field(description="last day, included")


class ClosureIn(Closed):
    """A weekday inside a half term on which the school is not to meet."""

    date: Day
    reason: Line = Field(examples=["INSET"])
    session: Half | None = Field(default=None, description="only this session; the day when absent")


class CalendarIn(Closed):
    """A school's calendar for one academic year."""

    half_terms: list[HalfTermIn] = Field(max_length=20)
    closures: list[ClosureIn] = Field(default=[], max_length=400)
    by: By

    def to_calendar(self, year: AcademicYear) -> CalendarYear:
        """Read it in the law's terms.

        Raises:
            CalendarRefused: it contradicts itself or leaves its year.
        """
        return CalendarYear(
            year,
            tuple(HalfTerm(each.name, each.starts, each.ends) for each in self.half_terms),
            tuple(Closure(each.date, each.reason, each.session) for each in self.closures),
        )


class ParentIn(Closed):
    """A parent of the pupil."""

    name: Line
    address: Remark | None = None
    telephone: Line | None = Field(default=None, description="for an emergency")
    lives_with: Flag = Field(description="whether the pupil normally lives with them")


class PupilIn(Closed):
    """A pupil's entry in the admission register (SI 2024/208 reg 8)."""

    pupil: PupilField
    legal_surname: Line
    legal_forename: Line
    date_of_birth: Day
    sex: Sex
    upn: Annotated[str, Field(pattern=r"^[A-Z][0-9]{11}[0-9A-Z]$")] | None = Field(
        default=None, description="unique pupil number", examples=["A123456789012"]
    )
    year_group: Annotated[Line, Field(max_length=10, examples=["7"])]
    groups: list[Line] = Field(default=[], max_length=50, description="registration groups")
    starting_day: Day = Field(description="from when the pupil is on roll")
    boarder: Flag = False
    address: Remark | None = None
    parents: list[ParentIn] = Field(default=[], max_length=20)
    characteristics: list[Line] = Field(default=[], max_length=50, examples=[["ehcp"]])
    by: By

    def to_command(self, by: Signatory | None) -> AdmitPupil:
        """Read it in the law's terms."""
        return AdmitPupil(
            pupil=PupilId(self.pupil),
            legal_surname=self.legal_surname,
            legal_forename=self.legal_forename,
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            upn=self.upn,
            year_group=self.year_group,
            groups=tuple(self.groups),
            starting_day=self.starting_day,
            boarder=self.boarder,
            address=self.address,
            parents=tuple(Parent(**parent.model_dump()) for parent in self.parents),
            characteristics=tuple(self.characteristics),
            by=by,
        )


class MarkIn(Closed):
    """One pupil's mark."""

    pupil: PupilField
    code: RawCode
    minutes_late: MinutesLate | None = Field(
        default=None, description="whole minutes after the start; for L and U"
    )
    detail: Detail | None = Field(
        default=None, description="nature of the activity or circumstances; B and Y7 need it"
    )


class MarksIn(Closed):
    """A register as it was taken: original entries."""

    group: Line | None = Field(default=None, description="the registration group", examples=["7B"])
    marks: list[MarkIn] = Field(max_length=MARKS_A_REQUEST)
    by: By

    def to_command(self, session: Session, by: Signatory | None) -> RecordMarks:
        """Read it in the law's terms."""
        marks = [
            RawMark(PupilId(mark.pupil), mark.code, mark.minutes_late, mark.detail)
            for mark in self.marks
        ]
        return RecordMarks(session=session, group=self.group, marks=tuple(marks), by=by)


class AmendmentIn(Closed):
    """A change of one entry (SI 2024/208 reg 6)."""

    model_config = ConfigDict(
        json_schema_extra={"required": ["pupil", "original", "amended", "reason"]}
    )

    pupil: PupilField
    original: RawCode = Field(description="the entry in force, as you know it")
    amended: RawCode
    reason: Reason = Field(
        default_factory=str, description="why the entry is amended", examples=["medical note"]
    )
    minutes_late: MinutesLate | None = None
    detail: Detail | None = None


class AmendmentsIn(Closed):
    """Changes of entries of one session."""

    amendments: list[AmendmentIn] = Field(max_length=MARKS_A_REQUEST)
    by: By

    def to_command(self, session: Session, by: Signatory | None) -> AmendMarks:
        """Read it in the law's terms."""
        amendments = [
            RawAmendment(
                pupil=PupilId(each.pupil),
                original=each.original,
                amended=each.amended,
                reason=each.reason,
                minutes_late=each.minutes_late,
                detail=each.detail,
            )
            for each in self.amendments
        ]
        return AmendMarks(session=session, amendments=tuple(amendments), by=by)

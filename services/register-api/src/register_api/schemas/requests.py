"""Requests: what may be sent, field by field.

What is well formed but not lawful is refused by the law (libs/attendance), not here; so a code is
any short string here, and an unknown one is told apart there.
"""

from typing import Annotated

from attendance.amending import AmendMarks, RawAmendment
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.events import Phase, SchoolDetails, SessionTimes, Signatory
from attendance.identifiers import AcademicYear, LaCode, PupilId
from attendance.recording import RawMark, RecordMarks
from attendance.session import Half, Session
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from servicekit.dates import Day, WallTime
from servicekit.fields import PRINTABLE, By, Closed, Line, PupilField, Reason, whole

MARKS_A_REQUEST = 3000

RawCode = Annotated[str, Field(description="a national code", examples=["/"])]
Detail = Annotated[
    str, StringConstraints(max_length=2000, pattern=PRINTABLE, strip_whitespace=True)
]
MinutesLate = Annotated[int, Field(strict=True, ge=0, le=600), BeforeValidator(whole)]
Flag = Annotated[bool, Field(strict=True)]


class SessionTimesIn(Closed):
    """When the taking of a session's register begins and ends."""

    starts: WallTime = Field(description="on the school's clock", examples=["08:55"])
    closes: WallTime = Field(description="within 30 minutes of the start", examples=["09:25"])


class SessionsIn(Closed):
    """Both sessions of a school day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "AM": {"starts": "08:55", "closes": "09:25"},
                    "PM": {"starts": "13:00", "closes": "13:30"},
                }
            ]
        }
    )

    AM: SessionTimesIn
    PM: SessionTimesIn


class SchoolIn(Closed):
    """What a school is."""

    name: Line = Field(examples=["Elmbridge Primary School"])
    la_code: Annotated[str, Field(pattern=r"^[0-9]{3}$", description="LA code", examples=["886"])]
    phase: Phase
    trust: Line | None = Field(
        default=None,
        description="the multi-academy trust, if any",
        examples=["Elm Tree Learning Trust"],
    )
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
    starts: Day = Field(description="first day, included", examples=["2026-09-07"])
    ends: Day = Field(description="last day, included", examples=["2026-10-23"])


class ClosureIn(Closed):
    """A weekday inside a half term on which the school is not to meet."""

    date: Day = Field(examples=["2026-10-02"])
    reason: Line = Field(examples=["INSET"])
    session: Half | None = Field(default=None, description="only this session; the day when absent")
    year_groups: list[Annotated[Line, Field(max_length=10)]] = Field(
        default=[],
        max_length=20,
        description="only pupils of these, as at a staggered start; the whole school when empty",
        examples=[["R"]],
    )


class CalendarIn(Closed):
    """A school's calendar for one academic year."""

    half_terms: list[HalfTermIn] = Field(
        max_length=20,
        examples=[
            [
                {"name": "Autumn 1", "starts": "2026-09-07", "ends": "2026-10-23"},
                {"name": "Autumn 2", "starts": "2026-11-02", "ends": "2026-12-18"},
            ]
        ],
    )
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
            tuple(
                Closure(each.date, each.reason, each.session, tuple(each.year_groups))
                for each in self.closures
            ),
        )


class MarkIn(Closed):
    """One pupil's mark."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pupil": "p0421", "code": "L", "minutes_late": 10}]}
    )

    pupil: PupilField
    code: RawCode
    minutes_late: MinutesLate | None = Field(
        default=None, description="whole minutes after the start; for L and U"
    )
    arrived_at: WallTime | None = Field(
        default=None,
        description="when the pupil came, on the school's clock; for L and U, and held against the "
        "closing of the register; kept as minutes late",
        examples=["09:10"],
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
            RawMark(PupilId(mark.pupil), mark.code, mark.minutes_late, mark.detail, mark.arrived_at)
            for mark in self.marks
        ]
        return RecordMarks(session=session, group=self.group, marks=tuple(marks), by=by)


class AmendmentIn(Closed):
    """A change of one entry (SI 2024/208 reg 6)."""

    model_config = ConfigDict(
        json_schema_extra={
            "required": ["pupil", "original", "amended", "reason"],
            "examples": [
                {"pupil": "p0421", "original": "N", "amended": "I", "reason": "medical note"}
            ],
        }
    )

    pupil: PupilField
    original: RawCode = Field(description="the entry in force, as you know it", examples=["N"])
    amended: RawCode = Field(description="the national code it is to be", examples=["I"])
    reason: Reason = Field(
        default_factory=str, description="why the entry is amended", examples=["medical note"]
    )
    minutes_late: MinutesLate | None = None
    arrived_at: WallTime | None = Field(
        default=None, description="when the pupil came, on the school's clock; for L and U"
    )
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
                arrived_at=each.arrived_at,
            )
            for each in self.amendments
        ]
        return AmendMarks(session=session, amendments=tuple(amendments), by=by)

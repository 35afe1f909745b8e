"""What is answered of a school's details and calendars, in the shape that they are put in."""

from datetime import date
from typing import Self

from attendance.calendar import CalendarYear
from attendance.school_details import Phase, SchoolDetails, SessionTimes
from attendance.session import Half
from pydantic import Field
from servicekit.dates import ClockTime
from servicekit.fields import Closed


class SessionTimesOut(Closed):
    """When the taking of a session's register begins and ends."""

    starts: ClockTime = Field(description="on the school's clock", examples=["08:55:00"])
    closes: ClockTime = Field(description="on the school's clock", examples=["09:25:00"])

    @classmethod
    def of(cls, times: SessionTimes) -> Self:
        """Show the times of a session."""
        return cls(starts=times.starts, closes=times.closes)


class SessionsOut(Closed):
    """Both sessions of a school day."""

    AM: SessionTimesOut
    PM: SessionTimesOut


class SchoolOut(Closed):
    """What a school is."""

    urn: int = Field(description="the school's URN", examples=[999001])
    name: str = Field(examples=["Elmbridge Primary School"])
    la_code: str = Field(description="LA code", examples=["886"])
    phase: Phase
    trust: str | None = Field(description="the multi-academy trust, if any")
    sessions: SessionsOut

    @classmethod
    def of(cls, urn: int, details: SchoolDetails) -> Self:
        """Show a school's details."""
        return cls(
            urn=urn,
            name=details.name,
            la_code=details.la_code,
            phase=details.phase,
            trust=details.trust,
            sessions=SessionsOut(
                AM=SessionTimesOut.of(details.times[Half.AM]),
                PM=SessionTimesOut.of(details.times[Half.PM]),
            ),
        )


class HalfTermOut(Closed):
    """A stretch of weeks in which the school meets."""

    name: str = Field(examples=["Autumn 1"])
    starts: date = Field(description="first day, included")
    ends: date = Field(description="last day, included")


class PlannedClosureOut(Closed):
    """A weekday inside a half term on which the school is not to meet."""

    date: date
    reason: str = Field(examples=["INSET"])
    session: Half | None = Field(description="only this session; null for the day")
    year_groups: list[str] = Field(
        description="only pupils of these; the whole school when empty", examples=[["R"]]
    )


class CalendarOut(Closed):
    """A school's calendar for one academic year."""

    year: str = Field(description="academic year", examples=["2026-27"])
    half_terms: list[HalfTermOut]
    closures: list[PlannedClosureOut]

    @classmethod
    def of(cls, calendar: CalendarYear) -> Self:
        """Show a calendar."""
        return cls(
            year=calendar.year,
            half_terms=[
                HalfTermOut(name=each.name, starts=each.starts, ends=each.ends)
                for each in calendar.half_terms
            ],
            closures=[
                PlannedClosureOut(
                    date=each.on,
                    reason=each.reason,
                    session=each.half,
                    year_groups=list(each.year_groups),
                )
                for each in calendar.closures
            ],
        )


class CalendarsOut(Closed):
    """A school's calendars, by academic year."""

    items: list[CalendarOut]
    next: str | None = Field(default=None, description="null: one page holds all of them")

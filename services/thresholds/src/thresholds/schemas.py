"""Responses of thresholds: shapes, units, examples. No rule of law."""

from datetime import date
from typing import Annotated

from attendance.census import Period
from attendance.codes import Code
from attendance.rules.figures import rate
from attendance.session import Half
from pydantic import Field
from servicekit.fields import Closed

from thresholds.figures.of_pupil import PupilFigures

Sessions = Annotated[int, Field(description="half-day sessions", examples=[12])]
Percent = Annotated[
    str | None,
    Field(
        description="percent of possible sessions, to 4 places; null when none was possible",
        examples=["9.7368"],
    ),
]
Position = Annotated[int, Field(description="place in the school's log, from 1", examples=[421])]


class AttendanceOut(Closed):
    """A pupil's attendance over a period."""

    from_: date = Field(serialization_alias="from", description="first day, included")
    to: date = Field(description="last day, included")
    position: Position
    possible: Sessions
    attended: Sessions
    authorised: Sessions
    unauthorised: Sessions
    late: Annotated[int, Field(description="sessions with code L or U", examples=[3])]
    attendance_rate: Percent
    absence_rate: Percent
    authorised_rate: Percent
    unauthorised_rate: Percent
    persistent: bool | None = Field(
        description="absence is a tenth of possible sessions, or more; null for a period shorter"
        " than a half term, save the academic year to date"
    )
    severe: bool | None = Field(
        description="absence is half of possible sessions, or more; null likewise"
    )
    by_code: dict[Code, int] = Field(
        description="entries of each code, those outside possible sessions too",
        examples=[{"/": 80, "\\": 79, "I": 4, "Y2": 1}],
    )

    @classmethod
    def of(cls, of_pupil: PupilFigures, days: Period) -> "AttendanceOut":
        """Show figures with their rates."""
        figures = of_pupil.figures
        return cls(
            from_=days.first,
            to=days.last,
            position=of_pupil.position,
            possible=figures.possible,
            attended=figures.attended,
            authorised=figures.authorised,
            unauthorised=figures.unauthorised,
            late=figures.late,
            attendance_rate=rate(figures.attended, figures.possible),
            absence_rate=rate(figures.absent, figures.possible),
            authorised_rate=rate(figures.authorised, figures.possible),
            unauthorised_rate=rate(figures.unauthorised, figures.possible),
            persistent=figures.persistent if of_pupil.is_long else None,
            severe=figures.severe if of_pupil.is_long else None,
            by_code=dict(figures.by_code),
        )


class SessionOut(Closed):
    """A session."""

    date: date
    session: Half

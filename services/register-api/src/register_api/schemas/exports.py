"""What extracts are asked for by, and the figures and fields that two of them answer with."""

from datetime import date, datetime
from typing import Annotated

from attendance.admission_entry import Sex
from attendance.census import Basis, CensusTerm, LeftOut
from attendance.codes import Code
from attendance.session import FIRST_MONTH, Half, academic_year_of
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from servicekit.dates import Day, Instant
from servicekit.fields import Closed, PupilField

from register_api.exporting.answering import FigureForm, PageForm
from register_api.schemas.queries import Group


def academic_year(year: str) -> str:
    """Let an academic year pass only with the year that follows its first."""
    if academic_year_of(date(int(year[:4]), FIRST_MONTH, 1)) != year:
        raise PydanticCustomError("no-such-year", "An academic year is written as 2026-27")
    return year


AsOf = Annotated[
    Instant | None,
    Field(description="as the registers were known at this instant; now when absent or to come"),
]
Pages = Annotated[
    PageForm | None, Field(description="the form of the answer; when absent, Accept says it")
]
Month = Annotated[
    str,
    Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="month", examples=["2026-11"]),
]
Year = Annotated[
    str,
    Field(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="academic year", examples=["2026-27"]),
    AfterValidator(academic_year),
]
Sessions = Annotated[int, Field(ge=0, description="sessions, each half a school day")]


class RegisterExportQuery(Closed):
    """Which month's register."""

    month: Month
    group: Group = None
    as_of: AsOf = None
    format: Pages = None


class CertificateQuery(Closed):
    """Which period of a pupil; at most 366 days."""

    first: Day = Field(alias="from", description="the first day", examples=["2026-09-01"])
    last: Day = Field(alias="to", description="the last day, included", examples=["2026-11-20"])
    as_of: AsOf = None
    format: Pages = None


class CensusQuery(Closed):
    """Which census."""

    term: CensusTerm = Field(
        description="the part of the year: `summer` is the first half of that term",
        examples=["autumn"],
    )
    year: Year
    as_of: AsOf = None
    format: FigureForm | None = Field(
        default=None, description="the form of the answer; when absent, Accept says it"
    )


class DailyShareQuery(Closed):
    """Which day's share."""

    on: Day | None = Field(default=None, description="the day; today when absent")
    as_of: AsOf = None


class CountedOut(Closed):
    """A pupil's absence as the statistics count it."""

    authorised: Sessions
    unauthorised: Sessions
    basis: Basis = Field(
        description="which figures count: totals where the reasons fall short of them, or reasons"
    )


class CensusPupilOut(Closed):
    """A pupil's time on roll in the period, and its attendance."""

    pupil: PupilField
    upn: str | None = Field(description="unique pupil number", examples=["A123456789012"])
    legal_surname: str = Field(examples=["Green"])
    legal_forename: str = Field(examples=["Bo"])
    middle_names: str | None = Field(examples=["Ada"])
    sex: Sex
    date_of_birth: date = Field(examples=["2014-05-05"])
    age: int = Field(description="years, on 31 August before the academic year", examples=[12])
    starting_day: date = Field(description="the first day on roll", examples=["2026-09-07"])
    deleted_on: date | None = Field(description="of a leaver, the last day on roll")
    part_time: bool = Field(description="whether a part-time timetable was in force in the period")
    possible: Sessions
    authorised: Sessions
    unauthorised: Sessions
    reasons: dict[Code, int] = Field(
        description="sessions of absence by code", examples=[{"I": 4, "G": 2}]
    )
    counted: CountedOut
    left_out: LeftOut | None = Field(
        description="why the statistics leave this out; null where they count it", examples=[None]
    )


class CensusOut(Closed):
    """The attendance of a school's pupils over a census period."""

    urn: int = Field(examples=[999001])
    la_code: str = Field(examples=["886"])
    year: str = Field(examples=["2026-27"])
    term: CensusTerm
    first: date = Field(description="the first day of the period", examples=["2026-08-01"])
    last: date = Field(description="the last, included", examples=["2026-12-31"])
    as_of: datetime = Field(description="as known at this instant")
    position: int = Field(description="of the last event known then", examples=[421])
    pupils: list[CensusPupilOut] = Field(description="by surname and forename, leavers too")


class ShareSessionOut(Closed):
    """A session of the day."""

    session: Half
    code: Code | None = Field(description="in force; null while there is no entry", examples=["/"])


class ChangedSessionOut(Closed):
    """A session of the days before whose code is another than was shared."""

    date: date
    session: Half
    code: Code = Field(description="in force now", examples=["I"])
    changed_at: datetime = Field(description="when the entry in force was made")


class SharePupilOut(Closed):
    """A pupil of the daily share, by its items."""

    pupil: PupilField
    legal_forename: str = Field(examples=["Bo"])
    legal_surname: str = Field(examples=["Green"])
    date_of_birth: date = Field(examples=["2014-05-05"])
    upn: str | None = Field(description="unique pupil number", examples=["A123456789012"])
    sex: Sex
    ethnicity: str | None = Field(description="the Department's code", examples=["WBRI"])
    looked_after: bool
    previously_looked_after: bool
    sen_support: bool
    ehcp: bool = Field(description="has an education, health and care plan")
    fsm: bool = Field(description="eligible for free school meals")
    child_in_need: bool
    child_protection_plan: bool
    year_group: str = Field(description="the national curriculum year", examples=["7"])
    starting_day: date = Field(description="admitted", examples=["2026-09-07"])
    expected_leaving_on: date | None
    deleted_on: date | None = Field(description="of a leaver, the last day on roll")
    sessions: list[ShareSessionOut] = Field(
        description="those the school held that day and the pupil was on roll for"
    )
    changed_since: list[ChangedSessionOut] = Field(
        description="sessions of the seven days before, amended or entered late: to share again"
    )


class DailyShareOut(Closed):
    """What a school shares with the Department of one day; remarks on entries aren't in it."""

    urn: int = Field(examples=[999001])
    la_code: str = Field(examples=["886"])
    on: date = Field(examples=["2026-11-20"])
    as_of: datetime = Field(description="as known at this instant")
    position: int = Field(description="of the last event known then", examples=[421])
    pupils: list[SharePupilOut] = Field(description="by surname and forename")

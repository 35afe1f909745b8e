"""Responses: what is answered, field by field."""

from datetime import date, datetime
from typing import Annotated, Literal

from attendance.session import Half
from pydantic import Field
from servicekit.fields import Closed, PupilField, SignatoryIn

Position = Annotated[int, Field(description="place in the school's log, from 1", examples=[421])]


class PositionOut(Closed):
    """Where the school's log stands after the write."""

    position: Position


class AdmittedOut(PositionOut):
    """An admission that is in the register."""

    pupil: PupilField


class RecordedOut(PositionOut):
    """Entries that are in the register."""

    recorded: int = Field(description="how many marks", examples=[30])


class AmendedOut(PositionOut):
    """Amendments that are in the register."""

    amended: int = Field(description="how many entries", examples=[1])


class MarkOut(Closed):
    """An entry in force."""

    pupil: PupilField
    code: str = Field(examples=["/"])
    amended: bool = Field(description="whether it differs from the original entry's making")
    late_entry: bool = Field(description="made after the session's day")
    recorded_at: datetime = Field(description="when the original entry was made, UTC")


class RegisterOut(Closed):
    """The register of one session."""

    urn: int
    date: date
    session: Half
    as_of: datetime | None = Field(description="as known at this instant; null for now")
    position: Position
    marks: list[MarkOut]
    missing: list[PupilField] = Field(description="on roll, not boarding, and without an entry")


class EntryOut(Closed):
    """One entry in the history of a pupil's session."""

    position: Position
    kind: Literal["original", "amendment"]
    code: str
    original_code: str | None = Field(default=None, description="what an amendment replaced")
    reason: str | None = Field(default=None, description="why, for an amendment")
    minutes_late: int | None = None
    detail: str | None = None
    recorded_at: datetime
    by: SignatoryIn


class EntriesOut(Closed):
    """A pupil's session with every entry ever made for it, oldest first."""

    current: str | None = Field(description="the code in force; null when nothing is entered")
    entries: list[EntryOut]


class PupilOut(Closed):
    """A pupil on roll."""

    pupil: PupilField
    legal_surname: str
    legal_forename: str
    date_of_birth: date
    year_group: str
    groups: list[str]
    starting_day: date
    boarder: bool


class PupilsOut(Closed):
    """A page of the roll."""

    items: list[PupilOut]
    next: str | None = Field(description="cursor of the next page; null at the end")


class CodeOut(Closed):
    """A national code, with its three views."""

    code: str = Field(examples=["/"])
    description: str
    legal: str = Field(description="table of SI 2024/208 reg 10 it stands in")
    statistical: str = Field(description="how the Department's statistics count it")
    physical: str = Field(description="where the pupil is")
    sessions: list[Half] = Field(description="where allowed")
    constraints: str
    detail_required: str | None = Field(description="what must be stated with it")
    in_force_from: date
    in_force_to: date | None
    source: str


class CodesOut(Closed):
    """The code table."""

    items: list[CodeOut]
    next: str | None = None


class EventOut(Closed):
    """An event of the log as a CloudEvent 1.0."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    type: str = Field(examples=["uk.attendance.marks-recorded.v1"])
    source: str
    subject: str = Field(examples=["schools/999001"])
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: Position
    data: dict[str, object]


class EventsOut(Closed):
    """A page of the log, oldest first."""

    items: list[EventOut]
    next: str | None

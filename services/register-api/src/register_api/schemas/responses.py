"""Responses: what is answered, field by field."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from attendance.plan_terms import PlanKind
from attendance.session import Half
from pydantic import ConfigDict, Field
from servicekit.fields import Closed, PupilField, SignatoryIn

Position = Annotated[int, Field(description="place in the school's log, from 1", examples=[421])]


class PositionOut(Closed):
    """Where the school's log stands after the write."""

    position: Position


class RecordedOut(PositionOut):
    """Entries that are in the register."""

    recorded: int = Field(description="how many marks", examples=[30])


class AmendedOut(PositionOut):
    """Amendments that are in the register."""

    amended: int = Field(description="how many entries", examples=[1])


class ViewedCode(Closed):
    """The code of an entry in force, in its three views, and how it came to be."""

    code: str = Field(examples=["/"])
    legal: str = Field(description="table of SI 2024/208 reg 10 it stands in", examples=["table-1"])
    statistical: str = Field(
        description="how the Department's statistics count it", examples=["attending"]
    )
    physical: str = Field(description="where the pupil is", examples=["at-school"])
    amended: bool = Field(description="whether it differs from the original entry's making")
    late_entry: bool = Field(description="made after the session's day")
    recorded_at: datetime = Field(description="when the original entry was made, UTC")


class MarkOut(ViewedCode):
    """A pupil's entry in force."""

    pupil: PupilField


class ProposedOut(Closed):
    """What an absence plan would have entered; only the taking of the register enters it."""

    pupil: PupilField
    code: str = Field(description="the code proposed", examples=["C2"])
    plan: UUID = Field(description="the absence plan")
    kind: PlanKind


class RegisterOut(Closed):
    """The register of one session."""

    urn: int = Field(description="the school's URN", examples=[999001])
    date: date
    session: Half
    as_of: datetime | None = Field(description="as known at this instant; null for now")
    position: Position
    expected: bool = Field(description="whether the school's calendar has this session")
    marks: list[MarkOut]
    missing: list[PupilField] = Field(
        description="on roll, due in, not boarding, and without an entry, or with a `Z` of when "
        "they weren't on roll yet: no absence, and nothing that counts"
    )
    proposed: list[ProposedOut] = Field(
        description="of those missing, what absence plans propose to be entered"
    )
    note: str | None = Field(
        default=None,
        description="said of a session whose recording year was dropped: nothing is missing then, "
        "and only entries amended since are left",
    )


class MissingRegisterOut(Closed):
    """A register of a group and session that lacks entries."""

    session: Half
    group: str | None = Field(
        description="registration group; null for pupils of none", examples=["7B"]
    )
    taken: bool = Field(description="whether anybody of the group has an entry")
    expected: int = Field(description="pupils of whom an entry is due", examples=[30])
    missing: list[PupilField] = Field(description="those who have none")


class MissingRegistersOut(Closed):
    """The registers of a day that weren't taken, or not for everybody."""

    urn: int = Field(description="the school's URN", examples=[999001])
    on: date
    as_of: datetime | None = Field(description="as known at this instant; null for now")
    position: Position
    items: list[MissingRegisterOut] = Field(description="by session, then by group")


class SessionOut(Closed):
    """A session."""

    date: date
    session: Half


class EntryInForceOut(ViewedCode):
    """A session's entry in force."""

    date: date
    session: Half


class PupilEntriesOut(Closed):
    """A pupil's entries in force over a time."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    urn: int = Field(description="the school's URN", examples=[999001])
    pupil: PupilField
    first: date = Field(alias="from", description="the first day")
    last: date = Field(alias="to", description="the last day, included")
    as_of: datetime | None = Field(description="as known at this instant; null for now")
    position: Position
    entries: list[EntryInForceOut] = Field(description="in order of session")
    missing: list[SessionOut] = Field(
        description="sessions begun by then for which an entry is due and none was made, or but a "
        "`Z` when the pupil wasn't on roll yet: no absence, and nothing that counts"
    )


class EntryOut(Closed):
    """One entry in the history of a pupil's session."""

    position: Position
    kind: Literal["original", "amendment"]
    code: str = Field(description="as it was entered", examples=["I"])
    raw_code: str | None = Field(
        default=None, description="what was sent, where it had to be read as the code"
    )
    original_code: str | None = Field(
        default=None, description="what an amendment replaced", examples=["N"]
    )
    reason: str | None = Field(
        default=None, description="why, for an amendment", examples=["medical note"]
    )
    minutes_late: int | None = Field(
        default=None, description="whole minutes after the start; for L and U", examples=[None]
    )
    detail: str | None = Field(default=None, description="nature of the activity or circumstances")
    late_entry: bool = Field(description="an original entry made after the session's day")
    closure: UUID | None = Field(
        default=None, description="the unplanned closure that it was made for"
    )
    recorded_at: datetime = Field(description="UTC")
    by: SignatoryIn


class EntriesOut(Closed):
    """A pupil's session with every entry ever made for it, oldest first."""

    current: str | None = Field(
        description="the code in force; null when nothing is entered", examples=["I"]
    )
    entries: list[EntryOut]


class CodeOut(Closed):
    """A national code, with its three views."""

    code: str = Field(examples=["/"])
    description: str = Field(examples=["Present, morning"])
    legal: str = Field(description="table of SI 2024/208 reg 10 it stands in", examples=["table-1"])
    statistical: str = Field(
        description="how the Department's statistics count it", examples=["attending"]
    )
    physical: str = Field(description="where the pupil is", examples=["at-school"])
    sessions: list[Half] = Field(description="where allowed", examples=[["AM"]])
    constraints: str = Field(
        description="what else must hold, in words", examples=["Morning session only."]
    )
    detail_required: str | None = Field(description="what must be stated with it; null for nothing")
    in_force_from: date = Field(description="first day, included", examples=["2024-08-19"])
    in_force_to: date | None = Field(
        description="last day, included; null while in force", examples=[None]
    )
    source: str = Field(description="the law", examples=["SI 2024/208 reg 10(3) Table 1"])


class CodesOut(Closed):
    """The code table."""

    items: list[CodeOut]
    next: str | None = Field(default=None, description="null: one page holds all of them")


class EventOut(Closed):
    """An event of the log as a CloudEvent 1.0."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(
        description="unique in its source", examples=["6f1c7a52-6f0e-4d3c-9a44-0f5f1b6f2a10"]
    )
    type: str = Field(examples=["uk.attendance.marks-recorded.v1"])
    source: str = Field(
        description="whose log it is from", examples=["https://rollbook.example/register/v1"]
    )
    subject: str = Field(examples=["schools/999001"])
    time: datetime = Field(description="when it was recorded, UTC")
    datacontenttype: Literal["application/json"] = "application/json"
    position: Position
    data: dict[str, object] = Field(
        description="the event, as docs/events.md lists its fields",
        examples=[
            {
                "date": "2026-11-20",
                "session": "AM",
                "marks": [{"pupil": "p0421", "code": "/"}],
                "recorded_by": {"name": "A. Smith", "position": "Attendance Officer"},
                "recorded_at": "2026-11-20T09:05:00Z",
            }
        ],
    )


class EventsOut(Closed):
    """A page of the log, oldest first."""

    items: list[EventOut]
    next: str | None = Field(description="cursor of the next page; null at the end")

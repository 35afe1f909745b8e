"""Answers about the admission register: the roll of a day, a pupil's entry, and what was done."""

from datetime import date, datetime
from uuid import UUID

from attendance.admission_entry import Sex
from attendance.deletion_grounds import Letter
from pydantic import Field
from servicekit.fields import Closed, PupilField

from register_api.schemas.responses import PositionOut


class AdviceOut(Closed):
    """Something that the register should state, and that wasn't sent."""

    pointer: str = Field(description="JSON Pointer into the body", examples=["/emergency_contacts"])
    code: str = Field(
        description="what is wanting, by its slug", examples=["one-emergency-contact"]
    )
    detail: str = Field(
        description="what to add",
        examples=["One person can be called in an emergency. More than one is asked for."],
    )


class AdmittedOut(PositionOut):
    """An admission that is in the register."""

    pupil: PupilField
    advice: list[AdviceOut] = Field(description="what is asked for beside it; nothing was refused")


class ChangedOut(PositionOut):
    """A pupil's entry as it was changed."""

    pupil: PupilField
    revision: int = Field(description="as in the ETag", examples=[2])
    advice: list[AdviceOut] = Field(description="what is asked for beside it; nothing was refused")


class DeletedOut(PositionOut):
    """A deletion that is in the register."""

    pupil: PupilField
    advice: list[AdviceOut] = Field(description="conditions that weren't stated; none was refused")


class PupilOut(Closed):
    """A pupil on roll, as of that day."""

    pupil: PupilField
    legal_surname: str = Field(examples=["Green"])
    legal_forename: str = Field(examples=["Bo"])
    date_of_birth: date = Field(examples=["2014-05-05"])
    year_group: str = Field(examples=["7"])
    groups: list[str] = Field(description="registration groups", examples=[["7B"]])
    starting_day: date = Field(
        description="from when the pupil is on roll", examples=["2026-09-07"]
    )
    deleted_on: date | None = Field(
        description="the last day on roll; null while not deleted", examples=[None]
    )
    boarder: bool


class PupilsOut(Closed):
    """A page of the roll."""

    items: list[PupilOut]
    next: str | None = Field(description="cursor of the next page; null at the end")


class EnrolmentOut(Closed):
    """One time on roll."""

    starting_day: date = Field(description="the first day", examples=["2026-09-07"])
    deleted_on: date | None = Field(
        description="the last day; null while not deleted", examples=[None]
    )
    ground: Letter | None = Field(
        default=None, description="of the deletion, its letter in reg 9(1)", examples=[None]
    )


class PlacementOut(Closed):
    """Where the pupil stands in the school, from a day on."""

    from_on: date = Field(description="until the next placement", examples=["2026-09-07"])
    year_group: str = Field(examples=["7"])
    groups: list[str] = Field(description="registration groups", examples=[["7B"]])
    boarder: bool


class ParentOut(Closed):
    """A parent, as the admission register states them."""

    name: str = Field(examples=["Jo Green"])
    address: str | None = Field(examples=["4 High Street, Elmbridge KT8 9AB"])
    telephone: str | None = Field(examples=["020 7946 0018"])
    lives_with: bool = Field(description="whether the pupil normally lives with them")


class EmergencyContactOut(Closed):
    """Somebody to call in an emergency."""

    name: str = Field(examples=["Sam Green"])
    relationship: str | None = Field(examples=["grandmother"])
    telephones: list[str] = Field(examples=[["020 7946 0023"]])


class LastSchoolOut(Closed):
    """The school attended last before this one."""

    name: str = Field(examples=["Elm Grove Primary School"])
    address: str | None


class CharacteristicOut(Closed):
    """A characteristic, and the days on which it holds."""

    characteristic: str = Field(examples=["ehcp"])
    starts_on: date = Field(description="first day, included", examples=["2026-09-07"])
    ends_on: date | None = Field(description="last day, included; null while it holds")


class ParticularsOut(Closed):
    """What the admission register states that isn't for everybody who takes a register."""

    sex: Sex
    upn: str | None = Field(examples=["A123456789012"])
    ethnicity: str | None = Field(examples=["WBRI"])
    address: str | None = Field(examples=["4 High Street, Elmbridge KT8 9AB"])
    home_la_code: str | None = Field(examples=["886"])
    parents: list[ParentOut]
    emergency_contacts: list[EmergencyContactOut]
    last_school: LastSchoolOut | None
    expected_leaving_on: date | None = Field(examples=[None])
    characteristics: list[CharacteristicOut]


class PupilEntryOut(Closed):
    """A pupil's entry in the admission register."""

    pupil: PupilField
    as_of: datetime | None = Field(description="as known at this instant; null for now")
    revision: int = Field(description="as in the ETag: how often it changed, from 1", examples=[1])
    legal_surname: str = Field(examples=["Green"])
    legal_forename: str = Field(examples=["Bo"])
    middle_names: str | None = Field(examples=["Ada"])
    known_as: str | None = Field(examples=["Bobbie Green"])
    date_of_birth: date = Field(examples=["2014-05-05"])
    enrolments: list[EnrolmentOut] = Field(description="every time on roll, oldest first")
    placements: list[PlacementOut] = Field(description="oldest first")
    plans: list[UUID] = Field(description="absence plans, as they were stated; read by their ids")
    particulars: ParticularsOut | None = Field(
        description="null for a token with neither admissions:write nor audit:read"
    )

"""A return as messages have it, and what it tells: in a full body, in an answer, in a pack."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from attendance.admission_entry import Sex
from attendance.codes import Code
from attendance.returns import Role
from attendance.session import Half
from pydantic import Field

from notifications.schemas.parts import Absent, Part, Pupil, Urn
from notifications.statutory_return import WithdrawnBecause


class ParentPart(Part):
    """A parent, as the admission register states them."""

    name: str = Field(examples=["N. Adeyemi"])
    address: str | Absent = Field(default=None, examples=["4 Mill Lane, Elmbridge"])
    telephone: str | Absent = Field(
        default=None, description="for an emergency", examples=["07700 900123"]
    )
    lives_with: bool = Field(description="whether the pupil normally lives with them")


class ContactPart(Part):
    """Somebody to be called in an emergency."""

    name: str = Field(examples=["G. Adeyemi"])
    relationship: str | Absent = Field(default=None, examples=["grandmother"])
    telephones: list[str] = Field(examples=[["07700 900124"]])


class LastSchoolPart(Part):
    """The school a pupil attended last before."""

    name: str = Field(examples=["Oakfield Infants"])
    address: str | Absent = Field(default=None, examples=["Oak Road, Elmbridge"])


class DestinationPart(Part):
    """The school a pupil leaves for."""

    name: str = Field(examples=["Oakfield Academy"])
    starts_on: date | Absent = Field(default=None, description="the first day there")


class NewAddressPart(Part):
    """Where a pupil goes to live."""

    address: str = Field(examples=["9 Harbour Row, Porthaven"])
    lives_with: str | Absent = Field(
        default=None, description="the parent with whom", examples=["N. Adeyemi"]
    )
    from_on: date | Absent = Field(default=None, description="from when")


class AbsencePart(Part):
    """A session that was missed."""

    date: date
    session: Half
    code: Code = Field(examples=[Code.O])


class ContentsPart(Part):
    """All that the law has a return of its kind tell, as the registers said when it was made.

    What nobody stated, or its kind doesn't ask for, is left out.
    """

    school_name: str = Field(examples=["Elmbridge Primary"])
    legal_surname: str = Field(examples=["Adeyemi"])
    legal_forename: str = Field(examples=["Robin"])
    middle_names: str | Absent = Field(default=None, examples=["Jo"])
    known_as: str | Absent = Field(default=None, examples=["Rob"])
    upn: str | Absent = Field(
        default=None, description="unique pupil number", examples=["A123456789012"]
    )
    address: str | Absent = Field(default=None, examples=["4 Mill Lane, Elmbridge"])
    date_of_birth: date | Absent = Field(default=None, description="of a new pupil")
    starting_day: date | Absent = Field(default=None, description="of a new pupil")
    sex: Sex | Absent = Field(default=None, description="of a new pupil", examples=[Sex.FEMALE])
    year_group: str | Absent = Field(default=None, description="of a new pupil", examples=["7"])
    boarder: bool | Absent = Field(default=None, description="of a new pupil", examples=[False])
    last_school: LastSchoolPart | Absent = Field(default=None, description="of a new pupil")
    parents: list[ParentPart] | Absent = Field(
        default=None,
        description="of a new pupil all; of a deleted one those the pupil normally lived with",
    )
    emergency_contacts: list[ContactPart] | Absent = Field(
        default=None, description="of a new pupil"
    )
    ground: str | Absent = Field(
        default=None, description="of a deletion: the letter of reg 9(1)", examples=["a"]
    )
    deleted_on: date | Absent = Field(
        default=None, description="of a deletion: the last day on roll"
    )
    destination_school: DestinationPart | Absent = Field(
        default=None, description="of a deletion, as far as the school was told"
    )
    new_address: NewAddressPart | Absent = Field(
        default=None, description="of a deletion, as far as the school was told"
    )
    absences: list[AbsencePart] | Absent = Field(
        default=None, description="of an attendance return: the sessions it was found by"
    )
    figures: dict[str, int] | Absent = Field(
        default=None,
        description="of an absence: sessions and school days",
        examples=[{"school_days": 10, "sessions": 20}],
    )


class ReturnPart(Part):
    """A return to the authority that is told of it; `href` leads to the whole."""

    id: UUID = Field(description="of this version; a correction is another")
    kind: str = Field(
        description="the slug of the rule that made it due", examples=["deletion-return"]
    )
    urn: Urn
    pupil: Pupil
    la_code: str = Field(description="the authority that it is for", examples=["886"])
    role: Role = Field(description="school: the school is in its area; home: the pupil lives there")
    version: int = Field(description="1, and one more with each correction", examples=[1])
    corrects: UUID | Absent = Field(default=None, description="the version before")
    alert: UUID = Field(description="the finding that it was made of")
    status: Literal["due", "withdrawn"]
    withdrawn_because: WithdrawnBecause | Absent = Field(
        default=None,
        description="no-ground: the register as amended doesn't show it; not-required: a person "
        "decided so; another-authority: it is for another now",
        examples=[WithdrawnBecause.NO_GROUND],
    )
    provisional: bool = Field(description="it rests on a code N, or on days not wholly entered")
    met_on: date = Field(description="the day that made it due")
    due_on: date | Absent = Field(
        default=None, description="the last day for it; left out where it is as soon as may be"
    )
    ground: str | Absent = Field(
        default=None,
        description="of a deletion: the letter of reg 9(1); not to a school's own subscription",
        examples=["a"],
    )
    made_at: datetime
    href: str = Field(
        description="where the whole of it is read, with a token that may",
        examples=[
            "https://rollbook.example/notifications/v1/returns/0b9a0d0e-4c5b-5f0e-9d53-7f1c2a6be301"
        ],
    )
    contents: ContentsPart | Absent = Field(
        default=None, description="only where the subscription has `full_bodies`"
    )

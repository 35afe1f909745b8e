"""Bodies for deletions from the admission register. Shapes only: reg 9 is in libs/attendance."""

from typing import Annotated

from attendance.admission_events import Destination, NewAddress
from attendance.deletion import Answer, DeletePupil
from attendance.deletion_grounds import CONDITIONS, Letter
from attendance.events import Signatory
from attendance.identifiers import PupilId
from pydantic import Field
from servicekit.dates import Day
from servicekit.fields import By, Closed, Line, Remark

from register_api.schemas.requests import Flag
from register_api.schemas.short_forms import REMARK, words_or


def _of(name: str) -> str:
    return CONDITIONS[name].meaning


class ConditionsIn(Closed):
    """Conditions of grounds; docs/admission-register.md says which belong to which."""

    no_order_names_this_school: Flag | None = Field(
        default=None, description=_of("no_order_names_this_school")
    )
    no_school_attendance_order: Flag | None = Field(
        default=None, description=_of("no_school_attendance_order")
    )
    not_main_school_of_mobile_child: Flag | None = Field(
        default=None, description=_of("not_main_school_of_mobile_child")
    )
    no_dual_registration: Flag | None = Field(default=None, description=_of("no_dual_registration"))
    would_move_up: Flag | None = Field(default=None, description=_of("would_move_up"))
    not_expected_back: Flag | None = Field(default=None, description=_of("not_expected_back"))
    other_schools_agree: Flag | None = Field(default=None, description=_of("other_schools_agree"))
    order_amended_on: Day | None = Field(default=None, description=_of("order_amended_on"))
    order_revoked_on: Day | None = Field(default=None, description=_of("order_revoked_on"))
    parent_wrote_on: Day | None = Field(default=None, description=_of("parent_wrote_on"))
    educated_otherwise_from: Day | None = Field(
        default=None, description=_of("educated_otherwise_from")
    )
    la_approval: Flag | None = Field(default=None, description=_of("la_approval"))
    la_consent: Flag | None = Field(default=None, description=_of("la_consent"))
    moved_on: Day | None = Field(default=None, description=_of("moved_on"))
    leave_ended_on: Day | None = Field(default=None, description=_of("leave_ended_on"))
    not_ill_nor_prevented: Flag | None = Field(
        default=None, description=_of("not_ill_nor_prevented")
    )
    joint_enquiries: Flag | None = Field(default=None, description=_of("joint_enquiries"))
    detained_on: Day | None = Field(default=None, description=_of("detained_on"))
    four_months_or_more: Flag | None = Field(default=None, description=_of("four_months_or_more"))
    died_on: Day | None = Field(default=None, description=_of("died_on"))
    not_staying_on: Flag | None = Field(default=None, description=_of("not_staying_on"))
    term_ended_on: Day | None = Field(default=None, description=_of("term_ended_on"))
    ceased_on: Day | None = Field(default=None, description=_of("ceased_on"))
    excluded_on: Day | None = Field(default=None, description=_of("excluded_on"))
    review_over: Flag | None = Field(default=None, description=_of("review_over"))

    def stated(self) -> dict[str, Answer]:
        """Give those that are stated, by name."""
        answers = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: answer for name, answer in answers.items() if answer is not None}


class DestinationIn(Closed):
    """The school that the pupil goes to."""

    name: Line = Field(examples=["Oakfield Academy"])
    starts_on: Day | None = Field(
        default=None, description="first day of attendance there", examples=["2026-11-23"]
    )


class NewAddressIn(Closed):
    """Where the pupil goes to live."""

    address: Remark = Field(examples=["9 Mill Lane, Newtown SY16 2AB"])
    lives_with: Line | None = Field(
        default=None, description="the parent with whom", examples=["Jo Green"]
    )
    from_on: Day | None = Field(default=None, description="from when", examples=["2026-11-21"])


DestinationField = Annotated[
    DestinationIn | Line,
    words_or(DestinationIn),
    Field(description="the school that the pupil goes to; its name alone will do"),
]
NewAddressField = Annotated[
    NewAddressIn | Remark,
    words_or(NewAddressIn, REMARK),
    Field(description="where the pupil goes to live; the address alone will do"),
]


class DeletionIn(Closed):
    """A deletion from the admission register (SI 2024/208 reg 9)."""

    ground: Letter = Field(description="its letter in reg 9(1)", examples=["a"])
    deleted_on: Day = Field(description="the last day on roll", examples=["2026-11-20"])
    ground_arose_on: Day | None = Field(
        default=None,
        description="when the ground arose, where that was before the deletion",
        examples=["2026-11-18"],
    )
    conditions: ConditionsIn = Field(
        default=ConditionsIn(),
        description="the ground's conditions, each that is met or the day on which it came to be",
        examples=[{"no_order_names_this_school": True}],
    )
    destination_school: DestinationField | None = None
    new_address: NewAddressField | None = None
    notes: Remark | None = Field(default=None, description="kept with the deletion")
    by: By

    def to_command(self, pupil: str, by: Signatory | None) -> DeletePupil:
        """Read it in the law's terms."""
        return DeletePupil(
            pupil=PupilId(pupil),
            ground=self.ground,
            deleted_on=self.deleted_on,
            ground_arose_on=self.ground_arose_on,
            conditions=self.conditions.stated(),
            destination_school=_destination(self.destination_school),
            new_address=_new_address(self.new_address),
            notes=self.notes,
            by=by,
        )


def _destination(sent: DestinationIn | str | None) -> Destination | None:
    match sent:
        case DestinationIn():
            return Destination(name=sent.name, starts_on=sent.starts_on)
        case str():
            return Destination(name=sent)
        case None:
            return None


def _new_address(sent: NewAddressIn | str | None) -> NewAddress | None:
    match sent:
        case NewAddressIn():
            return NewAddress(
                address=sent.address, lives_with=sent.lives_with, from_on=sent.from_on
            )
        case str():
            return NewAddress(address=sent)
        case None:
            return None

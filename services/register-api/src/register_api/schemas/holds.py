"""Bodies for holds on what is kept: what may be sent, and what is answered."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from attendance.events import RetentionHoldLifted, Signatory
from attendance.holds import Hold, LiftHold, PlaceHold
from attendance.identifiers import PupilId
from attendance.retention_events import HoldId
from pydantic import Field
from servicekit.fields import By, Closed, PupilField, Reason, SignatoryIn

from register_api.schemas.responses import PositionOut

HoldField = Annotated[
    UUID,
    Field(
        description="the hold, as its placing answered it",
        examples=["0b9f1f5e-5a0c-5f5e-9b57-1c0d7f2a6e41"],
    ),
]


class HoldIn(Closed):
    """What is to be kept, and why."""

    pupil: PupilField | None = Field(
        default=None, description="only what names this pupil; whatever the school has when absent"
    )
    reason: Reason = Field(
        default_factory=str, description="why, in words", examples=["county court proceedings"]
    )
    by: By

    def to_command(self, hold: HoldId, by: Signatory | None) -> PlaceHold:
        """Read it in the law's terms."""
        pupil = None if self.pupil is None else PupilId(self.pupil)
        return PlaceHold(hold=hold, pupil=pupil, reason=self.reason, by=by)


class LiftingIn(Closed):
    """Why a hold is lifted."""

    reason: Reason = Field(
        default_factory=str, description="why, in words", examples=["proceedings concluded"]
    )
    by: By

    def to_command(self, hold: UUID, by: Signatory | None) -> LiftHold:
        """Read it in the law's terms."""
        return LiftHold(hold=HoldId(hold), reason=self.reason, by=by)


class HeldOut(PositionOut):
    """A hold that was placed, or lifted."""

    hold: HoldField


class LiftedOut(Closed):
    """How a hold was lifted."""

    reason: str = Field(examples=["proceedings concluded"])
    recorded_at: datetime = Field(description="UTC")
    by: SignatoryIn

    @classmethod
    def of(cls, lifted: RetentionHoldLifted) -> Self:
        """Show a lifting."""
        return cls(
            reason=lifted.reason, recorded_at=lifted.recorded_at, by=_signed(lifted.recorded_by)
        )


class HoldOut(Closed):
    """A hold on what is kept."""

    hold: HoldField
    pupil: PupilField | None = Field(description="null: whatever the school has")
    reason: str = Field(examples=["county court proceedings"])
    recorded_at: datetime = Field(description="UTC")
    by: SignatoryIn
    lifted: LiftedOut | None = Field(description="null while it stands")

    @classmethod
    def of(cls, hold: Hold) -> Self:
        """Show a hold."""
        placed, lifted = hold.placed, hold.lifted
        return cls(
            hold=placed.hold,
            pupil=placed.pupil,
            reason=placed.reason,
            recorded_at=placed.recorded_at,
            by=_signed(placed.recorded_by),
            lifted=None if lifted is None else LiftedOut.of(lifted),
        )


class HoldsOut(Closed):
    """A school's holds, newest first, lifted ones too."""

    items: list[HoldOut]
    next: str | None = Field(default=None, description="always null: all of them are here")


def _signed(by: Signatory) -> SignatoryIn:
    return SignatoryIn(name=by.name, position=by.position)

"""Bodies for closures that nobody planned: what may be sent, and what is answered."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from attendance.closing import CloseSchool, ReverseClosure
from attendance.events import ClosureReversed, Signatory, UnplannedClosure
from attendance.session import Half
from pydantic import ConfigDict, Field
from servicekit.dates import Day
from servicekit.fields import By, Closed, Line, PupilField, Reason, SignatoryIn

from register_api.schemas.requests import Flag
from register_api.schemas.responses import PositionOut

ClosureId = Annotated[UUID, Field(description="the closure, as its declaration answered it")]


class UnplannedClosureIn(Closed):
    """A closure that nobody planned: a snow day, a burst pipe."""

    model_config = ConfigDict(json_schema_extra={"required": ["date", "reason"]})

    date: Day = Field(description="today, or a day that was missed", examples=["2026-11-20"])
    session: Half | None = Field(default=None, description="only this session; the day when absent")
    group: Line | None = Field(
        default=None,
        description="only this registration group, which the rest of the premises couldn't take "
        "(Y3); the whole site when absent (Y4)",
        examples=["7B"],
    )
    reason: Reason = Field(
        default_factory=str, description="the circumstances, in words", examples=["heating failed"]
    )
    activities_cancelled: Flag = Field(
        default=False,
        description="whether visits and other activities elsewhere fell through as well; else "
        "their entries stay",
    )
    by: By

    def to_command(self, closure: UUID, by: Signatory | None) -> CloseSchool:
        """Read it in the law's terms."""
        return CloseSchool(
            closure=closure,
            on=self.date,
            half=self.session,
            group=self.group,
            reason=self.reason,
            activities_cancelled=self.activities_cancelled,
            by=by,
        )


class ReversalIn(Closed):
    """Why a closure that was entered is taken back."""

    model_config = ConfigDict(json_schema_extra={"required": ["reason"]})

    reason: Reason = Field(
        default_factory=str, description="why, in words", examples=["entered for the wrong day"]
    )
    by: By

    def to_command(self, by: Signatory | None) -> ReverseClosure:
        """Read it in the law's terms."""
        return ReverseClosure(reason=self.reason, by=by)


class ClosureDeclaredOut(PositionOut):
    """A closure that is in the register."""

    closure: ClosureId
    recorded: int = Field(description="original entries made", examples=[412])
    amended: int = Field(description="entries amended", examples=[8])


class UnestablishedOut(Closed):
    """A pupil's session of which nothing was known before the closure was entered."""

    date: date
    session: Half
    pupil: PupilField


class ClosureReversedOut(PositionOut):
    """A closure that was taken back."""

    closure: ClosureId
    amended: int = Field(description="entries amended back", examples=[420])
    unestablished: list[UnestablishedOut] = Field(
        description="entries that are now N, since there were none but of closures taken back"
    )


class ReversalOut(Closed):
    """How a closure was taken back."""

    reason: str = Field(description="why, in words", examples=["entered for the wrong day"])
    recorded_at: datetime
    by: SignatoryIn

    @classmethod
    def of(cls, reversal: ClosureReversed) -> Self:
        """Show a reversal."""
        by = SignatoryIn(name=reversal.recorded_by.name, position=reversal.recorded_by.position)
        return cls(reason=reversal.reason, recorded_at=reversal.recorded_at, by=by)


class ClosureOut(Closed):
    """A closure that nobody planned."""

    closure: ClosureId
    date: date
    sessions: list[Half]
    group: str | None = Field(description="the registration group; null for the whole site")
    reason: str = Field(description="the circumstances, in words", examples=["heating failed"])
    recorded_at: datetime
    by: SignatoryIn
    reversal: ReversalOut | None = Field(description="null while it stands")

    @classmethod
    def of(cls, declared: UnplannedClosure, reversal: ClosureReversed | None) -> Self:
        """Show a closure."""
        by = declared.recorded_by
        return cls(
            closure=declared.closure,
            date=declared.sessions[0].on,
            sessions=[session.half for session in declared.sessions],
            group=declared.group,
            reason=declared.reason,
            recorded_at=declared.recorded_at,
            by=SignatoryIn(name=by.name, position=by.position),
            reversal=None if reversal is None else ReversalOut.of(reversal),
        )


class ClosuresOut(Closed):
    """A school's unplanned closures, newest first."""

    items: list[ClosureOut]
    next: str | None = None

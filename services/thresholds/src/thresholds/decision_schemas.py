"""Bodies for decisions on alerts: what may be sent, and what is answered. No rule of law."""

from typing import Annotated, Self
from uuid import UUID

from attendance.advice import Advice
from attendance.events import Signatory
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.considering import ConsiderAlert
from pydantic import ConfigDict, Field, StringConstraints
from servicekit.dates import Day
from servicekit.fields import By, Closed, Reason

from thresholds.alert_record import Status
from thresholds.alert_schemas import NoticeBody
from thresholds.schemas import Position


class DecisionIn(Closed):
    """What a person decided on an alert."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "no-further-action",
                    "reason": "support is in place",
                    "by": {"name": "A. Smith", "position": "Attendance Officer"},
                }
            ]
        }
    )

    outcome: Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)] = (
        Field(
            description="one of the alert's rule; `GET /rules` lists them",
            examples=["no-further-action"],
        )
    )
    reason: Reason = Field(
        default_factory=str, description="why, in words", examples=["support is in place"]
    )
    through: Day | None = Field(
        default=None,
        description="with an outcome that puts it off: the day up to which nothing new is raised",
        examples=["2026-12-18"],
    )
    notice: NoticeBody | None = Field(
        default=None,
        description="with `notice-issued`: the notice; with `notice-withdrawn`: which one",
    )
    by: By

    def to_command(self, alert: UUID, by: Signatory | None) -> ConsiderAlert:
        """Read it in the law's terms."""
        notice = self.notice
        return ConsiderAlert(
            alert=alert,
            outcome=self.outcome,
            reason=self.reason,
            through=self.through,
            notice=None if notice is None else PenaltyNotice(**notice.model_dump()),
            by=by,
        )


class DecisionAdviceOut(Closed):
    """Something that is expected of whoever decides so; nothing was refused for it."""

    pointer: str = Field(description="JSON Pointer into the body", examples=["/notice"])
    code: str = Field(description="what, by its slug", examples=["pupil-looked-after"])
    detail: str = Field(
        description="what to do", examples=["The pupil is looked after. Ask the authority first."]
    )

    @classmethod
    def of(cls, advice: Advice) -> Self:
        """Show advice."""
        return cls(pointer=advice.pointer, code=advice.code, detail=advice.detail)


class DecidedOut(Closed):
    """A decision that is in the log."""

    position: Position
    alert: UUID = Field(description="the alert that was decided on")
    status: Status = Field(description="how the alert stands after it")
    advice: list[DecisionAdviceOut] = Field(description="what is expected beside it")

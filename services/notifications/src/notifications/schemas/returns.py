"""Statutory returns as they are listed and shown, and what may be recorded of them. Shapes only."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from attendance.return_contents import KINDS
from attendance.return_events import Channel
from attendance.returns import Role
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from servicekit.fields import AskedPosition, Closed, six_digits

from notifications.retries import DeliveryStatus
from notifications.return_record import ReturnRecord, ReturnStatus
from notifications.return_story import Step, StepKind, steps_of
from notifications.returns_table import ReturnDelivery
from notifications.schemas.return_parts import ContentsPart
from notifications.statutory_return import WithdrawnBecause

ReturnKind = StrEnum(  # type: ignore[misc]  # the kinds are the law's, and no service's to know
    "ReturnKind", {slug.upper().replace("-", "_"): slug for slug in KINDS}
)


def written_truth(sent: object) -> object:
    """Let a truth pass only as `true` or `false`; pydantic would read `on` and `1` as true."""
    if sent not in ("true", "false", None):
        raise PydanticCustomError("truth-format", "Write true or false")
    return sent


class ReturnsAsked(Closed):
    """Which returns to list. A filter it doesn't know is refused: ignoring it would show more."""

    urn: Annotated[int, Field(ge=100_000, le=999_999), BeforeValidator(six_digits)] | None = Field(
        default=None, description="the school's URN", examples=[999001]
    )
    la: str | None = Field(
        default=None,
        pattern=r"^[0-9]{3}$",
        description="the authority that they are for, by its code",
        examples=["886"],
    )
    status: ReturnStatus | None = Field(default=None, description="only those that stand so")
    kind: ReturnKind | None = Field(default=None, description="only those of this kind")
    overdue: Annotated[bool, BeforeValidator(written_truth)] | None = Field(
        default=None, description="only those that are overdue, or only those that aren't"
    )
    min_position: AskedPosition | None = Field(
        default=None,
        description="with `urn`: wait up to 5 s until the returns are up to this log position",
    )
    limit: int = Field(default=100, ge=1, le=1000, description="how many items a page")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next` of the page before"
    )

    @model_validator(mode="after")
    def _positions_are_a_schools(self) -> Self:
        if self.min_position is not None and self.urn is None:
            raise PydanticCustomError("urn-required", "A position is of one school: give urn too")
        return self


class ReturnOut(Closed):
    """A return to one authority, without what it tells."""

    id: UUID = Field(description="of this version; a correction is another")
    kind: ReturnKind
    urn: int = Field(description="the school's URN", examples=[999001])
    pupil: str = Field(description="the school's own identifier of the pupil", examples=["p0421"])
    la_code: str = Field(description="the authority it is for", examples=["886"])
    role: Role = Field(description="school: the school is in its area; home: the pupil lives there")
    version: int = Field(description="1, and one more with each correction", examples=[1])
    corrects: UUID | None = Field(description="the version before")
    corrected_by: UUID | None = Field(description="the version that took its place")
    alert: UUID = Field(description="the finding that it was made of")
    status: ReturnStatus
    overdue: bool = Field(
        description="the authority should have been told by now: its day has passed, or no "
        "endpoint is tried any more; or a person had sent it, and hasn't told that it was withdrawn"
    )
    provisional: bool = Field(description="it rests on a code N, or on days not wholly entered")
    met_on: date = Field(description="the day that made it due")
    due_on: date | None = Field(description="the last day for it; null: as soon as may be")
    made_at: datetime
    position: int = Field(description="in the school's log, of what it was made of", examples=[421])
    corrected_at: datetime | None
    sent_at: datetime | None = Field(description="when the authority's endpoint took it")
    undelivered_at: datetime | None = Field(
        description="when the last attempt had failed, or the last endpoint was disabled"
    )
    submitted_on: date | None = Field(description="the day it was sent by hand")
    acknowledged_at: datetime | None = Field(description="when the authority said it has it")
    withdrawn_at: datetime | None
    withdrawn_because: WithdrawnBecause | None
    withdrawal_submitted_on: date | None = Field(
        description="the day a person told the authority that it was withdrawn"
    )

    @classmethod
    def of(cls, record: ReturnRecord, today: date) -> Self:
        """Show a return."""
        return cls.model_validate(_fields(record, today))


class ReturnsOut(Closed):
    """A page of returns, newest first."""

    items: list[ReturnOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


class ReturnDeliveryOut(Closed):
    """How a return fared on its way to one endpoint of the authority."""

    event: UUID = Field(description="the webhook-id")
    status: DeliveryStatus
    attempt_count: int = Field(examples=[1])
    created_at: datetime
    delivered_at: datetime | None

    @classmethod
    def of(cls, delivery: ReturnDelivery) -> Self:
        """Show a delivery."""
        return cls(
            event=delivery.event,
            status=delivery.status,
            attempt_count=delivery.attempts,
            created_at=delivery.created_at,
            delivered_at=delivery.delivered_at,
        )


class PersonOut(Closed):
    """Who acted, as they were that day."""

    name: str = Field(examples=["A. Smith"])
    position: str = Field(examples=["Attendance Officer"])


class StepOut(Closed):
    """Something that became of a return."""

    step: StepKind
    at: datetime
    version: int = Field(description="of which version", examples=[1])
    by: PersonOut | None = Field(description="who did it, where a person did")
    reference: str | None = Field(
        description="what the authority calls it", examples=["CME-2026-0417"]
    )
    submitted_on: date | None = Field(
        description="of a submission, be it of the return or its withdrawal: the day"
    )
    how: Channel | None = Field(description="of a submission: by which way")

    @classmethod
    def of(cls, step: Step) -> Self:
        """Show a step."""
        return cls.model_validate(
            {
                "step": step.kind,
                "at": step.at,
                "version": step.version,
                "by": step.said.get("by"),
                "reference": step.said.get("reference"),
                "submitted_on": step.submitted_on,
                "how": step.said.get("how"),
            }
        )


class WholeReturnOut(ReturnOut):
    """A return with all that it tells and all that became of it."""

    contents: ContentsPart
    deliveries: list[ReturnDeliveryOut] = Field(
        description="to the authority's own subscriptions, oldest first"
    )
    history: list[StepOut] = Field(description="of all its versions, oldest first")

    @classmethod
    def whole(
        cls,
        record: ReturnRecord,
        versions: list[ReturnRecord],
        deliveries: list[ReturnDelivery],
        today: date,
    ) -> Self:
        """Show a return whole."""
        return cls.model_validate(
            {
                **_fields(record, today),
                "contents": record.made.contents,
                "deliveries": [ReturnDeliveryOut.of(each) for each in deliveries],
                "history": [StepOut.of(each) for each in steps_of(versions)],
            }
        )


class PackOut(Closed):
    """A return ready to be handed to an authority that has no endpoint."""

    title: str = Field(examples=["Deletion return"])
    source: str = Field(
        description="the law that asks for it", examples=["SI 2024/208, reg 13(4) to (6)"]
    )
    prepared_at: datetime
    statutory_return: WholeReturnOut


def _fields(record: ReturnRecord, today: date) -> dict[str, object]:
    made = record.made
    return {
        "id": made.id,
        "kind": made.rule,
        "urn": record.urn,
        "pupil": made.pupil,
        "la_code": made.la_code,
        "role": made.role,
        "version": made.version,
        "corrects": made.corrects,
        "corrected_by": made.corrected_by,
        "alert": made.alert,
        "status": record.status,
        "overdue": record.is_overdue(today),
        "provisional": made.provisional,
        "met_on": made.met_on,
        "due_on": made.due_on,
        "made_at": made.made_at,
        "position": made.made_position,
        "corrected_at": made.corrected_at,
        "sent_at": record.sent_at,
        "undelivered_at": record.undelivered_at,
        "submitted_on": made.submitted_on,
        "acknowledged_at": made.acknowledged_at,
        "withdrawn_at": made.withdrawn_at,
        "withdrawn_because": made.withdrawn_because,
        "withdrawal_submitted_on": made.withdrawal_submitted_on,
    }

"""Deliveries, and the attempts at them, as they are shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from servicekit.fields import Closed

from notifications.answer import Answer, Failure
from notifications.codec import EventType
from notifications.deliveries_table import Attempted, Delivery
from notifications.retries import DeliveryStatus


class DeliveriesQuery(Closed):
    """Which deliveries."""

    subscription: UUID | None = Field(
        default=None, description="only this subscription's, a deleted one's too"
    )
    status: DeliveryStatus | None = Field(default=None, description="only those that stand so")
    limit: int = Field(default=100, ge=1, le=1000, description="how many items a page")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next` of the page before"
    )


class AttemptOut(Closed):
    """One attempt, as recorded."""

    started_at: datetime
    latency_ms: int = Field(description="milliseconds, the look-up of the name included")
    address: str | None = Field(description="connected to", examples=["192.0.2.10"])
    key_id: str = Field(description="of the secret it was signed with", examples=["key_0f3a91c2"])
    status: int | None = Field(description="HTTP status of the answer", examples=[204])
    failure: Failure | None = Field(
        description="why there was no answer that counts", examples=[None]
    )
    answer: str = Field(
        description="the first 2 KiB of the answer's body; empty where a return was sent whole, "
        "since the answer might repeat its names",
        examples=[""],
    )

    @classmethod
    def of(cls, attempted: Attempted) -> "AttemptOut":
        """Show an attempt."""
        answer: Answer = attempted.answer
        return cls(
            started_at=answer.started_at,
            latency_ms=answer.latency_ms,
            address=answer.address,
            key_id=attempted.key_id,
            status=answer.status,
            failure=answer.failure,
            answer=answer.excerpt.decode(errors="replace"),
        )


class PingOut(Closed):
    """What came of a ping."""

    event: UUID = Field(description="its webhook-id")
    delivered: bool = Field(description="whether the endpoint answered 2xx")
    attempt: AttemptOut


class DeliveryOut(Closed):
    """A delivery as it stands."""

    id: UUID
    subscription: UUID
    sequence: int = Field(description="in the subscription's feed, from 1", examples=[17])
    event: UUID = Field(description="the webhook-id, the same on every attempt")
    type: str = Field(examples=[EventType.THRESHOLD_MET])
    subject: str = Field(
        description="whom it is about; the pupil is the school's own identifier",
        examples=["schools/999001/pupils/p0421"],
    )
    status: DeliveryStatus
    attempt_count: int = Field(
        description="attempts that have ended; of a replay, since it was begun", examples=[1]
    )
    next_attempt_at: datetime | None = Field(
        description="after a failure; null otherwise: when those before it in its lane are settled"
    )
    created_at: datetime
    delivered_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryOut":
        """Show a delivery."""
        return cls(**_delivery_fields(delivery))


class DeliveryWithAttemptsOut(DeliveryOut):
    """A delivery with every attempt at it."""

    attempts: list[AttemptOut] = Field(description="oldest first")

    @classmethod
    def with_attempts(
        cls, delivery: Delivery, attempts: list[Attempted]
    ) -> "DeliveryWithAttemptsOut":
        """Show a delivery and the attempts at it."""
        shown = [AttemptOut.of(attempted) for attempted in attempts]
        return cls(**_delivery_fields(delivery), attempts=shown)


class DeliveriesOut(Closed):
    """A page of deliveries, newest first."""

    items: list[DeliveryOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


def _delivery_fields(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "subscription": delivery.subscription,
        "sequence": delivery.sequence,
        "event": delivery.event,
        "type": delivery.type,
        "subject": delivery.subject,
        "status": delivery.status,
        "attempt_count": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
        "delivered_at": delivery.delivered_at,
    }

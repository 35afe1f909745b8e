"""Requests and answers of this service, as its contract has them. Shapes only."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints
from servicekit.fields import Closed

from notifications.answer import Answer, Failure
from notifications.codec import EventType
from notifications.deliveries_table import Attempted, Delivery
from notifications.retries import DeliveryStatus
from notifications.subscriptions_table import Subscription, SubscriptionStatus

LaCodeField = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
UrnField = Annotated[int, Field(ge=100_000, le=999_999)]
UrlField = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
MAX_URNS = 1000
URL_NOTE = "https, port 443 or from 1024 up, on the public internet; no user, password or fragment"
TYPES_NOTE = "the event types wanted; none for all, later ones included"


class SubscriptionIn(Closed):
    """A subscription to be made: about one authority's schools, or some schools."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "la_code": "886",
                    "url": "https://attendance.example.gov.uk/hook",
                    "types": [EventType.THRESHOLD_MET],
                }
            ]
        }
    )

    la_code: LaCodeField | None = Field(
        default=None, description="the authority, by its code", examples=["886"]
    )
    urns: list[UrnField] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_URNS,
        description="the schools, by URN; instead of la_code",
        examples=[[999001]],
    )
    url: UrlField = Field(description=URL_NOTE, examples=["https://attendance.example.gov.uk/hook"])
    types: list[EventType] = Field(
        default=[], description=TYPES_NOTE, examples=[[EventType.THRESHOLD_MET]]
    )


class SubscriptionPatch(Closed):
    """What is to change; a field left out stays. A new url makes the subscription pending."""

    url: UrlField | None = Field(
        default=None, description=URL_NOTE, examples=["https://attendance.example.gov.uk/new"]
    )
    types: list[EventType] | None = Field(
        default=None, description=TYPES_NOTE, examples=[[EventType.THRESHOLD_MET]]
    )


class SubscriptionOut(Closed):
    """A subscription as it stands."""

    id: UUID
    la_code: str | None = Field(description="the authority it is about", examples=["886"])
    urns: list[int] | None = Field(description="the schools it is about", examples=[None])
    url: str = Field(
        description="where deliveries go", examples=["https://attendance.example.gov.uk/hook"]
    )
    types: list[str] = Field(description=TYPES_NOTE, examples=[[EventType.THRESHOLD_MET]])
    status: SubscriptionStatus = Field(
        description="pending until verified; disabled when its endpoint answered 410"
    )
    key_id: str = Field(description="names the secret in attempts", examples=["key_0f3a91c2"])
    created_at: datetime
    activated_at: datetime | None = Field(description="what was appended before isn't delivered")
    disabled_at: datetime | None = Field(description="deliveries have waited since")
    last_success_at: datetime | None = Field(description="of the newest delivery made")
    oldest_waiting_at: datetime | None = Field(description="of the oldest delivery not made yet")

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscriptionOut":
        """Show a subscription, without its secret."""
        return cls(**_fields(subscription))


class SubscriptionCreatedOut(SubscriptionOut):
    """A new subscription with its secret."""

    secret: str = Field(
        description="verifies our signatures (Standard Webhooks); shown this once",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
    )

    @classmethod
    def with_secret(cls, subscription: Subscription, secret: str) -> "SubscriptionCreatedOut":
        """Show a new subscription and its secret."""
        return cls(**_fields(subscription), secret=secret)


class SubscriptionsOut(Closed):
    """A page of subscriptions, oldest first."""

    items: list[SubscriptionOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


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
    answer: str = Field(description="the first 2 KiB of the answer's body", examples=[""])

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
    event: UUID = Field(description="the webhook-id, the same on every attempt")
    type: str = Field(examples=[EventType.THRESHOLD_MET])
    subject: str = Field(
        description="whom it is about; the pupil is the school's own identifier",
        examples=["schools/999001/pupils/p0421"],
    )
    status: DeliveryStatus
    attempt_count: int = Field(description="attempts that have ended", examples=[1])
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


def _fields(subscription: Subscription) -> dict[str, object]:
    urns = subscription.audience.urns
    return {
        "id": subscription.id,
        "la_code": subscription.audience.la_code,
        "urns": None if urns is None else list(urns),
        "url": subscription.url,
        "types": list(subscription.types),
        "status": subscription.status,
        "key_id": subscription.key_id,
        "created_at": subscription.created_at,
        "activated_at": subscription.activated_at,
        "disabled_at": subscription.disabled_at,
        "last_success_at": subscription.last_success_at,
        "oldest_waiting_at": subscription.oldest_waiting_at,
    }


def _delivery_fields(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "subscription": delivery.subscription,
        "event": delivery.event,
        "type": delivery.type,
        "subject": delivery.subject,
        "status": delivery.status,
        "attempt_count": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
        "delivered_at": delivery.delivered_at,
    }

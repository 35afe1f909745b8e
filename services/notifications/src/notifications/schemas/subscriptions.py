"""Subscriptions as they are asked for and shown; the secret is shown once."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from attendance.rules.catalogue import RULES
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from servicekit.fields import Closed, whole

from notifications.circuit import CircuitState, DisabledBecause
from notifications.codec import EventType
from notifications.owing import Choice
from notifications.subscriptions_table import Subscription, SubscriptionStatus

LaCodeField = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
UrnField = Annotated[int, Field(ge=100_000, le=999_999)]
UrlField = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
MAX_URNS = 1000
DAY_SECONDS = 24 * 3600
LONGEST_GRACE_SECONDS = 7 * DAY_SECONDS
GraceSeconds = Annotated[
    int, Field(strict=True, ge=0, le=LONGEST_GRACE_SECONDS), BeforeValidator(whole)
]
URL_NOTE = "https, port 443 or from 1024 up, on the public internet; no user, password or fragment"
TYPES_NOTE = (
    "the event types wanted; none for all, later ones included. With `return-due` the corrections "
    "and withdrawals of returns come too"
)
RULES_NOTE = (
    "the rules whose alerts and returns are wanted; none for all. With any, nothing comes that is "
    "about no rule, such as an admission"
)
FULL_NOTE = (
    "whether returns come with all that the law has them tell, names and addresses too; only for a "
    "token that has the scope `returns:read`"
)

Rule = StrEnum(  # type: ignore[misc]  # the rules are the catalogue's, and no service's to know
    "Rule", {slug.upper().replace("-", "_"): slug for slug in RULES}
)


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
    rules: list[Rule] = Field(
        default=[], description=RULES_NOTE, examples=[["social-worker-absence"]]
    )
    full_bodies: bool = Field(default=False, description=FULL_NOTE)

    @property
    def choice(self) -> Choice:
        """What is chosen."""
        return Choice(
            types=tuple(self.types), rules=tuple(self.rules), full_bodies=self.full_bodies
        )


class SubscriptionPatch(Closed):
    """What is to change; a field left out stays. A new url makes the subscription pending."""

    url: UrlField | None = Field(
        default=None, description=URL_NOTE, examples=["https://attendance.example.gov.uk/new"]
    )
    types: list[EventType] | None = Field(
        default=None, description=TYPES_NOTE, examples=[[EventType.THRESHOLD_MET]]
    )
    rules: list[Rule] | None = Field(
        default=None, description=RULES_NOTE, examples=[["social-worker-absence"]]
    )
    full_bodies: bool | None = Field(default=None, description=FULL_NOTE, examples=[False])

    def chosen(self, before: Choice) -> Choice:
        """Change a choice as is asked."""
        return Choice(
            types=before.types if self.types is None else tuple(self.types),
            rules=before.rules if self.rules is None else tuple(self.rules),
            full_bodies=before.full_bodies if self.full_bodies is None else self.full_bodies,
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
    rules: list[str] = Field(description=RULES_NOTE, examples=[[]])
    full_bodies: bool = Field(description=FULL_NOTE, examples=[False])
    status: SubscriptionStatus = Field(
        description="pending until verified; disabled when its endpoint was given up"
    )
    key_id: str = Field(description="names the secret in attempts", examples=["key_0f3a91c2"])
    previous_secret_until: datetime | None = Field(
        description="until then deliveries are signed with the secret before too; null when there "
        "was no other"
    )
    created_at: datetime
    activated_at: datetime | None = Field(description="what was appended before isn't delivered")
    disabled_at: datetime | None = Field(description="deliveries have waited since")
    disabled_because: DisabledBecause | None = Field(
        description="gone: it answered 410; failing: no attempt succeeded for five days",
        examples=[None],
    )
    circuit: CircuitState = Field(
        description="closed: deliveries go out; open: the endpoint failed many times in a row, and "
        "is sent nothing until `probe_at`, then one delivery, and if that succeeds the rest"
    )
    failing_since: datetime | None = Field(description="of the first failure since a success")
    probe_at: datetime | None = Field(description="when its endpoint is tried again")
    last_success_at: datetime | None = Field(description="of the newest delivery made")
    oldest_waiting_at: datetime | None = Field(
        description="of the oldest delivery not made yet, what is replayed left out"
    )

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscriptionOut":
        """Show a subscription, without its secret."""
        return cls(**_fields(subscription))


class SubscriptionCreatedOut(SubscriptionOut):
    """A subscription with a new secret."""

    secret: str = Field(
        description="verifies our signatures (Standard Webhooks); shown this once",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
    )

    @classmethod
    def with_secret(cls, subscription: Subscription, secret: str) -> "SubscriptionCreatedOut":
        """Show a subscription and its new secret."""
        return cls(**_fields(subscription), secret=secret)


class RotationIn(Closed):
    """How a secret is to be replaced."""

    grace_seconds: GraceSeconds = Field(
        default=DAY_SECONDS,
        description="how long deliveries are signed with the old secret too; 0 where somebody else "
        "may know it",
        examples=[DAY_SECONDS],
    )


class SubscriptionsOut(Closed):
    """A page of subscriptions, oldest first."""

    items: list[SubscriptionOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


def _fields(subscription: Subscription) -> dict[str, object]:
    urns, disabled = subscription.audience.urns, subscription.disabled_at is not None
    return {
        "id": subscription.id,
        "la_code": subscription.audience.la_code,
        "urns": None if urns is None else list(urns),
        "url": subscription.url,
        "types": list(subscription.choice.types),
        "rules": list(subscription.choice.rules),
        "full_bodies": subscription.choice.full_bodies,
        "status": subscription.status,
        "key_id": subscription.key_id,
        "previous_secret_until": subscription.previous_until,
        "created_at": subscription.created_at,
        "activated_at": subscription.activated_at,
        "disabled_at": subscription.disabled_at,
        "disabled_because": subscription.disabled_because if disabled else None,
        "circuit": subscription.circuit.state,
        "failing_since": subscription.circuit.failing_since,
        "probe_at": subscription.circuit.probe_at,
        "last_success_at": subscription.last_success_at,
        "oldest_waiting_at": subscription.oldest_waiting_at,
    }

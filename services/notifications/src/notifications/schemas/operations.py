"""What operators are told of endpoints, as it is shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from servicekit.fields import Closed

from notifications.circuit import DisabledBecause
from notifications.endpoint_events_table import EndpointEventKind, NumberedEvent


class EndpointEventOut(Closed):
    """What became of an endpoint."""

    number: int = Field(description="1..n, in the order they happened", examples=[7])
    subscription: UUID
    kind: EndpointEventKind = Field(
        description="failing: it failed many times in a row and is only probed; disabled: it is "
        "sent nothing until it is verified again; recovered: it is well again"
    )
    because: DisabledBecause | None = Field(
        description="of one that was disabled; gone: it answered 410; failing: no attempt "
        "succeeded for five days"
    )
    happened_at: datetime

    @classmethod
    def of(cls, numbered: NumberedEvent) -> "EndpointEventOut":
        """Show an event."""
        event = numbered.event
        return cls(
            number=numbered.number,
            subscription=event.subscription,
            kind=event.kind,
            because=event.because,
            happened_at=event.happened_at,
        )


class EndpointEventsOut(Closed):
    """A page of what became of endpoints, oldest first."""

    items: list[EndpointEventOut]
    next: str | None = Field(description="cursor of the next page; null on the last")

"""What operators are told of endpoints: which began to fail, were disabled, or are back.

Written in the transaction that brings it about. Numbers follow the order of commits, so that a
reader who goes on after a number has missed none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from eventlog import Connection

from notifications.access import Boundary
from notifications.circuit import DisabledBecause

# Held to commit. They are few, and who adds one has locked its subscription before.
TAKE_TURNS: Final = (
    "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('notifications.endpoint_event'))"
)

ADD: Final = """
INSERT INTO notifications.endpoint_event (number, subscription_id, kind, because, happened_at)
SELECT (SELECT coalesce(max(number), 0) FROM notifications.endpoint_event) + n.place,
       n.subscription_id, n.kind, n.because, n.happened_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
       WITH ORDINALITY AS n (subscription_id, kind, because, happened_at, place)
"""

PAGE: Final = """
SELECT e.number, e.subscription_id, e.kind, e.because, e.happened_at
  FROM notifications.endpoint_event AS e
  JOIN notifications.subscription AS s ON s.id = e.subscription_id
 WHERE ($1::text IS NULL OR s.la_code = $1) AND ($2::int[] IS NULL OR s.urns <@ $2)
   AND e.number > $3
 ORDER BY e.number LIMIT $4
"""


class EndpointEventKind(StrEnum):
    """What became of an endpoint."""

    FAILING = "failing"
    DISABLED = "disabled"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointEvent:
    """Something operators should know of an endpoint."""

    subscription: UUID
    kind: EndpointEventKind
    happened_at: datetime
    because: DisabledBecause | None = None  # only of one that was disabled


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """Such an event, in its place among all of them."""

    number: int
    event: EndpointEvent


async def add_endpoint_events(conn: Connection, events: Sequence[EndpointEvent]) -> None:
    """Tell operators; after the subscriptions were locked, before any lane is."""
    if not events:
        return
    await conn.execute(TAKE_TURNS)
    await conn.execute(
        ADD,
        [event.subscription for event in events],
        [event.kind.value for event in events],
        [event.because for event in events],
        [event.happened_at for event in events],
    )


async def endpoint_events_page(
    conn: Connection, boundary: Boundary, *, after: int, limit: int
) -> list[NumberedEvent]:
    """Read what happened after a number to the endpoints a caller may see, oldest first."""
    rows = await conn.fetch(PAGE, boundary.la_code, boundary.urns, after, limit)
    return [
        NumberedEvent(
            row["number"],
            EndpointEvent(
                subscription=row["subscription_id"],
                kind=EndpointEventKind(row["kind"]),
                happened_at=row["happened_at"],
                because=DisabledBecause(row["because"]) if row["because"] else None,
            ),
        )
        for row in rows
    ]

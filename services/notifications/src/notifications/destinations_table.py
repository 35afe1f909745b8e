"""Every statement on where deliveries in hand are to go: a claim is as old as its lease."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eventlog import Connection

from notifications.lanes_table import Claimed

NOW: Final = """
SELECT id, url, key_id, full_bodies FROM notifications.subscription
 WHERE id = ANY($1) AND status = 'active' AND (probe_at IS NULL OR probe_at <= $2)
"""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a subscription's deliveries go, signed with what, and whether names may go there."""

    url: str
    key_id: str
    full_bodies: bool

    def takes(self, claimed: Claimed) -> bool:
        """Tell whether a delivery is to be sent as it was claimed."""
        known = (self.url, self.key_id) == (claimed.url, claimed.key_id)
        return known and (self.full_bodies or not claimed.with_names)


async def destinations_of(
    conn: Connection, subscriptions: Collection[UUID], *, now: datetime
) -> dict[UUID, Destination]:
    """Read where deliveries go now, of those subscriptions whose deliveries go anywhere."""
    rows = await conn.fetch(NOW, list(subscriptions), now)
    return {row["id"]: Destination(row["url"], row["key_id"], row["full_bodies"]) for row in rows}

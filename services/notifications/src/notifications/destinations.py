"""Where what one process has in hand is to go, read anew every second. Sends nothing.

What is claimed waits in memory for its turn. Meanwhile its subscription may have ended or been
given another URL or another secret, or its endpoint been left alone: then it isn't sent.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from servicekit.database import of_every_school
from servicekit.logs import log
from servicekit.runner import Failed, attempted
from servicekit.service import Runtime

from notifications.destinations_table import Destination, destinations_of
from notifications.lanes_table import Claimed

STALE_AFTER: Final = timedelta(seconds=1)
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Destinations:
    """Where the deliveries of some subscriptions go.

    Attributes:
        known: as it was read last; None where nothing goes now. Not there: to be read.
    """

    runtime: Runtime
    subscriptions: set[UUID] = field(default_factory=set)
    known: dict[UUID, Destination | None] = field(default_factory=dict)
    read_at: datetime = LONG_AGO
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def expect(self, claimed: Iterable[Claimed]) -> None:
        """Have read at once what was claimed otherwise than is known: a claim is newer."""
        for each in claimed:
            found = self.known.get(each.subscription)
            if found is None or not found.takes(each):
                self.known.pop(each.subscription, None)
                self.subscriptions.add(each.subscription)

    async def take(self, claimed: Claimed) -> bool:
        """Tell whether a delivery is still to be sent as it was claimed."""
        async with self.reading:
            if claimed.subscription not in self.known or self._are_stale():
                await self._read()
        destination = self.known.get(claimed.subscription)
        return destination is not None and destination.takes(claimed)

    def _are_stale(self) -> bool:
        # Either way: a clock that was put back would have them fresh for as long.
        return abs(self.runtime.clock() - self.read_at) >= STALE_AFTER

    async def _read(self) -> None:
        self.read_at = self.runtime.clock()
        found = await attempted(self._found())
        if isinstance(found, Failed):
            log.warning("destinations not read", error=found.error)
            found = {}
        self.known = {**dict.fromkeys(self.subscriptions), **found}

    async def _found(self) -> dict[UUID, Destination]:
        async with of_every_school(self.runtime.pool) as conn:
            return await destinations_of(conn, self.subscriptions, now=self.read_at)

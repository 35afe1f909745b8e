"""Reads the secrets that no key at hand is named on: they may have been sealed with a lost one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eventlog import Connection

SEALED_OTHERWISE: Final = """
SELECT sealed_secret, previous_secret, previous_until FROM notifications.subscription
 WHERE status <> 'deleted'
   AND (substring(sealed_secret FROM 1 FOR $2) <> ALL($1::bytea[])
        OR (previous_until > $3
            AND substring(previous_secret FROM 1 FOR $2) <> ALL($1::bytea[])))
 LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class SealedOtherwise:
    """A subscription's secrets, of which one isn't named as any key at hand would name it."""

    sealed_secret: bytes
    previous_secret: bytes | None
    previous_until: datetime | None


async def sealed_otherwise_than(
    conn: Connection, heads: Collection[bytes], *, now: datetime, limit: int
) -> list[SealedOtherwise]:
    """Read the secrets that sign at an instant and begin with none of some heads, all as long."""
    longest = max(map(len, heads))
    rows = await conn.fetch(SEALED_OTHERWISE, list(heads), longest, now, limit)
    return [SealedOtherwise(**row) for row in rows]

"""Every statement on sealed secrets as they are: the same under another key, or forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eventlog import Connection

# What begins otherwise was sealed with an older key.
NEXT: Final = """
SELECT id, sealed_secret, previous_secret, previous_until FROM notifications.subscription
 WHERE id > $1
   AND (substring(sealed_secret FROM 1 FOR octet_length($2::bytea)) <> $2
        OR substring(previous_secret FROM 1 FOR octet_length($2::bytea)) <> $2)
 ORDER BY id LIMIT $3 FOR NO KEY UPDATE
"""

STORE: Final = """
UPDATE notifications.subscription AS s
   SET sealed_secret = n.sealed_secret, previous_secret = n.previous_secret,
       previous_until = CASE WHEN n.previous_secret IS NOT NULL THEN s.previous_until END
  FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n (id, sealed_secret, previous_secret)
 WHERE s.id = n.id
"""

# Who sends for one holds its row for a moment: it is passed by, and found the next time.
FORGET: Final = """
UPDATE notifications.subscription SET previous_secret = NULL, previous_until = NULL
 WHERE id IN (SELECT id FROM notifications.subscription
               WHERE previous_until <= $1 FOR NO KEY UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A subscription's secrets as they are stored."""

    subscription: UUID
    secret: bytes
    previous: bytes | None
    previous_until: datetime | None = None

    def has_ceased(self, now: datetime) -> bool:
        """Whether the secret before signs no more."""
        return self.previous_until is not None and self.previous_until <= now


async def sealed_otherwise(
    conn: Connection, head: bytes, *, after: UUID, limit: int
) -> list[Sealed]:
    """Read secrets that don't begin with a head, in the order of their ids; locked."""
    rows = await conn.fetch(NEXT, after, head, limit)
    return [
        Sealed(row["id"], row["sealed_secret"], row["previous_secret"], row["previous_until"])
        for row in rows
    ]


async def store_sealed(conn: Connection, sealed: Sequence[Sealed]) -> None:
    """Replace secrets; one before that is given as None is forgotten."""
    await conn.execute(
        STORE,
        [each.subscription for each in sealed],
        [each.secret for each in sealed],
        [each.previous for each in sealed],
    )


async def forget_expired(conn: Connection, *, now: datetime) -> None:
    """Forget the secrets before that have ceased to sign."""
    await conn.execute(FORGET, now)

"""Every statement that replaces sealed secrets as they are: the same secrets under another key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from eventlog import Connection

# What begins otherwise was sealed with an older key.
NEXT: Final = """
SELECT id, sealed_secret, previous_secret FROM notifications.subscription
 WHERE id > $1
   AND (substring(sealed_secret FROM 1 FOR octet_length($2::bytea)) <> $2
        OR substring(previous_secret FROM 1 FOR octet_length($2::bytea)) <> $2)
 ORDER BY id LIMIT $3 FOR NO KEY UPDATE
"""

STORE: Final = """
UPDATE notifications.subscription AS s
   SET sealed_secret = n.sealed_secret, previous_secret = n.previous_secret
  FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n (id, sealed_secret, previous_secret)
 WHERE s.id = n.id
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A subscription's secrets as they are stored."""

    subscription: UUID
    secret: bytes
    previous: bytes | None


async def sealed_otherwise(
    conn: Connection, head: bytes, *, after: UUID, limit: int
) -> list[Sealed]:
    """Read secrets that don't begin with a head, in the order of their ids; locked."""
    rows = await conn.fetch(NEXT, after, head, limit)
    return [Sealed(row["id"], row["sealed_secret"], row["previous_secret"]) for row in rows]


async def store_sealed(conn: Connection, sealed: Sequence[Sealed]) -> None:
    """Replace secrets."""
    await conn.execute(
        STORE,
        [each.subscription for each in sealed],
        [each.secret for each in sealed],
        [each.previous for each in sealed],
    )

"""Endpoint secrets taken over by a new key: opened with an older one, sealed with the newest.

A few at a time, each few in a transaction of its own. So it may be interrupted, and goes on where
it was; a server beside it goes on too, as long as it has both keys.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from servicekit.database import of_every_school

from notifications.errors import SecretUnreadable
from notifications.sealed_table import Sealed, sealed_otherwise, store_sealed
from notifications.sealing import Seal

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Resealed:
    """What was done: how many subscriptions, and those of which a secret opens with no key."""

    done: int
    unreadable: tuple[UUID, ...]


async def reseal(pool: asyncpg.Pool, seal: Seal, *, now: datetime) -> Resealed:
    """Seal every secret with the newest key that isn't; what can't be opened stays as it is.

    One that has ceased to sign is forgotten instead, whether or not it opens.
    """
    done, unreadable, after = 0, list[UUID](), UUID(int=0)
    while True:
        async with of_every_school(pool) as conn, conn.transaction():
            found = await sealed_otherwise(conn, seal.head, after=after, limit=AT_ONCE)
            if not found:
                return Resealed(done, tuple(unreadable))
            opened = {each.subscription: _anew(each, seal, now) for each in found}
            anew = [each for each in opened.values() if each is not None]
            await store_sealed(conn, anew)
        done += len(anew)
        unreadable += [subscription for subscription, each in opened.items() if each is None]
        after = found[-1].subscription


def _anew(sealed: Sealed, seal: Seal, now: datetime) -> Sealed | None:
    previous = None if sealed.has_ceased(now) else sealed.previous
    try:
        secret = seal.close(seal.open(sealed.secret))
        previous = None if previous is None else seal.close(seal.open(previous))
    except SecretUnreadable:
        return None
    return Sealed(sealed.subscription, secret, previous)

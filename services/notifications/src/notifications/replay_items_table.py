"""Every statement on what a replay takes up again: chosen once, put back in its lane in turn.

A message is put back only while nothing new waits in its lane, so that what is due goes as it would
have gone. Locks are those of lanes_table, in its order. Sends nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
from eventlog import Connection, SchoolId

from notifications.retries import Verdict

KNOWN: Final = """
SELECT id FROM notifications.delivery WHERE subscription_id = $1 AND id = ANY($2)
"""

# What still waits is on its way, and what was cancelled has nowhere to go.
CHOOSE: Final = """
INSERT INTO notifications.replay_item (school_id, replay_id, position, ordinal, sequence)
SELECT d.school_id, $1, d.position, d.ordinal, d.sequence FROM notifications.delivery AS d
 WHERE d.subscription_id = $2 AND d.status IN ('delivered', 'undelivered') AND {which}
 ORDER BY d.sequence LIMIT $3
"""
CHOOSE_IDS: Final = CHOOSE.format(which="d.id = ANY($4)")
CHOOSE_TIME: Final = CHOOSE.format(which="d.created_at >= $4 AND d.created_at < $5")
CHOOSE_MISSING: Final = CHOOSE.format(which="d.status = 'undelivered'")

NOTHING_NEW_WAITS: Final = """
NOT EXISTS (SELECT FROM notifications.delivery AS due
             WHERE due.school_id = d.school_id AND due.subscription_id = d.subscription_id
               AND due.subject = d.subject AND due.status = 'pending'
               AND due.replay_id IS NULL)
"""

PICK: Final = f"""
SELECT i.school_id, i.position, i.ordinal, d.subject
  FROM notifications.replay_item AS i
  JOIN notifications.delivery AS d
    ON d.school_id = i.school_id AND d.subscription_id = $2 AND d.position = i.position
   AND d.ordinal = i.ordinal
 WHERE i.replay_id = $1 AND i.status = 'waiting' AND {NOTHING_NEW_WAITS}
 ORDER BY i.sequence
 LIMIT $3
"""

# After the lanes were filled, and so locked: what came into them meanwhile is seen.
PUT_BACK: Final = f"""
WITH back AS (
    UPDATE notifications.delivery AS d
       SET status = 'pending', attempts = 0, next_attempt_at = NULL, replay_id = $1
      FROM unnest($3::int[], $4::bigint[], $5::smallint[])
           AS picked (school_id, position, ordinal)
     WHERE d.school_id = picked.school_id AND d.subscription_id = $2
       AND d.position = picked.position AND d.ordinal = picked.ordinal AND {NOTHING_NEW_WAITS}
    RETURNING d.school_id, d.position, d.ordinal
)
UPDATE notifications.replay_item AS i SET status = 'sending'
  FROM back
 WHERE i.school_id = back.school_id AND i.replay_id = $1 AND i.position = back.position
   AND i.ordinal = back.ordinal
"""

NOTE: Final = """
UPDATE notifications.replay_item SET status = $4
 WHERE school_id = $1 AND replay_id = $2 AND position = $3 AND ordinal = $5
   AND status = 'sending'
"""

UNDER_WAY: Final = """
SELECT count(*) FROM notifications.replay_item WHERE replay_id = $1 AND status = 'sending'
"""

WAITS: Final = """
SELECT EXISTS (SELECT FROM notifications.replay_item WHERE replay_id = $1 AND status = 'waiting')
"""


class Place(NamedTuple):
    """Which of a school's messages."""

    school: SchoolId
    position: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Picked:
    """A message whose turn has come to be put back."""

    place: Place
    subject: str


async def known_deliveries(
    conn: Connection, subscription: UUID, deliveries: Sequence[UUID]
) -> set[UUID]:
    """Tell which of some deliveries a subscription has."""
    return {row["id"] for row in await conn.fetch(KNOWN, subscription, list(deliveries))}


async def choose_by_id(
    conn: Connection, replay: UUID, subscription: UUID, *, deliveries: Sequence[UUID], most: int
) -> int:
    """Choose some deliveries; gives how many of them there were to choose."""
    return _count(await conn.execute(CHOOSE_IDS, replay, subscription, most, list(deliveries)))


async def choose_by_time(
    conn: Connection,
    replay: UUID,
    subscription: UUID,
    *,
    first: datetime,
    before: datetime,
    most: int,
) -> int:
    """Choose what was owed in a stretch of time; gives how many there were."""
    return _count(await conn.execute(CHOOSE_TIME, replay, subscription, most, first, before))


async def choose_missing(conn: Connection, replay: UUID, subscription: UUID, *, most: int) -> int:
    """Choose what was given up; gives how many there were."""
    return _count(await conn.execute(CHOOSE_MISSING, replay, subscription, most))


async def count_under_way(conn: Connection, replay: UUID) -> int:
    """Count the messages of a replay that are in their lanes."""
    under_way: int = await conn.fetchval(UNDER_WAY, replay)
    return under_way


async def pick(conn: Connection, replay: UUID, subscription: UUID, *, limit: int) -> list[Picked]:
    """Pick the next messages of a replay. With few to pick it looks at all that wait."""
    rows = await conn.fetch(PICK, replay, subscription, limit)
    return [Picked(_place(row), row["subject"]) for row in rows]


async def put_back(
    conn: Connection, replay: UUID, subscription: UUID, picked: Sequence[Picked]
) -> None:
    """Put messages back in their lanes, which are filled before in the same transaction."""
    await conn.execute(
        PUT_BACK,
        replay,
        subscription,
        [each.place.school for each in picked],
        [each.place.position for each in picked],
        [each.place.ordinal for each in picked],
    )


async def note_replayed(conn: Connection, replay: UUID, place: Place, verdict: Verdict) -> None:
    """Note what became of a message that was put back."""
    status = verdict.status.value
    await conn.execute(NOTE, place.school, replay, place.position, status, place.ordinal)


async def has_waiting(conn: Connection, replay: UUID) -> bool:
    """Tell whether a replay has messages that weren't put back yet."""
    waiting: bool = await conn.fetchval(WAITS, replay)
    return waiting


def lanes_by_school(picked: Sequence[Picked]) -> Mapping[SchoolId, set[str]]:
    """Sort the subjects of messages by the school they are of."""
    subjects: dict[SchoolId, set[str]] = {}
    for each in picked:
        subjects.setdefault(each.place.school, set()).add(each.subject)
    return subjects


def _place(row: asyncpg.Record) -> Place:
    return Place(SchoolId(row["school_id"]), row["position"], row["ordinal"])


def _count(tag: str) -> int:
    return int(tag.rpartition(" ")[2])

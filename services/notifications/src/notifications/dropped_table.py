"""What a dropped recording year takes from the ledger: what was told of its events, once delivered.

Attempts stay: they prove when an endpoint was reached and what it answered. Of an answer to a
message with names nothing was kept; another may repeat the identifiers that it was sent.
"""

from typing import Final

from eventlog import Connection, Stretch

FORGET_DELIVERIES: Final = """
DELETE FROM notifications.delivery
 WHERE school_id = $1 AND position BETWEEN $2 AND $3
   AND status IN ('delivered', 'undelivered', 'cancelled')
"""

# The last message of a subject stays without its words: the next one is numbered after it.
FORGET_WORDS: Final = """
UPDATE notifications.message AS m SET body = '', whole_body = NULL
 WHERE m.school_id = $1 AND m.position BETWEEN $2 AND $3
   AND NOT EXISTS (SELECT FROM notifications.delivery AS d
                    WHERE d.school_id = m.school_id AND d.position = m.position
                      AND d.ordinal = m.ordinal)
"""

FORGET_MESSAGES: Final = """
DELETE FROM notifications.message AS m
 WHERE m.school_id = $1 AND m.position BETWEEN $2 AND $3 AND m.body = ''
   AND EXISTS (SELECT FROM notifications.message AS later
                WHERE later.school_id = m.school_id AND later.subject = m.subject
                  AND later.sequence > m.sequence)
"""

FORGET_ALERTS: Final = """
DELETE FROM notifications.alert
 WHERE school_id = $1 AND (body ->> 'position')::bigint BETWEEN $2 AND $3
"""

# What was to be replayed and has gone isn't waited for.
FORGET_REPLAYED: Final = """
DELETE FROM notifications.replay_item AS i
 WHERE i.school_id = $1 AND i.position BETWEEN $2 AND $3
   AND NOT EXISTS (SELECT FROM notifications.delivery AS d
                    WHERE d.school_id = i.school_id AND d.position = i.position
                      AND d.ordinal = i.ordinal)
"""

# All that was made of a finding goes together: whatever is said of one of them, all have heard.
FORGET_RETURNS: Final = """
DELETE FROM notifications.statutory_return
 WHERE school_id = $1 AND heard_position BETWEEN $2 AND $3
"""

FORGET: Final = (
    FORGET_DELIVERIES,
    FORGET_REPLAYED,
    FORGET_WORDS,
    FORGET_MESSAGES,
    FORGET_ALERTS,
    FORGET_RETURNS,
)


async def forget_dropped(conn: Connection, stretch: Stretch) -> None:
    """Delete what was told of a stretch of a school's log that is being dropped."""
    for statement in FORGET:
        await conn.execute(statement, stretch.school, stretch.first, stretch.last)

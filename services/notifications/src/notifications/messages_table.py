"""Every statement on what was told of a school: its authority, its alerts, its messages."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from attendance.identifiers import LaCode, Urn
from eventlog import Connection

from notifications.codec import Json, compact
from notifications.publication import Message, Publication
from notifications.returns import Returns

SCHOOL: Final = "SELECT la_code FROM notifications.school WHERE school_id = $1"

REMEMBER_SCHOOL: Final = """
INSERT INTO notifications.school AS s (school_id, la_code) VALUES ($1, $2)
ON CONFLICT (school_id) DO UPDATE SET la_code = excluded.la_code
 WHERE s.la_code <> excluded.la_code
"""

ALERTS: Final = "SELECT id, body FROM notifications.alert WHERE school_id = $1 AND id = ANY($2)"

REMEMBER_ALERTS: Final = """
INSERT INTO notifications.alert (school_id, id, body)
SELECT $1, n.id, n.body::json FROM unnest($2::uuid[], $3::text[]) AS n (id, body)
ON CONFLICT (school_id, id) DO UPDATE SET body = excluded.body
"""

SEQUENCES: Final = """
SELECT subject, max(sequence) AS sequence FROM notifications.message
 WHERE school_id = $1 AND subject = ANY($2)
 GROUP BY subject
"""

ADD: Final = """
INSERT INTO notifications.message
       (school_id, position, ordinal, id, la_code, type, rule, subject, sequence, body, whole_body)
SELECT $1, n.position, n.ordinal, n.id, n.la_code, n.type, n.rule, n.subject, n.sequence, n.body,
       n.whole_body
  FROM unnest($2::bigint[], $3::smallint[], $4::uuid[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::bigint[], $10::text[], $11::text[])
       AS n (position, ordinal, id, la_code, type, rule, subject, sequence, body, whole_body)
"""


async def recall(
    conn: Connection,
    urn: Urn,
    source: str,
    *,
    subjects: Collection[str],
    alerts: Collection[UUID],
    returns: Returns,
) -> Publication:
    """Read what the next messages of a school depend on.

    Args:
        subjects: whose sequences will go on.
        alerts: which may be told of again; one that isn't stored is left out.
        returns: those that may change.
    """
    sequences = await conn.fetch(SEQUENCES, urn, list(subjects))
    told = await conn.fetch(ALERTS, urn, list(alerts))
    la_code = await conn.fetchval(SCHOOL, urn)
    return Publication(
        urn=urn,
        source=source,
        la_code=None if la_code is None else LaCode(la_code),
        returns=returns,
        alerts={row["id"]: json.loads(row["body"]) for row in told},
        sequences={row["subject"]: row["sequence"] for row in sequences},
    )


async def remember(conn: Connection, publication: Publication, messages: Sequence[Message]) -> None:
    """Store a school's new messages, and what the ones after them depend on."""
    if publication.la_code is not None:
        await conn.execute(REMEMBER_SCHOOL, publication.urn, publication.la_code)
    await _remember_alerts(conn, publication.urn, publication.alerts)
    await conn.execute(
        ADD,
        publication.urn,
        [message.position for message in messages],
        [message.ordinal for message in messages],
        [message.id for message in messages],
        [message.la_code for message in messages],
        [message.type.value for message in messages],
        [message.rule for message in messages],
        [message.subject for message in messages],
        [message.sequence for message in messages],
        [message.body for message in messages],
        [message.whole_body for message in messages],
    )


async def _remember_alerts(conn: Connection, urn: Urn, alerts: Mapping[UUID, Json]) -> None:
    bodies = [compact(alert) for alert in alerts.values()]
    await conn.execute(REMEMBER_ALERTS, urn, list(alerts), bodies)

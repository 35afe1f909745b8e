"""Every statement on what was told of a school: its authority, its alerts, its messages."""

import json
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from attendance.identifiers import LaCode, PupilId, Urn
from eventlog import Connection

from notifications.codec import compact
from notifications.homes import TO_HOME, HomeAt, Homes
from notifications.publication import Message, Publication
from notifications.returns import Returns

SCHOOL: Final = "SELECT la_code FROM notifications.school WHERE school_id = $1"

REMEMBER_SCHOOL: Final = """
INSERT INTO notifications.school AS s (school_id, la_code) VALUES ($1, $2)
ON CONFLICT (school_id) DO UPDATE SET la_code = excluded.la_code
 WHERE s.la_code <> excluded.la_code
"""

ALERTS: Final = """
SELECT id, body, home_la_codes FROM notifications.alert WHERE school_id = $1 AND id = ANY($2)
"""

# A look at every alert of the school: pupils seldom move.
OPEN_ALERTS: Final = """
SELECT id, body, home_la_codes FROM notifications.alert
 WHERE school_id = $1 AND body ->> 'pupil' = ANY($2) AND body ->> 'rule' = ANY($3)
   AND body ->> 'status' = 'open'
"""

REMEMBER_ALERTS: Final = """
INSERT INTO notifications.alert (school_id, id, body, home_la_codes)
SELECT $1, n.id, n.body::json, string_to_array(n.homes, ',')
  FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (id, body, homes)
ON CONFLICT (school_id, id)
DO UPDATE SET body = excluded.body, home_la_codes = excluded.home_la_codes
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
    moved: Collection[PupilId],
    returns: Returns,
    home_at: HomeAt,
) -> Publication:
    """Read what the next messages of a school depend on.

    Args:
        subjects: whose sequences will go on.
        alerts: which may be told of again; one that isn't stored is left out.
        moved: pupils of whose open alerts another authority may be told.
        returns: those that may change.
        home_at: where pupils lived.
    """
    sequences = await conn.fetch(SEQUENCES, urn, list(subjects))
    told = await conn.fetch(ALERTS, urn, list(alerts))
    if moved:
        told += await conn.fetch(OPEN_ALERTS, urn, list(moved), list(TO_HOME))
    la_code = await la_of_school(conn, urn)
    return Publication(
        urn=urn,
        source=source,
        la_code=la_code,
        returns=returns,
        homes=Homes(
            home_at=home_at, told={row["id"]: frozenset(row["home_la_codes"]) for row in told}
        ),
        alerts={row["id"]: json.loads(row["body"]) for row in told},
        sequences={row["subject"]: row["sequence"] for row in sequences},
    )


async def la_of_school(conn: Connection, urn: int) -> LaCode | None:
    """Read a school's authority as it is now; None: it was never registered."""
    la_code = await conn.fetchval(SCHOOL, urn)
    return None if la_code is None else LaCode(la_code)


async def remember(conn: Connection, publication: Publication, messages: Sequence[Message]) -> None:
    """Store a school's new messages, and what the ones after them depend on."""
    if publication.la_code is not None:
        await conn.execute(REMEMBER_SCHOOL, publication.urn, publication.la_code)
    await _remember_alerts(conn, publication)
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


async def _remember_alerts(conn: Connection, publication: Publication) -> None:
    alerts, told = publication.alerts, publication.homes.told
    bodies = [compact(alert) for alert in alerts.values()]
    homes = [",".join(sorted(told.get(id_, ()))) for id_ in alerts]
    await conn.execute(REMEMBER_ALERTS, publication.urn, list(alerts), bodies, homes)

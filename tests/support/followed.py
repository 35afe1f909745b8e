"""The thresholds service following one school's log, and what it has said and recorded of it."""

import json
from datetime import date
from typing import Any

from eventlog import Connection, SchoolId, StoredEvent, consume, head, read_log
from support.school_log import SchoolLog
from thresholds.processor import processor

SCHOOL = SchoolId(999001)
FIRST, SECOND = date(2026, 9, 7), date(2026, 9, 14)  # Mondays
PRESENT = "//////////"
SAID = {"ThresholdMet.v1", "ThresholdCorrected.v1", "ThresholdWithdrawn.v1", "ThresholdLapsed.v1"}


async def follow(log: SchoolLog, *, limit: int | None = None) -> None:
    """Follow the log to its head, in batches of at most so many events."""
    while await consume(log.conn, processor(log.clock), SCHOOL, limit=limit):
        pass


async def said(conn: Connection) -> list[StoredEvent]:
    """Read what was said in the log about thresholds, in order."""
    newest = await head(conn, SCHOOL)
    return await read_log(conn, SCHOOL, after=0, up_to=newest, limit=100_000, kinds=SAID)


async def alerts(log: SchoolLog, rule: str, pupil: str = "p1") -> list[dict[str, Any]]:
    """Read a pupil's alerts under a rule as they are recorded, the oldest episode first."""
    rows = await log.conn.fetch(
        "SELECT * FROM thresholds.alert WHERE rule = $1 AND pupil = $2 ORDER BY episode",
        rule,
        pupil,
    )
    return [
        {
            **dict(row),
            "evidence": json.loads(row["evidence"]),
            "history": json.loads(row["history"]),
            "steps": [step["kind"] for step in json.loads(row["history"])],
        }
        for row in rows
    ]

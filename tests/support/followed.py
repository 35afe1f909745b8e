"""The thresholds service following one school's log, and what it has said and recorded of it."""

import json
from datetime import date, time, timedelta
from typing import Any

from attendance.calendar import london_instant
from eventlog import (
    Connection,
    SchoolId,
    StoredEvent,
    consume,
    consume_due,
    due_schools,
    head,
    read_log,
)
from support.school_log import SchoolLog
from thresholds.processor import processor

SCHOOL = SchoolId(999001)
FIRST, SECOND = date(2026, 9, 7), date(2026, 9, 14)  # Mondays
PRESENT = "//////////"
SAID = {"ThresholdMet.v1", "ThresholdCorrected.v1", "ThresholdWithdrawn.v1", "ThresholdLapsed.v1"}


async def follow(log: SchoolLog, *, limit: int | None = None) -> None:
    """Follow the log to its head and the clock to now, in batches of at most so many events."""
    follower = processor(log.clock)
    moved = True
    while moved:
        while await consume(log.conn, follower, SCHOOL, limit=limit):
            pass
        due = await due_schools(log.conn, follower, now=log.now, limit=1)
        moved = any(
            [
                await consume_due(log.conn, follower, SCHOOL, each.due_at)
                for each in due
                if each.due_at
            ]
        )


async def follow_to(log: SchoolLog, on: date, clock: time) -> None:
    """Follow the log to a time on the school's clock, at which nothing is recorded."""
    log.now = max(log.now, london_instant(on, clock))
    await follow(log)
    log.now += timedelta(microseconds=1)  # nothing more is recorded up to an instant judged


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


async def not_taken(log: SchoolLog, status: str = "open") -> list[tuple[date, str, str | None]]:
    """Read of which registers an alert stands so: the session, and the group."""
    rows = await log.conn.fetch(
        "SELECT met_on, met_half, grp FROM thresholds.alert "
        "WHERE rule = 'register-not-taken' AND status = $1 ORDER BY met_on, met_half, grp",
        status,
    )
    return [tuple(row) for row in rows]

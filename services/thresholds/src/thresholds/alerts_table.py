"""Every statement on the alerts: written as the log tells of them, read by whoever may see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from attendance.events import ThresholdMet
from attendance.identifiers import PupilId, Urn
from attendance.session import Half, Session
from eventlog import Connection, SchoolId, passed_over
from pydantic_core import to_json

from thresholds.alert_record import AlertRecord, Status, told
from thresholds.aside import MARKS_A_WALK, worked_out
from thresholds.digest import Telling
from thresholds.errors import AlertNeverRaised

COLUMNS: Final = """a.alert, a.rule, a.pupil, a.grp, a.trigger, a.episode, a.status,
       a.provisional, a.met_on, a.met_half, a.due_on, a.raised_at, a.position, a.evidence,
       a.rests_on, a.figures, a.terms, a.source, a.history"""

OF_IDS: Final = f"""
SELECT {COLUMNS} FROM thresholds.alert AS a
 WHERE a.school_id = $1 AND a.version = $2 AND a.alert = ANY($3)
"""

# Of two that write at once, who knows less of the log leaves the row as it is.
PUT: Final = """
INSERT INTO thresholds.alert AS a
       (school_id, version, alert, rule, pupil, grp, trigger, episode, status, provisional,
        met_on, met_half, due_on, raised_at, position, evidence, rests_on, figures, terms, source,
        history)
SELECT $1, $2, n.alert, n.rule, n.pupil, n.grp, n.trigger, n.episode, n.status,
       n.provisional, n.met_on, n.met_half, n.due_on, n.raised_at, n.position, n.evidence,
       n.rests_on, n.figures, n.terms, n.source, n.history
  FROM json_to_recordset($3) AS n
       (alert uuid, rule text, pupil text, grp text, trigger text, episode int, status text,
        provisional boolean, met_on date, met_half text, due_on date,
        raised_at timestamptz, position bigint, evidence json, rests_on json, figures json,
        terms json, source text, history json)
ON CONFLICT (school_id, version, alert) DO UPDATE
   SET status = excluded.status, provisional = excluded.provisional,
       met_on = excluded.met_on, met_half = excluded.met_half, due_on = excluded.due_on,
       position = excluded.position, evidence = excluded.evidence, rests_on = excluded.rests_on,
       figures = excluded.figures, history = excluded.history
 WHERE a.position < excluded.position
"""

ACTIVE: Final = """thresholds.alert AS a
  JOIN eventlog.consumer_cursor AS c
    ON c.school_id = a.school_id AND c.consumer = 'thresholds' AND c.active
   AND c.version = a.version
  JOIN thresholds.school AS s ON s.school_id = a.school_id AND s.version = a.version"""

LAST: Final = "'ffffffff-ffff-ffff-ffff-ffffffffffff'"

# The newest of many schools are read off an index: said with OR, a place in it would be a filter.
PAGE: Final = f"""
SELECT a.school_id, {COLUMNS} FROM {ACTIVE}
 WHERE ($1::int[] IS NULL OR a.school_id = ANY($1))
   AND ($2::text IS NULL OR s.la_code = $2)
   AND ($3::text IS NULL OR a.rule = $3)
   AND ($4::text IS NULL OR a.status = $4)
   AND ($5::text IS NULL OR a.pupil = $5)
   AND ($6::text IS NULL OR a.grp = $6)
   AND (a.raised_at, a.alert) < (coalesce($7::timestamptz, 'infinity'), coalesce($8::uuid, {LAST}))
 ORDER BY a.raised_at DESC, a.alert DESC LIMIT $9
"""

ONE: Final = f"SELECT a.school_id, s.la_code, {COLUMNS} FROM {ACTIVE} WHERE a.alert = $1"

FORGET: Final = "DELETE FROM thresholds.alert WHERE school_id = $1 AND version = $2"


@dataclass(frozen=True, slots=True)
class SchoolAlert:
    """An alert and the school whose it is."""

    urn: Urn
    record: AlertRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which alerts to list; None leaves the matter open.

    Attributes:
        urns: the schools asked for that the caller may see.
        la_code: the authority asked for, or the caller's own.
        before: the sort key of the last alert of the page before.
    """

    urns: Sequence[int] | None
    la_code: str | None
    rule: str | None
    status: Status | None
    pupil: str | None
    group: str | None
    before: tuple[datetime, UUID] | None


async def record(
    conn: Connection,
    school: SchoolId,
    version: int,
    tellings: Sequence[Telling],
    *,
    ahead: bool = False,
) -> None:
    """Write down what events say about alerts, whatever of it isn't there yet.

    Args:
        ahead: they were only just said, and others may come round before them: one that goes on
            about an alert of which none was heard yet is left until it comes round itself.

    Raises:
        AlertNeverRaised: an event goes on about an alert that none raised, and none is passed over
            that may have raised it.
    """
    if not tellings:
        return
    ids = {telling.event.alert for telling in tellings}
    rows = await conn.fetch(OF_IDS, school, version, list(ids))
    weight = len(tellings) * MARKS_A_WALK
    try:
        written = await worked_out(weight, _heard, rows, tellings, ahead)
    except AlertNeverRaised:
        if not await _passed_over(conn, school, tellings[-1].position):
            raise
        written = await worked_out(weight, _heard, rows, tellings, True)  # noqa: FBT003 - as above
    if written is not None:
        await conn.execute(PUT, school, version, written)


async def page(conn: Connection, wanted: Wanted, limit: int) -> list[SchoolAlert]:
    """List alerts, the newest first."""
    raised_at, alert = wanted.before or (None, None)
    rows = await conn.fetch(
        PAGE,
        wanted.urns,
        wanted.la_code,
        wanted.rule,
        wanted.status,
        wanted.pupil,
        wanted.group,
        raised_at,
        alert,
        limit,
    )
    return await worked_out(len(rows) * MARKS_A_WALK, _school_alerts, rows)


async def one(conn: Connection, alert: UUID) -> tuple[SchoolAlert, str] | None:
    """Find an alert, with the code of its school's authority."""
    row = await conn.fetchrow(ONE, alert)
    return (SchoolAlert(row["school_id"], _record(row)), row["la_code"]) if row else None


async def forget(conn: Connection, school: SchoolId, version: int) -> None:
    """Delete one version of one school's alerts."""
    await conn.execute(FORGET, school, version)


async def _passed_over(conn: Connection, school: SchoolId, up_to: int) -> bool:
    """Whether a person had any event passed over, which may have raised an alert."""
    return bool(await passed_over(conn, "thresholds", school, after=0, up_to=up_to))


def _heard(
    rows: Sequence[asyncpg.Record],
    tellings: Sequence[Telling],
    ahead: bool,  # noqa: FBT001 - by its place, as it goes into a thread
) -> str | None:
    records = {row["alert"]: _record(row) for row in rows}
    changed: dict[UUID, AlertRecord] = {}
    for position, event in tellings:
        before = records.get(event.alert)
        if before is None and ahead and not isinstance(event, ThresholdMet):
            continue
        record = told(before, event, position)
        if record is not before:
            records[event.alert] = changed[event.alert] = record
    # Twice as fast as the standard library's: a rebuild writes evidence by the megabyte.
    return to_json([_columns(each) for each in changed.values()]).decode() if changed else None


def _school_alerts(rows: Sequence[asyncpg.Record]) -> list[SchoolAlert]:
    return [SchoolAlert(row["school_id"], _record(row)) for row in rows]


def _record(row: asyncpg.Record) -> AlertRecord:
    return AlertRecord(
        alert=row["alert"],
        rule=row["rule"],
        pupil=None if row["pupil"] is None else PupilId(row["pupil"]),
        group=row["grp"],
        trigger=row["trigger"],
        episode=row["episode"],
        status=Status(row["status"]),
        provisional=row["provisional"],
        met_on=Session(row["met_on"], Half(row["met_half"])),
        due_on=row["due_on"],
        raised_at=row["raised_at"],
        position=row["position"],
        evidence=json.loads(row["evidence"]),
        rests_on=json.loads(row["rests_on"]),
        figures=json.loads(row["figures"]),
        terms=json.loads(row["terms"]),
        source=row["source"],
        history=json.loads(row["history"]),
    )


def _columns(record: AlertRecord) -> dict[str, Any]:
    return {
        "alert": str(record.alert),
        "rule": record.rule,
        "pupil": record.pupil,
        "grp": record.group,
        "trigger": record.trigger,
        "episode": record.episode,
        "status": record.status,
        "provisional": record.provisional,
        "met_on": record.met_on.on.isoformat(),
        "met_half": record.met_on.half,
        "due_on": None if record.due_on is None else record.due_on.isoformat(),
        "raised_at": record.raised_at.isoformat(),
        "position": record.position,
        "evidence": record.evidence,
        "rests_on": list(record.rests_on),
        "figures": record.figures,
        "terms": record.terms,
        "source": record.source,
        "history": record.history,
    }

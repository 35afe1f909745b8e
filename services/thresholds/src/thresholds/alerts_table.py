"""Every statement on the alerts: written as the log tells of them, read by whoever may see them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from attendance.identifiers import PupilId, Urn
from attendance.session import Half, Session
from eventlog import Connection, SchoolId

from thresholds.alert_record import AlertRecord, Status, told
from thresholds.aside import MARKS_A_WALK, worked_out
from thresholds.digest import Telling
from thresholds.packing import place_of
from thresholds.relevance import RATE_RULES, Spell

COLUMNS: Final = """a.alert, a.rule, a.pupil, a.episode, a.status, a.provisional, a.met_on,
       a.met_half, a.raised_at, a.position, a.evidence, a.figures, a.terms, a.source, a.history"""

OF_IDS: Final = f"""
SELECT {COLUMNS} FROM thresholds.alert AS a
 WHERE a.school_id = $1 AND a.version = $2 AND a.alert = ANY($3)
"""

PUT: Final = """
INSERT INTO thresholds.alert AS a
       (school_id, version, alert, rule, pupil, episode, status, provisional, met_on, met_half,
        raised_at, position, evidence, figures, terms, source, history)
SELECT $1, $2, n.alert, n.rule, n.pupil, n.episode, n.status, n.provisional, n.met_on, n.met_half,
       n.raised_at, n.position, n.evidence, n.figures, n.terms, n.source, n.history
  FROM json_to_recordset($3) AS n
       (alert uuid, rule text, pupil text, episode int, status text, provisional boolean,
        met_on date, met_half text, raised_at timestamptz, position bigint, evidence json,
        figures json, terms json, source text, history json)
ON CONFLICT (school_id, version, alert) DO UPDATE
   SET status = excluded.status, provisional = excluded.provisional, met_on = excluded.met_on,
       met_half = excluded.met_half, position = excluded.position, evidence = excluded.evidence,
       figures = excluded.figures, history = excluded.history
"""

OPEN_SPELLS: Final = """
SELECT pupil, rule, met_on FROM thresholds.alert
 WHERE school_id = $1 AND version = $2 AND status = 'open' AND pupil = ANY($3) AND rule = ANY($4)
"""

ACTIVE: Final = """thresholds.alert AS a
  JOIN eventlog.consumer_cursor AS c
    ON c.school_id = a.school_id AND c.consumer = 'thresholds' AND c.active
   AND c.version = a.version
  JOIN thresholds.school AS s ON s.school_id = a.school_id AND s.version = a.version"""

PAGE: Final = f"""
SELECT a.school_id, {COLUMNS} FROM {ACTIVE}
 WHERE ($1::int[] IS NULL OR a.school_id = ANY($1))
   AND ($2::text IS NULL OR s.la_code = $2)
   AND ($3::text IS NULL OR a.rule = $3)
   AND ($4::text IS NULL OR a.status = $4)
   AND ($5::text IS NULL OR a.pupil = $5)
   AND ($6::timestamptz IS NULL OR (a.raised_at, a.alert) < ($6, $7::uuid))
 ORDER BY a.raised_at DESC, a.alert DESC LIMIT $8
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
    before: tuple[datetime, UUID] | None


async def record(
    conn: Connection, school: SchoolId, version: int, tellings: Sequence[Telling]
) -> dict[PupilId, int]:
    """Write down what events say about alerts, whatever of it isn't there yet.

    Returns:
        The pupils of whom something was new, with the last position that was.
    """
    if not tellings:
        return {}
    ids = {telling.event.alert for telling in tellings}
    rows = await conn.fetch(OF_IDS, school, version, list(ids))
    news, written = await worked_out(len(tellings) * MARKS_A_WALK, _heard, rows, tellings)
    if news:
        await conn.execute(PUT, school, version, written)
    return news


async def open_spells(
    conn: Connection, school: SchoolId, version: int, pupils: Collection[PupilId]
) -> dict[PupilId, set[Spell]]:
    """Read which rates hold, according to the alerts, of some pupils."""
    if not pupils:
        return {}
    spells: dict[PupilId, set[Spell]] = {pupil: set() for pupil in pupils}
    rows = await conn.fetch(OPEN_SPELLS, school, version, list(pupils), list(RATE_RULES))
    for pupil, rule, met_on in rows:
        spells[pupil].add(Spell(rule, place_of(Session(met_on, Half.AM)).year))
    return spells


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
        raised_at,
        alert,
        limit,
    )
    return [SchoolAlert(row["school_id"], _record(row)) for row in rows]


async def one(conn: Connection, alert: UUID) -> tuple[SchoolAlert, str] | None:
    """Find an alert, with the code of its school's authority."""
    row = await conn.fetchrow(ONE, alert)
    return (SchoolAlert(row["school_id"], _record(row)), row["la_code"]) if row else None


async def forget(conn: Connection, school: SchoolId, version: int) -> None:
    """Delete one version of one school's alerts."""
    await conn.execute(FORGET, school, version)


def _heard(
    rows: Sequence[asyncpg.Record], tellings: Sequence[Telling]
) -> tuple[dict[PupilId, int], str]:
    records = {row["alert"]: _record(row) for row in rows}
    news: dict[PupilId, int] = {}
    for position, event in tellings:
        before = records.get(event.alert)
        records[event.alert] = told(before, event, position)
        if records[event.alert] is not before:
            news[event.pupil] = position
    return news, json.dumps([_columns(each) for each in records.values()] if news else [])


def _record(row: asyncpg.Record) -> AlertRecord:
    return AlertRecord(
        alert=row["alert"],
        rule=row["rule"],
        pupil=PupilId(row["pupil"]),
        episode=row["episode"],
        status=Status(row["status"]),
        provisional=row["provisional"],
        met_on=Session(row["met_on"], Half(row["met_half"])),
        raised_at=row["raised_at"],
        position=row["position"],
        evidence=json.loads(row["evidence"]),
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
        "episode": record.episode,
        "status": record.status,
        "provisional": record.provisional,
        "met_on": record.met_on.on.isoformat(),
        "met_half": record.met_on.half,
        "raised_at": record.raised_at.isoformat(),
        "position": record.position,
        "evidence": record.evidence,
        "figures": record.figures,
        "terms": record.terms,
        "source": record.source,
        "history": record.history,
    }

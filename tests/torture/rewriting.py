"""Attempts at rewriting history, each of which the database must refuse. Asserts nothing."""

from collections.abc import Sequence
from typing import Final

import asyncpg
from support.log import connected, note

REWRITINGS: Final = (
    "UPDATE eventlog.event SET payload = '{}'",
    "UPDATE eventlog.event SET position = position + 10",
    "UPDATE eventlog.event SET year = year + 1",
    "UPDATE eventlog.event_2026 SET kind = 'Other.v1'",
    "DELETE FROM eventlog.event",
    "DELETE FROM eventlog.event WHERE position = 2",
    "DELETE FROM eventlog.event_2026",
    "TRUNCATE eventlog.event",
    "TRUNCATE eventlog.event_2026",
    "TRUNCATE eventlog.school_log, eventlog.event CASCADE",
    """
    MERGE INTO eventlog.event AS e USING (VALUES (1)) AS n (position) ON e.position = n.position
     WHEN MATCHED THEN DELETE
    """,
    "UPDATE eventlog.school_log SET position = position - 1",
    "UPDATE eventlog.school_log SET year = year - 1",
    "UPDATE eventlog.school_log SET recorded_at = recorded_at - interval '1 second'",
    "DELETE FROM eventlog.school_log",
    "TRUNCATE eventlog.school_log",
)

FORBIDDEN_TO_SERVICES: Final = (
    "INSERT INTO eventlog.event SELECT * FROM eventlog.event",
    "INSERT INTO eventlog.event_2026 SELECT * FROM eventlog.event",
    "INSERT INTO eventlog.school_log VALUES (1, 2026, 7, now())",
    "UPDATE eventlog.school_log SET position = position + 1",
    "ALTER TABLE eventlog.event DISABLE TRIGGER ALL",
    "ALTER TABLE eventlog.event DETACH PARTITION eventlog.event_2026",
    "DROP TABLE eventlog.event_2026",
    "CREATE TABLE eventlog.beside (position bigint)",
    "CREATE OR REPLACE FUNCTION eventlog.refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'",
    "SELECT eventlog.ensure_year(2050::smallint)",
    "SELECT eventlog.open_year(999001, 2050::smallint, now())",
    "SET session_replication_role = replica",
)

CONTENTS: Final = (
    "SELECT e::text FROM eventlog.event AS e ORDER BY school_id, position",
    "SELECT l::text FROM eventlog.school_log AS l ORDER BY school_id",
)


async def found_to_rewrite(url: str, role: str | None, statements: Sequence[str]) -> list[str]:
    """Try statements as a role on a log of two events; list those that weren't refused.

    Each is tried in a transaction that is undone, so that none stands in another's way.
    """
    async with connected(url, role="rollbook_register") as conn:
        await note(conn, events=2)
    async with connected(url, role) as conn:
        return [statement for statement in statements if await _is_carried_out(conn, statement)]


async def contents(conn: asyncpg.Connection) -> list[str]:
    """Read every row of the log, whole, as text."""
    return [row[0] for statement in CONTENTS for row in await conn.fetch(statement)]


async def _is_carried_out(conn: asyncpg.Connection, statement: str) -> bool:
    attempt = conn.transaction()
    await attempt.start()
    try:
        await conn.execute(statement)
    except asyncpg.PostgresError:
        return False
    finally:
        await attempt.rollback()
    return True

"""`kill -9` of a real rebuild: the next goes on from there, and the same rows come of it."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import asyncpg
from attendance.codec import encode
from attendance.events import Mark, MarksRecorded, RetentionHoldLifted
from attendance.identifiers import PupilId, Urn
from attendance.retention_events import HoldId
from attendance.session import Half, Session
from attendance.streams import school_stream, session_stream
from eventlog import Command, NewEvent, SchoolId, append, consume, head
from support.command import ROLLBOOK, environment, rollbook
from support.eventually import eventually
from support.log import OTHER_SCHOOL, SCHOOL, connected
from support.school_log import HALF_TERMS, OFFICER, SchoolLog, code_in
from thresholds.processor import REPLAY_EVENTS, processor

NAME: Final = "thresholds"
SMALL, LARGE = SCHOOL, OTHER_SCHOOL
PATIENCE_SECONDS: Final = 60  # for a process to start, on the slowest machine
PUPILS: Final = ("p1", "p2", "p3")
DAYS: Final = [
    on
    for term in HALF_TERMS
    for on in (term.starts + timedelta(days=n) for n in range((term.ends - term.starts).days + 1))
    if on.weekday() < 5
]
CODES_OF_ONE: Final = "/////////G/I/O//////"  # of the first pupil, so that there are alerts

# The second batch of the large school waits here to be killed: the first one is committed.
GATE: Final = f"""
CREATE FUNCTION public.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(51);
    RETURN NULL;
END
$$;
CREATE TRIGGER gate AFTER UPDATE OF position ON eventlog.consumer_cursor
FOR EACH ROW WHEN (NOT NEW.active AND NEW.position > {REPLAY_EVENTS})
EXECUTE FUNCTION public.pass_gate()
"""
SHUT: Final = "SELECT pg_advisory_lock(51)"
OPEN: Final = "SELECT pg_advisory_unlock(51)"
AT_THE_GATE: Final = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 51 AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
DONE: Final = "SELECT count(*) FROM eventlog.consumer_rebuild WHERE done"
# A dead process's sessions end as soon as the server looks at them.
LIVING: Final = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = 'rollbook'
"""

# What was replayed, batch by batch, by those that were committed.
WATCH: Final = """
CREATE TABLE public.replayed (school_id int, after bigint, up_to bigint);
GRANT INSERT ON public.replayed TO rollbook_thresholds;
CREATE FUNCTION public.replays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.replayed VALUES (NEW.school_id, OLD.position, NEW.position);
    RETURN NULL;
END
$$;
CREATE TRIGGER replays AFTER UPDATE OF position ON eventlog.consumer_cursor
FOR EACH ROW WHEN (NOT NEW.active) EXECUTE FUNCTION public.replays()
"""
REPLAYED: Final = "DELETE FROM public.replayed RETURNING school_id, after, up_to"

TABLES: Final = """
SELECT table_name FROM information_schema.columns
 WHERE table_schema = 'thresholds' AND column_name = 'version' ORDER BY 1
"""


async def test_a_rebuild_that_was_killed_goes_on_where_it_was(
    database_url: str, tmp_path: Path
) -> None:
    async with connected(database_url, role=None) as conn:
        await a_small_school(conn)
        newest = await a_large_school(conn)
        await conn.execute(GATE)
        await conn.execute(WATCH)

        await conn.execute(SHUT)
        async with rebuilding(database_url, tmp_path):
            await eventually(lambda: conn.fetchval(AT_THE_GATE), within_seconds=PATIENCE_SECONDS)
            await eventually(lambda: conn.fetchval(DONE), within_seconds=PATIENCE_SECONDS)
        await conn.execute(OPEN)
        await eventually(lambda: none_living(conn), within_seconds=PATIENCE_SECONDS)
        before_the_kill = await replayed(conn)

        resumed = await asyncio.to_thread(rebuild, database_url, tmp_path)
        after_it, rows = await replayed(conn), await all_rows(conn)
        whole = await asyncio.to_thread(rebuild, database_url, tmp_path)

        assert before_the_kill[-1] == (LARGE, 0, REPLAY_EVENTS)
        assert "Going on with the rebuild begun " in resumed
        assert after_it == [(LARGE, REPLAY_EVENTS, newest)]
        assert "oing on with" not in whole
        assert len(await replayed(conn)) == 3
        assert rows == await all_rows(conn)
        assert {table for table, found in rows.items() if found} >= {"pupil_year", "alert"}


@asynccontextmanager
async def rebuilding(url: str, data_dir: Path) -> AsyncIterator[None]:
    """Run a rebuild that is killed as the block ends."""
    process = await asyncio.create_subprocess_exec(
        ROLLBOOK,
        *("rebuild", NAME),
        env=environment(data_dir, DATABASE_URL=url),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
        assert process.returncode is None, "the rebuild ended before it could be killed"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


def rebuild(url: str, data_dir: Path) -> str:
    """Run a rebuild to its end; give what it said."""
    done = rollbook("rebuild", NAME, data_dir=data_dir, DATABASE_URL=url, COLUMNS="160")
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert "Rebuilt thresholds for 2 school(s)." in done.stdout
    return done.stdout


async def a_small_school(conn: asyncpg.Connection) -> None:
    """Make a school that is rebuilt in one batch."""
    log = SchoolLog(conn, SMALL)
    await log.open("p1")
    await log.week(date(2026, 9, 7), {"p1": "GGGGGGGGGG"})
    await follow(log)


async def a_large_school(conn: asyncpg.Connection) -> int:
    """Make a school that isn't; give its newest position."""
    log = SchoolLog(conn, LARGE)
    await log.open(*PUPILS)
    for pupil in PUPILS:
        await append_all(log, registers(log, pupil))
        if pupil == PUPILS[0]:
            await append_all(log, [passed_by(log)] * REPLAY_EVENTS)
    await follow(log)
    return await head(conn, LARGE)


def registers(log: SchoolLog, pupil: str) -> list[NewEvent]:
    """Make every register of a pupil's year."""
    drawn = CODES_OF_ONE if pupil == PUPILS[0] else "/"
    sessions = [Session(on, half) for on in DAYS for half in Half]
    return [
        register(log, session, pupil, drawn[place % len(drawn)])
        for place, session in enumerate(sessions)
    ]


def register(log: SchoolLog, session: Session, pupil: str, drawn: str) -> NewEvent:
    """Make a register of one pupil."""
    event = MarksRecorded(
        session=session,
        group=pupil,
        marks=(Mark(PupilId(pupil), code_in(drawn, session.half)),),
        recorded_by=OFFICER,
        recorded_at=log.now,
    )
    return NewEvent(session_stream(Urn(LARGE), session), *encode(event))


def passed_by(log: SchoolLog) -> NewEvent:
    """Make an event that figures and alerts don't depend on."""
    event = RetentionHoldLifted(
        hold=HoldId(uuid4()), reason="concluded", recorded_by=OFFICER, recorded_at=log.now
    )
    return NewEvent(school_stream(Urn(LARGE)), *encode(event))


async def append_all(log: SchoolLog, events: Sequence[NewEvent]) -> None:
    """Append events at once."""
    command = Command(uuid4(), b"")
    await append(log.conn, SchoolId(log.urn), events, command=command, recorded_at=log.now)
    log.now += timedelta(seconds=1)


async def follow(log: SchoolLog) -> None:
    """Follow a school to its head."""
    while await consume(log.conn, processor(log.clock), SchoolId(log.urn)):
        pass


async def none_living(conn: asyncpg.Connection) -> bool:
    """Whether no session of a service is left."""
    living: int = await conn.fetchval(LIVING)
    return living == 0


async def replayed(conn: asyncpg.Connection) -> list[tuple[int, int, int]]:
    """List what was replayed since this was last asked, by school and position."""
    return sorted((row[0], row[1], row[2]) for row in await conn.fetch(REPLAYED))


async def all_rows(conn: asyncpg.Connection) -> dict[str, list[str]]:
    """Read everything the service keeps, but for the version it is kept under."""
    return {
        table: [
            row[0]
            for row in await conn.fetch(
                f"SELECT (to_jsonb(t) - 'version')::text FROM thresholds.{table} AS t ORDER BY 1"
            )
        ]
        for (table,) in await conn.fetch(TABLES)
    }

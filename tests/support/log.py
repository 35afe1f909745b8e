"""Events that mean nothing, in schools that don't exist, for tests of the log itself."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import asyncpg
from eventlog import (
    Appended,
    Batch,
    Command,
    Connection,
    Consumer,
    Guard,
    NewEvent,
    SchoolId,
    StoredEvent,
    append,
    head,
    read_log,
)

SCHOOL: Final = SchoolId(999001)
OTHER_SCHOOL: Final = SchoolId(999002)
MORNING: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EVERY_EVENT: Final = 10**9

SERVICE_ROLES: Final = ("rollbook_register", "rollbook_thresholds", "rollbook_notifications")

# No key of its own, so that what is told twice shows as two rows, in the order it was told.
MAKE_TOLD: Final = """
CREATE TABLE public.told (
    number    bigint GENERATED ALWAYS AS IDENTITY,
    school_id int    NOT NULL,
    consumer  text   NOT NULL,
    version   int    NOT NULL,
    position  bigint NOT NULL,
    live      boolean NOT NULL
);
GRANT SELECT, INSERT, DELETE ON public.told TO rollbook_register;
GRANT INSERT, UPDATE, DELETE ON eventlog.consumer_cursor, eventlog.consumer_fault
TO rollbook_register;
CREATE POLICY told ON eventlog.consumer_rebuild TO rollbook_register USING (true);
CREATE POLICY told ON eventlog.consumer_cursor TO rollbook_register USING (true);
CREATE POLICY told ON eventlog.consumer_fault TO rollbook_register USING (true)
"""

TELL: Final = """
INSERT INTO public.told (school_id, consumer, version, position, live)
SELECT $1, $2, $3, n.position, $5 FROM unnest($4::bigint[]) AS n (position)
"""

# Time is passed in by nearly every test, and is whatever the test wants it to be.
ANY_INSTANT: Final = """
CREATE OR REPLACE FUNCTION eventlog.latest_instant() RETURNS timestamptz
LANGUAGE sql AS $$ SELECT 'infinity'::pg_catalog.timestamptz $$
"""

UNTELL: Final = "DELETE FROM public.told WHERE school_id = $1 AND consumer = $2 AND version = $3"

TOLD: Final = """
SELECT position FROM public.told
 WHERE school_id = $1 AND consumer = $2 AND version = $3 ORDER BY number
"""

WAITS_FOR_A_LOCK: Final = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)"


@asynccontextmanager
async def connected(
    url: str,
    role: str | None = "rollbook_register",
    settings: Mapping[str, str] | None = None,
    *,
    whose: str | None = "*",
) -> AsyncIterator[asyncpg.Connection]:
    """Connect for as long as the block lasts, as a service's role or, when None, as the owner.

    Args:
        whose: the school worked for, by URN; every one by default; None to leave it unsaid.
    """
    acting = {} if role is None else {"role": role}
    bound = {} if whose is None else {"rollbook.school": whose}
    conn = await asyncpg.connect(url, server_settings={**acting, **bound, **(settings or {})})
    try:
        yield conn
    finally:
        conn.terminate()


def noted(what: object = "", *, stream: UUID | None = None, kind: str = "Noted.v1") -> NewEvent:
    """Make an event; in a stream of its own when none is given."""
    return NewEvent(stream or uuid4(), kind, json.dumps({"what": what}))


def a_command(said: str = "") -> Command:
    """Make a command under a new id."""
    return said_with(uuid4(), said)


def said_with(command: UUID, said: str) -> Command:
    """Make a command that says something under an id of the caller's."""
    return Command(command, hashlib.sha256(said.encode()).digest())


async def note(
    conn: Connection,
    school: SchoolId = SCHOOL,
    events: Sequence[NewEvent] | int = 1,
    *,
    command: Command | None = None,
    at: datetime = MORNING,
    guards: Sequence[Guard] = (),
) -> Appended:
    """Append events, or so many events that mean nothing, under a new command if none is given."""
    facts = [noted(number) for number in range(events)] if isinstance(events, int) else events
    return await append(
        conn, school, facts, command=command or a_command(), recorded_at=at, guards=guards
    )


async def whole_log(conn: Connection, school: SchoolId = SCHOOL) -> list[StoredEvent]:
    """Read all a school's log has."""
    return await read_log(conn, school, after=0, up_to=await head(conn, school), limit=EVERY_EVENT)


async def make_told(url: str) -> None:
    """Make the table that `teller` writes in, and let the register's role follow the log."""
    async with connected(url, role=None) as conn:
        await conn.execute(MAKE_TOLD)


async def allow_any_instant(url: str) -> None:
    """Let events be recorded ahead of the machine's clock."""
    async with connected(url, role=None) as conn:
        await conn.execute(ANY_INSTANT)


def teller(
    name: str = "teller", *, kinds: Iterable[str] | None = None, batch_events: int = 500
) -> Consumer:
    """Make a consumer whose effect is a row for each event it is handed."""

    async def handle(conn: Connection, batch: Batch) -> None:
        positions = [event.position for event in batch.events]
        await conn.execute(TELL, batch.school, name, batch.version, positions, batch.live)

    async def forget(conn: Connection, school: SchoolId, version: int) -> None:
        await conn.execute(UNTELL, school, name, version)

    return Consumer(
        name=name,
        kinds=None if kinds is None else frozenset(kinds),
        handle=handle,
        forget=forget,
        batch_events=batch_events,
    )


async def told(
    conn: Connection, school: SchoolId = SCHOOL, *, consumer: str = "teller", version: int = 1
) -> list[int]:
    """List the positions a teller was handed, in the order it was."""
    rows = await conn.fetch(TOLD, school, consumer, version)
    return [row["position"] for row in rows]


async def waits_for_a_lock(observer: Connection, session: Connection) -> bool:
    """Tell whether a session's statement waits for a lock that another session holds."""
    waits: bool = await observer.fetchval(WAITS_FOR_A_LOCK, session.get_server_pid())
    return waits

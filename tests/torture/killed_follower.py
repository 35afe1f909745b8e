"""Scenarios of a replica that is killed at work. Each lists what it found."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
from eventlog import Cursor, consume, cursor_of, head
from support.eventually import eventually
from support.log import SCHOOL, connected, make_told, note, teller, told
from torture.follower_process import TOGETHER
from torture.ordering import differences

EVENTS: Final = 300
KILLED_AT: Final = (1, 40, 90, 160)  # events told
PATIENCE_SECONDS: Final = 30  # for a process to start, on the slowest machine

# Deferred, so that what waits for the gate is a COMMIT that has begun.
GATE: Final = """
CREATE FUNCTION public.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(51);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON public.told DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION public.pass_gate()
"""
SHUT: Final = "SELECT pg_advisory_lock(51)"
OPEN: Final = "SELECT pg_advisory_unlock(51)"
AT_THE_GATE: Final = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 51 AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


async def killed_in_the_commit(url: str, way: str = TOGETHER) -> list[str]:
    """Kill a replica whose commit has begun and not ended; then let another take over."""
    await make_told(url)
    async with connected(url, role=None) as gatekeeper, connected(url) as conn:
        await gatekeeper.execute(GATE)
        await note(conn, events=3)
        await gatekeeper.execute(SHUT)
        async with _replica(url, way):
            await eventually(
                lambda: gatekeeper.fetchval(AT_THE_GATE), within_seconds=PATIENCE_SECONDS
            )
        await gatekeeper.execute(OPEN)
        await _take_over(conn)
        return await differences(conn, SCHOOL)


async def killed_again_and_again(url: str) -> list[str]:
    """Kill one replica after another, wherever each happens to be; then let another take over."""
    await make_told(url)
    async with connected(url) as conn:
        await note(conn, events=EVENTS)
        for enough in KILLED_AT:

            async def reached(enough: int = enough) -> bool:
                return len(await told(conn)) >= enough

            async with _replica(url, TOGETHER):
                await eventually(reached, within_seconds=PATIENCE_SECONDS)
        await _take_over(conn)
        return await differences(conn, SCHOOL)


@asynccontextmanager
async def _replica(url: str, way: str) -> AsyncIterator[None]:
    """Run a replica that is killed as the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "torture.follower_process", url, way, cwd=Path(__file__).parents[1]
    )
    try:
        yield
        assert process.returncode is None, "the replica ended before it could be killed"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def _take_over(conn: asyncpg.Connection) -> None:
    """Consume to the head, as soon as the dead replica's connection has let go of the cursor."""

    async def caught_up() -> bool:
        while await consume(conn, teller(), SCHOOL):
            pass
        return await cursor_of(conn, "teller", SCHOOL) == Cursor(1, await head(conn, SCHOOL))

    await eventually(caught_up, within_seconds=PATIENCE_SECONDS)

"""Scenario of one command sent twenty times at once, over the log. Lists what it found."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final, TypeAlias
from uuid import UUID, uuid4

import asyncpg
from eventlog import Appended, CommandInFlight, CommandReused, EventLogError
from support.log import SCHOOL, connected, note, noted, said_with

TIMES: Final = 20
THE_SAME: Final = ("the same",) * TIMES
TWO_THINGS: Final = ("one thing", "another") * (TIMES // 2)

PAUSE: Final = "SELECT pg_sleep($1)"

STORED: Final = """
SELECT payload ->> 'what' AS what, position FROM eventlog.event
 WHERE school_id = $1 AND command_id = $2 ORDER BY position
"""

Outcome: TypeAlias = Appended | EventLogError | asyncpg.PostgresError


async def same_command_at_once(url: str, sayings: Sequence[str]) -> list[str]:
    """Send one command id from as many sessions as there are sayings, then each again."""
    command = uuid4()
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(connected(url)) for _ in sayings]
        # Once without haste, so that no session spends the race on preparing its statement.
        for conn in sessions:
            await _send(conn, uuid4(), "before")
        at_once = asyncio.Barrier(len(sessions))

        async def race(conn: asyncpg.Connection, said: str) -> Outcome:
            await at_once.wait()
            return await _send(conn, command, said, pause_seconds=0.02)

        first = await asyncio.gather(*map(race, sessions, sayings))
        stored = await sessions[0].fetch(STORED, SCHOOL, command)
        again = [await _send(sessions[0], command, said) for said in sayings]
    if len(stored) != 1:
        return [f"stored {len(stored)} times"]
    [(what, position)] = stored
    return [
        *_judged(sayings, first, what, position, may_be_in_flight=True),
        *_judged(sayings, again, what, position, may_be_in_flight=False),
        *_first_runs(first, again),
    ]


async def _send(
    conn: asyncpg.Connection, command: UUID, said: str, *, pause_seconds: float = 0
) -> Outcome:
    """Append in a transaction that pauses before its commit, so that all are in flight at once."""
    try:
        async with conn.transaction():
            appended = await note(conn, events=[noted(said)], command=said_with(command, said))
            await conn.execute(PAUSE, pause_seconds)
            return appended
    except (EventLogError, asyncpg.PostgresError) as refusal:
        return refusal


def _judged(
    sayings: Sequence[str],
    outcomes: Sequence[Outcome],
    what: str,
    position: int,
    *,
    may_be_in_flight: bool,
) -> list[str]:
    found = []
    for said, outcome in zip(sayings, outcomes, strict=True):
        match outcome:
            case Appended(position=answered):
                if (said, answered) != (what, position):
                    found.append("acknowledged what wasn't stored")
            case CommandReused():
                if said == what:
                    found.append("refused as reused though it said the same")
            case CommandInFlight():
                if not may_be_in_flight:
                    found.append("still in flight after all had ended")
            case _:
                found.append(f"answered with {type(outcome).__name__}")
    return found


def _first_runs(first: Sequence[Outcome], again: Sequence[Outcome]) -> list[str]:
    """Exactly one run may claim to be the first."""
    claims = [
        outcome
        for outcome in (*first, *again)
        if isinstance(outcome, Appended) and not outcome.replayed
    ]
    return [] if len(claims) == 1 else [f"{len(claims)} runs say that they were the first"]

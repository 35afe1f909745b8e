"""Group commit: the acts of recording that wait at one moment are stored in one transaction.

At 8:55 every class is recorded at once. One round trip, one flush to disk and one wake-up of the
database then serve all who wait, and nobody waits for company: whoever comes to an idle recorder
is stored alone, at once. Each is still stored whole or refused whole, by itself.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import asyncpg
from eventlog import Appended, SchoolId
from servicekit.database import STUMBLED, of_whichever_school

from register_api import tables
from register_api.errors import LogHeld, NotKnownStored
from register_api.tables import Recording

AT_ONCE: Final = 1  # transactions of one process: so a school's instants stay in order
LARGEST: Final = 32  # recordings in a transaction; it holds the logs of their schools
PATIENCE_MS: Final = 100  # for a log that someone holds, in a batch that others are in
ALONE_AT_ONCE: Final = 2  # connections that may wait for held logs

CONNECTION_LOST: Final = (
    OSError,
    *STUMBLED,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)


class Waiting(NamedTuple):
    """An act of recording, and who waits for it."""

    recording: Recording
    stored: asyncio.Future[Appended]


class Recorder:
    """Stores acts of recording for one process."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting: list[Waiting] = []
        # Schools whose log someone else holds: theirs wait for it here, and the others don't.
        self._alone = asyncio.Semaphore(ALONE_AT_ONCE)
        self._held: Counter[SchoolId] = Counter()

    async def record(self, recording: Recording) -> Appended:
        """Store one act of recording, together with whatever else waits.

        Raises:
            EntryMoved: one of the pupils has an entry for the session already.
            EventLogError: whatever the append refuses.
            NotKnownStored: the connection was lost; a retry with the same key finds out.
        """
        if self._held[recording.school]:
            return await self._record_alone(recording)
        stored: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        mine = Waiting(recording, stored)
        self._waiting.append(mine)
        try:
            async with self._turns:
                # Whoever has the turn takes all who wait; most find it done when theirs comes.
                while self._waiting and not stored.done():
                    batch = self._waiting[:LARGEST]
                    del self._waiting[:LARGEST]
                    await self._store(batch, patience_ms=PATIENCE_MS)
            return await stored
        except LogHeld:
            return await self._record_alone(recording)
        finally:
            # Given up before its turn came, it must not be stored later.
            if not stored.done() and mine in self._waiting:
                self._waiting.remove(mine)

    async def _record_alone(self, recording: Recording) -> Appended:
        """Wait for a school's log as long as it takes, in nobody's way."""
        stored: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._held[recording.school] += 1
        try:
            async with self._alone:
                await self._store([Waiting(recording, stored)], patience_ms=0)
        finally:
            self._held[recording.school] -= 1
            if not self._held[recording.school]:
                del self._held[recording.school]
        return await stored

    async def _store(self, batch: Sequence[Waiting], *, patience_ms: int) -> None:
        """Store a batch, and tell everyone in it what became of theirs, whatever happens."""
        in_order = sorted(batch, key=_lock_order)
        try:
            async with of_whichever_school(self._pool) as conn:
                recordings = [each.recording for each in in_order]
                outcomes = await tables.record(conn, recordings, patience_ms=patience_ms)
            for each, outcome in zip(in_order, outcomes, strict=True):
                _tell(each, outcome)
        except CONNECTION_LOST:
            for each in batch:
                _tell(each, NotKnownStored("The database was lost; send this again, same key."))
        except asyncpg.PostgresError as error:
            await self._apart(batch, error, patience_ms)
        finally:
            # Also when the request that had the turn was cancelled: nobody may wait for ever.
            for each in batch:
                _tell(each, NotKnownStored("Interrupted here; send this again with the same key."))

    async def _apart(
        self, batch: Sequence[Waiting], error: asyncpg.PostgresError, patience_ms: int
    ) -> None:
        """Store one by one what failed together, so that only the one at fault fails."""
        if len(batch) == 1:
            _tell(batch[0], error)
            return
        for each in batch:
            await self._store([each], patience_ms=patience_ms)


def _lock_order(waiting: Waiting) -> tuple[Any, ...]:
    """Schools in one order everywhere, so that no two transactions wait for each other."""
    return (waiting.recording.school, waiting.recording.recorded.recorded_at)


def _tell(waiting: Waiting, outcome: Appended | Exception) -> None:
    if waiting.stored.done():
        return
    if isinstance(outcome, Appended):
        waiting.stored.set_result(outcome)
    else:
        waiting.stored.set_exception(outcome)

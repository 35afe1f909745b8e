"""Stages the rows of an upload as they are read, a few thousand at a time, and queues its job.

Holds no connection while it waits for the sender, and never the file. Reads no row itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import asyncpg
from eventlog import Connection
from servicekit.clock import Clock
from servicekit.database import of_school
from servicekit.problems import Problem

from register_api import import_rows_table, imports_table
from register_api.importing.csv_file import CsvFile
from register_api.importing.job import PROBLEMS_KEPT, FileForm, ImportJob, ImportStatus
from register_api.importing.refused import IMPORT_ENDED, FileUnreadable, stopped, unreadable
from register_api.importing.rows import RowProblem, RowRead, StagedRow
from register_api.importing.wonde_file import WondeFile

ROWS_AT_ONCE: Final = 2000  # staged in one statement
ROWS_A_TURN: Final = 200  # judged without a pause: some milliseconds, if each of them is wrong
TOUCH_SECONDS: Final = 10  # between signs of life of an upload that is slow


class FileReader(Protocol):
    """What reads a file part by part."""

    def feed(self, part: bytes) -> Iterator[RowRead]:
        """Read the rows that a part completes."""

    def finish(self) -> Iterator[RowRead]:
        """Read the rest, after the last part."""


READERS: Final[dict[FileForm, type[FileReader]]] = {
    FileForm.CSV: CsvFile,
    FileForm.WONDE: WondeFile,
}


@dataclass(slots=True, kw_only=True)
class Incoming:
    """An upload on its way in: the rows read and not staged yet."""

    pool: asyncpg.Pool
    clock: Clock
    job: ImportJob
    whole: bool = False
    rows: list[StagedRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    count: int = 0  # rows read and not staged yet, those of no register among them
    total: int = 0
    wrong: int = 0  # problems, those that are kept by now among them
    first: RowProblem | None = None
    touched: float = 0.0

    async def stage_all(
        self, parts: AsyncIterator[bytes], digest: Callable[[], bytes]
    ) -> ImportJob:
        """Stage every row and queue the job.

        Args:
            digest: gives the hash of the upload once all its parts were taken.
        """
        reader = READERS[self.job.form]()
        loop = asyncio.get_running_loop()
        self.touched = loop.time()
        async for part in parts:
            await self._take(reader.feed(part))
            if loop.time() - self.touched > TOUCH_SECONDS:
                await self._stage()
        await self._take(reader.finish())
        await self._stage()
        if self.total == 0:
            raise unreadable("no-rows", "There is nothing in it to import.")
        async with of_school(self.pool, self.job.school) as conn:
            queued = await imports_table.queue(conn, self.job, digest())
            if queued is None:
                raise await _ended(conn, self.job)
        self.whole = True
        return queued

    async def let_go(self) -> None:
        """Give an upload up that didn't get to its end."""
        if not self.whole:
            async with of_school(self.pool, self.job.school) as conn:
                await imports_table.give_up(conn, self.job)

    async def _take(self, found: Iterator[RowRead]) -> None:
        await asyncio.sleep(0)  # whoever has a register to take comes first
        for number, read in enumerate(found, 1):
            if number % ROWS_A_TURN == 0:
                await asyncio.sleep(0)
            self.count += 1
            for problem in read.problems:
                self._note(problem)
            if read.staged is not None:
                self.rows.append(read.staged)
            if self.count >= ROWS_AT_ONCE:
                await self._stage()

    def _note(self, problem: RowProblem) -> None:
        """Keep a problem, up to where it is the file as such that is wrong."""
        self.first = self.first or problem
        self.problems.append(problem)
        self.wrong += 1
        if self.wrong > PROBLEMS_KEPT:
            raise _too_many_problems(self.first, problem)

    async def _stage(self) -> None:
        """Store what was read, and say that the upload is alive."""
        job = self.job
        async with of_school(self.pool, job.school) as conn, conn.transaction():
            await import_rows_table.stage(conn, job, self.rows)
            noted = await import_rows_table.note(conn, job, self.problems)
            alive = await imports_table.touch(
                conn,
                job,
                rows=self.count,
                done=self.count - len(self.rows),
                problems=noted,
                now=self.clock(),
            )
            if not alive:
                raise await _ended(conn, job)
        self.total += self.count
        self.rows, self.problems, self.count = [], [], 0
        self.touched = asyncio.get_running_loop().time()


async def _ended(conn: Connection, job: ImportJob) -> Problem:
    """Tell why an upload is no longer wanted: it was cancelled, or taken for dead."""
    found = await imports_table.job_with(conn, job.school, job.id)
    if found is not None and found.status is ImportStatus.CANCELLED:
        return Problem(IMPORT_ENDED, "The import was cancelled while its file came in.")
    return stopped()


def _too_many_problems(first: RowProblem, last: RowProblem) -> FileUnreadable:
    return unreadable(
        "too-many-problems",
        f"By line or record {last.line} there are over {PROBLEMS_KEPT:,} problems. "
        f"The first is in {first.line}: {first.detail}",
    )

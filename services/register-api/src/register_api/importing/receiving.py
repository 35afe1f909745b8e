"""Takes an upload: reads it as it comes in, stages its rows, and queues the job once it is whole.

Holds a few thousand rows at a time, whatever the file's size, and no connection while it waits for
the sender. An upload that breaks or is refused gives its key free at once and leaves nothing behind
(docs/decisions/0025).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Protocol
from uuid import uuid4

import asyncpg
from eventlog import CommandInFlight, CommandReused, read_command
from servicekit.clock import Clock
from servicekit.database import of_school
from servicekit.logs import log
from servicekit.problems import Problem
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from register_api import import_rows_table, imports_table
from register_api.commands import Registry
from register_api.importing.csv_file import CsvFile
from register_api.importing.job import FileForm, ImportJob, ImportStatus, Upload
from register_api.importing.refused import UPLOAD_STOPPED, unreadable
from register_api.importing.rows import RowProblem, RowRead, StagedRow
from register_api.importing.wonde_file import WondeFile

ROWS_AT_ONCE: Final = 2000  # staged in one statement
PART_BYTES: Final = 16 * 1024  # read without a pause: some three milliseconds
PATIENCE_SECONDS: Final = 60  # for the sender's next part
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


@dataclass(frozen=True, slots=True)
class Received:
    """The job of an upload; `replayed` when the same file came under the same key before."""

    job: ImportJob
    replayed: bool


async def receive(
    registry: Registry, upload: Upload, said: bytes, body: AsyncIterator[bytes]
) -> Received:
    """Take an upload to its end.

    Args:
        said: what the request says beside its body.

    Raises:
        CommandInFlight: an upload under this key is coming in at this moment.
        CommandReused: the key was used for another file, or another request.
        FileUnreadable: the file as such is wrong; nothing of it is kept.
        Problem: nothing more of it came in time.
    """
    runtime = registry.runtime
    async with of_school(runtime.pool, upload.school) as conn:
        job = await imports_table.begin(conn, upload, uuid4(), runtime.clock())
        before = await imports_table.job_of_command(conn, upload.school, upload.command)
        elsewhere = await read_command(conn, upload.school, upload.command)
    hashed = hashlib.sha256(said)
    parts = _in_time(body, hashed.update)
    if job is None:
        return Received(await _sent_before(before, parts, hashed.digest), replayed=True)
    incoming = Incoming(pool=runtime.pool, clock=runtime.clock, job=job)
    try:
        if elsewhere is not None:
            raise CommandReused("This key was used for another request; take a new one.")
        queued = await incoming.stage_all(parts, hashed.digest)
    finally:
        await incoming.let_go()
    log.info("import queued", school=job.school, job=str(job.id), rows=queued.row_count)
    return Received(queued, replayed=False)


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
            raise _stopped()
        self.whole = True
        return queued

    async def let_go(self) -> None:
        """Give an upload up that didn't get to its end."""
        if not self.whole:
            async with of_school(self.pool, self.job.school) as conn:
                await imports_table.give_up(conn, self.job)

    async def _take(self, found: Iterator[RowRead]) -> None:
        for read in found:
            self.count += 1
            self.problems.extend(read.problems)
            if read.staged is not None:
                self.rows.append(read.staged)
            if self.count >= ROWS_AT_ONCE:
                await self._stage()
        await asyncio.sleep(0)  # whoever has a register to take comes first

    async def _stage(self) -> None:
        """Store what was read, and say that the upload is alive."""
        job = self.job
        async with of_school(self.pool, job.school) as conn, conn.transaction():
            alive = await imports_table.touch(
                conn,
                job,
                rows=self.count,
                done=self.count - len(self.rows),
                problems=len(self.problems),
                now=self.clock(),
            )
            if not alive:
                raise _stopped()
            await import_rows_table.stage(conn, job, self.rows)
            await import_rows_table.note(conn, job.school, job.number, self.problems)
        self.total += self.count
        self.rows, self.problems, self.count = [], [], 0
        self.touched = asyncio.get_running_loop().time()


async def _in_time(
    body: AsyncIterator[bytes], hash_part: Callable[[bytes], None]
) -> AsyncIterator[bytes]:
    """Hand on the body in parts that are quickly read, hashing it; wait so long and no longer."""
    while True:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect):
            raise _stopped() from None
        except HTTPException as refused:
            if refused.status_code != HTTPStatus.BAD_REQUEST:
                raise
            raise unreadable("not-utf-8", "Send the file in UTF-8.") from None
        hash_part(chunk)
        for start in range(0, len(chunk), PART_BYTES):
            yield chunk[start : start + PART_BYTES]


async def _sent_before(
    before: ImportJob | None, parts: AsyncIterator[bytes], digest: Callable[[], bytes]
) -> ImportJob:
    """Compare an upload with the one that came under its key before."""
    if before is None or before.status is ImportStatus.RECEIVING:
        raise CommandInFlight("The first upload with this key hasn't ended; ask again.")
    async for _ in parts:
        pass
    if digest() != before.said:
        raise CommandReused("This key was used for another file; take a new one.")
    return before


def _stopped() -> Problem:
    return Problem(UPLOAD_STOPPED, "Nothing more of the file came in time; send it again.")

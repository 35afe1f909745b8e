"""Takes an upload from its beginning to its end: which job it is, how long it is waited for.

An upload that breaks or is refused is gone for whoever asks, and its key free at once; what was
staged of it is cleared away (docs/decisions/0025).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from eventlog import CommandInFlight, CommandReused
from servicekit.database import of_school
from servicekit.logs import log
from servicekit.problems import Problem
from servicekit.service import Runtime
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from register_api import import_remains_table, imports_table
from register_api.commands import Registry
from register_api.importing.clearing import DEAD_AFTER
from register_api.importing.job import ImportJob, ImportStatus, Upload
from register_api.importing.refused import TOO_MANY_IMPORTS, stopped, unreadable
from register_api.importing.staging import Incoming

JOBS_A_SCHOOL: Final = 3  # that come in, wait or run
PART_BYTES: Final = 16 * 1024  # taken apart without a pause: a few milliseconds
PATIENCE_SECONDS: Final = 60  # for the sender's next part
LONGEST_SECONDS: Final = 3600  # of an upload: with three a school, nobody keeps a place for ever


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
        CommandReused: the key was used for another file.
        FileUnreadable: the file as such is wrong; nothing of it is kept.
        Problem: nothing more of it came in time, it was cancelled, or the school has as many
            imports at work as it may.
    """
    runtime = registry.runtime
    begun = await _begun(runtime, upload)
    hashed = hashlib.sha256(said)
    parts = _in_time(body, hashed.update)
    if begun.replayed:
        return Received(await _sent_before(begun.job, parts, hashed.digest), replayed=True)
    incoming = Incoming(pool=runtime.pool, clock=runtime.clock, job=begun.job)
    try:
        queued = await incoming.stage_all(parts, hashed.digest)
    finally:
        await incoming.let_go()
    log.info("import queued", school=queued.school, job=str(queued.id), rows=queued.row_count)
    return Received(queued, replayed=False)


async def _begun(runtime: Runtime, upload: Upload) -> Received:
    """Begin a job, or find the one that the same key began before."""
    school, now = upload.school, runtime.clock()
    async with of_school(runtime.pool, school) as conn, conn.transaction():
        await imports_table.one_at_a_time(conn, school)
        # The school's alone: the connection sees no other.
        await import_remains_table.give_up_silent(conn, now - DEAD_AFTER)
        before = await imports_table.job_of_command(conn, school, upload.command)
        if before is not None:
            return Received(before, replayed=True)
        if await imports_table.at_work(conn, school) >= JOBS_A_SCHOOL:
            detail = f"{JOBS_A_SCHOOL} are at work; send this when one has ended, or cancel one."
            raise Problem(TOO_MANY_IMPORTS, detail)
        return Received(await imports_table.begin(conn, upload, uuid4(), now), replayed=False)


async def _in_time(
    body: AsyncIterator[bytes], hash_part: Callable[[bytes], None]
) -> AsyncIterator[bytes]:
    """Hand on the body in parts that are quickly read, hashing it; wait so long and no longer."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + LONGEST_SECONDS
    while True:
        try:
            # Checked by itself: a sender that is always ready is never waited for.
            if loop.time() > ends:
                raise TimeoutError
            async with asyncio.timeout(PATIENCE_SECONDS):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect):
            raise stopped() from None
        except HTTPException as refused:
            if refused.status_code != HTTPStatus.BAD_REQUEST:
                raise
            raise unreadable("not-utf-8", "Send the file in UTF-8.") from None
        hash_part(chunk)
        for start in range(0, len(chunk), PART_BYTES):
            yield chunk[start : start + PART_BYTES]


async def _sent_before(
    before: ImportJob, parts: AsyncIterator[bytes], digest: Callable[[], bytes]
) -> ImportJob:
    """Compare an upload with the one that came under its key before."""
    if before.status is ImportStatus.RECEIVING:
        raise CommandInFlight("The first upload with this key hasn't ended; ask again.")
    if before.said is None:
        raise CommandReused("The upload under this key was cancelled; take a new one.")
    async for _ in parts:
        pass
    if digest() != before.said:
        raise CommandReused("This key was used for another file; take a new one.")
    return before

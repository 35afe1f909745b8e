"""Works imports off: a few registers at a time, read, decided and stored in one transaction.

So a worker that is killed leaves every register stored with its rows gone, or neither; the next one
takes the job up where it stands. Whoever holds the job's row works on it; any number of workers may
run. What is recorded goes the register's own way, under the same guards (docs/decisions/0025).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID, uuid5

from attendance.codec import encode
from attendance.streams import session_stream
from eventlog import Appended, Command, Connection, NewEvent, SchoolId, newest_at
from servicekit.database import of_every_school, of_school
from servicekit.logs import log
from servicekit.runner import Failed, attempted, until_stopped
from servicekit.service import Runtime

from register_api import import_rows_table, imports_table, tables
from register_api.importing.clearing import clear_away
from register_api.importing.job import ImportJob, ImportStatus, Step
from register_api.importing.judging import Judged, StagedRegister, judge, too_large
from register_api.schemas.requests import MARKS_A_REQUEST
from register_api.schools import Known, Schools
from register_api.tables import Recording

JOBS_A_LOOK: Final = 20
ROWS_A_STEP: Final = 500  # some fifteen classes: the school's log is held for about as many ms
PATIENCE_MS: Final = 1000  # for the log of a school that is being recorded at this moment
REST: Final = 0.5  # of the time a step took: what is left to registers that are being taken
FAILURES_IN_A_ROW: Final = 5
CLEAR_SECONDS: Final = 60

REGISTERS: Final = UUID("0d0c6d53-4f0e-5b53-9a44-5a2c93a3d1f7")  # namespace; fixed for ever


async def work_imports(runtime: Runtime) -> None:
    """Work imports off for as long as the process lives, and clear away what they leave."""
    importer = Importer(runtime)
    cleared = -float(CLEAR_SECONDS)

    async def look() -> None:
        nonlocal cleared
        await importer.work_off()
        if time.monotonic() - cleared > CLEAR_SECONDS:
            cleared = time.monotonic()
            await clear_away(runtime)

    await until_stopped(runtime, "imports", look)


class Importer:
    """Works on the imports of every school, for one process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._schools = Schools()
        self._failures: Counter[int] = Counter()

    async def work_off(self) -> None:
        """Go through the jobs there are, a step each in turn, until nothing more can be done."""
        moved = True
        while moved and not self._runtime.stopping.is_set():
            moved = False
            async with of_every_school(self._runtime.pool) as conn:
                jobs = await imports_table.open_jobs(conn, limit=JOBS_A_LOOK)
            for school, number in jobs:
                if self._runtime.stopping.is_set():
                    return
                moved |= await self._in_turn(school, number)

    async def step(self, school: SchoolId, number: int) -> bool:
        """Work off the next registers of a job.

        Returns:
            Whether anything was done: not when another works on it, or the school's log is held.
        """
        async with of_school(self._runtime.pool, school) as conn, conn.transaction():
            job = await imports_table.take(conn, school, number)
            if job is None:
                return False
            registers = await _next_registers(conn, job)
            if not registers:
                await self._finish(conn, job)
                return True
            judged = await self._judged(conn, job, registers)
            done = await _store(conn, job, judged)
            await _put_away(conn, job, judged, done, self._runtime.clock())
            return bool(done)

    async def _in_turn(self, school: SchoolId, number: int) -> bool:
        """Take a step, and rest; a job whose steps fail again and again is given up."""
        began = time.perf_counter()
        moved = await attempted(self.step(school, number))
        if not isinstance(moved, Failed):
            del self._failures[number]
            await asyncio.sleep((time.perf_counter() - began) * REST)
            return moved
        self._failures[number] += 1
        if self._failures[number] < FAILURES_IN_A_ROW:
            log.warning("import waits", school=school, error=moved.error)
            return False
        del self._failures[number]
        async with of_school(self._runtime.pool, school) as conn:
            now = self._runtime.clock()
            await imports_table.end(conn, school, number, ImportStatus.FAILED, now)
        log.error("import failed", school=school, error=moved.error)
        return True

    async def _judged(
        self, conn: Connection, job: ImportJob, registers: Sequence[StagedRegister]
    ) -> list[tuple[Judged, Recording | None]]:
        """Decide on registers, as the school stands at the beginning of the step."""
        known = await self._schools.fresh(conn, job.school)
        # Not before the newest event, whose machine's clock may be a little ahead of ours.
        now = self._runtime.clock()
        now = max(now, await newest_at(conn, job.school) or now)
        judged: list[tuple[Judged, Recording | None]] = []
        for register in registers:
            if len(register.rows) > MARKS_A_REQUEST:
                judged.append((too_large(register), None))
                continue
            decided = judge(register, known.school, job.by, now=now)
            judged.append((decided, _recording(job, known, decided)))
            await asyncio.sleep(0)  # whoever has a register to take comes first
        return judged

    async def _finish(self, conn: Connection, job: ImportJob) -> None:
        now = self._runtime.clock()
        ended = await imports_table.end(conn, job.school, job.number, ImportStatus.FINISHED, now)
        if ended is not None:
            log.info(
                "import finished",
                school=job.school,
                job=str(job.id),
                rows=ended.row_count,
                recorded=ended.marks_recorded,
                refused=ended.registers_refused,
            )


async def _next_registers(conn: Connection, job: ImportJob) -> list[StagedRegister]:
    """Read the next registers, each with all its rows; of one that is too large, too many."""
    for limit in (ROWS_A_STEP, MARKS_A_REQUEST + 1):
        rows = await import_rows_table.next_rows(conn, job, after=job.reached, limit=limit)
        registers = [
            StagedRegister(key=key, rows=list(of_key))
            for key, of_key in groupby(rows, key=lambda row: row.key)
        ]
        if len(rows) < limit:
            return registers
        if len(registers) > 1:
            return registers[:-1]  # of the last there may be more
    return registers


def _recording(job: ImportJob, known: Known, judged: Judged) -> Recording | None:
    """Make ready what is to be stored of a register; None when nothing is."""
    recorded = judged.recorded
    if recorded is None:
        return None
    on, half, group = judged.register.key
    command = uuid5(REGISTERS, f"{job.id}\n{on.isoformat()}\n{half}\n{group}")
    return Recording(
        school=job.school,
        recorded=recorded,
        event=NewEvent(session_stream(known.urn, recorded.session), *encode(recorded)),
        command=Command(command, job.said or b""),
        guards=known.guards,
    )


async def _store(
    conn: Connection, job: ImportJob, judged: Sequence[tuple[Judged, Recording | None]]
) -> list[Judged]:
    """Append what is to be stored; give those registers that are done with, one way or another.

    A register that was overtaken, by an entry made or a pupil admitted since it was decided, isn't:
    it is decided anew in the next step.
    """
    recordings = [recording for _, recording in judged if recording is not None]
    outcomes = iter(
        await tables.record(conn, recordings, patience_ms=PATIENCE_MS) if recordings else []
    )
    return [
        decided
        for decided, recording in judged
        if recording is None or isinstance(next(outcomes), Appended)
    ]


async def _put_away(
    conn: Connection,
    job: ImportJob,
    judged: Sequence[tuple[Judged, Recording | None]],
    done: Sequence[Judged],
    now: datetime,
) -> None:
    """Delete the rows of registers that are done with, and show what became of them."""
    if not done:
        return
    reached = job.reached
    for (decided, _), finished in zip(judged, done, strict=False):
        if decided is not finished:
            break
        reached = decided.register.key
    problems = [problem for each in done for problem in each.problems]
    await import_rows_table.note(conn, job.school, job.number, problems)
    rows = [row for each in done for row in each.register.rows]
    await import_rows_table.discard(conn, rows)
    await imports_table.advance(conn, job, _step(done, len(problems)), reached, now)


def _step(done: Sequence[Judged], problems: int) -> Step:
    step = Step(problems=problems)
    for each in done:
        step.rows += len(each.register.rows)
        step.registers_stored += not each.refused
        step.registers_refused += each.refused
        step.marks_recorded += len(each.recorded.marks) if each.recorded else 0
        step.marks_unchanged += each.unchanged
    return step

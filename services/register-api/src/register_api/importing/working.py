"""Works imports off: a few registers at a time, read, decided and stored in one transaction.

So a worker that is killed leaves every register stored with its rows gone, or neither; the next one
takes the job up where it stands. Whoever holds the job's row works on it; any number of workers may
run. What is recorded goes the register's own way, under the same guards (docs/decisions/0025).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from eventlog import Connection, SchoolId
from servicekit.commands import recording_instant
from servicekit.database import of_every_school, of_school
from servicekit.errors import ClocksDiffer
from servicekit.logs import described, log
from servicekit.runner import Failed, attempted, until_stopped
from servicekit.service import Runtime

from register_api import import_rows_table, imports_table
from register_api.importing.job import ImportJob, ImportStatus
from register_api.importing.judging import StagedRegister, judge, too_many
from register_api.importing.setbacks import Setbacks
from register_api.importing.standing import standing_entries
from register_api.importing.storing import Ready, put_away, ready, store
from register_api.schemas.requests import MARKS_A_REQUEST
from register_api.schools import Schools

SCHOOLS_A_LOOK: Final = 20
ROWS_A_STEP: Final = 500  # some fifteen classes: the school's log is held for about as many ms
REST: Final = 0.5  # of the time a step took: what is left to registers that are being taken
PUPILS_KEPT: Final = 20_000  # of the schools whose imports run, beside those the routes remember


async def work_imports(runtime: Runtime) -> None:
    """Work imports off for as long as the process lives."""
    await until_stopped(runtime, "imports", Importer(runtime).work_off)


class Importer:
    """Works on the imports of every school, for one process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._schools = Schools(pupils_kept=PUPILS_KEPT)
        self._setbacks = Setbacks()

    async def work_off(self) -> None:
        """Go through the schools that have jobs, a step each in turn, until nothing can be done."""
        moved = True
        while moved:
            moved = False
            async for school, number in self._open_jobs():
                if self._runtime.stopping.is_set():
                    return
                moved |= await self._in_turn(school, number)

    async def step(self, school: SchoolId, number: int) -> bool:
        """Work off the next registers of a job.

        Returns:
            Whether anything was done: not when another works on it, or the school's log is held.

        Raises:
            ClocksDiffer: this machine's clock is far behind the newest event.
        """
        async with of_school(self._runtime.pool, school) as conn, conn.transaction():
            job = await imports_table.take(conn, school, number)
            if job is None:
                return False
            registers = await _next_registers(conn, job)
            if not registers:
                await self._finish(conn, job)
                return True
            now = await recording_instant(self._runtime, conn, school)
            decided = await self._decided(conn, job, registers, now)
            done = await store(conn, decided)
            await put_away(conn, job, decided, done, self._runtime.clock())
            return bool(done)

    async def _open_jobs(self) -> AsyncIterator[tuple[SchoolId, int]]:
        """Give the oldest job of every school that has one, school by school."""
        after = SchoolId(0)
        while True:
            async with of_every_school(self._runtime.pool) as conn:
                jobs = await imports_table.open_jobs(conn, after=after, limit=SCHOOLS_A_LOOK)
            for job in jobs:
                yield job
            if len(jobs) < SCHOOLS_A_LOOK:
                return
            after = jobs[-1][0]

    async def _in_turn(self, school: SchoolId, number: int) -> bool:
        """Take a step, and rest; a job whose steps fail again and again is given up."""
        now = self._runtime.clock()
        if self._setbacks.waits(number, now):
            return False
        began = time.perf_counter()
        moved = await attempted(self._tried(school, number))
        if not isinstance(moved, Failed):
            self._setbacks.forget(number)
            await asyncio.sleep((time.perf_counter() - began) * REST)
            return moved
        if self._setbacks.add(number, passing=moved.passing, now=now):
            log.warning("import waits", school=school, error=moved.error)
            return False
        async with of_school(self._runtime.pool, school) as conn:
            await imports_table.end(conn, school, number, ImportStatus.FAILED, now)
        self._setbacks.forget(number)
        log.error("import failed", school=school, error=moved.error)
        return True

    async def _tried(self, school: SchoolId, number: int) -> bool | Failed:
        """Take a step; a clock that is behind is another's fault, and may be set."""
        try:
            return await self.step(school, number)
        except ClocksDiffer as differ:
            return Failed(described(differ), passing=True)

    async def _decided(
        self,
        conn: Connection,
        job: ImportJob,
        registers: Sequence[StagedRegister],
        now: datetime,
    ) -> list[Ready]:
        """Decide on registers, as the school stands at the beginning of the step."""
        known = await self._schools.fresh(conn, job.school)
        rows = [row for register in registers for row in register.rows]
        standing = await standing_entries(conn, job.school, rows)
        decided: list[Ready] = []
        for register in registers:
            if len(register.rows) > MARKS_A_REQUEST:
                decided.append((too_many(register), None))
                continue
            judged = judge(register, known.school, standing, job.by, now=now)
            decided.append(ready(job, known, judged))
            await asyncio.sleep(0)  # whoever has a register to take comes first
        return decided

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

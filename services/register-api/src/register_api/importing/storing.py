"""Stores what was decided on registers of a file, and puts their rows away, in one transaction.

Decides nothing but whether a register is too much for one event.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from attendance.codec import encode
from attendance.streams import session_stream
from eventlog import Appended, Command, Connection, NewEvent
from servicekit.requests import BODY_LIMIT_BYTES

from register_api import import_rows_table, imports_table, tables
from register_api.importing.job import PROBLEMS_KEPT, ImportJob, Step
from register_api.importing.judging import Judged, too_large
from register_api.schools import Known
from register_api.tables import Recording

PATIENCE_MS: Final = 1000  # for the log of a school that is being recorded at this moment

REGISTERS: Final = UUID("0d0c6d53-4f0e-5b53-9a44-5a2c93a3d1f7")  # namespace; fixed for ever

# A register that was decided on, with what is to be stored of it; None when nothing is.
Ready: TypeAlias = tuple[Judged, Recording | None]


def ready(job: ImportJob, known: Known, judged: Judged) -> Ready:
    """Lay out what is to be stored of a register, or refuse what no request could have said."""
    recorded = judged.recorded
    if recorded is None:
        return judged, None
    on, half, group = judged.register.key
    event = NewEvent(session_stream(known.urn, recorded.session), *encode(recorded))
    if len(event.payload.encode()) > BODY_LIMIT_BYTES:
        return too_large(judged.register), None
    command = uuid5(REGISTERS, f"{job.id}\n{on.isoformat()}\n{half}\n{group}")
    return judged, Recording(
        school=job.school,
        recorded=recorded,
        event=event,
        command=Command(command, job.said or b""),
        guards=known.guards,
    )


async def store(conn: Connection, registers: Sequence[Ready]) -> list[Judged]:
    """Append what is to be stored; give those registers that are done with, one way or another.

    A register that was overtaken, by an entry made or a pupil admitted since it was decided, isn't:
    it is decided anew in the next step.
    """
    recordings = [recording for _, recording in registers if recording is not None]
    outcomes = iter(
        await tables.record(conn, recordings, patience_ms=PATIENCE_MS) if recordings else []
    )
    return [
        decided
        for decided, recording in registers
        if recording is None or isinstance(next(outcomes), Appended)
    ]


async def put_away(
    conn: Connection,
    job: ImportJob,
    registers: Sequence[Ready],
    done: Sequence[Judged],
    now: datetime,
) -> None:
    """Delete the rows of registers that are done with, and show what became of them.

    Args:
        done: those of the registers, in the same order.
    """
    if not done:
        return
    reached = job.reached
    for (decided, _), finished in zip(registers, done, strict=False):
        if decided is not finished:
            break
        reached = decided.register.key
    step = _step(done, await _noted(conn, job, done))
    rows = [row for each in done for row in each.register.rows]
    await import_rows_table.discard(conn, rows)
    await imports_table.advance(conn, job, step, reached, now)


async def _noted(conn: Connection, job: ImportJob, done: Sequence[Judged]) -> int:
    """Keep what is wrong with rows, as long as there is room for it; count the rest too."""
    problems = [problem for each in done for problem in each.problems]
    room = max(0, PROBLEMS_KEPT - job.problem_count)
    return await import_rows_table.note(conn, job, problems[:room]) + len(problems[room:])


def _step(done: Sequence[Judged], problems: int) -> Step:
    step = Step(problems=problems)
    for each in done:
        step.rows += len(each.register.rows)
        step.registers_stored += not each.refused
        step.registers_refused += each.refused
        step.marks_recorded += len(each.recorded.marks) if each.recorded else 0
        step.marks_unchanged += each.unchanged
    return step

"""Every statement on the rows of imports, and on what was wrong with them. Decides nothing.

Rows are staged in the order of the file and read in the order of registers. They are inserted and
not copied: COPY doesn't go through row-level security.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

import asyncpg
from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.recording import RawMark
from attendance.session import Half, Session
from eventlog import Connection

from register_api.importing.job import ImportJob, RegisterKey
from register_api.importing.rows import RowProblem, StagedRow

STAGE: Final = """
INSERT INTO register.import_row (school_id, job, session_on, half, group_name, line, readable,
                                 pupil, code, minutes_late, detail, arrived_at)
SELECT $1, $2, n.session_on, n.half, n.group_name, n.line, n.readable, n.pupil, n.code,
       n.minutes_late, n.detail, n.arrived_at
  FROM unnest($3::date[], $4::text[], $5::text[], $6::bigint[], $7::boolean[], $8::text[],
              $9::text[], $10::smallint[], $11::text[], $12::time[])
       AS n (session_on, half, group_name, line, readable, pupil, code, minutes_late, detail,
             arrived_at)
"""

NOTE: Final = """
WITH noted AS (
    INSERT INTO register.import_problem (school_id, job, line, field, code, detail, session_on,
                                         half)
    SELECT $1, $2, n.line, n.field, n.code, n.detail, n.session_on, n.half
      FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::date[], $8::text[])
           AS n (line, field, code, detail, session_on, half)
    ON CONFLICT DO NOTHING
    RETURNING true
)
SELECT count(*) FROM noted
"""

# The entry of each row is asked for by itself, which LIMIT sees to: joined, and with little known
# of a new table, it would be looked for among all entries of the school.
NEXT: Final = """
SELECT r.ctid, r.session_on, r.half, r.group_name, r.line, r.readable, r.pupil, r.code,
       r.minutes_late, r.detail, r.arrived_at, e.code AS in_force, e.position AS entered_by
  FROM register.import_row AS r
  LEFT JOIN LATERAL (
       SELECT m.code, m.position FROM register.mark AS m
        WHERE m.school_id = r.school_id AND m.session_on = r.session_on AND m.half = r.half
          AND m.pupil = r.pupil LIMIT 1) AS e ON true
 WHERE r.school_id = $1 AND r.job = $2 AND (r.session_on, r.half, r.group_name) > ($3, $4, $5)
 ORDER BY r.session_on, r.half, r.group_name, r.line LIMIT $6
"""

# By the place they were read at, and by nothing else, or all rows of the job would be gone through:
# a row is never changed, and nobody else deletes those of a job that is taken.
DISCARD: Final = "DELETE FROM register.import_row WHERE ctid = ANY ($1)"

PROBLEMS: Final = """
SELECT line, field, code, detail, session_on, half FROM register.import_problem
 WHERE school_id = $1 AND job = $2 AND (line, field, code) > ($3, $4, $5)
 ORDER BY line, field, code LIMIT $6
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """A staged row as a worker finds it, with the entry there is for its pupil and session."""

    place: tuple[int, int]  # in the table
    key: RegisterKey
    line: int
    mark: RawMark | None  # None when the row couldn't be read
    in_force: Code | None
    entered_by: int | None  # the position of the event that put it in force


async def stage(conn: Connection, job: ImportJob, rows: Sequence[StagedRow]) -> None:
    """Add rows of the file, in the caller's transaction."""
    await conn.execute(STAGE, job.school, job.number, *_columns(map(_staged, rows), 10))


async def note(conn: Connection, job: ImportJob, problems: Sequence[RowProblem]) -> int:
    """Keep what is wrong with rows of a job; said twice, it is kept, and counted, once."""
    if not problems:
        return 0
    noted: int = await conn.fetchval(
        NOTE, job.school, job.number, *_columns(map(_noted, problems), 6)
    )
    return noted


async def next_rows(
    conn: Connection, job: ImportJob, *, after: RegisterKey, limit: int
) -> list[ReadBack]:
    """Read rows in the order of registers, from the beginning of the first one after another."""
    rows = await conn.fetch(NEXT, job.school, job.number, *after, limit)
    return [_read_back(row) for row in rows]


async def discard(conn: Connection, rows: Sequence[ReadBack]) -> None:
    """Delete rows that are done with, in the transaction that took the job and read them."""
    await conn.execute(DISCARD, [row.place for row in rows])


async def problems_of(
    conn: Connection, job: ImportJob, *, after: tuple[int, str, str], limit: int
) -> list[RowProblem]:
    """Read a page of what is wrong with the rows of a job, in the order of the file.

    Args:
        after: line, field and slug of the last one read.
    """
    rows = await conn.fetch(PROBLEMS, job.school, job.number, *after, limit)
    return [_problem(row) for row in rows]


def _columns(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Turn rows into the arrays that an `unnest` takes; none of them gives empty arrays."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _staged(row: StagedRow) -> tuple[object, ...]:
    session, entry = row.place.session, row.entry
    mark: tuple[str, str, int | None, str | None, time | None] = ("", "", None, None, None)
    if entry is not None:
        mark = (entry.pupil, entry.code, entry.minutes_late, entry.detail, entry.arrived_at)
    return (
        session.on,
        session.half.value,
        row.place.group or "",
        row.line,
        entry is not None,
        *mark,
    )


def _noted(problem: RowProblem) -> tuple[object, ...]:
    on, half = problem.session or (None, None)
    return (problem.line, problem.field, problem.code, problem.detail, on, half)


def _read_back(row: asyncpg.Record) -> ReadBack:
    mark = None
    if row["readable"]:
        mark = RawMark(
            PupilId(row["pupil"]),
            row["code"],
            row["minutes_late"],
            row["detail"],
            row["arrived_at"],
        )
    return ReadBack(
        place=row["ctid"],
        key=(row["session_on"], row["half"], row["group_name"]),
        line=row["line"],
        mark=mark,
        in_force=None if row["in_force"] is None else Code(row["in_force"]),
        entered_by=row["entered_by"],
    )


def _problem(row: asyncpg.Record) -> RowProblem:
    session = None
    if row["session_on"] is not None:
        session = Session(row["session_on"], Half(row["half"]))
    return RowProblem(row["line"], row["field"], row["code"], row["detail"], session)

"""Every statement on published figures, which are of no school and read by all."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import asyncpg
from attendance.codes import Code
from eventlog import Connection

from thresholds.benchmarks.published import YEAR_TO_DATE, Benchmark, Level, PublishedPhase

COLUMNS: Final = """
time_period, identifier, level, code, name, region, phase, possible, attended, authorised,
unauthorised, late, persistent_rate, by_code
"""

# A file is all there is of its times and levels: what it doesn't have any more is gone.
FORGET: Final = """
DELETE FROM thresholds.benchmark AS b
 USING unnest($1::text[], $2::text[], $3::text[]) AS n (time_period, identifier, level)
 WHERE b.time_period = n.time_period AND b.identifier = n.identifier AND b.level = n.level
"""

PUT: Final = f"""
INSERT INTO thresholds.benchmark ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

PAGE: Final = f"""
SELECT {COLUMNS} FROM thresholds.benchmark
 WHERE ($1::text IS NULL OR level = $1) AND ($2::text IS NULL OR code = $2)
   AND ($3::text IS NULL OR phase = $3) AND ($4::text IS NULL OR time_period = $4)
   AND ($5::text[] IS NULL
        OR (time_period, identifier, level, code, phase) > ($5[1], $5[2], $5[3], $5[4], $5[5]))
 ORDER BY time_period, identifier, level, code, phase
 LIMIT $6
"""

# The newest that was out by then: the year itself, or one before while it isn't published.
NEWEST: Final = f"""
SELECT {COLUMNS} FROM thresholds.benchmark AS b
 WHERE level = $1 AND phase = $2 AND identifier = $3 AND time_period <= $4
   AND CASE level
       WHEN 'national' THEN true
       WHEN 'la' THEN code = $5
       ELSE code = (SELECT region FROM thresholds.benchmark
                     WHERE level = 'la' AND code = $5 ORDER BY time_period DESC LIMIT 1)
       END
 ORDER BY time_period DESC
 LIMIT 1
"""


class Wanted(NamedTuple):
    """Which published figures to list; None is any."""

    level: Level | None
    code: str | None
    phase: PublishedPhase | None
    time_period: str | None
    after: Sequence[str] | None  # key of the last on the page before


async def replace(conn: Connection, benchmarks: Sequence[Benchmark]) -> None:
    """Put a file's figures in the place of all there were of its times and levels."""
    lots = sorted({each.key[:3] for each in benchmarks})
    await conn.execute(FORGET, *map(list, zip(*lots, strict=True)))
    await conn.executemany(PUT, [_written(each) for each in benchmarks])


async def page(conn: Connection, wanted: Wanted, limit: int) -> list[Benchmark]:
    """List published figures in order of their keys."""
    return [_read(row) for row in await conn.fetch(PAGE, *wanted, limit)]


async def newest(
    conn: Connection, level: Level, phase: PublishedPhase, la_code: str, time_period: str
) -> Benchmark | None:
    """Find the figures of a year, as far as they are out, that a school's stand beside.

    Args:
        la_code: the school's authority, which says in which region it lies.
        time_period: academic year; none that came after it is taken.
    """
    row = await conn.fetchrow(NEWEST, level, phase, YEAR_TO_DATE, time_period, la_code)
    return _read(row) if row else None


def _written(each: Benchmark) -> tuple[object, ...]:
    rate = each.persistent_rate
    return (
        *each.key[:4],
        each.name,
        each.region,
        each.phase,
        each.possible,
        each.attended,
        each.authorised,
        each.unauthorised,
        each.late,
        None if rate is None else Decimal(rate),
        json.dumps(each.by_code),
    )


def _read(row: asyncpg.Record) -> Benchmark:
    rate = row["persistent_rate"]
    return Benchmark(
        time_period=row["time_period"],
        identifier=row["identifier"],
        level=Level(row["level"]),
        code=row["code"],
        name=row["name"],
        region=row["region"],
        phase=PublishedPhase(row["phase"]),
        possible=row["possible"],
        attended=row["attended"],
        authorised=row["authorised"],
        unauthorised=row["unauthorised"],
        late=row["late"],
        persistent_rate=None if rate is None else f"{rate}",
        by_code={Code(code): n for code, n in json.loads(row["by_code"]).items()},
    )

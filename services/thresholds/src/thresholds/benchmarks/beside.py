"""Finds the published figures that a school's own are held against, and lists all there are."""

from datetime import date

from attendance.session import academic_year_of
from eventlog import SchoolId
from servicekit.database import of_every_school, of_school
from servicekit.service import Runtime

from thresholds.benchmarks import table
from thresholds.benchmarks.published import Benchmark, Level, phase_of
from thresholds.figures.table import place_of_school


async def benchmark_of(
    runtime: Runtime, urn: int, level: Level | None, on: date
) -> Benchmark | None:
    """Find the figures of a school's phase: of the academic year of a day, or the newest before.

    Returns:
        None where none is wanted or none is held: of about half of the authorities nothing is
        published, and the region of those isn't known either.
    """
    if level is None:
        return None
    async with of_school(runtime.pool, urn) as conn:
        place = await place_of_school(conn, SchoolId(urn))
        if place is None:
            return None
        phase, la_code = place
        return await table.newest(conn, level, phase_of(phase), la_code, academic_year_of(on))


async def benchmarks_page(runtime: Runtime, wanted: table.Wanted, limit: int) -> list[Benchmark]:
    """List published figures; they are of no school."""
    async with of_every_school(runtime.pool) as conn:
        return await table.page(conn, wanted, limit)

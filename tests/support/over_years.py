"""A small school over the years: entries of two recording years, and a day on which one may go.

In November 2026 p1 is away without leave for a week, p2 is there and p3 leaves; in September 2027
an old entry of p2's is amended and new ones are made; then it is August 2033.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
from attendance.events import Signatory
from servicekit.owning import owners_connection
from servicekit.retaining import drop_year
from servicekit.service import Service, chosen_services
from support.log import connected
from support.school import PUPILS, SmallSchool, accepted, amendment, drawn, small_school

SERVICES: Final = ("register-api", "thresholds", "notifications")
MONDAY: Final = date(2026, 11, 16)
TUESDAY: Final = date(2026, 11, 17)
NEXT_YEAR: Final = datetime(2027, 9, 10, 16, 0, tzinfo=UTC)
YEARS_LATER: Final = datetime(2033, 8, 2, 10, 0, tzinfo=UTC)
LEAD: Final = Signatory("D. Lead", "Data protection lead")

AUTUMN_2027: Final = {
    "half_terms": [{"name": "Autumn 1", "starts": "2027-09-06", "ends": "2027-10-22"}],
    "closures": [],
}

ROWS: Final = (
    "SELECT * FROM register.mark ORDER BY session_on, half, pupil",
    "SELECT * FROM register.amendment ORDER BY session_on, half, pupil, revision",
)
EVERYTHING: Final = "SELECT e::text FROM eventlog.event AS e ORDER BY school_id, position"
# But for when each is looked at next: a rebuild leaves that to the first look after it.
FIGURES: Final = (
    "SELECT details, dropped_to, dropped_episodes FROM thresholds.school",
    "SELECT pupil, facts FROM thresholds.pupil ORDER BY pupil",
    "SELECT * FROM thresholds.pupil_year ORDER BY pupil, year",
    "SELECT * FROM thresholds.alert ORDER BY alert",
)


@asynccontextmanager
async def school_over_years(database_url: str, data_dir: Path) -> AsyncIterator[SmallSchool]:
    """Run a house whose school has entries of 2026-27 and of 2027-28, in August 2033."""
    async with small_school(database_url, data_dir, *PUPILS, services=SERVICES) as school:
        await school.take_weeks("p1", "OOOOOOOOOO", monday=MONDAY)
        await school.take_weeks("p2", "////////", monday=MONDAY)
        await accepted(school.amend([amendment("p2", "/", "I")], on=MONDAY))
        await accepted(school.delete("p3", "a", destination_school="Oakfield Academy"))
        await school.house.settle()
        school.house.clock.now = NEXT_YEAR
        calendar = f"{school.url}/calendars/2027-28"
        await accepted(school.client.put(calendar, json=AUTUMN_2027))
        await accepted(school.amend([amendment("p2", "/", "L")], on=TUESDAY))
        await accepted(school.amend([amendment("p2", "I", "M")], on=MONDAY))
        on = NEXT_YEAR.date()
        await accepted(school.enter(drawn("O/", pupils=["p1", "p2"]), on=on))
        await school.house.settle()
        school.house.clock.now = YEARS_LATER
        yield school


async def drop(
    database_url: str,
    year: int = 2026,
    *,
    now: datetime = YEARS_LATER,
    services: Sequence[Service] | None = None,
) -> int | None:
    """Drop a recording year as the command does."""
    async with owners_connection(database_url) as conn:
        chosen = chosen_services([]) if services is None else services
        return await drop_year(conn, chosen, year, by=LEAD, now=now)


async def contents(database_url: str, statements: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Read the rows of some statements, but for the version of a read model."""
    async with connected(database_url, role=None) as conn:
        return [[_unversioned(row) for row in await conn.fetch(each)] for each in statements]


def _unversioned(row: asyncpg.Record) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "version"}

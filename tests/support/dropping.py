"""A log over several recording years, and the dropping of one, as the owner would."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from eventlog import (
    Connection,
    SchoolId,
    begin_dropping,
    hold_every_log,
    mark_dropped,
    put_in_place,
    set_aside,
)
from support.log import SCHOOL, note, noted

IN_2019: Final = datetime(2019, 9, 9, 9, 0, tzinfo=UTC)
IN_2020: Final = datetime(2020, 9, 9, 9, 0, tzinfo=UTC)
NOW: Final = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


async def three_years(conn: Connection, school: SchoolId = SCHOOL) -> None:
    """Positions 1 to 6 in 2019, 7 to 9 in 2020, 10 today; every second one was kept for good."""
    for at, events in ((IN_2019, 6), (IN_2020, 3), (NOW, 1)):
        for number in range(events):
            kind = "Kept.v1" if number % 2 else "Noted.v1"
            await note(conn, school, [noted(number, kind=kind)], at=at + number * SECOND)


async def drop(
    owner: Connection, year: int = 2019, *, going: Sequence[tuple[SchoolId, int]] = ()
) -> None:
    """Drop a year, all but its events of the kind that is kept."""
    async with owner.transaction():
        await begin_dropping(owner)
        await set_aside(owner, year, kinds=["Noted.v1"], going=going)
        await hold_every_log(owner)
        await put_in_place(owner, [year])
        await mark_dropped(owner, year, NOW)

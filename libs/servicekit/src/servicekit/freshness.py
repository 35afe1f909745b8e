"""Read-your-writes for asynchronous views: wait until a consumer has come far enough."""

import asyncio
from typing import Final

from eventlog import SchoolId, cursor_of

from servicekit.database import of_school
from servicekit.errors import ViewBehind
from servicekit.service import Runtime

WAIT_SECONDS: Final = 5.0  # the contract: reads of asynchronous views wait up to 5 s
POLL_SECONDS: Final = 0.05


async def wait_for_position(
    runtime: Runtime, consumer: str, school: SchoolId, position: int | None
) -> None:
    """Return once a consumer has taken a school's events up to a position.

    Raises:
        ViewBehind: it hadn't within five seconds.
    """
    if position is None:
        return
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while not await _reached(runtime, consumer, school, position):
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise ViewBehind("This view hasn't reached that position yet; ask again shortly.") from None


async def _reached(runtime: Runtime, consumer: str, school: SchoolId, position: int) -> bool:
    async with of_school(runtime.pool, school) as conn:
        cursor = await cursor_of(conn, consumer, school)
    return cursor is not None and cursor.position >= position

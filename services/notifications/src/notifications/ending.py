"""What waits for a subscription that was ended is cancelled, some of it at a time.

Nobody waits for the rest: the subscription is gone at once, and no statement grows with its
backlog. An ending is a row, so whichever process looks next takes it on.
"""

from functools import partial
from typing import Final
from uuid import UUID

from servicekit.database import of_every_school
from servicekit.logs import log
from servicekit.runner import Failed, attempted, until_stopped
from servicekit.service import Runtime

from notifications.endings_table import cancel_some, endings, hold_ending, note_ended

AT_ONCE: Final = 1000


async def run_endings(runtime: Runtime) -> None:
    """Take endings on for as long as the process lives."""
    await until_stopped(runtime, "endings", partial(take_endings_on, runtime))


async def take_endings_on(runtime: Runtime) -> None:
    """Cancel all that waits for subscriptions that were ended."""
    async with of_every_school(runtime.pool) as conn:
        found = await endings(conn)
    for subscription in found:
        going_on: bool | Failed = True
        while going_on is True and not runtime.stopping.is_set():
            going_on = await attempted(take_ending_on(runtime, subscription))
        if isinstance(going_on, Failed):
            log.error("ending failed", subscription=str(subscription), error=going_on.error)


async def take_ending_on(runtime: Runtime, subscription: UUID) -> bool:
    """Take an ending one step on; whether something is left for this process to do."""
    async with of_every_school(runtime.pool) as conn, conn.transaction():
        if not await hold_ending(conn, subscription):
            return False
        cancelled = await cancel_some(conn, subscription, limit=AT_ONCE, now=runtime.clock())
        if cancelled < AT_ONCE:
            await note_ended(conn, subscription)
        return cancelled == AT_ONCE

"""A replica in a process of its own, there to be killed: `follower_process.py URL WAY`.

WAY is `together`, the effect in the transaction that moves the cursor, or `apart`, the effect on a
connection of its own: what a consumer must not do.
"""

import asyncio
import sys

from eventlog import Batch, Connection, Consumer, consume
from support.log import SCHOOL, connected, teller

TOGETHER, APART = "together", "apart"


async def follow(url: str, way: str) -> None:
    """Follow one event at a time until killed."""
    async with connected(url) as conn, connected(url) as beside:
        told_together = teller(batch_events=1)

        async def tell_beside(_: Connection, batch: Batch) -> None:
            await told_together.handle(beside, batch)

        told_apart = Consumer(
            name=told_together.name, kinds=None, handle=tell_beside, forget=None, batch_events=1
        )
        while True:
            await consume(conn, told_together if way == TOGETHER else told_apart, SCHOOL)


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1], sys.argv[2]))

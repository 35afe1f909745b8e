"""A bare client in a loop: signs and posts one message after another, some of them side by side.

What a sender could do at most if it owed nobody an account. The client is the courier's own.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import uvloop
from notifications.courier import client_trusting, public_trust
from notifications.signing import new_secret, signed_headers

AT_ONCE: Final = 32


async def post(url: str, body: str, count: int) -> float:
    """Post so many messages; give how many that were a second."""
    secret, left = new_secret(), iter(range(count))
    async with client_trusting(public_trust()) as client:

        async def one_after_another(numbers: Iterator[int]) -> None:
            for _ in numbers:
                headers = signed_headers(secret, uuid4(), body, datetime.now(UTC))
                async with client.post(url, data=body.encode(), headers=headers) as answer:
                    answer.raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(one_after_another(left) for _ in range(AT_ONCE)))
        return count / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.stdout.write(f"{uvloop.run(post(sys.argv[1], sys.argv[2], int(sys.argv[3])))}\n")

"""Reading server-sent events over HTTP, as the HTML standard says they are read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

EVENT_STREAM = "text/event-stream"
PATIENCE_SECONDS = 60  # what is allowed to the slowest machine: a stream that is silent goes on


@dataclass(slots=True)
class Block:
    """What stands between two empty lines of a stream; comments are kept, for tests."""

    event: str = ""
    data: str = ""
    id: str = ""
    retry: str = ""
    comment: str = ""


@asynccontextmanager
async def listening(
    client: httpx.AsyncClient, url: str, *, last_id: int | None = None, **query: str
) -> AsyncIterator[httpx.Response]:
    """Open a stream, and break it off with the end of the block, or after a minute."""
    headers = {"Accept": EVENT_STREAM}
    if last_id is not None:
        headers["Last-Event-ID"] = f"{last_id}"
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        client.stream("GET", url, headers=headers, params=query) as answer,
    ):
        assert answer.status_code == 200, (await answer.aread()).decode()
        yield answer


async def blocks(answer: httpx.Response) -> AsyncIterator[Block]:
    """Give what comes, block by block, to the end of the stream."""
    block = Block()
    async for line in answer.aiter_lines():
        name, _, value = line.partition(":")
        if not line:
            yield block
            block = Block()
        else:
            setattr(block, name or "comment", value.removeprefix(" "))


async def events(answer: httpx.Response) -> AsyncIterator[Block]:
    """Give the events that come, and nothing else."""
    async for block in blocks(answer):
        if block.data:
            yield block

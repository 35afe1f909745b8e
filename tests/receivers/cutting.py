"""A line that breaks: passes bytes on to a server, and cuts each connection after some of them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

CHUNK_BYTES = 512


@dataclass(slots=True)
class Line:
    """A running line.

    Attributes:
        allowances: how many bytes of answer each connection may bring, in turn; then all.
        cut: how many connections were cut.
    """

    port: int
    server_port: int
    allowances: Iterator[int]
    cut: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either end leaves, or it has brought what it may."""
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        asking = asyncio.create_task(_pass_on(reader, to_server))
        allowance = next(self.allowances, None)
        with suppress(ConnectionError):
            while chunk := await from_server.read(CHUNK_BYTES):
                if allowance is not None and len(chunk) >= allowance:
                    writer.write(chunk[:allowance])
                    self.cut += 1
                    break
                writer.write(chunk)
                await writer.drain()
                allowance = None if allowance is None else allowance - len(chunk)
        asking.cancel()
        to_server.close()
        writer.close()


@asynccontextmanager
async def line_to(server_port: int, allowances: Iterator[int]) -> AsyncIterator[Line]:
    """Run a line to a server on this machine while the block lasts."""
    line = Line(0, server_port, allowances)
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(line.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        for open_ in connections:
            open_.cancel()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()

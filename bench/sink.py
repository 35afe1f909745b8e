"""An endpoint that takes whatever is posted, and counts by path and by the clock.

It does as little as can be done, so that what is measured is the sender. `/hangs/…` never answers.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Final

import httptools
import uvloop

SEEN: Final = "/seen"
HANGS: Final = "/hangs/"
TAKEN: Final = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(slots=True)
class Counted:
    """What came in by one path."""

    requests: int = 0
    first: float = 0.0  # seconds, of this process's clock
    last: float = 0.0


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, seen: dict[str, Counted]) -> None:
        self._seen = seen
        self._parser = httptools.HttpRequestParser(self)
        self._path = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP has no other
        """Take the connection."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Note where it goes."""
        self._path = url.decode()

    def on_message_complete(self) -> None:
        """Count it and answer, or don't."""
        if self._path == SEEN:
            self._transport.write(_shown(self._seen))
            return
        counted, now = self._seen.setdefault(self._path, Counted()), time.perf_counter()
        counted.requests += 1
        counted.first = counted.first or now
        counted.last = now
        if not self._path.startswith(HANGS):
            self._transport.write(TAKEN)


def _shown(seen: dict[str, Counted]) -> bytes:
    shown = {path: [each.requests, each.first, each.last] for path, each in seen.items()}
    body = json.dumps(shown).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def take(port: int) -> None:
    """Take what comes until killed."""
    seen: dict[str, Counted] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(seen), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(take(int(sys.argv[1])))

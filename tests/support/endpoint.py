"""An authority's endpoint: a small server on loopback that speaks real HTTP and answers as told.

Every message that comes in is held against the documented model of its type.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from support.told import not_as_documented

OURS = b'"type":"uk.attendance.'  # what some tests post is no message
VERIFICATION = "uk.attendance.endpoint-verification.v1"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came; header names in lower case."""

    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in the body."""
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def verifies(self) -> bool:
        """Whether it asks for its challenge back."""
        return self.event.get("type") == VERIFICATION


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int = HTTPStatus.NO_CONTENT
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Script: TypeAlias = Callable[[Received], Awaitable[Answer] | Answer]


def agreeable(received: Received) -> Answer:
    """Return challenges and accept everything else, as an endpoint should."""
    if not received.verifies:
        return Answer()
    returned = json.dumps({"challenge": received.event["data"]["challenge"]})
    return Answer(HTTPStatus.OK, body=returned.encode())


class Gate:
    """An endpoint's answer that is held back until it is let go."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.open = asyncio.Event()

    async def __call__(self, _received: Received) -> Answer:
        """Wait, and answer."""
        await self.open.wait()
        return self._answer


@dataclass(slots=True)
class Endpoint:
    """A running endpoint: what it got, verifications apart, and how it answers from now on."""

    port: int
    answer: Script = agreeable
    received: list[Received] = field(default_factory=list)
    verifications: list[Received] = field(default_factory=list)
    undocumented: list[str] = field(default_factory=list)
    connections: int = 0  # that were made so far

    def url(self, host: str = "127.0.0.1", scheme: str = "http", path: str = "/hook") -> str:
        """Say where it is, by a name it can be reached under."""
        return f"{scheme}://{host}:{self.port}{path}"

    def answers(self, *scripted: Answer) -> None:
        """Give these answers in turn, and be agreeable again after the last."""
        queue = list(scripted)

        def in_turn(received: Received) -> Answer:
            if received.verifies or not queue:
                return agreeable(received)
            return queue.pop(0)

        self.answer = in_turn

    def ids(self) -> list[str]:
        """List the ids of what was received, in order, repeats included."""
        return [received.headers["webhook-id"] for received in self.received]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, kept open for as long as the client likes."""
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                received = await _read(reader)
                (self.verifications if received.verifies else self.received).append(received)
                if OURS in received.body:
                    self.undocumented += not_as_documented(received.body)
                answer = self.answer(received)
                if not isinstance(answer, Answer):
                    answer = await answer
                writer.write(_written(answer))
                await writer.drain()
        writer.close()


@asynccontextmanager
async def endpoint(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[Endpoint]:
    """Run an endpoint on a free port while the block lasts."""
    running = Endpoint(port=0)
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(running.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for hanging in connections:
            hanging.cancel()
    assert running.undocumented == []


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(first.split(" ")[1], headers, body)


def _written(answer: Answer) -> bytes:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {int(answer.status)} Answer", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body

"""One client's connection, as far as an answer that goes on must know of it.

ASGI has no word for breaking a connection off, nor for a server that is about to end: it tells the
application of its end only when every answer is complete, which a stream's never is. Adds these
two to each request's state; parses and answers nothing itself.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STATE: Final = "connection"


@dataclass(frozen=True, slots=True)
class HeldConnection:
    """An application's hold on the connection that a request came by.

    Attributes:
        ending: done as soon as the server begins to end.
        break_off: closes it at once; what the client hasn't taken yet is lost.
    """

    ending: asyncio.Future[None]
    break_off: Callable[[], None]


class HeldHttp(HttpToolsProtocol):
    """uvicorn's HTTP, with a hold on the connection in the state of every request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it so
        """Take the connection's hold."""
        super().connection_made(transport)
        self._held = HeldConnection(self.loop.create_future(), transport.abort)

    def on_message_begin(self) -> None:
        """Begin a request, with the hold in its state."""
        super().on_message_begin()
        self.scope["state"][STATE] = self._held

    def shutdown(self) -> None:
        """Tell the answer under way, if there is one, that the server ends."""
        super().shutdown()
        if not self._held.ending.done():
            self._held.ending.set_result(None)


def connection_of(scope: Scope) -> HeldConnection | None:
    """Give the hold on a request's connection; None under a server that isn't ours."""
    held: HeldConnection | None = scope["state"].get(STATE)
    return held

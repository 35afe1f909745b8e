"""Answers that go on: given out as fast as their reader takes them, and no faster.

The next piece is asked for when the last was taken, so what a reader who takes nothing costs is for
whoever makes the pieces to bound. It ends when its token does, when the server does, and when its
reader takes nothing for a minute. Knows no format, and reads nothing itself.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing, contextmanager
from typing import Final, NamedTuple

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from servicekit.caller import Caller
from servicekit.database import AWAY, STUMBLED
from servicekit.errors import NotFound
from servicekit.http_connection import connection_of
from servicekit.logs import described, log
from servicekit.stream_slots import stream_slot
from servicekit.tokens import CLOCK_LEEWAY_SECONDS

STREAM_SECONDS: Final = 3600  # then its client comes again, perhaps to another replica
PATIENCE_SECONDS: Final = 60
LAST_WORD_SECONDS: Final = 1
PIECE_BYTES: Final = 64 * 1024  # what the server takes of an answer before it makes us wait

# Personal data is kept by no cache, and nginx passes on what it gets when it gets it.
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}


class Piece(NamedTuple):
    """A part of an answer, to be sent at once, and how many items are in it."""

    body: bytes
    items: int


def pieces(items: Iterable[bytes]) -> Iterator[Piece]:
    """Put items together into pieces that are worth a packet; none is split."""
    together: list[bytes] = []
    size = 0
    for item in items:
        together.append(item)
        size += len(item)
        if size >= PIECE_BYTES:
            yield Piece(b"".join(together), len(together))
            together, size = [], 0
    if together:
        yield Piece(b"".join(together), len(together))


def open_seconds(caller: Caller, now: float) -> float:
    """Tell how long an answer to a caller may go on: an hour, or as long as its token is taken.

    Args:
        now: seconds since 1970, as the token counts them.
    """
    return min(STREAM_SECONDS, caller.expires + CLOCK_LEEWAY_SECONDS - now)


class Streamed(StreamingResponse):
    """An answer in pieces, counted as one of its client's streams while it lasts."""

    def __init__(
        self,
        request: Request,
        caller: Caller,
        parts: AsyncGenerator[Piece, None],
        media_type: str,
        *,
        whole: bool,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Make the answer; nothing of it is fetched before it begins.

        Args:
            whole: whether it means something only to its end. Then whatever stops it before breaks
                the connection off, so that nobody takes a part for the whole.
        """
        self._bodies = _counted(request, parts)
        super().__init__(self._bodies, headers=HEADERS, media_type=media_type)
        self._slot = stream_slot(request, caller)
        self._request = request
        self._seconds = open_seconds(caller, time.time())
        self._whole = whole
        self._patience_seconds = patience_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, if the client has a stream to spare.

        Raises:
            Problem: it has too many open (429); nothing was sent.
        """
        async with self._slot:
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send the pieces until the last, or until the answer must end."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        over = asyncio.timeout(self._seconds)
        try:
            async with over, aclosing(self._bodies) as bodies:
                with self._over_when_the_server_ends(over):
                    async for body in bodies:
                        await self._send(send, body)
                    await self._send(send, b"", more=False)
        except (NotFound, *AWAY, *STUMBLED) as cut:  # a TimeoutError is an OSError
            if self._whole or not over.expired() or not await self._last_word(send):
                await self._break_off(cut)

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(self._patience_seconds):
            await send({"type": "http.response.body", "body": body, "more_body": more})

    @contextmanager
    def _over_when_the_server_ends(self, over: asyncio.Timeout) -> Iterator[None]:
        sending = True

        def end(_ending: asyncio.Future[None]) -> None:
            # May have been set off already when it is removed, in the turn that ends the stream.
            if sending and not over.expired():
                over.reschedule(asyncio.get_running_loop().time())

        held = connection_of(self._request.scope)
        if held is None:
            yield
            return
        held.ending.add_done_callback(end)
        try:
            yield
        finally:
            sending = False
            held.ending.remove_done_callback(end)

    async def _last_word(self, send: Send) -> bool:
        """End the answer as it should end; tell whether its reader took even that."""
        try:
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return False
        return True

    async def _break_off(self, cut: BaseException) -> None:
        request_id = self._request.state.request_id
        log.warning("stream broken off", request_id=request_id, error=described(cut))
        held = connection_of(self._request.scope)
        if held is not None:
            held.break_off()
            # Ended by what notices that the client is gone: to end by ourselves would be an error.
            await asyncio.sleep(LAST_WORD_SECONDS)


async def _counted(request: Request, parts: AsyncGenerator[Piece, None]) -> AsyncGenerator[bytes]:
    """Give the pieces' bodies, and count their items for the request's line in the log."""
    request.state.items = 0
    async with aclosing(parts):
        async for piece in parts:
            yield piece.body
            request.state.items += piece.items

"""Serves a web application on this machine only, beside whatever else the process does."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Final

import uvicorn
from fastapi import FastAPI

LOOPBACK: Final = "127.0.0.1"
LAST_PORT: Final = 65535
LAST_ANSWERS_SECONDS: Final = 2  # for requests under way when the context ends


@asynccontextmanager
async def served(app: FastAPI, *, preferred_port: int) -> AsyncIterator[str]:
    """Serve an application while the context lasts, and give its URL.

    Args:
        preferred_port: taken if it is free; otherwise the system picks one.
    """
    listening = _listen(preferred_port)
    config = uvicorn.Config(
        app,
        log_config=None,  # the process has its own logging
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
    )
    server = uvicorn.Server(config)
    # Ctrl-C belongs to the process, which ends this context; a second handler would take it away.
    server.capture_signals = nullcontext  # type: ignore[assignment]  # uvicorn has no setting
    serving = asyncio.create_task(server.serve([listening]))
    try:
        # The socket listens already: whoever comes before uvicorn is ready waits in its queue.
        yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def _listen(preferred_port: int) -> socket.socket:
    # Said to be TCP's, or asyncio would leave Nagle's delay on: 40 ms an answer.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, preferred_port if preferred_port <= LAST_PORT else 0))
    except OSError:
        listening.bind((LOOPBACK, 0))
    listening.listen()
    return listening

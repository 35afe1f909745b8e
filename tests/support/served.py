"""An application on a real port, served as `rollbook run` serves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import FastAPI
from servicekit.http_connection import HeldHttp
from support.eventually import eventually
from support.house import House

GRACE_SECONDS = 10  # after which an answer that goes on would be cancelled, and logged as an error


@asynccontextmanager
async def server_of(app: FastAPI) -> AsyncIterator[uvicorn.Server]:
    """Serve an application whose lifespan runs already, while the block lasts, on the loopback."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=0,
            http=HeldHttp,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield server
    finally:
        server.should_exit = True
        await serving


def port_of(server: uvicorn.Server) -> int:
    """Tell which port a running server has."""
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application while the block lasts, and give its address."""
    async with server_of(app) as server:
        yield f"http://127.0.0.1:{port_of(server)}"


@asynccontextmanager
async def outside(
    house: House, address: str, scope: str = "events:read", **claims: object
) -> AsyncIterator[httpx.AsyncClient]:
    """Make a client that reaches a house by its address, with a token of this scope and claims."""
    async with (
        house.client(scope, **claims) as minted,
        httpx.AsyncClient(base_url=address, headers=minted.headers, timeout=60) as client,
    ):
        yield client

"""The web application of a process: its services' routes, and what lives as long as it does.

One FastAPI application holds all the services chosen, since a mounted one's lifespan wouldn't run.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Final

import httpx
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from servicekit.answering import install_problems
from servicekit.clock import Clock, system_clock
from servicekit.commands import COMMAND_KINDS
from servicekit.database import open_pool
from servicekit.health import operation
from servicekit.metrics import Metrics
from servicekit.openapi import describe
from servicekit.problems import Kind
from servicekit.rate_limits import RateLimits
from servicekit.requests import Surroundings
from servicekit.runner import follow
from servicekit.service import Runtime, Service
from servicekit.settings import Settings
from servicekit.stream_slots import StreamSlots
from servicekit.tokens import verifier_for

HTTP_TIMEOUT_SECONDS: Final = 10
FINISH_SECONDS: Final = 25  # a delivery in hand may take its whole time-out of 20 s


def build_app(
    settings: Settings,
    services: Sequence[Service],
    *,
    clock: Clock = system_clock,
    background: bool = True,
) -> FastAPI:
    """Build the application of some services.

    Args:
        settings: with a database url, of a migrated database.
        clock: where the time comes from.
        background: whether consumers and workers run; a test may drive them itself.
    """
    app = FastAPI(
        title=" + ".join(service.title for service in services),
        description="\n\n".join(service.description for service in services),
        version=version("rollbook-servicekit"),
        lifespan=_lifespan(settings, services, clock, background=background),
        telemetry=_telemetry(),
        redirect_slashes=False,  # a path with a slash too many is another path: 404, as a problem
    )
    app.add_middleware(Surroundings, metrics=_state(app, settings))
    kinds: dict[type[Exception], Kind] = {**COMMAND_KINDS}
    for service in services:
        app.include_router(service.router, prefix=service.prefix, tags=[service.name])
        app.include_router(describe(service), prefix=service.prefix, include_in_schema=False)
        kinds.update(service.problems)
    app.include_router(operation)
    install_problems(app, kinds)
    return app


def _state(app: FastAPI, settings: Settings) -> Metrics:
    app.state.metrics = Metrics()
    app.state.public_url = settings.public_url and settings.base_url
    app.state.verifier = verifier_for(settings)
    app.state.rate_limits = RateLimits(settings)
    app.state.stream_slots = StreamSlots(settings.streams_per_client)
    app.state.runtimes = {}
    app.state.consumers = {}
    app.state.checks = {}
    metrics: Metrics = app.state.metrics
    return metrics


def _telemetry() -> TelemetryConfig:
    """Trace when an OTLP endpoint is configured; never log exceptions: a text may hold a record."""
    traced = "OTEL_EXPORTER_OTLP_ENDPOINT" in os.environ
    return {
        "tracing": traced,
        "metrics": traced,
        "auto_configure": traced,
        "logs": False,
        "operation_spans": False,
    }


def _lifespan(
    settings: Settings, services: Sequence[Service], clock: Clock, *, background: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        async with AsyncExitStack() as stack:
            app.state.http = await stack.enter_async_context(
                httpx.AsyncClient(timeout=HTTP_TIMEOUT_SECONDS, trust_env=False)
            )
            for service in services:
                pool = await open_pool(settings, service.role)
                stack.push_async_callback(pool.close)
                runtime = Runtime(
                    settings, pool, app.state.http, clock, stopping, app.state.metrics
                )
                app.state.runtimes[service.name] = runtime
                app.state.consumers[service.name] = service.consumers(runtime)
                app.state.checks[service.name] = service.checks
            if background:
                await stack.enter_async_context(_running(app, services, stopping))
            yield

    return lifespan


@asynccontextmanager
async def _running(
    app: FastAPI, services: Sequence[Service], stopping: asyncio.Event
) -> AsyncIterator[None]:
    """Run consumers and workers until the end; each then finishes what it has in hand."""
    async with asyncio.TaskGroup() as tasks:
        running: list[asyncio.Task[None]] = []
        for service in services:
            runtime = app.state.runtimes[service.name]
            for consumer in app.state.consumers[service.name]:
                following = follow(runtime, consumer, app.state.metrics)
                running.append(tasks.create_task(following))
            running += [tasks.create_task(worker(runtime)) for worker in service.workers]
        yield
        stopping.set()
        if running:
            _, late = await asyncio.wait(running, timeout=FINISH_SECONDS)
            for task in late:
                task.cancel()

"""One process: which database, which services, how many workers, and how it ends."""

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SO_REUSEPORT, SOL_SOCKET, socket
from typing import Final, TypeAlias

import uvicorn
import uvloop
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from servicekit.app import build_app
from servicekit.database import must_answer
from servicekit.embedded import embedded_postgres
from servicekit.errors import NoSuchService, SettingsRefused
from servicekit.http_connection import HeldHttp
from servicekit.logs import configure_logs
from servicekit.migrate import migrate
from servicekit.service import chosen_services
from servicekit.settings import Settings, read_settings
from servicekit.tokens import mint_local_token

COMPANIONS: Final = "rollbook.companions"
SERVICES_VARIABLE: Final = "ROLLBOOK_SERVICES"  # hands the choice on to uvicorn's workers
GRACE_SECONDS: Final = 30
# Requests make short-lived objects that die by reference count, and so do the events of a rebuild:
# looking for cycles among them this often would only cost (measured at 1.2 to 1.7 times the
# requests a second).
GC_THRESHOLDS: Final = (50_000, 50, 1000)


@dataclass(frozen=True, slots=True)
class Company:
    """What a companion of the services is given: an outsider in the same process."""

    settings: Settings
    base_url: str
    ready: Callable[[], Awaitable[None]]
    mint: Callable[..., str]
    say: Callable[[str], None]


Companion: TypeAlias = Callable[[Company], Coroutine[None, None, None]]


def companion_called(name: str) -> Companion:
    """Load a companion that an installed package offers.

    Raises:
        NoSuchService: none is called so.
    """
    for point in entry_points(group=COMPANIONS):
        if point.name == name:
            companion: Companion = point.load()
            return companion
    raise NoSuchService(f"no companion is called {name}")


@contextmanager
def database_for(settings: Settings) -> Iterator[Settings]:
    """Give the settings with a database: the one named, or the embedded one, then stopped.

    Whoever ends the process, with SIGTERM or SIGHUP as with Ctrl-C, interrupts the block, so that
    the embedded one is stopped for each of them.

    Raises:
        DatabaseUnreachable: the one named doesn't answer.
    """
    if settings.database_url is not None:
        asyncio.run(must_answer(settings.database_url))
        yield settings
        return
    with _interruptible(), embedded_postgres(settings.data_dir / "postgres") as postgres:
        yield settings.model_copy(update={"database_url": postgres.url})


def application() -> FastAPI:
    """Build the application from the environment: what each of several uvicorn workers calls."""
    settings = read_settings()
    configure_logs(settings.log_format)
    quieten_collector()
    names = [name for name in os.environ.get(SERVICES_VARIABLE, "").split(",") if name]
    return build_app(settings, chosen_services(names))


def quieten_collector() -> None:
    """Leave what start-up made out of garbage collection, and collect more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def serve(
    settings: Settings,
    services: Sequence[str],
    companion: Companion | None,
    say: Callable[[str], None],
) -> None:
    """Serve until told to stop, with a database of ours when none is named.

    On a laptop, which is where the database is ours or a companion runs, the schema is migrated.

    Raises:
        NoSuchService: a name that isn't installed.
        SettingsRefused: several workers and a companion, which lives in one process.
    """
    chosen_services(services)
    if companion is not None and settings.workers > 1:
        raise SettingsRefused("a companion runs in one process: set ROLLBOOK_WORKERS=1")
    with database_for(settings) as settled:
        # A server's schema is brought up by its own job, before; a laptop has nobody else to do it.
        if settings.database_url is None or companion is not None:
            migrate(str(settled.database_url))
        with suppress(KeyboardInterrupt):
            if settled.workers > 1:
                _serve_workers(settled, services)
            else:
                uvloop.run(_serve_here(settled, services, companion, say))


def server_config(app: FastAPI | str, settings: Settings) -> uvicorn.Config:
    """Say how an application is served; a worker makes its own of the factory that a name names."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=HeldHttp,
        log_config=None,
        # Left to itself uvicorn lets whoever connects over loopback say where a request came from.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn the signals that end a process into KeyboardInterrupt, which unwinds it first.

    uvicorn answers SIGTERM by serving to the end and then raising it anew, under our handler.
    """
    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, signal.default_int_handler),
        signal.SIGHUP: _end_at_hangup(),
    }
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end_at_hangup() -> signal.Handlers | Callable[..., object] | int | None:
    """Have a lost terminal end us as SIGTERM does; give the handler there was.

    uvicorn would leave it to the system in one process, and start its workers anew in several.
    """
    before = signal.getsignal(signal.SIGHUP)
    if before is not signal.SIG_IGN:  # nohup: the terminal's end is to mean nothing
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    return before


class EvenWorkers(Multiprocess):
    """Workers that share a port but no socket, so that the kernel deals connections out evenly.

    At one socket whoever wakes first takes every connection that waits, and keeps them: of two
    workers one was seen to idle. A worker's socket is its own alone, and is gone when it is.
    """

    @property
    def sockets(self) -> list[socket]:
        """Open the socket of one more worker; it is handed to the worker and let go of here."""
        listening = socket(AF_INET6 if ":" in self.config.host else AF_INET)
        listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listening.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
        listening.bind((self.config.host, self.config.port))
        listening.set_inheritable(True)
        return [listening]

    @sockets.setter
    def sockets(self, _none: list[socket]) -> None:
        """Keep none: a socket that nobody accepts at would swallow its share of connections."""


def _serve_workers(settings: Settings, services: Sequence[str]) -> None:
    os.environ["DATABASE_URL"] = str(settings.database_url)
    os.environ[SERVICES_VARIABLE] = ",".join(services)
    config = server_config("servicekit.process:application", settings)
    config.bind_socket().close()  # a port that another program has is said here, in one line
    workers = EvenWorkers(config, sockets=[])
    _end_at_hangup()
    workers.run()


async def _serve_here(
    settings: Settings,
    services: Sequence[str],
    companion: Companion | None,
    say: Callable[[str], None],
) -> None:
    app = build_app(settings, chosen_services(services))
    quieten_collector()
    server = uvicorn.Server(server_config(app, settings))
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        beside: asyncio.Task[None] | None = None
        if companion is not None:
            beside = tasks.create_task(companion(_company(settings, server, say)))
        await asyncio.wait([serving])
        if beside is not None:
            beside.cancel()


def _company(settings: Settings, server: uvicorn.Server, say: Callable[[str], None]) -> Company:
    async def ready() -> None:
        while not server.started:
            await asyncio.sleep(0.02)

    def mint(scope: str, **claims: object) -> str:
        return mint_local_token(settings, scope, claims)

    return Company(settings, settings.base_url, ready, mint, say)

"""A service as a value: what it is called, what it answers, what runs in it. Starts nothing."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, TypeAlias

import asyncpg
import httpx
from eventlog import Connection, Consumer, SchoolId, Stretch
from fastapi import APIRouter, Depends, Request

from servicekit.clock import Clock
from servicekit.errors import NoSuchService
from servicekit.metrics import Metrics
from servicekit.problems import Kind
from servicekit.settings import Settings

ENTRY_POINTS = "rollbook.services"

Worker: TypeAlias = Callable[["Runtime"], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a running service works with.

    Attributes:
        pool: connections under the service's own database role.
        stopping: set when the process ends; a worker then finishes what it has in hand and returns.
        metrics: the process's; of its own where a command runs without one.
    """

    settings: Settings
    pool: asyncpg.Pool
    http: httpx.AsyncClient
    clock: Clock
    stopping: asyncio.Event
    metrics: Metrics = field(default_factory=Metrics)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineProjection:
    """A read model written in the transaction of the append.

    Attributes:
        rebuild: makes one school's rows anew from the log, in the transaction it is given; the
            append waits meanwhile.
    """

    name: str
    rebuild: Callable[[Connection, SchoolId], Coroutine[None, None, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How something stands that a service answers for.

    Attributes:
        name: what it is.
        green: whether nobody needs to see to it.
        figures: by name, its unit at the end of each.
        what_to_do: for whoever sees it red.
    """

    name: str
    green: bool
    figures: Mapping[str, int | None]
    what_to_do: str


Checks: TypeAlias = Callable[[Runtime], Coroutine[None, None, Sequence[Check]]]
ForgetDropped: TypeAlias = Callable[[Connection, Stretch], Coroutine[None, None, None]]


async def no_checks(_runtime: Runtime) -> Sequence[Check]:
    """Answer for nothing but what follows the log."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service.

    Attributes:
        name: as on the command line, `register-api`.
        prefix: of every route, `/register/v1`.
        role: the database role all its statements run under.
        consumers: what follows the log, made for a runtime.
        workers: coroutines that run for as long as the process does.
        problems: which problem each refusal is answered with.
        webhooks: what it sends to others, described as the routes that they are to have.
        checks: how what it answers for stands, cheaply: asked at every look at `/ready`.
        forget_dropped: deletes what the service keeps of entries whose recording year is being
            dropped, in that transaction, under the owner's role. What follows the log needn't.
    """

    name: str
    title: str
    description: str
    prefix: str
    role: str
    router: APIRouter
    problems: Mapping[type[Exception], Kind]
    consumers: Callable[[Runtime], Sequence[Consumer]] = lambda _runtime: ()
    workers: Sequence[Worker] = ()
    inline: Sequence[InlineProjection] = field(default=())
    webhooks: APIRouter = field(default_factory=APIRouter)
    checks: Checks = no_checks
    forget_dropped: ForgetDropped | None = None


def chosen_services(names: Sequence[str]) -> list[Service]:
    """Pick services that installed packages offer, by name; all of them when none is named.

    Raises:
        NoSuchService: naming the unknown one and those there are.
    """
    installed = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    unknown = [name for name in names if name not in installed]
    if unknown:
        raise NoSuchService(
            f"no service is called {', '.join(unknown)}; there are {', '.join(sorted(installed))}"
        )
    return [installed[name].load() for name in (names or sorted(installed))]


def runtime_of(service: str) -> Any:  # noqa: ANN401 - FastAPI types its markers so
    """Make the marker that hands a route the runtime of its own service."""

    async def find(request: Request) -> Runtime:  # async: a plain one would go through a thread
        runtime: Runtime = request.app.state.runtimes[service]
        return runtime

    return Depends(find)

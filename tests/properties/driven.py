"""A house that a synchronous test drives: its loop runs for as long as a request takes."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from eventlog import SchoolId
from register_api.projector import current_register
from servicekit.database import of_school
from support.house import House, house

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Driven:
    """A running house, a client that may do everything, and the loop that both live on."""

    runner: asyncio.Runner
    house: House
    client: httpx.AsyncClient

    def ask(
        self,
        method: str,
        url: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> httpx.Response:
        """Send a request and wait for its answer."""
        return self._run(self.client.request(method, url, json=body, headers=headers, params=query))

    def rebuild(self, urn: int) -> int:
        """Make one school's register anew from the log, as `rollbook rebuild register` does."""
        return self._run(self._rebuilt(SchoolId(urn)))

    async def _rebuilt(self, school: SchoolId) -> int:
        pool = self.house.app.state.runtimes["register-api"].pool
        async with of_school(pool, school) as conn, conn.transaction():
            return await current_register.rebuild(conn, school)

    def _run(self, asked: Coroutine[Any, Any, Outcome]) -> Outcome:
        return self.runner.run(asked)


@contextmanager
def driven_house(database_url: str, data_dir: Path) -> Iterator[Driven]:
    """Run a house while the block lasts, its loop standing still between requests."""
    # Not the thread's own loop: that one is for the fixtures.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        closing = asyncio.Event()
        opened: asyncio.Future[Driven] = runner.get_loop().create_future()

        async def keep() -> None:
            # Opened and closed in one task, as task groups want it.
            services = ("register-api",)
            async with (
                house(database_url, data_dir, services=services) as running,
                running.client() as client,
            ):
                opened.set_result(Driven(runner, running, client))
                await closing.wait()

        keeping = runner.get_loop().create_task(keep())
        try:
            yield runner.run(_first_of(opened, keeping))
        finally:
            closing.set()
            runner.run(_ended(keeping))


async def _first_of(opened: "asyncio.Future[Driven]", keeping: "asyncio.Task[None]") -> Driven:
    """Wait for the house, or for what kept it from being opened."""
    keeping.add_done_callback(lambda _: opened.done() or opened.cancel())
    try:
        return await opened
    except asyncio.CancelledError:
        await keeping
        raise


async def _ended(keeping: "asyncio.Task[None]") -> None:
    await keeping

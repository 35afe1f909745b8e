"""All of Rollbook in the test's own process, over ASGI: services, database, a movable clock.

Consumers don't run by themselves here: `settle` runs them, so that a test knows when they have.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
from eventlog import consume, consume_due, dirty_schools, due_schools
from fastapi import FastAPI
from servicekit.app import build_app
from servicekit.clock import system_clock
from servicekit.database import of_every_school, of_school
from servicekit.service import chosen_services
from servicekit.settings import Settings
from servicekit.tokens import mint_local_token

EVERY_SCOPE = (
    "register:read register:write register:amend admissions:write schools:write alerts:read "
    "alerts:decide returns:read returns:acknowledge subscriptions:manage events:read audit:read "
    "operations:read"
)
TERM_TIME = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Read it."""
        return self.now

    def forward(self, **by: float) -> None:
        """Move it on, by what `timedelta` takes."""
        self.now += timedelta(**by)


class House:
    """A running application, and what a test does with it."""

    def __init__(self, app: FastAPI, settings: Settings, clock: MovableClock) -> None:
        self.app = app
        self.settings = settings
        self.clock = clock

    def client(self, scope: str = EVERY_SCOPE, **claims: object) -> httpx.AsyncClient:
        """Make a client whose token has these claims; every school's when none are given."""
        token = mint_local_token(self.settings, scope, claims or {"urns": "*"})
        return self.anonymous(Authorization=f"Bearer {token}")

    def anonymous(self, **headers: str) -> httpx.AsyncClient:
        """Make a client with just these headers."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://rollbook", headers=headers)

    async def settle(self) -> None:
        """Run every consumer until none has news."""
        moved = True
        while moved:
            moved = False
            for service, runtime in self.app.state.runtimes.items():
                for consumer in self.app.state.consumers[service]:
                    async with of_every_school(runtime.pool) as conn:
                        dirty = await dirty_schools(
                            conn, consumer.name, now=self.clock(), limit=100
                        )
                        due = await due_schools(conn, consumer, now=self.clock(), limit=100)
                    for each in [*dirty, *due]:
                        async with of_school(runtime.pool, each.school) as conn:
                            if each.due_at is not None:
                                moved |= await consume_due(conn, consumer, each.school, each.due_at)
                            else:
                                moved |= await consume(conn, consumer, each.school) > 0


@asynccontextmanager
async def house(
    database_url: str,
    data_dir: Path,
    *,
    now: datetime = TERM_TIME,
    services: tuple[str, ...] = (),
    running: bool = False,
) -> AsyncIterator[House]:
    """Run the services on a database while the block lasts.

    Args:
        services: by name; all of them when none is named.
        running: with the machine's clock, and consumers and workers at work by themselves.
    """
    settings = Settings(
        DATABASE_URL=database_url,
        data_dir=data_dir,
        pool_size=4,
        allow_loopback_endpoints=True,
    )
    clock = MovableClock(now)
    app = build_app(
        settings,
        chosen_services(services),
        clock=system_clock if running else clock,
        background=running,
    )
    async with app.router.lifespan_context(app):
        yield House(app, settings, clock)


def keyed(key: str | None = None) -> dict[str, str]:
    """Make the header of an idempotent request; a new key when none is given."""
    return {"Idempotency-Key": key or str(uuid4())}

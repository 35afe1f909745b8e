"""A consumer that follows two schools as a running process does, and what a test asks of it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from attendance.codec import encode
from domain.given import REGISTERED
from eventlog import (
    Command,
    Consumer,
    Fault,
    NewEvent,
    SchoolId,
    append,
    cursor_of,
    standing_faults,
)
from eventlog.consume import Due, Handle
from servicekit.database import of_every_school, of_school
from servicekit.runner import Losses, catch_up
from servicekit.service import Runtime
from support.house import House, house

NAME = "thresholds"
SCHOOL, OTHER_SCHOOL = SchoolId(999001), SchoolId(999002)
EVENTS = 3
STATED = encode(REGISTERED)


@dataclass
class Following:
    """A house in which a consumer follows two schools, and what a test asks of it."""

    house: House
    losses: Losses = field(default_factory=Counter)

    @property
    def runtime(self) -> Runtime:
        """What the following service works with."""
        runtime: Runtime = self.house.app.state.runtimes[NAME]
        return runtime

    async def append(
        self, school: SchoolId, kind: str = STATED[0], payload: str = STATED[1]
    ) -> None:
        """Append one event, which the service could read."""
        async with of_school(self.house.app.state.runtimes["register-api"].pool, school) as conn:
            await append(
                conn,
                school,
                [NewEvent(uuid4(), kind, payload)],
                command=Command(uuid4(), b"hash"),
                recorded_at=self.house.clock(),
            )

    async def look(self, handle: Handle, due: Due | None = None) -> None:
        """Work off what there is, as a running process does again and again."""
        follower = Consumer(name=NAME, kinds=None, handle=handle, forget=None, due=due)
        await catch_up(self.runtime, follower, self.house.app.state.metrics, self.losses)

    async def reached(self, school: SchoolId = SCHOOL) -> int:
        """Read how far the consumer has come."""
        async with of_school(self.runtime.pool, school) as conn:
            cursor = await cursor_of(conn, NAME, school)
        return cursor.position if cursor else 0

    async def has_reached(self, position: int, school: SchoolId) -> bool:
        """Whether the consumer has come so far."""
        return await self.reached(school) == position

    async def faults(self) -> list[Fault]:
        """List the schools set aside."""
        async with of_every_school(self.runtime.pool) as conn:
            return await standing_faults(conn, NAME)


@asynccontextmanager
async def two_schools(database_url: str, data_dir: Path) -> AsyncIterator[Following]:
    """Two schools with some events, followed by nobody yet."""
    async with house(database_url, data_dir, services=("register-api", NAME)) as running:
        made = Following(running)
        for school in (SCHOOL, OTHER_SCHOOL):
            for _ in range(EVENTS):
                await made.append(school)
        yield made

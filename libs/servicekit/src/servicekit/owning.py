"""The owner's connection: for what no service may do, done by command. Decides nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import asyncpg
import uvloop
from eventlog import Connection

from servicekit.database import EVERY_SCHOOL
from servicekit.process import database_for
from servicekit.settings import read_settings

# Without a limit of time: dropping a year takes as long as it takes.
OWNERS_SESSION: Final = {
    "application_name": "rollbook owner",
    "rollbook.school": EVERY_SCHOOL,
    "timezone": "UTC",
}

T = TypeVar("T")


@asynccontextmanager
async def owners_connection(database_url: str) -> AsyncIterator[Connection]:
    """Connect as the owner of the schema, for work across schools."""
    conn = await asyncpg.connect(database_url, server_settings=OWNERS_SESSION)
    try:
        yield conn
    finally:
        await conn.close()


def as_owner(work: Callable[[Connection], Awaitable[T]]) -> T:
    """Do some work as the owner, on the database that the environment names."""

    async def connected(database_url: str) -> T:
        async with owners_connection(database_url) as conn:
            return await work(conn)

    with database_for(read_settings()) as settings:
        return uvloop.run(connected(str(settings.database_url)))

"""The connection to PostgreSQL: one pool a service and process, under the service's own role.

The role is given as the session starts, so the boundary between services is the database's and no
habit of ours, also where one process runs all of them. So is the boundary between schools: a
connection is taken for one school, and sees and writes no row of another (docs/decisions/0021).
Holds no statement on any table.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import asyncpg
from eventlog import Connection

from servicekit.errors import DatabaseUnreachable
from servicekit.settings import Settings

SESSION: Final = {
    "application_name": "rollbook",
    "jit": "off",  # our statements are short: compiling them costs more than running them
    "statement_timeout": "15s",  # nothing here takes a second; a lock that does is given up
    "idle_in_transaction_session_timeout": "30s",  # a dead replica lets go of its cursors
    "timezone": "UTC",
    # The server finds out within a minute that a replica's machine is gone, and lets go of what it
    # held; left to itself it takes two hours. Without meaning on a Unix socket.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
CONNECT_TIMEOUT_SECONDS: Final = 10
COMMAND_TIMEOUT_SECONDS: Final = 20  # over the server's own: for a server that is gone silently

EVERY_SCHOOL: Final = "*"

# What asyncpg says itself of a connection that was ended under it, or while an answer was read.
STUMBLED: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError)

# The database is away or busy: nothing is wrong with what was asked, and it may be asked again.
AWAY: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)


class BoundConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A session that knows which school it works for; for none, to begin with."""

    __slots__ = ("_bound_to",)

    async def bind(self, whose: str) -> None:
        """Work for one school from now on, or for every one; outside a transaction.

        Args:
            whose: a URN, or `*`. Nobody's words: it becomes part of a statement.
        """
        if getattr(self, "_bound_to", None) == whose:
            return
        self._bound_to = None  # given up half-way, nobody knows what it is bound to
        await self.execute(f"SET rollbook.school = '{whose}'")
        self._bound_to = whose


async def open_pool(settings: Settings, role: str) -> asyncpg.Pool:
    """Open a pool whose sessions all act as one database role; take from it as below."""
    return await asyncpg.create_pool(
        settings.database_url,
        min_size=1,
        max_size=settings.pool_size,
        timeout=CONNECT_TIMEOUT_SECONDS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
        server_settings={**SESSION, "role": role},
        connection_class=BoundConnection,
        reset=_keep,
    )


@asynccontextmanager
async def of_school(pool: asyncpg.Pool, urn: int) -> AsyncIterator[Connection]:
    """Take a connection that sees and writes the rows of one school alone."""
    async with pool.acquire() as conn:
        await conn.bind(f"{int(urn)}")
        yield conn


@asynccontextmanager
async def of_every_school(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """Take a connection for work across schools, which minds the boundary in its own statements."""
    async with pool.acquire() as conn:
        await conn.bind(EVERY_SCHOOL)
        yield conn


def of_schools(
    pool: asyncpg.Pool, urns: Collection[int] | None
) -> AbstractAsyncContextManager[Connection]:
    """Take a connection for what a token may see: one school's when it is for one alone.

    Args:
        urns: those it names; none for an authority's, None for every school.
    """
    if urns is not None and len(urns) == 1:
        return of_school(pool, *urns)
    return of_every_school(pool)


@asynccontextmanager
async def of_whichever_school(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """Take a connection as it was left, for a statement that itself says whose rows it is about.

    `register.record` does so, school by school; bound here, it would cost a round trip more.
    """
    async with pool.acquire() as conn:
        yield conn


async def must_answer(database_url: str) -> None:
    """Connect once, so that a wrong DATABASE_URL is said in a line and not in a traceback.

    Raises:
        DatabaseUnreachable: naming the error's type; the URL holds a password.
    """
    try:
        conn = await asyncpg.connect(database_url, timeout=CONNECT_TIMEOUT_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnreachable(
            f"the database at DATABASE_URL doesn't answer ({type(error).__name__})"
        ) from None
    await conn.close()


async def _keep(_conn: Connection) -> None:
    """Leave a returned connection as it is.

    asyncpg would ask the server to reset it, a round trip a request. There is nothing to reset:
    whoever takes it binds it anew, and nothing else is set but for the length of a transaction.
    """

"""Connections to a log that is this test's alone, and the table a teller writes in."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from support.log import connected, make_told


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A session of a service's role, as the log is used."""
    async with connected(database_url) as connection:
        yield connection


@pytest.fixture
async def second(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another session beside it: another request, or another replica."""
    async with connected(database_url) as connection:
        yield connection


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A session of the schema's owner, who sees and may do more than any service."""
    async with connected(database_url, role=None) as connection:
        yield connection


@pytest.fixture
async def telling(database_url: str) -> None:
    """The table that a teller writes in, and its right to follow the log."""
    await make_told(database_url)

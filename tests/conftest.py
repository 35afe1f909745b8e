"""The database every test with SQL runs on: real, its own, and gone afterwards.

And how Hypothesis searches: the same examples each time, without its stopwatch, since how long one
takes says nothing about the law. `pytest --hypothesis-profile=thorough` looks further, each time
elsewhere.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support.embedded import made_cluster
from support.log import allow_any_instant
from support.postgres import create_database, database_of, drop_database, server_for_tests

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for the session: private, or the one at DATABASE_URL."""
    with server_for_tests() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_template(postgres_url: str) -> Iterator[str]:
    """The name of a database with the newest schema, there to be copied."""
    from servicekit.migrate import migrate  # tests of the law run without loading it

    url = asyncio.run(create_database(postgres_url))
    try:
        migrate(url)
        asyncio.run(allow_any_instant(url))
        yield database_of(url)
    finally:
        asyncio.run(drop_database(postgres_url, url))


@pytest.fixture
async def database_url(postgres_url: str, migrated_template: str) -> AsyncIterator[str]:
    """A database for this test alone, empty and with the newest schema."""
    url = await create_database(postgres_url, template=migrated_template)
    try:
        yield url
    finally:
        await drop_database(postgres_url, url)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A private cluster that waits for the disk, stopped: for tests that start and kill a server.

    One for all of them, since making one is slow; none may count on what it holds at the start.
    """
    with made_cluster() as folder:
        yield folder

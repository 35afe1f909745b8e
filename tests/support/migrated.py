"""Databases of an older version of the schema, to be brought to a newer one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alembic import command
from alembic.config import Config
from rollbook_migrations import __file__ as package
from support.postgres import create_database, drop_database


@asynccontextmanager
async def older_database(postgres_url: str, revision: str) -> AsyncIterator[str]:
    """A database of a version, with nothing in it."""
    url = await create_database(postgres_url)
    try:
        await upgrade(url, revision)
        yield url
    finally:
        await drop_database(postgres_url, url)


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a version."""
    config = Config()
    config.set_main_option("script_location", package.removesuffix("/__init__.py"))
    config.attributes["database_url"] = url
    await asyncio.to_thread(command.upgrade, config, revision)

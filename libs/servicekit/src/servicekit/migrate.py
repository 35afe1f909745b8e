"""Brings a database to the newest schema. What the schema is stands in rollbook_migrations."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files

import asyncpg
from alembic import command
from alembic.config import Config
from eventlog.record import recording_year


def migrate(database_url: str) -> None:
    """Run every migration a database hasn't had, and open the recording years at hand.

    Safe to run from many processes at once, and again. Runs in a thread of its own, as Alembic
    starts an event loop and the caller may already be in one.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="migrate") as thread:
        thread.submit(_migrate, database_url).result()


def _migrate(database_url: str) -> None:
    command.upgrade(_config(database_url), "head")
    asyncio.run(_open_years(database_url))


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("rollbook_migrations")))
    config.attributes["database_url"] = database_url
    return config


async def _open_years(database_url: str) -> None:
    """Make the log's partitions for this recording year and the next, ahead of need."""
    year = recording_year(datetime.now(UTC))
    conn = await asyncpg.connect(database_url)
    try:
        for ahead in (0, 1):
            await conn.execute("SELECT eventlog.ensure_year($1)", year + ahead)
    finally:
        await conn.close()

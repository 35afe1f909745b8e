"""The migrations: in one line, safe at once and again, and each service kept to its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Final

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from rollbook_migrations import __file__ as package
from servicekit.migrate import migrate
from servicekit.service import Service, chosen_services
from support.postgres import create_database, drop_database

TABLES: Final = """
SELECT table_schema || '.' || table_name FROM information_schema.tables
 WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'public') ORDER BY 1
"""
SCHEMAS_OF: Final = """
SELECT nspname FROM pg_namespace
 WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')
   AND has_schema_privilege($1, nspname, 'USAGE') ORDER BY 1
"""
WRITABLE_OF: Final = """
SELECT DISTINCT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'
   AND has_table_privilege($1, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1
"""
WRITABLE_TABLES_OF: Final = """
SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname = 'eventlog'
   AND has_table_privilege($1, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1
"""
MIGRATE: Final = "import sys; from servicekit.migrate import migrate; migrate(sys.argv[1])"
LOG_TABLES: Final = ("eventlog.event", "eventlog.school_log")


@pytest.fixture
async def empty(postgres_url: str) -> AsyncIterator[str]:
    """A database with nothing in it."""
    url = await create_database(postgres_url)
    try:
        yield url
    finally:
        await drop_database(postgres_url, url)


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a migrated database, under the role that owns it."""
    conn = await asyncpg.connect(database_url)
    try:
        yield conn
    finally:
        await conn.close()


async def tables(url: str) -> list[str]:
    conn = await asyncpg.connect(url)
    try:
        return [row[0] for row in await conn.fetch(TABLES)]
    finally:
        await conn.close()


def revisions() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", package.removesuffix("/__init__.py"))
    return ScriptDirectory.from_config(config)


def test_the_migrations_stand_in_one_line() -> None:
    assert len(revisions().get_heads()) == 1
    assert len(revisions().get_bases()) == 1


def test_every_migration_says_why_it_is_and_when_it_runs() -> None:
    for revision in revisions().walk_revisions():
        said = revision.longdoc or ""
        assert "before the code" in said or "after the code" in said, revision.revision


async def test_processes_that_migrate_at_once_migrate_once(empty: str, database_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATE, empty, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    endings = [await process.communicate() for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], endings
    assert await tables(empty) == await tables(database_url)


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = await tables(database_url)

    await asyncio.to_thread(migrate, database_url)

    assert await tables(database_url) == before


async def test_the_recording_years_at_hand_are_open(database_url: str) -> None:
    partitions = [each for each in await tables(database_url) if "event_20" in each]

    assert len(partitions) >= 2


@pytest.mark.parametrize("service", chosen_services([]), ids=lambda service: service.name)
async def test_a_service_reaches_its_own_schema_and_the_log_and_no_other(
    admin: asyncpg.Connection, service: Service
) -> None:
    own = service.role.removeprefix("rollbook_")

    usable = [row[0] for row in await admin.fetch(SCHEMAS_OF, service.role)]
    writable = [row[0] for row in await admin.fetch(WRITABLE_OF, service.role)]

    assert usable == sorted(["eventlog", own])
    assert writable == usable


async def test_of_the_log_s_schema_the_register_writes_how_far_a_rebuild_is_and_nothing_else(
    admin: asyncpg.Connection,
) -> None:
    # Who follows the log keeps its cursors and faults there too; the register follows nothing.
    rows = await admin.fetch(WRITABLE_TABLES_OF, "rollbook_register")

    assert [row[0] for row in rows] == ["consumer_rebuild"]


@pytest.mark.parametrize("table", LOG_TABLES)
@pytest.mark.parametrize("verb", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
async def test_no_service_writes_the_log_but_by_appending(
    admin: asyncpg.Connection, table: str, verb: str
) -> None:
    may = [
        await admin.fetchval("SELECT has_table_privilege($1, $2, $3)", each.role, table, verb)
        for each in chosen_services([])
    ]

    assert may == [False] * 3

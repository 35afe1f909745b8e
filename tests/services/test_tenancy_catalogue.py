"""Every table keeps schools apart, as the database's own catalogue tells, and nothing goes round.

A table made by a later migration is walked by itself. One that holds no school's rows is named here
with its reason; one with a school in it can't be.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
from alembic import command
from alembic.config import Config
from eventlog import Connection
from rollbook_migrations import __file__ as package
from servicekit.migrate import migrate
from support.log import connected
from support.postgres import create_database, drop_database

OF_NO_SCHOOL: Final = {
    "public.alembic_version": "the schema's own version",
    "eventlog.dropped_year": "of the whole log: which recording years went",
    "thresholds.benchmark": "what the Department published, for everybody",
    "notifications.subscription": "an authority's, or some schools' together; its own boundary",
    "notifications.attempt": "a subscription's; a ping is about no school",
    "notifications.endpoint_event": "what became of an endpoint; says nothing of a school",
    "notifications.feed": "a subscription's: how many deliveries it was owed, of all its schools",
    "notifications.replay": "a subscription's; what it takes up is of schools, and is kept apart",
}
TENANT_COLUMNS: Final = {"school_id", "urn"}

# Those run as the owner, whom no policy holds back where the owner is a superuser.
AS_OWNER_OF_NO_SCHOOL: Final = {
    "eventlog.ensure_year": "makes a partition; reads and writes no row",
    "eventlog.schema_revision": "the schema's own version; no school's row",
}

BOUNDARY: Final = (
    "(( SELECT eventlog.every_school() AS every_school) OR "
    "(school_id = ( SELECT eventlog.this_school() AS this_school)))"
)

TABLES: Final = """
SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AS enabled,
       c.relforcerowsecurity AS forced,
       EXISTS (SELECT FROM pg_policy AS p
                WHERE p.polrelid = c.oid AND NOT p.polpermissive AND p.polcmd = '*'
                  AND p.polroles = '{0}' AND p.polwithcheck IS NULL
                  AND pg_get_expr(p.polqual, p.polrelid) = $1) AS bounded,
       (SELECT array_agg(a.attname::text) FROM pg_attribute AS a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'
   AND n.nspname <> 'information_schema'
"""
VIEWS: Final = """
SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('v', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
AS_OWNER: Final = """
SELECT n.nspname || '.' || p.proname AS name, p.prosrc AS source
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
 WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\\_%'
"""
ROLES: Final = """
SELECT rolname FROM pg_roles
 WHERE rolname LIKE 'rollbook\\_%' AND (rolsuper OR rolbypassrls)
"""


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[Connection]:
    """A session of the schema's owner."""
    async with connected(database_url, role=None) as conn:
        yield conn


async def open_tables(owner: Connection) -> dict[str, str]:
    """List the tables that don't keep schools apart, and what each wants."""
    found = {}
    for table in await owner.fetch(TABLES, BOUNDARY):
        wants = [what for what in ("enabled", "forced", "bounded") if not table[what]]
        if wants:
            found[table["name"]] = f"not {', not '.join(wants)}"
    return found


async def test_every_table_keeps_schools_apart_or_says_why_it_need_not(owner: Connection) -> None:
    found = await open_tables(owner)

    unexplained = {table: wants for table, wants in found.items() if table not in OF_NO_SCHOOL}
    assert unexplained == {}, "SELECT eventlog.keep_apart(…) in the migration that makes it"
    assert set(found) == set(OF_NO_SCHOOL), "a reason that has had its day"


async def test_no_table_with_a_school_in_it_is_an_exception(owner: Connection) -> None:
    columns = {each["name"]: each["columns"] for each in await owner.fetch(TABLES, BOUNDARY)}

    assert {name: TENANT_COLUMNS & set(columns[name]) for name in OF_NO_SCHOOL} == {
        name: set() for name in OF_NO_SCHOOL
    }


@pytest.mark.parametrize(
    ("made", "wants"),
    [
        ("CREATE TABLE {0} (school_id int)", "not enabled, not forced, not bounded"),
        ("CREATE TABLE {0} AS SELECT 1 AS school_id", "not enabled, not forced, not bounded"),
        (
            "CREATE TABLE {0} (school_id int); SELECT eventlog.keep_apart('{0}');"
            "ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY",
            "not forced",
        ),
        (
            "CREATE TABLE {0} (school_id int); SELECT eventlog.keep_apart('{0}');"
            "ALTER TABLE {0} DISABLE ROW LEVEL SECURITY",
            "not enabled",
        ),
        (
            "CREATE TABLE {0} (school_id int); SELECT eventlog.keep_apart('{0}');"
            "DROP POLICY kept_apart ON {0}",
            "not bounded",
        ),
        (
            "CREATE TABLE {0} (school_id int); SELECT eventlog.keep_apart('{0}');"
            "ALTER POLICY kept_apart ON {0} TO rollbook_register",
            "not bounded",
        ),
        (
            "CREATE TABLE {0} (school_id int); SELECT eventlog.keep_apart('{0}');"
            "ALTER POLICY kept_apart ON {0} USING (true)",
            "not bounded",
        ),
    ],
)
async def test_a_table_that_is_open_in_any_way_is_found(
    owner: Connection, made: str, wants: str
) -> None:
    await owner.execute(made.format("register.loose"))

    assert (await open_tables(owner)).get("register.loose") == wants


async def test_no_view_shows_rows_with_its_owners_eyes(owner: Connection) -> None:
    assert await owner.fetch(VIEWS) == []


async def test_what_runs_as_the_owner_asks_first_whom_the_session_works_for(
    owner: Connection,
) -> None:
    functions = {each["name"]: each["source"] for each in await owner.fetch(AS_OWNER)}

    assert {"eventlog.append", "eventlog.hold", "eventlog.settle"} < set(functions)
    unasked = {
        name
        for name, source in functions.items()
        if "eventlog.must_work_for(p_school)" not in source
    }
    assert unasked == set(AS_OWNER_OF_NO_SCHOOL)


async def test_no_service_stands_above_row_security(owner: Connection) -> None:
    assert await owner.fetch(ROLES) == []


async def test_a_partition_made_later_keeps_schools_apart(owner: Connection) -> None:
    before = {each["name"] for each in await owner.fetch(TABLES, BOUNDARY)}
    await owner.execute("SELECT eventlog.ensure_year(2031::smallint)")
    after = {each["name"] for each in await owner.fetch(TABLES, BOUNDARY)}

    assert after - before == {"eventlog.event_2031"}
    assert set(await open_tables(owner)) == set(OF_NO_SCHOOL)


async def test_partitions_from_before_the_boundary_are_put_behind_it(postgres_url: str) -> None:
    url = await create_database(postgres_url)
    try:
        await asyncio.to_thread(command.upgrade, _migrations(url), "0004")
        async with connected(url, role=None) as owner:
            await owner.execute("SELECT eventlog.ensure_year(2019::smallint)")
            assert "eventlog.event_2019" in await open_tables(owner)
        await asyncio.to_thread(migrate, url)
        async with connected(url, role=None) as owner:
            assert set(await open_tables(owner)) == set(OF_NO_SCHOOL)
    finally:
        await drop_database(postgres_url, url)


def _migrations(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", package.removesuffix("/__init__.py"))
    config.attributes["database_url"] = url
    return config

"""The boundary between services is the database's: a role reaches its own schema and the log."""

import asyncpg
import pytest
from support.log import SERVICE_ROLES, connected, note, whole_log

SCHEMAS = {role: role.removeprefix("rollbook_") for role in SERVICE_ROLES}
STRANGERS = [
    (role, schema) for role, own in SCHEMAS.items() for schema in SCHEMAS.values() if schema != own
]

# From the catalogue and not the information schema, which hides what one may not see.
TABLES = """
SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm')
"""


@pytest.mark.parametrize(("role", "schema"), STRANGERS)
async def test_a_service_reads_no_table_of_another(
    database_url: str, owner: asyncpg.Connection, role: str, schema: str
) -> None:
    tables = [row[0] for row in await owner.fetch(TABLES, schema)]
    assert tables, f"{schema} has no tables: this test has lost its subject"

    async with connected(database_url, role) as conn:
        for table in tables:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.fetch(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("role", SERVICE_ROLES)
async def test_every_service_appends_to_the_log_and_reads_it(database_url: str, role: str) -> None:
    async with connected(database_url, role) as conn:
        await note(conn, events=2)

        assert len(await whole_log(conn)) == 2


@pytest.mark.parametrize("role", SERVICE_ROLES)
@pytest.mark.parametrize("schema", ["public", "eventlog", *SCHEMAS.values()])
async def test_no_service_makes_a_table_anywhere(database_url: str, role: str, schema: str) -> None:
    async with connected(database_url, role) as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(f"CREATE TABLE {schema}.beside (position bigint)")


async def test_a_role_of_no_service_may_not_even_append(
    database_url: str, owner: asyncpg.Connection
) -> None:
    transaction = owner.transaction()  # a role belongs to the whole server: it isn't to stay
    await transaction.start()
    await owner.execute("CREATE ROLE rollbook_stranger")
    await owner.execute("SET LOCAL ROLE rollbook_stranger")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await note(owner)
    await transaction.rollback()

"""The boundary between services is the database's: a role reaches its own schema and the log."""

from contextlib import suppress

import asyncpg
import pytest
from eventlog import (
    Batch,
    Connection,
    Consumer,
    clear_fault,
    consume,
    hold,
    record_fault,
    standing_faults,
)
from support.log import MORNING, SCHOOL, SERVICE_ROLES, connected, note, whole_log

SCHEMAS = {role: role.removeprefix("rollbook_") for role in SERVICE_ROLES}
STRANGERS = [
    (role, schema) for role, own in SCHEMAS.items() for schema in SCHEMAS.values() if schema != own
]

FOLLOWERS = ("thresholds", "notifications")

FOLLOWED = "INSERT INTO eventlog.consumer_cursor VALUES (999001, $1, 1, 7, true)"
MEDDLING = [
    "UPDATE eventlog.consumer_cursor SET position = position + 1000 WHERE consumer = $1",
    "UPDATE eventlog.consumer_cursor SET active = false WHERE consumer = $1",
    "DELETE FROM eventlog.consumer_cursor WHERE consumer = $1",
    "INSERT INTO eventlog.consumer_cursor VALUES (999002, $1, 1, 1000, true)",
    "UPDATE eventlog.consumer_fault SET next_try_at = 'infinity' WHERE consumer = $1",
    "DELETE FROM eventlog.consumer_fault WHERE consumer = $1",
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
async def test_every_service_appends_to_the_log(database_url: str, role: str) -> None:
    async with connected(database_url, role) as conn:
        assert (await note(conn, events=2)).position == 2


@pytest.mark.parametrize("role", SERVICE_ROLES)
async def test_every_service_reads_the_log(
    database_url: str, conn: asyncpg.Connection, role: str
) -> None:
    await note(conn, events=2)

    async with connected(database_url, role) as reader:
        assert len(await whole_log(reader)) == 2


@pytest.mark.parametrize("role", ["rollbook_thresholds", "rollbook_notifications"])
async def test_no_service_but_the_register_holds_a_schools_log(
    database_url: str, role: str
) -> None:
    async with connected(database_url, role) as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await hold(conn, SCHOOL)


@pytest.mark.parametrize("consumer", FOLLOWERS)
async def test_a_follower_moves_its_own_cursor_and_keeps_its_own_faults(
    database_url: str, conn: asyncpg.Connection, consumer: str
) -> None:
    await note(conn)

    async with connected(database_url, f"rollbook_{consumer}") as follower:
        assert await consume(follower, _follower(consumer), SCHOOL) == 1
        await record_fault(follower, consumer, SCHOOL, position=1, error="KeyError", now=MORNING)
        await clear_fault(follower, consumer, SCHOOL)
        assert await standing_faults(follower, consumer) == []


@pytest.mark.parametrize("statement", MEDDLING)
@pytest.mark.parametrize(
    ("role", "consumer"),
    [(role, consumer) for role in SERVICE_ROLES for consumer in FOLLOWERS if consumer not in role],
)
async def test_a_services_cursors_and_faults_are_moved_by_no_other(
    database_url: str, owner: asyncpg.Connection, role: str, consumer: str, statement: str
) -> None:
    await owner.execute(FOLLOWED, consumer)
    await record_fault(owner, consumer, SCHOOL, position=8, error="KeyError", now=MORNING)
    before = await _followed(owner)

    async with connected(database_url, role) as conn:
        with suppress(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement, consumer)
        assert await _followed(conn) == before, "and it may be read"


async def _followed(conn: asyncpg.Connection) -> list[str]:
    rows = await conn.fetch(
        "SELECT c::text FROM eventlog.consumer_cursor AS c"
        " UNION ALL SELECT f::text FROM eventlog.consumer_fault AS f"
    )
    return [row[0] for row in rows]


def _follower(name: str) -> Consumer:
    async def handle(_conn: Connection, _batch: Batch) -> None:
        return

    return Consumer(name=name, kinds=None, handle=handle, forget=None)


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

"""Nobody rewrites history: not a service, not the owner, not through the back door."""

import asyncpg
import pytest
from support.log import SERVICE_ROLES, connected, note
from torture.rewriting import FORBIDDEN_TO_SERVICES, REWRITINGS, contents, found_to_rewrite

EVERYONE = (*SERVICE_ROLES, None)  # None is the owner

# A check that a domain runs as whoever casts to it: the owner, if the append ever cast to this one.
SMUGGLED = """
CREATE FUNCTION pg_temp.smuggled(said pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ran as %', current_user;
END
$$;
CREATE DOMAIN pg_temp."{name}" AS pg_catalog.{name}
CHECK (pg_temp.smuggled(VALUE::pg_catalog.text))
"""

# In one string, and not prepared: the driver's own look-ups would meet the false type first.
APPEND_PLAINLY = """
SELECT eventlog.append(
    999001, 2026::int2, '2026-11-20 09:00+00', gen_random_uuid(), 'hash'::pg_catalog.bytea,
    ARRAY[gen_random_uuid()], ARRAY['Noted.v1'::pg_catalog.text], ARRAY['{}'::pg_catalog.text],
    ARRAY['salt'::pg_catalog.bytea],
    ARRAY[pg_catalog.sha256('\\x00'::pg_catalog.bytea || 'salt{}'::pg_catalog.bytea)], '{}', '{}');
SELECT eventlog.hold(999001);
SELECT eventlog.position_at(999001, '2026-11-20 09:00+00')
"""


@pytest.mark.parametrize("role", EVERYONE)
async def test_no_statement_changes_what_is_in_the_log(database_url: str, role: str | None) -> None:
    assert await found_to_rewrite(database_url, role, REWRITINGS) == []


@pytest.mark.parametrize("role", SERVICE_ROLES)
async def test_no_service_writes_past_the_append_or_touches_the_schema(
    database_url: str, role: str
) -> None:
    assert await found_to_rewrite(database_url, role, FORBIDDEN_TO_SERVICES) == []


@pytest.mark.parametrize("statement", REWRITINGS)
async def test_what_refuses_the_owner_is_the_log_itself(
    conn: asyncpg.Connection, owner: asyncpg.Connection, statement: str
) -> None:
    await note(conn, events=2)
    before = await contents(owner)

    with pytest.raises(asyncpg.PostgresError) as refusal:
        await owner.execute(statement)

    assert refusal.value.sqlstate == "RB000"
    assert await contents(owner) == before


async def test_a_partition_made_later_is_append_only_too(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute("SELECT eventlog.ensure_year(2050::smallint)")

    with pytest.raises(asyncpg.PostgresError) as refusal:
        await owner.execute("TRUNCATE eventlog.event_2050")

    assert refusal.value.sqlstate == "RB000"


@pytest.mark.parametrize("name", ["text", "json", "bytea", "uuid", "int4", "int8", "bool"])
async def test_no_temporary_type_of_a_caller_is_run_by_the_logs_functions(
    database_url: str, owner: asyncpg.Connection, name: str
) -> None:
    async with connected(database_url) as conn:
        await conn.execute(SMUGGLED.format(name=name))
        await conn.execute(APPEND_PLAINLY)

    assert await owner.fetchval("SELECT count(*) FROM eventlog.event") == 1

"""A connection of the pool works for the school it was taken for, whoever had it before."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from register_api import service
from servicekit.database import of_every_school, of_school, of_schools, open_pool
from servicekit.settings import Settings
from support.log import OTHER_SCHOOL, SCHOOL, connected, note

SEEN = "SELECT school_id FROM eventlog.school_log ORDER BY 1"
WHOSE = "SELECT current_setting('rollbook.school', true)"
LAST_SAID = """
SELECT query FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = 'rollbook'
"""


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """One connection, as register-api has it, to two schools with a log."""
    async with connected(database_url) as conn:
        for school in (SCHOOL, OTHER_SCHOOL):
            await note(conn, school)
    settings = Settings(DATABASE_URL=database_url, pool_size=1)
    async with await open_pool(settings, service.role) as opened:
        yield opened


async def test_a_connection_sees_the_school_it_is_taken_for(pool: asyncpg.Pool) -> None:
    seen = []
    for school in (SCHOOL, OTHER_SCHOOL, SCHOOL):
        async with of_school(pool, school) as conn:
            seen.append([row[0] for row in await conn.fetch(SEEN)])

    assert seen == [[SCHOOL], [OTHER_SCHOOL], [SCHOOL]]


async def test_a_connection_for_every_school_sees_them_all_and_the_next_for_one_its_own(
    pool: asyncpg.Pool,
) -> None:
    async with of_every_school(pool) as conn:
        every = [row[0] for row in await conn.fetch(SEEN)]
    async with of_school(pool, OTHER_SCHOOL) as conn:
        one = [row[0] for row in await conn.fetch(SEEN)]

    assert (every, one) == ([SCHOOL, OTHER_SCHOOL], [OTHER_SCHOOL])


@pytest.mark.parametrize(
    ("urns", "whose"),
    [(None, "*"), ([], "*"), ([SCHOOL], f"{SCHOOL}"), ([SCHOOL, OTHER_SCHOOL], "*")],
)
async def test_a_token_for_one_school_has_a_connection_for_one(
    pool: asyncpg.Pool, urns: list[int] | None, whose: str
) -> None:
    async with of_schools(pool, urns) as conn:
        assert await conn.fetchval(WHOSE) == whose


async def test_a_connection_that_works_for_the_school_already_is_told_nothing(
    pool: asyncpg.Pool, database_url: str
) -> None:
    async with of_school(pool, SCHOOL) as conn:
        await conn.execute("SELECT 'the last thing said'")
    async with of_school(pool, SCHOOL), connected(database_url, role=None) as observer:
        said = await observer.fetchval(LAST_SAID)

    assert said == "SELECT 'the last thing said'"


async def test_a_binding_that_failed_is_not_taken_for_done(pool: asyncpg.Pool) -> None:
    async with of_school(pool, SCHOOL) as conn:
        await conn.execute("BEGIN")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await conn.execute("SELECT 1 / 0")
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await conn.bind(f"{OTHER_SCHOOL}")
        await conn.execute("ROLLBACK")

    async with of_school(pool, OTHER_SCHOOL) as conn:
        assert [row[0] for row in await conn.fetch(SEEN)] == [OTHER_SCHOOL]


async def test_what_is_no_number_never_reaches_the_database_as_a_school(
    pool: asyncpg.Pool,
) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        async with of_school(pool, "1'; DROP"):  # type: ignore[arg-type]  # as a mistake would
            pass

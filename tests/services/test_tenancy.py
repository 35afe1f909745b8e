"""Statements that forget which school they are about: they meet one school's rows, or none.

Two schools have rows in every table there is. Each service's role is tried on each table it has any
right to, with SQL that no module of ours would hold.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from eventlog import SchoolId, Skip, hold, note_rebuild, record_fault, settle, skip
from support.house import TERM_TIME, house
from support.imported import csv_of, imported, sent
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, SERVICE_ROLES, connected, note, whole_log
from support.school import OFFICER, PUPILS, SmallSchool, accepted, amendment, drawn

MONDAY: Final = date(2026, 11, 9)
SCHOOLS: Final = (SCHOOL, OTHER_SCHOOL)

TABLES: Final = """
SELECT a.attrelid::regclass::text FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
 WHERE a.attname = 'school_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
 ORDER BY 1
"""
MAY: Final = """
SELECT CASE WHEN has_schema_privilege($1, split_part($2, '.', 1), 'USAGE')
            THEN has_table_privilege($1, $2, $3) ELSE false END
"""
# A column that PostgreSQL works out itself can't be written.
WRITTEN: Final = """
SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute AS a
 WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attgenerated = ''
"""
COLLECT: Final = """
UPDATE notifications.subscription SET status = 'active', activated_at = '2026-09-01Z'
"""
ACTIVATE: Final = """
INSERT INTO notifications.activation (school_id, subscription_id, position)
SELECT $1, id, 0 FROM notifications.subscription
"""

FOUR_WEEKS: Final = {
    "periods": [{"terms": {"weeks": 4}, "in_force_from": "2026-09-01", "source": "A policy"}],
    "by": OFFICER,
}
GIVEN_UP: Final = "UPDATE notifications.delivery SET status = 'undelivered'"

Refused = asyncpg.InsufficientPrivilegeError


@dataclass(frozen=True, slots=True)
class Two:
    """A database with two schools in every table, and its owner."""

    url: str
    owner: asyncpg.Connection

    async def tried(
        self, right: str, *, whose: str | None
    ) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
        """Go through the tables with schools in them that each role has a right to."""
        tables = [row[0] for row in await self.owner.fetch(TABLES)]
        for role in SERVICE_ROLES:
            async with connected(self.url, role, whose=whose) as conn:
                for table in tables:
                    if await self.owner.fetchval(MAY, role, table, right):
                        yield conn, table

    async def rows(self, table: str, school: int) -> list[str]:
        """Read a school's rows as they are."""
        query = f"SELECT t::text FROM {table} AS t WHERE school_id = $1 ORDER BY 1"
        return [row[0] for row in await self.owner.fetch(query, school)]


async def held_back(conn: asyncpg.Connection, consumer: str, urn: int, *, position: int) -> None:
    now, school = MORNING, SchoolId(urn)
    await record_fault(conn, consumer, school, position=position, error="X at y", now=now)


def passed_over(consumer: str, urn: int, *, position: int) -> Skip:
    return Skip(
        consumer=consumer,
        school=SchoolId(urn),
        position=position,
        reason="A trial of ours.",
        by_name="O. Perator",
        by_position="On call",
        skipped_at=MORNING,
    )


@pytest.fixture
async def two(database_url: str, tmp_path: Path) -> AsyncIterator[Two]:
    """Both schools with a year, alerts, deliveries and imports that wait, consumers at fault."""
    async with (
        house(database_url, tmp_path) as running,
        running.client() as client,
        connected(database_url, role=None) as owner,
    ):
        url = "http://127.0.0.1:9/hook"
        subscription = {"urns": [*SCHOOLS], "url": url}
        made = await accepted(client.post("/notifications/v1/subscriptions", json=subscription))
        await owner.execute(COLLECT)
        for urn in SCHOOLS:
            school = SmallSchool(running, client, urn)
            await school.open(*PUPILS)
            await school.take_weeks("p1", "GGGGGGGGGG", monday=MONDAY)
            await accepted(school.enter(drawn("//I")))
            await accepted(school.amend([amendment("p3", "I", "M")]))
            await owner.execute(ACTIVATE, urn)
            for follower in ("thresholds", "notifications"):
                await held_back(owner, follower, urn, position=98)
                await skip(owner, passed_over(follower, urn, position=98))
                await held_back(owner, follower, urn, position=99)
            for rebuilt in ("thresholds", "register"):
                await note_rebuild(owner, rebuilt, SchoolId(urn), "some code", done=True)
            await imported(school, csv_of("2026-11-20,PM,nobody,/"))
        for urn in SCHOOLS:
            await sent(SmallSchool(running, client, urn), csv_of("2026-11-20,PM,p2,/"))
        await running.settle()
        for urn in SCHOOLS:
            terms = f"/thresholds/v1/schools/{urn}/terms/part-time-timetable-review"
            await accepted(client.put(terms, json=FOUR_WEEKS))
        await running.settle()
        await owner.execute(GIVEN_UP)
        again = f"/notifications/v1/subscriptions/{made.json()['id']}/replays"
        await accepted(client.post(again, json={"missing_only": True}))
        yield Two(database_url, owner)


async def test_every_table_has_rows_of_both_schools(two: Two) -> None:
    tables = [row[0] for row in await two.owner.fetch(TABLES)]

    empty = [name for name in tables for urn in SCHOOLS if not await two.rows(name, urn)]
    assert empty == [], "these tests have lost part of their subject: give it rows above"


async def test_a_statement_that_forgets_the_school_reads_one_school(two: Two) -> None:
    async for conn, table in two.tried("SELECT", whose=f"{OTHER_SCHOOL}"):
        found = await conn.fetch(f"SELECT school_id, t::text FROM {table} AS t ORDER BY 2")

        assert {row["school_id"] for row in found} == {OTHER_SCHOOL}, table
        assert [row["t"] for row in found] == await two.rows(table, OTHER_SCHOOL), table


@pytest.mark.parametrize("whose", [None, "", "0"])
async def test_a_session_bound_to_no_school_reads_nothing(two: Two, whose: str | None) -> None:
    async for conn, table in two.tried("SELECT", whose=whose):
        assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_work_across_schools_says_so_and_reads_them_all(two: Two) -> None:
    async for conn, table in two.tried("SELECT", whose="*"):
        found = await conn.fetch(f"SELECT DISTINCT school_id FROM {table} ORDER BY 1")

        assert [row[0] for row in found] == [*SCHOOLS], table


@pytest.mark.parametrize("whose", [None, f"{OTHER_SCHOOL}"])
async def test_a_deletion_that_forgets_the_school_spares_the_others(
    two: Two, whose: str | None
) -> None:
    async for conn, table in two.tried("DELETE", whose=whose):
        before = await two.rows(table, SCHOOL)
        await conn.execute(f"DELETE FROM {table}")

        assert await two.rows(table, SCHOOL) == before, table


async def test_an_update_that_forgets_the_school_finds_one_school(two: Two) -> None:
    async for conn, table in two.tried("UPDATE", whose=f"{OTHER_SCHOOL}"):
        changed = await conn.fetch(f"UPDATE {table} SET school_id = school_id RETURNING school_id")

        assert {row[0] for row in changed} == {OTHER_SCHOOL}, table


async def test_no_row_is_handed_to_another_school(two: Two) -> None:
    async for conn, table in two.tried("UPDATE", whose=f"{OTHER_SCHOOL}"):
        with pytest.raises(Refused, match="row-level security"):
            await conn.execute(f"UPDATE {table} SET school_id = {SCHOOL}")


async def test_no_row_is_added_to_another_school(two: Two) -> None:
    async for conn, table in two.tried("INSERT", whose=f"{OTHER_SCHOOL}"):
        copied = f"jsonb_populate_record(t, '{{\"school_id\": {SCHOOL}}}')"
        written = await two.owner.fetchval(WRITTEN, table)
        with pytest.raises(Refused, match="row-level security"):
            await conn.execute(
                f"INSERT INTO {table} ({', '.join(written)}) OVERRIDING SYSTEM VALUE "
                f"SELECT {', '.join(f'({copied}).{name}' for name in written)} FROM {table} AS t"
            )


@pytest.mark.parametrize("whose", [None, "", f"{OTHER_SCHOOL}"])
async def test_the_log_of_another_school_is_neither_appended_to_nor_held_nor_settled(
    two: Two, whose: str | None
) -> None:
    async with connected(two.url, whose=whose) as conn:
        for attempt in (note(conn, SCHOOL), hold(conn, SCHOOL), settle(conn, SCHOOL, MORNING)):
            with pytest.raises(Refused, match="another school, or for none"):
                await attempt


async def test_a_school_is_appended_to_by_who_is_bound_to_it(two: Two) -> None:
    async with connected(two.url, whose=f"{SCHOOL}") as conn:
        before = await hold(conn, SCHOOL)
        await note(conn, SCHOOL, at=TERM_TIME)

        assert len(await whole_log(conn, SCHOOL)) == before + 1

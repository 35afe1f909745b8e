"""A page of deliveries or returns costs what the page holds, however many there are."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from notifications import deliveries_table, returns_table
from servicekit.database import of_every_school
from support.endpoint import endpoint
from support.notified import AT, Notified, met, notified
from support.returned import SICKNESS, entered, found

MANY_DELIVERIES = """
WITH message AS (
    INSERT INTO notifications.message
           (school_id, position, ordinal, id, la_code, type, subject, sequence, body)
    SELECT school_id, 1000 + n, 0, gen_random_uuid(), la_code, type, subject, 1000 + n, body
      FROM (SELECT * FROM notifications.message LIMIT 1) AS one, generate_series(1, 5000) AS n
    RETURNING *
)
INSERT INTO notifications.delivery
       (school_id, subscription_id, position, ordinal, sequence, id, event_id, subject, status,
        created_at)
SELECT message.school_id, one.subscription_id, message.position, 0, message.position,
       gen_random_uuid(), message.id, message.subject, 'delivered',
       one.created_at - message.position * interval '1 minute'
  FROM message, (SELECT * FROM notifications.delivery LIMIT 1) AS one
"""
MANY_RETURNS = """
INSERT INTO notifications.statutory_return
       (school_id, id, alert_id, rule, pupil, la_code, role, version, met_on, provisional, contents,
        made_at, made_position, heard_position)
SELECT school_id, gen_random_uuid(), alert_id, rule, pupil, la_code, role, version, met_on,
       provisional, contents, made_at - n * interval '1 minute', made_position, heard_position
  FROM (SELECT * FROM notifications.statutory_return LIMIT 1) AS one, generate_series(1, 5000) AS n
"""
BEFORE = (AT, UUID(int=0))


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with one delivery and one return among thousands."""
    async with endpoint() as la, notified(database_url, tmp_path) as running:
        await running.subscribe(la)
        await running.happen(entered(), met("p1"), found(SICKNESS))
        for statement in (MANY_DELIVERIES, MANY_RETURNS, "ANALYZE"):
            await running.conn.execute(statement)
        yield running


async def planned(notices: Notified, statement: str, *given: object) -> str:
    """Run a statement over all schools, and tell how."""
    async with of_every_school(notices.runtime.pool) as conn:
        plan = await conn.fetch(f"EXPLAIN (ANALYZE) {statement}", *given)
    return "\n".join(row[0] for row in plan)


async def test_a_page_of_all_deliveries_is_read_off_an_index_and_no_further(
    notices: Notified,
) -> None:
    told = await planned(notices, deliveries_table.PAGE, None, None, None, None, *BEFORE, 50)

    assert "Index Cond: ((subscription_id = s.id) AND (ROW(created_at, id) <" in told
    assert "using delivery_listed on delivery" in told


async def test_a_page_of_all_returns_is_read_off_an_index_and_no_further(
    notices: Notified,
) -> None:
    wanted = (None, None, None, None, None)
    told = await planned(
        notices, returns_table.PAGE, None, None, *wanted, date(2026, 11, 20), *BEFORE, 50
    )

    assert "Index Cond: (ROW(made_at, id) <" in told
    assert "using statutory_return_newest_of_all on statutory_return" in told

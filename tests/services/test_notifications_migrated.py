"""Deliveries of an older version are carried over: what was under way waits again."""

from collections.abc import AsyncIterator

import pytest
from support.log import connected
from support.migrated import older_database, upgrade

BEFORE = "0015"
ROWS = """
INSERT INTO notifications.subscription (id, la_code, url, types, status, key_id, sealed_secret,
                                        created_at, activated_at)
VALUES ('00000000-0000-0000-0000-000000000001', '886', 'https://la.example/hook', '{}', 'active',
        'key_1', 'x', now(), now());
INSERT INTO notifications.message (school_id, position, id, la_code, type, subject, sequence, body)
SELECT 999001, n, gen_random_uuid(), '886', 't', 's', n, '{}' FROM generate_series(1, 2) AS n;
INSERT INTO notifications.delivery (school_id, subscription_id, position, id, event_id, subject,
                                    status, sequence, created_at)
SELECT school_id, '00000000-0000-0000-0000-000000000001', position, gen_random_uuid(), id, subject,
       CASE position WHEN 1 THEN 'sending' ELSE 'pending' END, sequence, now()
  FROM notifications.message
"""


@pytest.fixture
async def older(postgres_url: str) -> AsyncIterator[str]:
    """A database of the version before, with nothing in it."""
    async with older_database(postgres_url, BEFORE) as url:
        yield url


async def test_a_delivery_that_was_under_way_is_pending(older: str) -> None:
    async with connected(older, role=None) as conn:
        await conn.execute(ROWS)

    await upgrade(older)

    async with connected(older, role=None) as conn:
        rows = await conn.fetch("SELECT status FROM notifications.delivery ORDER BY position")
    assert [row["status"] for row in rows] == ["pending", "pending"]

"""A page of alerts costs what the page holds, however many alerts and schools there are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from threading import get_ident
from typing import Any
from uuid import UUID

import pytest
from servicekit.database import of_every_school
from support.asking import get
from support.followed import FIRST
from support.house import House, house
from support.log import connected
from support.school_log import SchoolLog
from thresholds.alert_schemas import shown
from thresholds.alerts_table import PAGE, SchoolAlert

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
MANY = """
INSERT INTO thresholds.alert
       (school_id, version, alert, rule, pupil, episode, status, provisional, met_on, met_half,
        raised_at, position, evidence, figures, terms, source, history)
SELECT school_id, version, gen_random_uuid(), rule, pupil, n,
       CASE WHEN n % 10 = 0 THEN 'open' ELSE 'closed' END, provisional, met_on, met_half,
       raised_at - n * interval '1 minute', position, evidence, figures, terms, source, history
  FROM (SELECT * FROM thresholds.alert LIMIT 1) AS one, generate_series(1, 5000) AS n
"""


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A school of which one alert was raised at least."""
    async with (
        connected(database_url, role=None) as conn,
        house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running,
    ):
        log = SchoolLog(conn)
        await log.open("p1")
        await log.week(FIRST, {"p1": "GGGGGGGGGG"})
        await running.settle()
        yield running


@pytest.mark.parametrize("status", [None, "open"])
async def test_a_page_of_many_schools_alerts_is_read_off_an_index_and_no_further(
    rollbook: House, database_url: str, status: str | None
) -> None:
    async with connected(database_url, role=None) as owner:
        await owner.execute(MANY)
        await owner.execute("ANALYZE")
    before = (NOW, UUID(int=0))
    async with of_every_school(rollbook.app.state.runtimes["thresholds"].pool) as conn:
        plan = await conn.fetch(
            f"EXPLAIN (ANALYZE) {PAGE}", None, None, None, status, None, None, *before, 50
        )

    told = "\n".join(row[0] for row in plan)
    assert "Index Cond: (ROW(raised_at, alert) <" in told
    assert f"using alert_newest_{'of_all' if status is None else 'open'} on alert" in told


async def test_a_page_of_alerts_is_shaped_beside_the_loop(
    rollbook: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def noted(alert: SchoolAlert) -> dict[str, Any]:
        threads.append(get_ident())
        return shown(alert)

    monkeypatch.setattr("thresholds.routes.alerts.shown", noted)
    listed = (await get(rollbook, "/thresholds/v1/alerts")).json()["items"]

    assert len(listed) == len(threads) > 0
    assert get_ident() not in threads

"""Simulations over HTTP: what other numbers would find, and that nothing of it stays."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import pytest
from support.asking import INSIDERS, OWN_SCHOOL, STRANGERS, Token, get
from support.eventually import eventually
from support.followed import FIRST, PRESENT, SECOND
from support.house import House, house, keyed
from support.log import connected
from support.school import slugs
from support.school_log import SchoolLog

NOW: Final = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
URN: Final = 999001
PATH: Final = "/thresholds/v1/simulations"
RULE: Final = "penalty-notice-threshold"
TABLES: Final = """
SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('eventlog', 'thresholds')
"""
WAITING: Final = """
SELECT count(*) = 1 FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running:
        yield running


@pytest.fixture
async def log(database_url: str, rollbook: House) -> AsyncIterator[SchoolLog]:
    """Three pupils: eight sessions of holiday, ten, and none."""
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn, URN)
        await log.open("p1", "p2", "p3")
        await log.week(FIRST, {"p1": "GGGGGGGG//", "p2": PRESENT, "p3": PRESENT})
        await log.week(SECOND, {"p1": PRESENT, "p2": "GGGGGGGGGG", "p3": PRESENT})
        await rollbook.settle()
        yield log


async def ask(
    rollbook: House,
    body: Mapping[str, object],
    *,
    scope: str = "alerts:read",
    token: Token = OWN_SCHOOL,
) -> httpx.Response:
    asked = {"urn": URN, "rule": RULE, "terms": {"sessions": 8}, **body}
    async with rollbook.client(scope, **token) as client:
        return await client.post(PATH, json=asked)


async def simulated(rollbook: House, **body: object) -> dict[str, Any]:
    answer = await ask(rollbook, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def met(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["pupil"], each["met_on"]["date"]) for each in found["items"]]


async def rows(conn: asyncpg.Connection) -> dict[str, list[str]]:
    tables = [row[0] for row in await conn.fetch(TABLES)]
    return {
        table: [row[0] for row in await conn.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
        for table in tables
    }


async def test_it_says_what_a_rule_would_find_beside_what_it_finds(
    rollbook: House, log: SchoolLog
) -> None:
    found = await simulated(rollbook)

    assert found["terms"]["numbers"] == {
        "sessions": 8,
        "school_weeks": 10,
        "codes": ["G", "N", "O", "U"],
    }
    assert found["terms"]["source"].startswith("A simulation")
    assert found["pupils"] == 3
    assert found["simulated"] == {"met": 2, "pupils_met": 2}
    assert found["as_it_stands"] == {"met": 1, "pupils_met": 1}
    assert found["items"][0] == {
        "pupil": "p1",
        "trigger": None,
        "met_on": {"date": "2026-09-10", "session": "PM"},
        "provisional": False,
        "lapsed_on": None,
        "figures": {"unauthorised": 8},
    }
    assert met(found) == [("p1", "2026-09-10"), ("p2", "2026-09-17")]


async def test_nothing_is_stored(rollbook: House, log: SchoolLog) -> None:
    before = await rows(log.conn)

    await simulated(rollbook)
    await rollbook.settle()

    assert await rows(log.conn) == before


async def test_with_the_rule_s_own_numbers_it_finds_what_was_raised(
    rollbook: House, log: SchoolLog
) -> None:
    for rule, numbers in ((RULE, {"sessions": 10}), ("persistent-absence", {"one_in": 10})):
        found = await simulated(rollbook, rule=rule, terms=numbers)
        alerts = await get(rollbook, "/thresholds/v1/alerts", {"urn": URN, "rule": rule})

        assert found["simulated"] == found["as_it_stands"]
        raised = {(each["pupil"], each["met_on"]["date"]) for each in alerts.json()["items"]}
        assert set(met(found)) == raised != set()


async def test_it_is_asked_over_some_days_and_lists_so_many(
    rollbook: House, log: SchoolLog
) -> None:
    later = await simulated(rollbook, **{"from": "2026-09-11"})
    sooner = await simulated(rollbook, to="2026-09-10")
    first = await simulated(rollbook, limit=1)

    assert met(later) == [("p2", "2026-09-17")]
    assert later["as_it_stands"] == {"met": 1, "pupils_met": 1}
    assert met(sooner) == [("p1", "2026-09-10")]
    assert sooner["as_it_stands"] == {"met": 0, "pupils_met": 0}
    assert met(first) == [("p1", "2026-09-10")]
    assert first["simulated"] == {"met": 2, "pupils_met": 2}


async def test_numbers_of_every_sort_can_be_tried(rollbook: House, log: SchoolLog) -> None:
    none = await simulated(rollbook, terms={"codes": ["O", "U"]})
    stricter = await simulated(rollbook, rule="illness-evidence", terms={"half_days": 1})
    juniors = {"most_junior": "8"}
    returns = await simulated(rollbook, rule="new-pupil-return", terms=juniors)
    later = {**juniors, "from_starting_day": "2026-10-01"}
    fewer = await simulated(rollbook, rule="new-pupil-return", terms=later)

    assert none["simulated"]["met"] == 0
    assert stricter["simulated"]["met"] == 0
    assert (returns["simulated"]["met"], returns["as_it_stands"]["met"]) == (3, 0)
    assert fewer["simulated"]["met"] == 0


async def test_what_a_school_has_set_is_how_it_stands(rollbook: House, log: SchoolLog) -> None:
    log.now = NOW
    await log.week(date(2026, 9, 21), {"p3": "IIIIII////"})
    period = {"terms": {"half_days": 4}, "in_force_from": "2026-09-01", "source": "A policy"}
    body = {"periods": [period], "by": {"name": "A. Smith", "position": "Head"}}
    async with rollbook.client("schools:write", **OWN_SCHOOL) as client:
        await client.put(f"/thresholds/v1/schools/{URN}/terms/illness-evidence", json=body)
    await rollbook.settle()

    found = await simulated(rollbook, rule="illness-evidence", terms={"half_days": 5})

    assert found["simulated"]["met"] == 1
    assert found["as_it_stands"]["met"] == 1
    assert (await simulated(rollbook, rule="illness-evidence", terms={"half_days": 6}))[
        "simulated"
    ]["met"] == 0


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"terms": {"seasons": 1}}, ("/terms", "number-unknown")),
        ({"terms": {}}, ("/terms", "no-numbers")),
        ({"terms": {"sessions": 0}}, ("/terms/sessions", "number-out-of-bounds")),
        ({"terms": {"sessions": 10_001}}, ("/terms/sessions", "number-out-of-bounds")),
        ({"terms": {"sessions": "ten"}}, ("/terms/sessions", "number-of-another-sort")),
        ({"terms": {"sessions": ["G"]}}, ("/terms/sessions", "number-of-another-sort")),
        ({"terms": {"codes": []}}, ("/terms/codes", "number-of-another-sort")),
        ({"terms": {"codes": ["A"]}}, ("/terms/codes", "number-of-another-sort")),
        ({"rule": "register-not-taken"}, ("/rule", "rule-not-simulated")),
        ({"rule": "late-homework"}, ("/rule", "enum")),
        ({"limit": 1001}, ("/limit", "less-than-equal")),
        ({"from": "2026-10-01", "to": "2026-09-30"}, ("", "from-after-to")),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    rollbook: House, log: SchoolLog, sent: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await ask(rollbook, sent)

    assert answer.status_code == 422, answer.text
    assert slugs(answer) == [wrong]


async def test_it_takes_the_scope_of_reading_alerts_and_a_token_for_the_school(
    rollbook: House, log: SchoolLog
) -> None:
    assert (await ask(rollbook, {}, scope="register:read")).status_code == 403
    for token in STRANGERS:
        assert (await ask(rollbook, {}, token=token)).status_code == 404
    for token in INSIDERS:
        assert (await ask(rollbook, {}, token=token)).status_code == 200
    assert (await ask(rollbook, {"urn": 999009}, token={"urns": "*"})).status_code == 404


async def test_one_is_worked_out_at_a_time(
    rollbook: House, log: SchoolLog, database_url: str
) -> None:
    async with connected(database_url, role=None) as other, other.transaction():
        await other.execute("LOCK TABLE thresholds.pupil IN ACCESS EXCLUSIVE MODE")
        first = asyncio.create_task(ask(rollbook, {}))
        await eventually(lambda: log.conn.fetchval(WAITING))

        second = await ask(rollbook, {})

    assert second.status_code == 503
    assert second.json()["type"] == "/problems/simulation-under-way"
    assert second.headers["Retry-After"] == "5"
    assert (await first).status_code == 200
    assert (await ask(rollbook, {})).status_code == 200


async def test_it_needs_no_key_and_takes_none_amiss(rollbook: House, log: SchoolLog) -> None:
    async with rollbook.client("alerts:read", **OWN_SCHOOL) as client:
        body = {"urn": URN, "rule": RULE, "terms": {"sessions": 8}}
        answer = await client.post(PATH, json=body, headers=keyed())

    assert answer.status_code == 200

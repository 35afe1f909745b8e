"""Alerts over HTTP: what they say, and whom they say it to."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from attendance.session import Half, Session
from eventlog import Batch, Connection, SchoolId, rebuild_school
from support.asking import INSIDERS, STRANGERS, Query, Token, get
from support.followed import FIRST, SECOND
from support.house import House, house
from support.log import connected
from support.school_log import SchoolLog
from thresholds.processor import processor

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
URN = 999001
PUPIL = f"/thresholds/v1/schools/{URN}/pupils/p1/attendance"
ALERTS = "/thresholds/v1/alerts"
READ = "register:read alerts:read"


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running:
        yield running


@pytest.fixture
async def open_log(database_url: str) -> AsyncIterator[Callable[[int], SchoolLog]]:
    async with connected(database_url, role=None) as conn:
        yield lambda urn: SchoolLog(conn, urn)


@pytest.fixture
async def log(open_log: Callable[[int], SchoolLog]) -> SchoolLog:
    log = open_log(URN)
    await log.open("p1", "p2")
    return log


async def items(rollbook: House, query: Query | None = None) -> list[dict[str, Any]]:
    answer = await get(rollbook, ALERTS, query)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()["items"]
    return listed


def slugs(answer: httpx.Response) -> list[str]:
    return [each["code"] for each in answer.json()["errors"]]


async def test_each_route_needs_a_token_with_its_scope(rollbook: House, log: SchoolLog) -> None:
    await rollbook.settle()
    one = f"{ALERTS}/00000000-0000-0000-0000-000000000000"

    for path, other_scope in (
        (PUPIL, "alerts:read"),
        (ALERTS, "register:read"),
        (one, "register:read"),
    ):
        async with rollbook.anonymous() as nobody:
            assert (await nobody.get(path)).status_code == 401
        assert (await get(rollbook, path, scope=other_scope)).status_code == 403


async def test_whoever_waits_for_the_position_of_a_mark_finds_the_alert_it_raised(
    rollbook: House, log: SchoolLog
) -> None:
    last = await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    await rollbook.settle()

    (alert,) = await items(
        rollbook, {"urn": URN, "rule": "penalty-notice-threshold", "min_position": last}
    )

    assert alert == {
        "id": alert["id"],
        "rule": "penalty-notice-threshold",
        "urn": URN,
        "pupil": "p1",
        "group": None,
        "trigger": None,
        "episode": 1,
        "status": "open",
        "provisional": False,
        "met_on": {"date": "2026-09-11", "session": "PM"},
        "due_on": None,
        "raised_at": "2026-11-20T16:00:00Z",
        "position": alert["position"],
        "evidence": [
            {
                "date": f"2026-09-{7 + place // 2:02d}",
                "session": "AM" if place % 2 == 0 else "PM",
                "code": "G",
                "position": last - 9 + place,
            }
            for place in range(10)
        ],
        "rests_on": [],
        "figures": {"unauthorised": 10},
        "terms": {
            "sessions": 10,
            "school_weeks": 10,
            "codes": ["G", "N", "O", "U"],
            "in_force_from": "2024-08-19",
        },
        "source": alert["source"],
        "considered": None,
    }
    assert "National Framework" in alert["source"]


async def test_one_alert_tells_its_history(rollbook: House, log: SchoolLog) -> None:
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    await rollbook.settle()
    log.now = NOW + timedelta(seconds=1)
    await log.amend(Session(FIRST, Half.AM), "p1", "G", "I")
    rollbook.clock.forward(seconds=5)
    await rollbook.settle()
    (withdrawn,) = await items(
        rollbook, {"rule": "penalty-notice-threshold", "status": "withdrawn"}
    )

    answer = await get(rollbook, f"{ALERTS}/{withdrawn['id']}")

    history = answer.json()["history"]
    more = {"history", "next_notices"}
    assert {key: each for key, each in answer.json().items() if key not in more} == withdrawn
    assert [(step["kind"], step["at"], step["reason"]) for step in history] == [
        ("met", "2026-11-20T16:00:00Z", None),
        ("withdrawn", "2026-11-20T16:00:05Z", "The register was amended."),
    ]
    assert history[-1]["position"] == withdrawn["position"]


async def test_an_alert_of_another_school_is_not_there(rollbook: House, log: SchoolLog) -> None:
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    await rollbook.settle()
    alert = (await items(rollbook))[0]

    for token in STRANGERS:
        assert (await get(rollbook, f"{ALERTS}/{alert['id']}", token=token)).status_code == 404
    for token in INSIDERS:
        assert (await get(rollbook, f"{ALERTS}/{alert['id']}", token=token)).status_code == 200


async def test_a_school_that_is_not_there_or_not_ones_own_is_404(
    rollbook: House, log: SchoolLog
) -> None:
    await rollbook.settle()

    for token in STRANGERS:
        assert (await get(rollbook, ALERTS, {"urn": URN}, token=token)).status_code == 404
    assert (await get(rollbook, ALERTS, {"urn": 999009}, token={"urns": "*"})).status_code == 404


async def test_an_authority_sees_the_alerts_of_its_schools_and_of_no_other(
    rollbook: House, log: SchoolLog, open_log: Callable[[int], SchoolLog]
) -> None:
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    for urn, la_code in ((999002, "886"), (999003, "999")):
        other = open_log(urn)
        await other.open("p1", la_code=la_code)
        await other.week(FIRST, {"p1": "GGGGGGGGGG"})
    await rollbook.settle()

    async def schools(token: Token, query: Query | None = None) -> set[int]:
        answer = await get(rollbook, ALERTS, query, token=token)
        assert answer.status_code == 200, answer.text
        return {item["urn"] for item in answer.json()["items"]}

    assert await schools({"la": "886"}) == {999001, 999002}
    assert await schools({"la": "886"}, {"la": "886"}) == {999001, 999002}
    assert await schools({"la": "886"}, {"urn": "999002"}) == {999002}
    assert await schools({"urns": [999001, 999003]}) == {999001, 999003}
    assert await schools({"urns": [999001, 999003]}, {"la": "999"}) == {999003}
    assert await schools({"urns": "*"}) == {999001, 999002, 999003}
    assert await schools({"urns": "*"}, {"la": "886"}) == {999001, 999002}
    assert await schools({"urns": []}) == set()
    assert (await get(rollbook, ALERTS, {"la": "999"}, token={"la": "886"})).status_code == 404


async def test_a_rebuild_under_way_shows_in_no_answer(rollbook: House, log: SchoolLog) -> None:
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    await rollbook.settle()
    log.now = NOW
    newest = await log.mark(Session(SECOND, Half.AM), {"p1": "I"})
    await rollbook.settle()
    before = [(await get(rollbook, path)).json() for path in (PUPIL, ALERTS)]
    whole = replace(processor(rollbook.clock), replay_events=1)

    async def stops_at_the_last(conn: Connection, batch: Batch) -> None:
        if batch.events[-1].position == newest:
            raise ConnectionResetError
        await whole.handle(conn, batch)

    with pytest.raises(ConnectionResetError):
        await rebuild_school(log.conn, replace(whole, handle=stops_at_the_last), SchoolId(URN))

    assert await log.conn.fetchval("SELECT max(version) FROM thresholds.alert") == 2
    assert [(await get(rollbook, path)).json() for path in (PUPIL, ALERTS)] == before


async def test_alerts_are_filtered_by_rule_status_and_pupil(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": "GGGGGGGGGG", "p2": "I/////////"})
    await log.mark(Session(SECOND, Half.AM), {"p2": "/"})
    await rollbook.settle()

    async def found(query: Query | None = None) -> set[tuple[str, str, str]]:
        return {
            (each["pupil"], each["rule"], each["status"]) for each in await items(rollbook, query)
        }

    everything = await found()
    assert await found({"pupil": "p2"}) == {each for each in everything if each[0] == "p2"}
    assert await found({"status": "closed"}) == {each for each in everything if each[2] == "closed"}
    assert await found({"rule": "severe-absence", "pupil": "p1"}) == {
        ("p1", "severe-absence", "open")
    }
    assert ("p2", "persistent-absence", "closed") in everything


async def test_pages_of_alerts_hold_each_alert_once_the_newest_first(
    rollbook: House, log: SchoolLog
) -> None:
    for number in range(3):
        await log.week(FIRST + timedelta(weeks=number), {"p1": "GGGGGGGGGG", "p2": "I/////////"})
        await rollbook.settle()
        rollbook.clock.forward(minutes=1)
        log.now = rollbook.clock.now
    whole = await items(rollbook)
    paged: list[dict[str, Any]] = []
    url = f"{ALERTS}?limit=2"
    async with rollbook.client(READ, urns=[URN]) as client:
        while url:
            answer = await client.get(url)
            paged += answer.json()["items"]
            url = answer.links["next"]["url"] if answer.json()["next"] else ""

    assert paged == whole
    assert len({alert["id"] for alert in paged}) == len(paged) > 4
    assert sorted((each["raised_at"] for each in paged), reverse=True) == [
        each["raised_at"] for each in paged
    ]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ({"rule": "late-homework"}, "enum"),
        ({"status": "shut"}, "enum"),
        ({"la": "88"}, "string-pattern-mismatch"),
        ({"pupil": "Ada Okafor"}, "string-pattern-mismatch"),
        ({"min_position": 1}, "urn-required"),
        ({"limit": 0}, "greater-than-equal"),
        ({"cursor": "nonsense"}, "cursor-invalid"),
        ({"cursor": "WzEsIngiXQ"}, "cursor-invalid"),
        ({"rules": "severe-absence"}, "extra-forbidden"),
        ({"urn": "999_001"}, "urn-format"),
        ({"urn": " 999001"}, "urn-format"),
        ({"urn": "999001.0"}, "urn-format"),
        ({"urn": "٩٩٩٠٠١"}, "urn-format"),
        ({"urn": ["999001", "999002"]}, "parameter-repeated"),
        ({"la": "٨٨٦"}, "string-pattern-mismatch"),
        ({"limit": "1_0"}, "number-format"),
        ({"urn": URN, "min_position": "1.0"}, "number-format"),
    ],
)
async def test_a_filter_that_cannot_be_read_is_refused_not_ignored(
    rollbook: House, log: SchoolLog, query: Query, slug: str
) -> None:
    answer = await get(rollbook, ALERTS, query)

    assert answer.status_code == 422
    assert slugs(answer) == [slug]
    assert "Okafor" not in answer.text


async def test_an_alert_id_that_is_none_is_refused(rollbook: House) -> None:
    assert (await get(rollbook, f"{ALERTS}/p1")).status_code == 422

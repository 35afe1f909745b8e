"""The routes of operation: alive, ready, measured, documented; open to everyone."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from attendance.identifiers import Urn
from attendance.session import Half, Session
from attendance.streams import session_stream
from eventlog import Command, NewEvent, SchoolId, append, record_fault
from servicekit.database import of_school
from servicekit.runner import catch_up
from support.house import House
from support.postgres import database_of, drop_database
from support.school import (
    PUPILS,
    TODAY,
    URN,
    Json,
    SmallSchool,
    accepted,
    drawn,
    found,
    small_school,
)

THRESHOLDS = "thresholds"


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """The small school, with a service that follows the log beside the register."""
    services = ("register-api", THRESHOLDS)
    async with small_school(database_url, tmp_path, *PUPILS, services=services) as opened:
        yield opened


async def ready(school: SmallSchool) -> tuple[int, Json]:
    async with school.house.anonymous() as anyone:
        answer = await anyone.get("/ready")
    return answer.status_code, answer.json()


async def follow(running: House) -> None:
    """Let the consumer work off what there is, as it does in a running process."""
    runtime = running.app.state.runtimes[THRESHOLDS]
    for consumer in running.app.state.consumers[THRESHOLDS]:
        await catch_up(runtime, consumer, running.app.state.metrics, Counter())


async def poison(school: SmallSchool, urn: int) -> int:
    """Append an event that no consumer can read; give its position."""
    stream = session_stream(Urn(urn), Session(TODAY, Half.AM))
    pool = school.house.app.state.runtimes["register-api"].pool
    async with of_school(pool, urn) as conn:
        appended = await append(
            conn,
            SchoolId(urn),
            [NewEvent(stream, "MarksRecorded.v1", '{"pupil": "zq-7741"}')],
            command=Command(uuid4(), b"poison"),
            recorded_at=school.house.clock(),
        )
    return appended.position


async def test_a_process_that_answers_is_alive(school: SmallSchool) -> None:
    async with school.house.anonymous() as anyone:
        assert await found(anyone.get("/live")) == {"status": "live"}


async def test_a_process_is_ready_and_says_how_far_behind_its_consumers_are(
    school: SmallSchool,
) -> None:
    behind = await ready(school)
    await follow(school.house)
    caught_up = await ready(school)

    def state(lag: int) -> Json:
        consumer = {
            "name": THRESHOLDS,
            "status": "green",
            "lag_events": lag,
            "faults": [],
            "skipped": [],
        }
        return {"status": "ready", "database": "green", "consumers": [consumer], "checks": []}

    assert behind == (200, state(5))
    assert caught_up == (200, state(0))


async def test_a_process_without_its_database_is_alive_and_not_ready(
    school: SmallSchool, postgres_url: str, database_url: str
) -> None:
    await drop_database(postgres_url, database_url)
    try:
        status, state = await ready(school)
        async with school.house.anonymous() as anyone:
            live = await anyone.get("/live")
    finally:
        await _put_back(postgres_url, database_url)

    assert (status, state["status"], state["database"]) == (503, "unavailable", "red")
    assert live.status_code == 200


async def test_an_event_that_can_t_be_consumed_holds_up_its_school_alone_and_is_seen(
    school: SmallSchool,
) -> None:
    other = SmallSchool(school.house, school.client, urn=999002)
    await other.open("p1")
    position = await poison(school, URN)
    await accepted(other.enter(drawn("N", pupils=["p1"])))

    await follow(school.house)
    status, state = await ready(school)

    assert (status, state["status"]) == (200, "degraded")
    [consumer] = state["consumers"]
    left = await school.head() - position + 1
    assert (consumer["status"], consumer["lag_events"]) == ("red", left)
    [fault] = consumer["faults"]
    assert (fault["school"], fault["position"], fault["attempts"]) == (URN, position, 1)
    assert fault["error"].startswith("MalformedEvent at attendance.codec")
    assert "zq-7741" not in f"{state}"
    figures = f"/thresholds/v1/schools/{other.urn}/pupils/p1/attendance"
    assert (await found(school.client.get(figures)))["possible"] == 1
    assert (await school.enter(drawn("/--"))).status_code == 201, "the register goes on"


async def test_a_school_held_up_is_tried_again_after_a_growing_rest(school: SmallSchool) -> None:
    await poison(school, URN)

    async def attempts() -> int:
        await follow(school.house)
        fault: int = (await ready(school))[1]["consumers"][0]["faults"][0]["attempts"]
        return fault

    assert (await attempts(), await attempts()) == (1, 1)
    school.house.clock.forward(seconds=1)
    assert (await attempts(), await attempts()) == (2, 2)
    school.house.clock.forward(seconds=1)
    assert await attempts() == 2
    school.house.clock.forward(seconds=1)
    assert await attempts() == 3


async def test_a_fault_that_is_over_is_forgotten(school: SmallSchool) -> None:
    pool = school.house.app.state.runtimes[THRESHOLDS].pool
    now = school.house.clock()
    async with of_school(pool, URN) as conn:
        await record_fault(conn, THRESHOLDS, SchoolId(URN), position=1, error="X at y", now=now)
    before = (await ready(school))[1]["status"]
    school.house.clock.forward(seconds=2)

    await follow(school.house)

    assert before == "degraded"
    assert (await ready(school))[1]["status"] == "ready"


async def test_requests_are_measured_by_route_and_never_by_school(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("///")))
    await school.client.request("BREW", f"{school.url}/registers/{TODAY}/AM")
    await school.client.get("/nowhere/zq-7741")
    async with school.house.anonymous() as anyone:
        answer = await anyone.get("/metrics")

    assert answer.headers["Content-Type"].startswith("text/plain")
    register = "/register/v1/schools/{urn}/registers/{date}/{session}"
    for labels in (
        f'method="POST",route="{register}/marks",status="201"',
        f'method="other",route="{register}",status="405"',
        'method="GET",route="unrouted",status="404"',
    ):
        assert f"rollbook_request_seconds_count{{{labels}}} 1.0" in answer.text
    for made_up in (str(URN), "BREW", "zq-7741"):
        assert made_up not in answer.text


async def test_what_consumers_do_is_measured(school: SmallSchool) -> None:
    await follow(school.house)
    async with school.house.anonymous() as anyone:
        answer = await anyone.get("/metrics")

    consumed = f"{float(await school.head())}"
    assert f'rollbook_consumed_positions_total{{consumer="thresholds"}} {consumed}' in answer.text


@pytest.mark.parametrize("path", ["/openapi.json", "/register/v1/openapi.json"])
async def test_the_contract_is_served_with_every_path(school: SmallSchool, path: str) -> None:
    async with school.house.anonymous() as anyone:
        document = await found(anyone.get(path))

    assert "/register/v1/schools/{urn}/registers/{date}/{session}/marks" in document["paths"]
    assert "/ready" in document["paths"]


@pytest.mark.parametrize("path", ["/docs", "/register/v1/docs"])
async def test_the_contract_can_be_read_by_people(school: SmallSchool, path: str) -> None:
    async with school.house.anonymous() as anyone:
        page = await anyone.get(path)

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


async def _put_back(postgres_url: str, database_url: str) -> None:
    """Make an empty database of that name, so that the fixture finds one to drop."""
    conn = await asyncpg.connect(postgres_url)
    try:
        await conn.execute(f"CREATE DATABASE {database_of(database_url)}")
    finally:
        await conn.close()

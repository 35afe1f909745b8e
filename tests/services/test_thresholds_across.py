"""Figures of many schools: whose a token may add up, and that they are the schools' own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from attendance.published_cohort import Cohort
from attendance.rules.periods import NamedPeriod, PeriodKind
from support.asking import Query, Token, get
from support.eventually import eventually
from support.followed import FIRST, PRESENT, SECOND
from support.house import House, house
from support.log import connected
from support.school_log import SchoolLog
from thresholds.figures.across import Remembered
from thresholds.figures.of_school import Question, Row
from thresholds.figures.table import Standing
from thresholds.figures.tally import Tally

NOW: Final = datetime(2026, 12, 18, 16, 0, tzinfo=UTC)
ACROSS: Final = "/thresholds/v1/attendance"
TRUST: Final = "Elmbridge Learning Trust"
WEEKS: Final = {999001: "O" * 10, 999002: "I" * 5 + PRESENT[5:], 999003: PRESENT}
EVERY: Final[Token] = {"urns": "*"}
YEAR: Final = (date(2026, 8, 1), date(2027, 7, 31))
QUESTION: Final = Question(*YEAR, PeriodKind.YEAR, None, Cohort.SCHOOL)
WHOLE_YEAR: Final = NamedPeriod(PeriodKind.YEAR, "2026-27", *YEAR, is_long=True)

QUERIES: Final = ({"group_by": "school"}, {"group_by": "school"}, {"period": "week"})
WAITING: Final = """
SELECT count(*) = 1 FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Two schools of one authority and trust, and one of another authority and no trust."""
    async with (
        connected(database_url, role=None) as conn,
        house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running,
    ):
        for urn, week in WEEKS.items():
            log = SchoolLog(conn, urn)
            ours = urn != 999003
            await log.open("p1", la_code="886" if ours else "887", trust=TRUST if ours else None)
            await log.week(FIRST, {"p1": week})
        await running.settle()
        yield running


async def across(rollbook: House, token: Token, **query: str) -> dict[str, Any]:
    answer = await get(rollbook, ACROSS, query, token=token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("token", "query", "schools"),
    [
        pytest.param(EVERY, {}, {999001, 999002, 999003}, id="every school"),
        pytest.param(EVERY, {"la": "886"}, {999001, 999002}, id="an authority's of all"),
        pytest.param(EVERY, {"trust": TRUST}, {999001, 999002}, id="a trust's of all"),
        pytest.param(EVERY, {"la": "887", "trust": TRUST}, set[int](), id="both, and none is"),
        pytest.param({"la": "886"}, {}, {999001, 999002}, id="an authority's own token"),
        pytest.param({"la": "887"}, {"trust": TRUST}, set[int](), id="a trust elsewhere"),
        pytest.param({"urns": [999002, 999003]}, {}, {999002, 999003}, id="a token of two"),
        pytest.param({"urns": [999002]}, {"trust": TRUST}, {999002}, id="one of the trust's"),
        pytest.param({"urns": [999009]}, {}, set[int](), id="a school that isn't there"),
    ],
)
async def test_figures_are_of_the_schools_the_token_is_for(
    rollbook: House, token: Token, query: dict[str, str], schools: set[int]
) -> None:
    answer = await across(rollbook, token, group_by="school", **query)

    assert answer["schools"] == len(schools)
    assert {int(each["group"]["value"]) for each in answer["items"]} == schools


async def test_an_authority_asks_for_no_other(rollbook: House) -> None:
    assert (await get(rollbook, ACROSS, {"la": "887"}, token={"la": "886"})).status_code == 404


async def test_schools_together_are_sums_of_their_own_sessions(rollbook: House) -> None:
    (whole,) = (await across(rollbook, EVERY))["items"]

    assert (whole["enrolments"], whole["possible"]) == (3, 30)
    assert (whole["authorised"], whole["unauthorised"]) == (5, 10)
    assert (whole["persistent"], whole["severe"]) == (2, 2)
    assert whole["group"] is None


@pytest.mark.parametrize("period", ["week", "half-term", "term", "year", "census"])
async def test_periods_of_several_schools_are_one_where_they_have_one_name(
    rollbook: House, period: str
) -> None:
    rows = (await across(rollbook, EVERY, period=period, group_by="year-group"))["items"]

    (entered,) = rows
    assert (entered["group"]["value"], entered["possible"]) == ("7", 30)


async def test_pages_follow_one_another(rollbook: House) -> None:
    query: Query = {"group_by": "school", "limit": 2}
    first = (await get(rollbook, ACROSS, query, token=EVERY)).json()
    second = (await get(rollbook, ACROSS, {**query, "cursor": first["next"]}, token=EVERY)).json()

    seen = [each["group"]["value"] for page in (first, second) for each in page["items"]]
    assert seen == ["999001", "999002", "999003"]
    assert second["next"] is None


@pytest.mark.parametrize("by", ["pupil", "group"])
async def test_what_means_something_else_in_each_school_is_not_put_together(
    rollbook: House, by: str
) -> None:
    assert (await get(rollbook, ACROSS, {"group_by": by})).status_code == 422


async def test_more_schools_than_an_authority_has_are_refused(
    rollbook: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thresholds.routes.figures.MOST_SCHOOLS", 2)

    answer = await get(rollbook, ACROSS, token=EVERY)

    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["errors"]] == ["too-many-schools"]


async def test_a_question_asked_again_is_answered_from_memory_until_the_log_goes_on(
    rollbook: House, database_url: str
) -> None:
    first = await across(rollbook, EVERY)
    async with connected(database_url, role=None) as conn:
        await conn.execute(
            "UPDATE thresholds.pupil_year SET sessions = '' WHERE school_id = 999001"
        )
        again = await across(rollbook, EVERY)
        log = SchoolLog(conn, 999001)
        log.now = NOW
        await log.week(SECOND, {"p1": PRESENT})
    await rollbook.settle()

    assert again == first
    (whole,) = (await across(rollbook, EVERY))["items"]
    assert (whole["possible"], whole["unauthorised"]) == (30, 0)


async def test_another_question_isnt_answered_by_what_is_remembered(rollbook: House) -> None:
    (whole,) = (await across(rollbook, EVERY))["items"]
    (of_a_day,) = (await across(rollbook, EVERY, **{"from": "2026-09-07", "to": "2026-09-07"}))[
        "items"
    ]

    assert (whole["possible"], of_a_day["possible"]) == (30, 6)


def test_what_was_asked_longest_ago_is_given_up_when_there_is_too_much() -> None:
    remembered, rows = Remembered(most_rows=4), [Row("", WHOLE_YEAR, Tally())]
    schools = [Standing(urn, version=1, position=1) for urn in WEEKS]

    for school in schools[:2]:
        remembered.put((school, QUESTION), rows)
    remembered.get((schools[0], QUESTION))
    remembered.put((schools[2], QUESTION), rows)

    kept = [remembered.get((school, QUESTION)) is not None for school in schools]
    assert kept == [True, False, True]


def test_schools_without_figures_are_given_up_too_when_there_are_too_many() -> None:
    remembered = Remembered(most_rows=10)
    asked = [(Standing(999001, version=1, position=position), QUESTION) for position in range(100)]

    for each in asked:
        remembered.put(each, [])
        remembered.put(each, [])

    assert sum(remembered.get(each) is not None for each in asked) == 10


async def test_a_client_asks_one_question_at_a_time_and_others_ask_theirs(
    rollbook: House, database_url: str
) -> None:
    ours, theirs = {**EVERY, "client_id": "ours"}, {"la": "886", "client_id": "theirs"}
    async with (
        connected(database_url, role=None) as conn,
        connected(database_url, role=None) as other,
        other.transaction(),
    ):
        await other.execute("LOCK TABLE thresholds.pupil IN ACCESS EXCLUSIVE MODE")
        first = asyncio.create_task(get(rollbook, ACROSS, token=ours))
        await eventually(lambda: conn.fetchval(WAITING))
        refused = await get(rollbook, ACROSS, token=ours)
        second = asyncio.create_task(get(rollbook, ACROSS, token=theirs))

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/figures-under-way"
    assert refused.headers["Retry-After"] == "5"
    assert [(await asked).status_code for asked in (first, second)] == [200, 200]
    assert (await get(rollbook, ACROSS, token=ours)).status_code == 200


async def test_questions_that_come_together_are_worked_out_school_by_school(
    rollbook: House,
    database_url: str,
) -> None:
    async with (
        connected(database_url, role=None) as conn,
        connected(database_url, role=None) as other,
        other.transaction(),
    ):
        await other.execute("LOCK TABLE thresholds.pupil IN ACCESS EXCLUSIVE MODE")
        asked = [
            asyncio.create_task(
                get(rollbook, ACROSS, query, token={**EVERY, "client_id": f"{place}"})
            )
            for place, query in enumerate(QUERIES)
        ]
        await eventually(lambda: conn.fetchval(WAITING))
        async with rollbook.client("register:read", **EVERY) as client:
            await client.get("/thresholds/v1/benchmarks")  # others had time to come so far
        waiting = await conn.fetchval(WAITING)

    assert waiting, "one of them reads, and the others wait for it"
    answers = [(await each).json()["items"] for each in asked]
    assert answers[0] == answers[1] != answers[2]

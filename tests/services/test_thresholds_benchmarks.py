"""Published figures: listed as they are, and held beside a school's own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from support.asking import Query, get
from support.followed import FIRST
from support.house import House, house
from support.log import connected
from support.published import ENGLAND, KENT, USUAL, Loading, line
from support.school_log import SchoolLog
from thresholds.benchmarks.file import SESSIONS_OF

NOW: Final = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
BENCHMARKS: Final = "/thresholds/v1/benchmarks"
SCHOOL: Final = "/thresholds/v1/schools/999001/attendance"


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A secondary school of Kent with one day of absence in ten."""
    async with (
        connected(database_url, role=None) as conn,
        house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running,
    ):
        log = SchoolLog(conn)
        await log.open("p1")
        await log.week(FIRST, {"p1": "I/////////"})
        await running.settle()
        yield running


async def listed(rollbook: House, **query: str | int) -> list[dict[str, Any]]:
    answer = await get(rollbook, BENCHMARKS, query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def beside(rollbook: House, benchmark: str, **query: str) -> dict[str, Any]:
    answer = await get(rollbook, SCHOOL, {"benchmark": benchmark, **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_file_is_loaded_and_listed_as_it_was_published(
    rollbook: House, loading: Loading
) -> None:
    loaded = loading.command(loading.write(USUAL))
    assert loaded.stdout == "Loaded 5 rows of 2025-26 (Academic year).\n"

    (kent,) = await listed(rollbook, code="886")

    assert kent.pop("by_code").items() >= {"/": 910, "I": 90, "O": 0}.items()
    assert kent == {
        "level": "la",
        "code": "886",
        "name": "Kent",
        "region": "E12000008",
        "phase": "secondary",
        "time_period": "2025-26",
        "identifier": "Academic year",
        "possible": 1000,
        "attended": 910,
        "authorised": 90,
        "unauthorised": 0,
        "late": 0,
        "attendance_rate": "91.0000",
        "absence_rate": "9.0000",
        "authorised_rate": "9.0000",
        "unauthorised_rate": "0.0000",
        "persistent_rate": "18.7818",
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"level": "la"}, ["Kent", "Surrey"]),
        ({"level": "region"}, ["South East"]),
        ({"code": "E92000001"}, ["England", "England"]),
        ({"phase": "total"}, ["England"]),
        ({"time_period": "2024-25"}, []),
        ({"level": "la", "code": "936", "phase": "secondary"}, ["Surrey"]),
    ],
)
async def test_published_figures_are_asked_for_by(
    rollbook: House, loading: Loading, query: dict[str, str], names: list[str]
) -> None:
    await loading.load(*USUAL)

    assert [each["name"] for each in await listed(rollbook, **query)] == names


async def test_pages_follow_one_another(rollbook: House, loading: Loading) -> None:
    await loading.load(*USUAL)
    first = (await get(rollbook, BENCHMARKS, {"limit": 3})).json()
    second = (await get(rollbook, BENCHMARKS, {"limit": 3, "cursor": first["next"]})).json()

    assert [each["name"] for page in (first, second) for each in page["items"]] == [
        *("Kent", "Surrey", "England", "England", "South East")
    ]
    assert second["next"] is None


async def test_a_suppressed_cell_is_no_number_and_neither_is_a_rate_of_it(
    rollbook: House, loading: Loading
) -> None:
    totals = ("possible_sessions", "overall_attendance", "authorised_absence")
    hidden = dict.fromkeys((*SESSIONS_OF, *totals), "c")
    await loading.load({**line("Local authority", KENT), **hidden, "pa_perc": "x"})

    (kent,) = await listed(rollbook)
    compared = (await beside(rollbook, "la"))["items"][0]["difference"]

    assert (kent["possible"], kent["authorised"], kent["unauthorised"]) == (None, None, 0)
    assert kent["absence_rate"] is kent["unauthorised_rate"] is kent["persistent_rate"] is None
    assert kent["by_code"] == {}
    assert set(compared.values()) == {None}


@pytest.mark.parametrize(
    ("level", "name", "points"),
    [
        ("national", "England", "2.0000"),
        ("region", "South East", "3.0000"),
        ("la", "Kent", "1.0000"),
    ],
)
async def test_a_schools_figures_stand_beside_those_of_its_phase_and_place(
    rollbook: House, loading: Loading, level: str, name: str, points: str
) -> None:
    await loading.load(*USUAL)

    answer = await beside(rollbook, level)

    published = answer["benchmark"]
    assert (published["name"], published["phase"]) == (name, "secondary")
    assert answer["items"][0]["absence_rate"] == "10.0000"
    assert answer["items"][0]["difference"]["absence_rate"] == points
    assert answer["items"][0]["difference"]["attendance_rate"] == f"-{points}"


@pytest.mark.parametrize(
    ("query", "alike"),
    [
        pytest.param({"cohort": "dfe"}, True, id="the year to date of the same pupils"),
        pytest.param({"cohort": "dfe", "period": "year"}, True, id="the year by name"),
        pytest.param({}, False, id="of other pupils too"),
        pytest.param({"cohort": "dfe", "period": "week"}, False, id="of a week"),
        pytest.param({"cohort": "dfe", "from": "2026-09-01"}, False, id="of other days"),
        pytest.param({"cohort": "dfe", "from": "2025-08-01"}, False, id="of two years"),
        pytest.param({"cohort": "dfe", "period": "census"}, False, id="of a census"),
        pytest.param({"cohort": "dfe", "group_by": "year-group"}, False, id="of a year group"),
    ],
)
async def test_a_difference_says_whether_like_is_compared_with_like(
    rollbook: House, loading: Loading, query: dict[str, str], *, alike: bool
) -> None:
    await loading.load(*USUAL)

    lines = (await beside(rollbook, "national", **query))["items"]

    assert {each["like_for_like"] for each in lines} == {alike}
    assert {each["difference"] is None for each in lines} == {False}


async def test_the_newest_that_was_out_by_then_is_taken(rollbook: House, loading: Loading) -> None:
    years = ("202324", "202425", "202627", "202728")
    lines = [line("National", ENGLAND, 40, time_period=year) for year in years]
    await loading.load(*lines, line("National", ENGLAND, 40, time_identifier="Week 12"))

    this_year = await beside(rollbook, "national")
    last_year = await beside(rollbook, "national", to="2026-07-31")

    assert this_year["benchmark"]["time_period"] == "2026-27"
    assert last_year["benchmark"]["time_period"] == "2024-25"
    assert last_year["benchmark"]["identifier"] == "Academic year"


async def test_with_nothing_published_the_figures_stand_alone(
    rollbook: House, loading: Loading
) -> None:
    await loading.load(USUAL[0], USUAL[4])

    for level in ("region", "la"):
        answer = await beside(rollbook, level)
        assert answer["benchmark"] is None
        assert answer["items"][0]["difference"] is None


@pytest.mark.parametrize("query", [{"level": "trust"}, {"code": "Kent"}, {"time_period": "202526"}])
async def test_a_filter_that_is_none_is_refused(rollbook: House, query: Query) -> None:
    assert (await get(rollbook, BENCHMARKS, query)).status_code == 422

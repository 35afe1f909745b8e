"""A pupil's figures over HTTP: what they say, and whom they say it to."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from attendance.calendar import Closure
from attendance.session import Half, Session
from support.asking import STRANGERS, Query, get
from support.followed import FIRST, PRESENT, SECOND
from support.house import House, house
from support.log import connected
from support.school_log import SchoolLog, calendar_of, placed

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
URN = 999001
PUPIL = f"/thresholds/v1/schools/{URN}/pupils/p1/attendance"


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running:
        yield running


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn)
        await log.open("p1", "p2")
        yield log


async def test_a_pupils_figures_are_counts_and_rates_to_four_places(
    rollbook: House, log: SchoolLog
) -> None:
    last = await log.week(FIRST, {"p1": "/L/UIGQ//C", "p2": PRESENT})
    await rollbook.settle()

    answer = await get(rollbook, PUPIL)

    assert answer.json() == {
        "from": "2026-08-01",
        "to": "2026-11-20",
        "position": answer.json()["position"],
        "possible": 9,
        "attended": 5,
        "authorised": 2,
        "unauthorised": 2,
        "late": 2,
        "attendance_rate": "55.5556",
        "absence_rate": "44.4444",
        "authorised_rate": "22.2222",
        "unauthorised_rate": "22.2222",
        "persistent": True,
        "severe": False,
        "by_code": {"/": 3, "\\": 1, "L": 1, "U": 1, "I": 1, "G": 1, "Q": 1, "C": 1},
    }
    assert answer.json()["position"] >= last


async def test_rates_are_null_when_nothing_was_possible(rollbook: House, log: SchoolLog) -> None:
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL)).json()

    assert figures["possible"] == 0
    assert figures["attendance_rate"] is figures["absence_rate"] is None
    assert (figures["persistent"], figures["severe"]) == (False, False)


@pytest.mark.parametrize(
    ("query", "persistent"),
    [
        pytest.param({"from": "2026-09-07", "to": "2026-09-11"}, None, id="a week"),
        pytest.param({"from": "2026-09-08", "to": "2026-10-23"}, None, id="a day too few"),
        pytest.param({"from": "2026-09-07", "to": "2026-10-23"}, True, id="a half term"),
        pytest.param({"to": "2026-09-07"}, True, id="the first day of the year to date"),
        pytest.param({}, True, id="the year to date"),
    ],
)
async def test_of_a_period_shorter_than_a_half_term_nobody_is_told_as_persistently_absent(
    rollbook: House, log: SchoolLog, query: Query, *, persistent: bool | None
) -> None:
    await log.week(FIRST, {"p1": "OOI///////"})
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL, query)).json()

    severe = None if persistent is None else "to" in query and len(query) == 1
    assert (figures["persistent"], figures["severe"]) == (persistent, severe)
    assert figures["possible"] > 0


async def test_a_period_takes_in_its_first_and_last_day_and_no_more(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": "O//OO//OO/"})
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL, {"from": "2026-09-08", "to": "2026-09-10"})).json()

    assert (figures["possible"], figures["unauthorised"]) == (6, 3)


async def test_a_period_runs_on_across_academic_years(rollbook: House, log: SchoolLog) -> None:
    for on in (date(2025, 7, 18), date(2025, 9, 5), date(2026, 7, 20), date(2026, 9, 7)):
        await log.mark(Session(on, Half.AM), {"p1": "I"})
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL, {"from": "2025-09-01", "to": "2026-09-07"})).json()

    assert figures["possible"] == 3


async def test_a_day_closed_since_counts_in_no_figure(rollbook: House, log: SchoolLog) -> None:
    await log.week(FIRST, {"p1": "OO////////"})
    await log.publish(calendar_of(Closure(FIRST, "INSET"), Closure(SECOND, "INSET")))
    await log.mark(Session(date(2026, 7, 20), Half.AM), {"p1": "I"})  # a year never published
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL, {"from": "2025-09-01"})).json()

    assert (figures["possible"], figures["unauthorised"]) == (9, 0)
    assert figures["by_code"] == {"/": 4, "\\": 4, "I": 1}


async def test_a_session_closed_since_to_the_pupils_year_group_counts_in_no_figure(
    rollbook: House, log: SchoolLog
) -> None:
    await log.change("p1", placed(FIRST), placed(SECOND, "8"))
    await log.week(FIRST, {"p1": "OO////////"})
    await log.week(SECOND, {"p1": "OO////////"})
    closures = [Closure(on, "Staggered start", None, ("7",)) for on in (FIRST, SECOND)]
    await log.publish(calendar_of(*closures))
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL)).json()

    assert (figures["possible"], figures["unauthorised"]) == (18, 2)


async def test_what_is_entered_of_a_boarder_is_in_no_figure(
    rollbook: House, log: SchoolLog
) -> None:
    await log.change("p1", placed(FIRST, boarder=True), placed(SECOND))
    await log.week(FIRST, {"p1": "OO////////"})
    await log.week(SECOND, {"p1": "O/////////"})
    await rollbook.settle()

    figures = (await get(rollbook, PUPIL)).json()

    assert (figures["possible"], figures["unauthorised"]) == (10, 1)
    assert figures["by_code"] == {"/": 4, "\\": 5, "O": 1}


async def test_the_default_period_ends_on_londons_date_not_on_utcs(
    database_url: str, tmp_path: Path, log: SchoolLog
) -> None:
    late_evening = datetime(2027, 7, 31, 23, 30, tzinfo=UTC)  # 00:30 on 1 August in London
    async with house(
        database_url, tmp_path, now=late_evening, services=("thresholds",)
    ) as rollbook:
        await rollbook.settle()

        figures = (await get(rollbook, PUPIL)).json()

    assert (figures["from"], figures["to"]) == ("2027-08-01", "2027-08-01")


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-09-08", "to": "2026-09-07"},
        {"from": "0001-01-01"},
        {"from": "2016-07-31", "to": "2026-08-01"},
        {"from": "yesterday"},
        {"from": "1699920000"},
        {"from": "2026-11-19T00:00:00Z"},
        {"to": "1699920000"},
        {"min_position": "-1"},
        {"min_position": "1_0"},
        {"form": "2026-09-01"},
        {"from": ["2026-09-01", "2026-09-02"]},
    ],
)
async def test_a_period_that_is_none_is_refused(
    rollbook: House, log: SchoolLog, query: Query
) -> None:
    await rollbook.settle()

    assert (await get(rollbook, PUPIL, query)).status_code == 422


async def test_a_pupil_or_school_that_is_not_there_or_not_ones_own_is_404(
    rollbook: House, log: SchoolLog
) -> None:
    await rollbook.settle()
    other = PUPIL.replace("p1", "p9")

    assert (await get(rollbook, other)).status_code == 404
    for token in STRANGERS:
        assert (await get(rollbook, PUPIL, token=token)).status_code == 404
        held = await get(rollbook, PUPIL, {"min_position": 10**6}, token=token)
        assert held.status_code == 404, "waiting would tell that the school is there"
    unknown = PUPIL.replace(str(URN), "999009")
    assert (await get(rollbook, unknown, token={"urns": "*"})).status_code == 404


async def test_figures_behind_the_position_asked_for_are_503(
    rollbook: House, log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.freshness.WAIT_SECONDS", 0.1)
    await rollbook.settle()
    behind = await log.week(FIRST, {"p1": PRESENT})

    answer = await get(rollbook, PUPIL, {"min_position": behind})

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/view-behind"
    assert answer.headers["Retry-After"]

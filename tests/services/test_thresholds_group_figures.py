"""A school's figures over HTTP, by period and group: what they say, and whom they say it to."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from attendance.calendar import Closure
from attendance.rules.bands import BANDS
from support.asking import STRANGERS, Query, get
from support.followed import FIRST, PRESENT, SECOND
from support.house import House, house
from support.log import connected
from support.school_log import SchoolLog, calendar_of, placed

NOW: Final = datetime(2026, 12, 18, 16, 0, tzinfo=UTC)
SCHOOL: Final = "/thresholds/v1/schools/999001/attendance"
NAMES: Final = ("p1", "p2", "p3")


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running:
        yield running


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    """Two of year 7 and one of year 8 with free school meals."""
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn)
        await log.open("p1", "p2")
        await log.admit("p3", year_group="8", group="8A", characteristics=("fsm",))
        yield log


async def items(rollbook: House, **query: str | int) -> list[dict[str, Any]]:
    await rollbook.settle()
    answer = await get(rollbook, SCHOOL, query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_schools_figures_are_sums_over_sums_with_all_their_parts(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": PRESENT, "p2": "OOOOOIIIII", "p3": "L//U--////"})
    last = await log.week(SECOND, {"p1": PRESENT, "p2": PRESENT, "p3": "X" * 10})
    await rollbook.settle()

    answer = (await get(rollbook, SCHOOL)).json()
    (whole,) = answer.pop("items")

    assert answer.pop("position") >= last
    assert answer == {"urn": 999001, "cohort": "school", "benchmark": None, "next": None}
    assert whole == {
        "period": {
            "kind": "whole",
            "name": "2026-08-01/2026-12-18",
            "from": "2026-08-01",
            "to": "2026-12-18",
        },
        "group": None,
        "enrolments": 3,
        "possible": 48,
        "attended": 37,
        "authorised": 5,
        "unauthorised": 6,
        "late": 2,
        "attendance_rate": "77.0833",
        "absence_rate": "22.9167",
        "authorised_rate": "10.4167",
        "unauthorised_rate": "12.5000",
        "with_unauthorised": 2,
        "persistent": 2,
        "severe": 1,
        "persistent_rate": "66.6667",
        "severe_rate": "33.3333",
        "by_code": {"/": 18, "\\": 18, "L": 1, "X": 10, "I": 5, "O": 5, "U": 1},
        "enrolments_by_code": {"I": 1, "O": 1, "U": 1},
        "by_weekday": {
            "monday": {"possible": 10, "absent": 2, "absence_rate": "20.0000"},
            "tuesday": {"possible": 10, "absent": 3, "absence_rate": "30.0000"},
            "wednesday": {"possible": 8, "absent": 2, "absence_rate": "25.0000"},
            "thursday": {"possible": 10, "absent": 2, "absence_rate": "20.0000"},
            "friday": {"possible": 10, "absent": 2, "absence_rate": "20.0000"},
        },
        "bands": {**dict.fromkeys(BANDS, 0), "0-<5": 1, "10-<15": 1, "50+": 1},
        "difference": None,
        "like_for_like": None,
    }


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("year-group", {"7": (2, 20, 10), "8": (1, 10, 1)}),
        ("group", {"7B": (2, 20, 10), "8A": (1, 10, 1)}),
        ("characteristic", {"fsm": (1, 10, 1)}),
        ("pupil", {"p1": (1, 10, 0), "p2": (1, 10, 10), "p3": (1, 10, 1)}),
        (
            "weekday",
            {
                "monday": (3, 6, 3),
                **dict.fromkeys(("tuesday", "wednesday", "thursday", "friday"), (3, 6, 2)),
            },
        ),
    ],
)
async def test_figures_are_told_apart_by(
    rollbook: House, log: SchoolLog, group_by: str, expected: dict[str, tuple[int, ...]]
) -> None:
    await log.week(FIRST, {"p1": PRESENT, "p2": "I" * 10, "p3": "O/////////"})

    rows = await items(rollbook, group_by=group_by)

    assert {each["group"]["value"] for each in rows} == set(expected)
    for each in rows:
        assert each["group"]["by"] == group_by
        counted = each["enrolments"], each["possible"], each["authorised"] + each["unauthorised"]
        assert counted == expected[each["group"]["value"]]


async def test_a_pupil_counts_in_a_year_group_on_the_days_they_stood_in_it(
    rollbook: House, log: SchoolLog
) -> None:
    await log.change("p1", placed(FIRST), placed(SECOND, "8"))
    for monday in (FIRST, SECOND):
        await log.week(monday, {"p1": "O/////////"})

    rows = await items(rollbook, group_by="year-group")

    assert [(each["group"]["value"], each["possible"]) for each in rows] == [("7", 10), ("8", 10)]


async def test_figures_come_week_by_week_with_the_holidays_left_out(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": "O/////////"})
    await log.week(date(2026, 11, 2), {"p1": PRESENT})

    rows = await items(rollbook, period="week", **{"from": "2026-10-19", "to": "2026-11-08"})

    assert [(each["period"]["name"], each["possible"]) for each in rows] == [
        ("2026-W43", 0),
        ("2026-W45", 10),
    ]
    assert rows[0]["absence_rate"] is None, "nothing was possible"
    assert rows[1]["absence_rate"] == "0.0000"
    assert {each["persistent"] for each in rows} == {each["bands"] for each in rows} == {None}


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("half-term", [("2026-27 Autumn 1", 10), ("2026-27 Autumn 2", 20)]),
        ("term", [("2026-27 Autumn", 30)]),
        ("year", [("2026-27", 30)]),
        ("census", [("2026-27 autumn", 30)]),
    ],
)
async def test_figures_are_put_together_by(
    rollbook: House, log: SchoolLog, period: str, expected: list[tuple[str, int]]
) -> None:
    for monday in (FIRST, date(2026, 11, 2), date(2026, 12, 14)):
        await log.week(monday, {"p1": "O/////////"})

    rows = await items(rollbook, period=period)

    assert [(each["period"]["name"], each["possible"]) for each in rows] == expected
    assert {each["persistent"] for each in rows} == {1}


async def test_days_closed_and_days_of_boarding_count_for_nobody(
    rollbook: House, log: SchoolLog
) -> None:
    await log.publish(calendar_of(Closure(FIRST, "INSET")))
    await log.change("p2", placed(FIRST, boarder=True))
    await log.week(FIRST, {"p1": "OO////////", "p2": "O" * 10})

    (whole,) = await items(rollbook)

    assert (whole["enrolments"], whole["possible"], whole["unauthorised"]) == (1, 8, 0)


async def test_one_who_left_and_came_back_is_two_enrolments(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": PRESENT})
    await log.leave("p1", date(2026, 9, 11))
    await log.admit("p1", starting=SECOND)
    await log.week(SECOND, {"p1": "O" * 10})

    (whole,) = await items(rollbook)

    assert (whole["enrolments"], whole["persistent"], whole["severe"]) == (2, 1, 1)


async def test_the_cohort_of_the_published_figures_is_of_their_ages(
    rollbook: House, log: SchoolLog
) -> None:
    await log.admit("p4", born=date(2010, 8, 31))  # sixteen before the year began
    await log.week(FIRST, {"p1": PRESENT, "p4": "O" * 10})

    (everybody,) = await items(rollbook)
    (published,) = await items(rollbook, cohort="dfe")

    assert (everybody["enrolments"], everybody["unauthorised"]) == (2, 10)
    assert (published["enrolments"], published["unauthorised"]) == (1, 0)


async def test_pages_follow_one_another_to_the_last(rollbook: House, log: SchoolLog) -> None:
    for monday in (FIRST, SECOND):
        await log.week(monday, dict.fromkeys(NAMES, PRESENT))
    await rollbook.settle()
    query: dict[str, str | int] = {"group_by": "pupil", "period": "week", "limit": 4}

    first = await get(rollbook, SCHOOL, query)
    second = await get(rollbook, SCHOOL, {**query, "cursor": first.json()["next"]})

    seen = [
        (each["group"]["value"], each["period"]["name"])
        for answer in (first, second)
        for each in answer.json()["items"]
    ]
    assert seen == [(pupil, week) for pupil in NAMES for week in ("2026-W37", "2026-W38")]
    assert f"cursor={first.json()['next']}" in first.headers["Link"]
    assert second.json()["next"] is None
    assert "Link" not in second.headers


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ({"from": "2026-09-08", "to": "2026-09-07"}, "from-after-to"),
        ({"from": "2016-09-01", "to": "2026-09-01"}, "period-too-long"),
        ({"to": "9999-12-31"}, "date-out-of-range"),
        ({"cursor": "bm90IG91cnM"}, "cursor-invalid"),
        ({"period": "month"}, "enum"),
        ({"group_by": "school"}, "literal-error"),
        ({"group_by": "sex"}, "literal-error"),
        ({"limit": "0"}, "greater-than-equal"),
        ({"pupil": "p1"}, "extra-forbidden"),
        ({"period": ["week", "year"]}, "parameter-repeated"),
    ],
)
async def test_a_question_that_is_none_is_refused(
    rollbook: House, log: SchoolLog, query: Query, slug: str
) -> None:
    await rollbook.settle()

    answer = await get(rollbook, SCHOOL, query)

    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["errors"]] == [slug]


async def test_another_school_is_404_and_a_view_behind_503(
    rollbook: House, log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.freshness.WAIT_SECONDS", 0.1)
    await rollbook.settle()

    for token in STRANGERS:
        assert (await get(rollbook, SCHOOL, token=token)).status_code == 404
    assert (await get(rollbook, SCHOOL, {"min_position": 10**6})).status_code == 503

"""The week of those who may need support: whom it counts, beside whom, and over which days."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from support.asking import STRANGERS, get
from support.followed import FIRST, PRESENT, SECOND
from support.house import House, house
from support.log import connected
from support.school_log import SchoolLog

NOW: Final = datetime(2026, 9, 17, 16, 0, tzinfo=UTC)
COHORTS: Final = "/thresholds/v1/schools/999001/cohorts"
FSM: Final = ("fsm", "local:breakfast-club")


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running:
        yield running


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    """Two pupils with nothing stated of them, and one with free school meals."""
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn)
        await log.open("p1", "p2")
        await log.admit("p3", characteristics=FSM)
        yield log


async def cohorts(rollbook: House, week: str | None = None) -> dict[str, Any]:
    await rollbook.settle()
    answer = await get(rollbook, COHORTS, {"week": week} if week else None)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_characteristic_stands_beside_all_others_in_the_week(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": PRESENT, "p2": PRESENT, "p3": PRESENT})
    await log.week(SECOND, {"p1": "II////////", "p2": PRESENT, "p3": "OOOO//////"})

    answer = await cohorts(rollbook)
    fsm, local = answer["items"]

    assert answer["week"] == {"from": "2026-09-14", "to": "2026-09-20"}
    assert answer["week_before"] == {"from": "2026-09-07", "to": "2026-09-13"}
    assert answer["year_to_date"] == {"from": "2026-08-01", "to": "2026-09-20"}
    assert (fsm["characteristic"], local["characteristic"]) == FSM
    assert local == {**fsm, "characteristic": "local:breakfast-club"}
    week = fsm["week"]
    assert (week["cohort"]["enrolments"], week["others"]["enrolments"]) == (1, 2)
    assert (week["cohort"]["absence_rate"], week["others"]["absence_rate"]) == (
        "40.0000",
        "10.0000",
    )
    assert week["cohort"]["with_unauthorised"] == 1
    assert week["difference"] == {
        "attendance_rate": "-30.0000",
        "absence_rate": "30.0000",
        "authorised_rate": "-10.0000",
        "unauthorised_rate": "40.0000",
        "persistent_rate": None,
    }
    assert fsm["week_before"]["difference"]["absence_rate"] == "0.0000"
    assert fsm["year_to_date"]["cohort"]["absence_rate"] == "20.0000"


async def test_persistent_absence_in_the_year_is_told_once_a_half_term_has_passed(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": PRESENT, "p3": "O" * 10})

    early = await cohorts(rollbook, "2026-10-12")
    late = await cohorts(rollbook, "2026-10-19")

    assert early["items"][0]["year_to_date"]["cohort"]["persistent"] is None
    assert late["items"][0]["year_to_date"]["cohort"]["persistent"] == 1
    assert late["items"][0]["year_to_date"]["difference"]["persistent_rate"] == "100.0000"
    assert late["items"][0]["week"]["cohort"]["persistent"] is None


async def test_the_week_before_is_a_school_week_though_a_holiday_lies_between(
    rollbook: House, log: SchoolLog
) -> None:
    after_half_term = await cohorts(rollbook, "2026-11-04")
    first_of_all = await cohorts(rollbook, "2026-09-09")

    assert after_half_term["week_before"] == {"from": "2026-10-19", "to": "2026-10-25"}
    assert first_of_all["week_before"]["from"] == "2026-07-27", "a year without a calendar"


async def test_who_has_left_or_not_yet_begun_makes_no_cohort(
    rollbook: House, log: SchoolLog
) -> None:
    await log.leave("p3", date(2026, 9, 11))
    await log.admit("p4", starting=date(2026, 9, 21), characteristics=("eal",))

    words = [
        [each["characteristic"] for each in (await cohorts(rollbook, week))["items"]]
        for week in ("2026-09-07", "2026-09-14", "2026-09-21")
    ]

    assert words == [[*FSM], [], ["eal"]]


async def test_another_school_is_404_and_a_day_that_is_none_is_refused(
    rollbook: House, log: SchoolLog
) -> None:
    await rollbook.settle()

    for token in STRANGERS:
        assert (await get(rollbook, COHORTS, token=token)).status_code == 404
    assert (await get(rollbook, COHORTS, {"week": "2026-W38"})).status_code == 422
    assert (await get(rollbook, COHORTS, scope="alerts:read")).status_code == 403

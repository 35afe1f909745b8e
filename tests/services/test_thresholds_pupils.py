"""What the thresholds service makes of changes in the admission register, and of deletions."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from attendance.events import PupilDeleted
from attendance.identifiers import PupilId, Urn
from support.followed import FIRST, PRESENT, SECOND, alerts, follow, said
from support.log import connected
from support.school_log import OFFICER, SchoolLog, placed

STARTED, OF_AGE, UNDER_AGE = date(2026, 9, 1), date(2015, 3, 1), date(2022, 12, 31)
THIRD = date(2026, 9, 21)
ABSENT = "GGGGGGGGGG"
CHANGED = "The pupil's details were changed."


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def test_a_pupil_is_judged_by_the_date_of_birth_as_it_was_corrected(log: SchoolLog) -> None:
    await log.open()
    await log.admit("p1", born=UNDER_AGE)
    await follow(log)
    await log.change("p1", placed(STARTED), born=OF_AGE)
    await log.week(FIRST, {"p1": ABSENT})

    await follow(log)

    assert len(await alerts(log, "penalty-notice-threshold")) == 1


async def test_a_corrected_date_of_birth_withdraws_what_it_takes_the_ground_from(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await follow(log)
    await log.change("p1", placed(STARTED), born=UNDER_AGE)

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["steps"] == ["met", "withdrawn"]
    assert alert["history"][-1]["reason"] == CHANGED


async def test_a_corrected_date_of_birth_raises_what_had_no_ground_before_it(
    log: SchoolLog,
) -> None:
    await log.open()
    await log.admit("p1", born=UNDER_AGE)
    await log.week(FIRST, {"p1": ABSENT})
    await follow(log)
    before = await alerts(log, "penalty-notice-threshold")
    await log.change("p1", placed(STARTED), born=OF_AGE)

    await follow(log)

    assert before == []
    assert [each["steps"] for each in await alerts(log, "penalty-notice-threshold")] == [["met"]]


@pytest.mark.parametrize("limit", [1, 500])
async def test_an_entry_is_judged_by_what_was_stated_of_the_pupil_when_it_was_made(
    log: SchoolLog, limit: int
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await log.change("p1", placed(STARTED), born=UNDER_AGE)
    await log.change("p1", placed(STARTED), born=OF_AGE)

    await follow(log, limit=limit)

    steps = [each["steps"] for each in await alerts(log, "penalty-notice-threshold")]
    assert steps == [["met", "withdrawn"], ["met"]]


async def test_a_pupil_who_boards_from_now_on_is_judged_no_more(log: SchoolLog) -> None:
    await log.open("p1")
    await log.change("p1", placed(STARTED, boarder=True))
    await log.week(FIRST, {"p1": ABSENT})

    await follow(log)

    assert await said(log.conn) == []


async def test_boarding_that_is_planned_for_later_silences_no_rule_before(log: SchoolLog) -> None:
    await log.open("p1")
    await log.change("p1", placed(STARTED), placed(date(2027, 9, 1), boarder=True))
    await log.week(FIRST, {"p1": ABSENT})

    await follow(log)

    assert len(await alerts(log, "penalty-notice-threshold")) == 1


async def test_a_boarder_who_becomes_a_day_pupil_is_judged_by_the_days_since(
    log: SchoolLog,
) -> None:
    await log.open()
    await log.admit("p1", boarder=True)
    await log.week(FIRST, {"p1": ABSENT})
    await log.change("p1", placed(STARTED, boarder=True), placed(SECOND))
    await log.week(SECOND, {"p1": "/////////I"})  # 1 of 10, and not 11 of 20

    await follow(log)

    assert await alerts(log, "penalty-notice-threshold") == []
    assert await alerts(log, "severe-absence") == []
    (alert,) = await alerts(log, "persistent-absence")
    assert json.loads(alert["figures"]) == {"possible": 10, "absent": 1}


async def test_weeks_of_boarding_neither_break_an_absence_nor_are_waited_for(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.change("p1", placed(STARTED), placed(SECOND, boarder=True), placed(THIRD))
    await log.week(FIRST, {"p1": ABSENT})
    await log.week(SECOND, {"p1": "////------"})
    await log.week(THIRD, {"p1": ABSENT})

    await follow(log)

    (alert,) = await alerts(log, "attendance-return")
    assert (alert["met_on"], alert["provisional"]) == (THIRD + timedelta(days=4), False)


async def test_boarding_stated_of_days_gone_takes_the_ground_from_what_was_found_of_them(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await follow(log)
    await log.change("p1", placed(STARTED), placed(FIRST + timedelta(days=1), boarder=True))

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["steps"] == ["met", "withdrawn"]
    assert alert["history"][-1]["reason"] == CHANGED


async def test_a_change_of_groups_alone_asks_no_rule(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await log.change("p1", placed(STARTED))
    await follow(log)
    monkeypatch.setattr("thresholds.judging.circumstances_of", None)

    await log.change("p1", placed(STARTED), replace(placed(FIRST), groups=("7C",)))

    await follow(log)  # would call None


async def test_details_of_days_to_come_ask_no_rule_about_the_days_gone(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await follow(log)
    asked = []

    def noting(urn: Urn, pupil: PupilId, rule: str, *_: object, **__: object) -> tuple[()]:
        asked.append(rule)
        return ()

    monkeypatch.setattr("thresholds.judging.reconcile", noting)
    await log.change("p1", placed(STARTED), placed(SECOND, "8"))

    await follow(log)

    assert "new-pupil-return" in asked
    assert not {"persistent-absence", "penalty-notice-threshold"} & {*asked}


async def test_a_deletion_and_an_admission_after_it_leave_what_was_found_as_it_is(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await log.append(
        PupilDeleted(
            pupil=PupilId("p1"),
            ground="a",
            deleted_on=date(2026, 9, 11),
            conditions={},
            recorded_by=OFFICER,
            recorded_at=log.now,
        )
    )
    await log.admit("p1")
    await log.week(SECOND, {"p1": ABSENT})

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert (alert["status"], alert["met_on"]) == ("open", date(2026, 9, 11))


async def test_boarding_of_an_earlier_time_on_roll_stays_true_of_its_days(log: SchoolLog) -> None:
    await log.open()
    await log.admit("p1", boarder=True)
    await log.week(FIRST, {"p1": ABSENT})
    await log.admit("p1", starting=SECOND)
    await log.week(SECOND, {"p1": PRESENT})

    await follow(log)

    assert await alerts(log, "persistent-absence") == []
    assert await alerts(log, "penalty-notice-threshold") == []

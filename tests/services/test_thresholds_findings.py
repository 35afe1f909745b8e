"""What the thresholds service finds as it follows a school's log."""

from collections.abc import AsyncIterator
from datetime import date
from threading import current_thread, main_thread
from typing import Any

import pytest
from attendance.rules.circumstances import Circumstances
from attendance.session import Half, Session
from eventlog import consume
from support.followed import FIRST, PRESENT, SCHOOL, SECOND, alerts, follow, said
from support.log import connected
from support.school_log import SchoolLog
from thresholds.circumstances import circumstances_of
from thresholds.errors import PupilNeverAdmitted
from thresholds.processor import processor


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def test_ten_unauthorised_sessions_raise_an_alert_with_their_places_in_the_log(
    log: SchoolLog,
) -> None:
    await log.open("p1", "p2")
    last = await log.week(FIRST, {"p1": "GGGGGGGGGG", "p2": PRESENT})

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["status"] == "open"
    assert (alert["met_on"], alert["met_half"]) == (date(2026, 9, 11), "PM")
    assert [entry["position"] for entry in alert["evidence"]] == list(range(last - 9, last + 1))
    assert await alerts(log, "penalty-notice-threshold", "p2") == []


async def test_an_alert_is_there_as_soon_as_the_mark_that_raised_it(log: SchoolLog) -> None:
    await log.open("p1")
    last = await log.week(FIRST, {"p1": "GGGGGGGGGG"})

    moved = await consume(log.conn, processor(log.clock), SCHOOL)

    assert moved == last
    assert len(await alerts(log, "penalty-notice-threshold")) == 1


async def test_nine_unauthorised_sessions_raise_none(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGGGGGG/"})

    await follow(log)

    assert await alerts(log, "penalty-notice-threshold") == []


async def test_an_amendment_that_takes_the_ground_away_withdraws_the_alert(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    await follow(log)
    await log.amend(Session(FIRST, Half.AM), "p1", "G", "I")

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["status"] == "withdrawn"
    assert alert["steps"] == ["met", "withdrawn"]
    assert alert["history"][-1]["reason"] == "The register was amended."


async def test_an_amendment_that_leaves_ten_corrects_the_evidence(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})
    await log.week(SECOND, {"p1": "O/////////"})
    await follow(log)
    await log.amend(Session(FIRST, Half.AM), "p1", "G", "I")

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert (alert["status"], alert["steps"]) == ("open", ["met", "corrected"])
    assert "".join(entry["code"] for entry in alert["evidence"]) == "GGGGGGGGGO"
    assert (alert["met_on"], alert["met_half"]) == (SECOND, "AM")


async def test_an_alert_that_rests_on_n_is_provisional_until_the_reason_is_known(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "GGGGGGGGGN"})
    await follow(log)
    (before,) = await alerts(log, "penalty-notice-threshold")
    amended = await log.amend(Session(date(2026, 9, 11), Half.PM), "p1", "N", "O")

    await follow(log)

    (after,) = await alerts(log, "penalty-notice-threshold")
    assert (before["provisional"], after["provisional"]) == (True, False)
    assert after["evidence"][-1]["position"] == amended


async def test_an_entry_made_late_can_raise_an_alert(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "-GGGGGGGGG"})
    await log.week(SECOND, {"p1": PRESENT})
    await follow(log)
    before = await alerts(log, "penalty-notice-threshold")
    await log.mark(Session(FIRST, Half.AM), {"p1": "O"})

    await follow(log)

    assert before == []
    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert alert["evidence"][0]["date"] == "2026-09-07"


async def test_absence_that_falls_back_below_a_tenth_closes_its_alert_which_may_reopen(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "I/////////"})
    await follow(log)
    (held,) = await alerts(log, "persistent-absence")
    await log.mark(Session(SECOND, Half.AM), {"p1": "/"})
    await follow(log)
    (closed,) = await alerts(log, "persistent-absence")
    await log.amend(Session(SECOND, Half.AM), "p1", "/", "I")

    await follow(log)

    (reopened,) = await alerts(log, "persistent-absence")
    assert [held["status"], closed["status"], reopened["status"]] == ["open", "closed", "open"]
    assert reopened["steps"] == ["met", "lapsed", "reopened"]


async def test_ten_days_on_end_raise_an_attendance_return_once_the_tenth_is_whole(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await log.week(SECOND, {"p1": "OOOOOOOOO-"})
    await follow(log)
    before = await alerts(log, "attendance-return")
    await log.mark(Session(date(2026, 9, 18), Half.PM), {"p1": "O"})

    await follow(log)

    assert before == []
    (alert,) = await alerts(log, "attendance-return")
    assert alert["met_on"] == date(2026, 9, 18)


async def test_an_afternoon_with_nothing_possible_completes_the_tenth_day(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": "OOOOOOOOOO"})
    await log.week(SECOND, {"p1": "OOOOOOOOOQ"})

    await follow(log, limit=1)

    (alert,) = await alerts(log, "attendance-return")
    assert len(alert["evidence"]) == 19


async def test_a_boarder_is_judged_by_no_rule(log: SchoolLog) -> None:
    await log.open()
    await log.admit("p1", boarder=True)
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})

    await follow(log)

    assert await said(log.conn) == []


async def test_sessions_after_compulsory_school_age_count_for_absence_but_not_for_a_penalty(
    log: SchoolLog,
) -> None:
    await log.open()
    await log.admit("p1", born=date(2010, 3, 1))
    await log.week(FIRST, {"p1": "GGGGGGGGGG"})

    await follow(log)

    assert await alerts(log, "penalty-notice-threshold") == []
    assert len(await alerts(log, "persistent-absence")) == 1


async def test_entries_of_a_pupil_never_admitted_hold_the_school_back(log: SchoolLog) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p2": "GGGGGGGGGG"})

    with pytest.raises(PupilNeverAdmitted):
        await follow(log)


async def test_a_register_of_pupils_present_walks_no_rule(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open("p1", "p2")
    await log.week(FIRST, {"p1": PRESENT, "p2": "GGGGGGGGGG"})
    await follow(log)
    monkeypatch.setattr("thresholds.judging.circumstances_of", None)

    await log.week(SECOND, {"p1": PRESENT})

    await follow(log)  # would call None


async def test_one_register_that_concerns_many_pupils_is_judged_beside_the_loop(
    log: SchoolLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupils = [f"p{number}" for number in range(30)]
    await log.open(*pupils)
    await follow(log)
    threads = set()

    def noting(*known: Any) -> Circumstances:  # noqa: ANN401 - as it was called
        threads.add(current_thread())
        return circumstances_of(*known)

    monkeypatch.setattr("thresholds.judging.circumstances_of", noting)
    await log.mark(Session(FIRST, Half.AM), dict.fromkeys(pupils, "O"))

    await follow(log)

    assert threads
    assert main_thread() not in threads

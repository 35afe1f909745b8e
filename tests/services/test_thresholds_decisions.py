"""Decisions on alerts over HTTP: what they record, and what follows from them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from attendance.session import Half, Session
from eventlog import SchoolId, rebuild_school
from structlog.testing import capture_logs
from support.asking import INSIDERS, OWN_SCHOOL, STRANGERS
from support.deciding import AFTER, HELD, NOTICE, NOW, OFFICER, URN, Desk, opened_desk
from support.followed import FIRST, PRESENT, follow
from thresholds.processor import processor


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def met(desk: Desk) -> str:
    """The alert of a pupil who was away for a week."""
    return await desk.holiday()


async def test_a_decision_is_in_the_log_and_in_the_next_answer(desk: Desk, met: str) -> None:
    answer = await desk.decide(met, "not-the-right-tool", through="2026-12-04")

    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert said == {
        "position": await desk.head(),
        "alert": met,
        "status": "closed",
        "advice": [],
    }
    alert = await desk.shown(met)
    decision = {
        "at": "2026-11-20T16:00:00Z",
        "position": said["position"],
        "outcome": "not-the-right-tool",
        "reason": "support is in place",
        "by": OFFICER,
        "through": "2026-12-04",
        "notice": None,
    }
    assert (alert["status"], alert["position"]) == ("closed", said["position"])
    assert alert["considered"] == decision
    assert alert["history"][-1] == {"kind": "considered", **decision}


async def test_heard_again_and_after_a_rebuild_a_decision_is_as_it_was(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "notice-issued", notice=NOTICE)
    before = await desk.shown(met)

    await desk.settle()
    assert await desk.shown(met) == before
    await rebuild_school(desk.log.conn, processor(desk.rollbook.clock), SchoolId(URN))

    assert await desk.shown(met) == before


async def test_what_was_closed_is_not_raised_again_and_a_later_absence_is_a_new_alert(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "not-the-right-tool")
    await desk.settle()
    await desk.log.week(AFTER, {"p1": "/////////G"})
    desk.rollbook.clock.now = desk.log.now
    await desk.settle()

    again = await desk.shown(await desk.alert(episode=2))

    assert (again["status"], again["met_on"]["date"]) == ("open", "2026-11-27")
    assert again["figures"] == {"unauthorised": 11}
    assert (await desk.shown(met))["status"] == "closed"


@pytest.mark.parametrize("limit", [1, 500])
async def test_what_was_closed_while_the_rules_were_behind_stays_closed(
    desk: Desk, limit: int
) -> None:
    held = [FIRST + timedelta(weeks=week) for week in range(3)]
    await desk.log.week(held[0], {"p1": "IIIIIIIIII"})
    await desk.settle()
    met = await desk.alert("severe-absence")
    for monday in held[1:]:
        await desk.log.week(monday, {"p1": PRESENT})
    for place in range(10):
        session = Session(held[1] + timedelta(days=place // 2), list(Half)[place % 2])
        await desk.log.amend(session, "p1", "/", "I")
    answer = await desk.decide(met, "no-further-action")

    await follow(desk.log, limit=limit)

    assert answer.status_code == 201, answer.text
    alert = await desk.shown(met)
    steps = [step["kind"] for step in alert["history"]]
    assert steps == ["met", "considered", "lapsed", "corrected"]
    assert alert["status"] == "closed"


async def test_an_alert_put_off_too_far_is_put_off_anew_and_heard_of_again(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "not-the-right-tool", through="2027-07-31")
    await desk.settle()
    anew = await desk.decide(met, "not-the-right-tool")
    await desk.settle()
    await desk.log.week(AFTER, {"p1": "/////////G"})
    desk.rollbook.clock.now = desk.log.now
    await desk.settle()

    assert anew.status_code == 201, anew.text
    assert (await desk.shown(met))["considered"]["through"] == "2026-11-20"
    assert (await desk.shown(await desk.alert(episode=2)))["status"] == "open"


async def test_whose_token_it_is_decides_where_nobody_else_is_named(desk: Desk, met: str) -> None:
    person = {**OWN_SCHOOL, "name": "H. Jones", "position": "Headteacher"}

    await desk.decide(met, token=person, by=None)

    considered = (await desk.shown(met))["considered"]
    assert considered["by"] == {"name": "H. Jones", "position": "Headteacher"}


async def test_on_a_register_that_was_not_taken_a_person_decides_too(desk: Desk) -> None:
    await desk.log.mark(Session(HELD, Half.AM), {"p1": "/"})  # a school that takes registers
    await desk.settle()
    desk.rollbook.clock.now = NOW + timedelta(days=3)  # Monday evening: the register is missing
    await desk.settle()
    query: dict[str, str | int] = {"rule": "register-not-taken", "group": "7B", "limit": 1}
    (alert,) = await desk.listed(query)
    other = await desk.listed({**query, "group": "7A"})

    answer = await desk.decide(alert["id"], "no-further-action")

    assert (alert["pupil"], alert["group"], other) == (None, "7B", [])
    assert answer.status_code == 201, answer.text
    shown = await desk.shown(alert["id"])
    assert (shown["status"], shown["considered"]["outcome"]) == ("closed", "no-further-action")
    assert shown["next_notices"] is None


async def test_deciding_takes_its_own_scope_and_a_token_for_the_school(
    desk: Desk, met: str
) -> None:
    before = await desk.head()

    assert (await desk.decide(met, scope="alerts:read")).status_code == 403
    for token in STRANGERS:
        assert (await desk.decide(met, token=token)).status_code == 404
    assert await desk.head() == before
    for token in INSIDERS:
        assert (await desk.decide(met, token=token)).status_code == 201


async def test_on_an_alert_that_is_not_there_nobody_decides(desk: Desk, met: str) -> None:
    assert (await desk.decide("00000000-0000-0000-0000-000000000000")).status_code == 404
    assert (await desk.decide("p1")).status_code == 422


async def test_what_a_person_wrote_is_in_no_log(desk: Desk, met: str) -> None:
    person = {"name": "Ottoline Brack", "position": "Bursar of Wix"}
    notice = {**NOTICE, "parent": "Zephyrine Quillfeather"}

    with capture_logs() as written:
        await desk.decide(met, "notice-issued", notice=notice, reason="xylophone", by=person)
        await desk.decide(met, "Xq7", reason="xylophone", by=person)

    assert len(written) == 2
    for marked in ("Quillfeather", "xylophone", "Ottoline", "Wix", "Xq7"):
        assert marked.lower() not in str(written).lower()

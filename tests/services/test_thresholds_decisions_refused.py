"""Decisions on alerts that can't be, or can't be as the alert stands: refused over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from attendance.session import Half, Session
from support.deciding import (
    HELD,
    HOLIDAY,
    NOTICE,
    Desk,
    opened_desk,
)
from support.followed import FIRST
from support.school import slugs

ISSUED: Final = {"outcome": "notice-issued", "notice": NOTICE}


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def met(desk: Desk) -> str:
    """The alert of a pupil who was away for a week."""
    return await desk.holiday()


@pytest.mark.parametrize(
    ("sent", "status", "wrong"),
    [
        ({"outcome": "fined"}, 422, [("/outcome", "outcome-unknown")]),
        ({"reason": None}, 422, [("/reason", "reason-required")]),
        ({"reason": "\u00a0"}, 422, [("/reason", "reason-required")]),
        ({"by": None}, 422, [("/by", "signatory-required")]),
        ({"through": "2026-12-01"}, 422, [("/through", "through-not-expected")]),
        ({"notice": NOTICE}, 422, [("/notice", "notice-not-expected")]),
        ({"outcome": "notice-issued"}, 422, [("/notice", "notice-required")]),
        (
            {"outcome": "notice-withdrawn", "notice": NOTICE},
            422,
            [("/notice", "no-such-notice")],
        ),
        (
            {"outcome": "not-the-right-tool", "through": "2026-11-19"},
            422,
            [("/through", "through-passed")],
        ),
        (
            {"outcome": "not-the-right-tool", "through": "2027-08-01"},
            422,
            [("/through", "through-too-far")],
        ),
        (
            {**ISSUED, "notice": {**NOTICE, "issued_on": "2026-09-10"}},
            422,
            [("/notice/issued_on", "notice-before-threshold")],
        ),
        (
            {**ISSUED, "notice": {**NOTICE, "issued_on": "2026-11-21", "received_on": None}},
            422,
            [("/notice/issued_on", "notice-in-future")],
        ),
        (
            {**ISSUED, "reason": "", "notice": {**NOTICE, "received_on": "2026-11-17"}},
            422,
            [("/reason", "reason-required"), ("/notice/received_on", "received-before-issued")],
        ),
    ],
)
async def test_a_decision_that_cannot_be_is_refused_with_every_reason_and_stores_nothing(
    desk: Desk, met: str, sent: dict[str, object], status: int, wrong: list[tuple[str, str]]
) -> None:
    before = await desk.head()

    answer = await desk.decide(met, **{"outcome": "considered", **sent})  # type: ignore[arg-type]  # whatever a case sends

    assert answer.status_code == status, answer.text
    assert slugs(answer) == wrong
    assert "Adeyemi" not in answer.text
    assert await desk.head() == before
    assert (await desk.shown(met))["considered"] is None


async def test_no_notice_is_recorded_while_a_reason_is_not_established(desk: Desk) -> None:
    await desk.log.week(HELD, {"p1": "NGGGGGGGGG"})
    await desk.settle()
    met = await desk.alert()

    refused = await desk.decide(met, "notice-issued", notice=NOTICE)
    await desk.log.amend(Session(HELD, Half.AM), "p1", "N", "O")
    await desk.settle()

    assert refused.status_code == 409
    assert slugs(refused) == [("/outcome", "rests-on-n")]
    assert (await desk.decide(met, "notice-issued", notice=NOTICE)).status_code == 201


async def test_a_third_notice_within_three_years_is_refused(desk: Desk) -> None:
    alerts: list[str] = []
    for week in (0, 2, 4):
        await desk.log.week(FIRST + timedelta(weeks=week), {"p1": HOLIDAY})
        desk.rollbook.clock.now = desk.log.now
        await desk.settle()
        alerts.append(await desk.alert(episode=len(alerts) + 1))
        notice = {"parent": "N. Adeyemi", "issued_on": f"{desk.log.now:%Y-%m-%d}"}
        last = await desk.decide(alerts[-1], "notice-issued", notice=notice)
        await desk.settle()

    assert last.status_code == 409
    assert slugs(last) == [("/notice", "notice-not-permitted")]
    shown = await desk.shown(alerts[-1])
    assert (shown["next_notices"][0]["number"], shown["next_notices"][0]["permitted"]) == (3, False)
    assert shown["next_notices"][0]["payments"] == []
    other = {**notice, "parent": "B. Adeyemi"}
    assert (await desk.decide(alerts[-1], "notice-issued", notice=other)).status_code == 201

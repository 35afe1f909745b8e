"""Penalty notices recorded on alerts over HTTP: what each means for the next, and is undone."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from attendance.admission_entry import AdmissionEntry, CharacteristicPeriod
from attendance.events import PupilDetailsChanged, Sex
from attendance.identifiers import PupilId
from attendance.session import Half, Session
from support.deciding import (
    AFTER,
    HELD,
    HOLIDAY,
    NOTICE,
    URN,
    Desk,
    opened_desk,
)
from support.school_log import OFFICER as SIGNED
from support.school_log import placed

OF_THRESHOLD: Final = {"urn": f"{URN}", "rule": "penalty-notice-threshold"}


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def met(desk: Desk) -> str:
    """The alert of a pupil who was away for a week."""
    return await desk.holiday()


async def test_a_notice_that_is_withdrawn_gives_its_sessions_back(desk: Desk, met: str) -> None:
    await desk.decide(met, "notice-issued", notice=NOTICE)
    await desk.log.week(AFTER, {"p1": "/////////G"})
    desk.rollbook.clock.now = desk.log.now
    await desk.settle()
    assert [each["episode"] for each in await desk.listed(OF_THRESHOLD)] == [1]

    withdrawn = await desk.decide(met, "notice-withdrawn", notice=NOTICE)
    await desk.settle()

    assert withdrawn.json()["status"] == "closed"
    assert [each["episode"] for each in await desk.listed(OF_THRESHOLD)] == [2, 1]


async def test_tv09_after_one_that_was_withdrawn_the_next_is_a_first_six_months_later(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "notice-issued", notice=NOTICE)
    await desk.decide(met, "notice-withdrawn", notice=NOTICE)
    await _away_again(desk)

    (anyone,) = (await desk.shown(await desk.alert(episode=2)))["next_notices"]

    assert (anyone["parent"], anyone["number"]) == (None, 1)
    assert [each["pounds"] for each in anyone["payments"]] == [80, 160]


async def test_tv10_one_that_nobody_paid_or_withdrew_counts_and_the_next_is_a_second(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "notice-issued", notice=NOTICE)
    await _away_again(desk)

    adeyemi, _ = (await desk.shown(await desk.alert(episode=2)))["next_notices"]

    assert (adeyemi["parent"], adeyemi["number"]) == ("N. Adeyemi", 2)
    assert [each["pounds"] for each in adeyemi["payments"]] == [160]


async def test_after_a_notice_an_amended_ground_is_told_and_nothing_is_reopened(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "notice-issued", notice=NOTICE)
    await desk.log.amend(Session(HELD, Half.AM), "p1", "G", "O")
    await desk.settle()
    assert (await desk.shown(met))["status"] == "closed"
    await desk.log.amend(Session(HELD, Half.AM), "p1", "O", "I")
    await desk.settle()

    alert = await desk.shown(met)

    assert alert["status"] == "withdrawn"
    kinds = [step["kind"] for step in alert["history"]]
    assert kinds == ["met", "considered", "corrected", "withdrawn"]
    assert (await desk.decide(met)).status_code == 409
    assert (await desk.decide(met, "notice-withdrawn", notice=NOTICE)).json()["status"] == (
        "withdrawn"
    )


async def test_an_alert_says_what_the_next_notice_to_each_parent_would_be(
    desk: Desk, met: str
) -> None:
    first = {
        "number": 1,
        "permitted": True,
        "ask_authority": False,
        "payments": [
            {"pounds": 80, "within_days": 21},
            {"pounds": 160, "within_days": 28},
        ],
    }
    anyone = {"parent": None, "earlier": [], **first}
    assert (await desk.shown(met))["next_notices"] == [anyone]

    await desk.decide(met, "notice-issued", notice=NOTICE)

    assert (await desk.shown(met))["next_notices"] == [
        {
            "parent": "N. Adeyemi",
            "earlier": [
                {
                    **NOTICE,
                    "number": 1,
                    "payments": [
                        {"pounds": 80, "within_days": 21, "last_day": "2026-12-10"},
                        {"pounds": 160, "within_days": 28, "last_day": "2026-12-17"},
                    ],
                }
            ],
            "number": 2,
            "permitted": True,
            "ask_authority": False,
            "payments": [{"pounds": 160, "within_days": 28}],
        },
        anyone,
    ]
    persistent = await desk.alert("persistent-absence")
    assert (await desk.shown(persistent))["next_notices"] is None


async def test_until_a_notice_was_received_no_day_is_the_last_to_pay_on(
    desk: Desk, met: str
) -> None:
    await desk.decide(met, "notice-issued", notice={**NOTICE, "received_on": None})

    (notice,) = (await desk.shown(met))["next_notices"][0]["earlier"]

    assert [each["last_day"] for each in notice["payments"]] == [None, None]


async def test_of_a_pupil_looked_after_the_answer_says_to_ask_the_authority(
    desk: Desk, met: str
) -> None:
    await _looked_after(desk)

    answer = await desk.decide(met, "notice-issued", notice=NOTICE)

    assert answer.status_code == 201
    assert [each["code"] for each in answer.json()["advice"]] == ["pupil-looked-after"]


async def _away_again(desk: Desk) -> None:
    """Have the pupil be away for a week of May."""
    await desk.log.week(date(2027, 5, 17), {"p1": HOLIDAY})
    desk.rollbook.clock.now = desk.log.now
    await desk.settle()


async def _looked_after(desk: Desk) -> None:
    entry = AdmissionEntry(
        legal_surname="Okafor",
        legal_forename="Ada",
        date_of_birth=date(2015, 3, 1),
        sex=Sex.FEMALE,
    )
    since = CharacteristicPeriod(characteristic="looked-after", starts_on=HELD)
    changed = PupilDetailsChanged(
        pupil=PupilId("p1"),
        entry=entry,
        starting_day=date(2026, 9, 1),
        placements=(placed(HELD),),
        characteristics=(since,),
        effective_on=HELD,
        changed=("characteristics",),
        recorded_by=SIGNED,
        recorded_at=desk.log.now,
    )
    await desk.log.append(changed)
    await desk.settle()

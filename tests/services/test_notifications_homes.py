"""What the authority of a pupil's home is told beside the school's own, and from when."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from attendance.events import Event, ThresholdLapsed, ThresholdMet
from attendance.identifiers import PupilId
from attendance.rules.catalogue import RULES
from attendance.streams import alert_id
from notifications.homes import LOOKS_BACK
from support.endpoint import Endpoint, endpoint
from support.notified import (
    AT,
    FRIDAY,
    LA,
    OTHER_LA,
    URN,
    Notified,
    met,
    notified,
    school,
    withdrawn,
)
from support.returned import (
    HOME_LA,
    NEW_PUPIL,
    SICKNESS,
    considered,
    corrected,
    entered,
    found,
    moved,
    returns,
    told,
)

SIXTH_DAY = "exclusion-sixth-day"
TO_HOME = sorted(slug for slug, rule in RULES.items() if rule.to_home_authority)


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with a school of the authority registered."""
    async with notified(database_url, tmp_path) as running:
        yield running


def alert(rule: str = SIXTH_DAY, **other: object) -> ThresholdMet:
    """A finding that the authority of the pupil's home is told of too."""
    id_ = alert_id(URN, PupilId("p1"), rule, 1)
    return replace(met("p1"), alert=id_, rule=rule, **other)  # type: ignore[arg-type]  # any field


def lapsed(of: ThresholdMet) -> Event:
    """The finding holding no longer."""
    return ThresholdLapsed(
        alert=of.alert,
        rule=of.rule,
        pupil=of.pupil,
        lapsed_on=FRIDAY,
        reason="With later entries it holds no longer.",
        lapsed_at=AT,
    )


def kinds(heard: Endpoint) -> list[str]:
    return [each.event["type"].split(".")[2] for each in heard.received]


@pytest.mark.parametrize("rule", TO_HOME)
async def test_the_authority_of_the_home_is_told_of_what_concerns_it(
    notices: Notified, rule: str
) -> None:
    async with endpoint() as home:
        await notices.subscribe(home, la_code=HOME_LA)
        await notices.happen(entered("p1", home=HOME_LA), alert(rule), met("p1"))
        await told(notices, home, 1)

    (received,) = home.received
    assert received.event["data"]["rule"] == rule


def test_a_plan_a_social_worker_and_an_exclusion_concern_the_authority_of_the_home() -> None:
    assert {"ehcp-attendance-fall", "social-worker-absence", SIXTH_DAY} <= set(TO_HOME)


async def test_both_authorities_hear_every_turn_of_an_alert_and_the_school_each_once(
    notices: Notified,
) -> None:
    finding = alert()
    async with endpoint() as la, endpoint() as home, endpoint() as mis:
        await notices.subscribe(la, rules=[SIXTH_DAY])
        await notices.subscribe(home, la_code=HOME_LA)
        await notices.subscribe(mis, urns=[URN], rules=[SIXTH_DAY])
        await notices.happen(entered("p1", home=HOME_LA), finding, corrected(finding))
        await notices.happen(considered(finding, "considered"), lapsed(finding), withdrawn(finding))
        for each in (la, home, mis):
            await told(notices, each, 5)

    turns = [
        "threshold-met",
        "threshold-corrected",
        "alert-considered",
        "threshold-lapsed",
        "threshold-withdrawn",
    ]
    assert kinds(la) == kinds(home) == kinds(mis) == turns
    assert la.ids() == mis.ids()
    assert set(la.ids()).isdisjoint(home.ids())
    assert [each.event["data"] for each in la.received] == [
        each.event["data"] for each in home.received
    ]


async def test_an_authority_is_told_once_that_is_the_school_s_and_the_home_s(
    notices: Notified,
) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, rules=[SIXTH_DAY])
        await notices.happen(entered("p1", home=LA), alert())
        await told(notices, la, 1)

    assert len(await notices.deliveries()) == 1


async def test_a_home_authority_that_is_learned_later_is_told_of_what_stands(
    notices: Notified,
) -> None:
    first = entered()
    async with endpoint() as la, endpoint() as home:
        await notices.subscribe(la, rules=[NEW_PUPIL, SIXTH_DAY])
        await notices.subscribe(home, la_code=HOME_LA, full_bodies=True)
        await notices.happen(first, found(NEW_PUPIL), alert())
        await notices.happen(moved(first, HOME_LA, address="Another-Address"))
        await told(notices, home, 2)
        await told(notices, la, 3)

    assert kinds(home) == ["threshold-met", "return-due"]
    made = home.received[1].event["data"]
    assert (made["role"], made["version"]) == ("home", 1)
    assert made["contents"]["address"] == "Another-Address"
    assert kinds(la) == ["threshold-met", "return-due", "threshold-met"]
    stand = {each["la_code"]: each["status"] for each in await returns(notices)}
    assert stand == {LA: "sent", HOME_LA: "sent"}


async def test_a_home_authority_that_was_wrong_gets_a_withdrawal_and_the_right_one_the_return(
    notices: Notified,
) -> None:
    first = entered("p1", home=OTHER_LA)
    await notices.happen(first, found(SICKNESS), moved(first, HOME_LA))

    made = {each["la_code"]: each for each in await returns(notices)}
    assert (made[LA]["status"], made[HOME_LA]["status"]) == ("due", "due")
    assert made[OTHER_LA]["withdrawn_because"] == "another-authority"


async def test_who_was_told_of_an_alert_hears_of_its_end_and_of_nothing_between(
    notices: Notified,
) -> None:
    first, finding = entered("p1", home=OTHER_LA), alert()
    async with endpoint() as before, endpoint() as home:
        await notices.subscribe(before, la_code=OTHER_LA)
        await notices.subscribe(home, la_code=HOME_LA)
        await notices.happen(first, finding)
        await notices.happen(moved(first, HOME_LA))
        await notices.happen(corrected(finding), withdrawn(finding))
        await told(notices, home, 3)
        await told(notices, before, 2)

    assert kinds(before) == ["threshold-met", "threshold-withdrawn"]
    assert kinds(home) == ["threshold-met", "threshold-corrected", "threshold-withdrawn"]


async def test_no_authority_of_a_new_home_is_told_of_what_is_over_or_more_than_a_year_old(
    notices: Notified,
) -> None:
    first = entered()
    long_ago = FRIDAY._replace(on=FRIDAY.on - LOOKS_BACK - timedelta(days=1))
    old = replace(found(NEW_PUPIL), met_on=long_ago)
    gone, over = found(SICKNESS), alert("social-worker-absence")
    async with endpoint() as home:
        await notices.happen(first, old, alert(met_on=long_ago), gone, withdrawn(gone))
        await notices.subscribe(home, la_code=HOME_LA)
        await notices.happen(over, lapsed(over), moved(first, HOME_LA))

    assert await notices.deliveries() == []
    assert {each["la_code"] for each in await returns(notices)} == {LA}


async def test_a_change_of_anything_but_the_home_tells_nobody_anything(notices: Notified) -> None:
    first = entered()
    named = replace(moved(first, HOME_LA), changed=("address",))
    await notices.happen(first, found(NEW_PUPIL), named)

    assert [each["la_code"] for each in await returns(notices)] == [LA]


async def test_a_move_to_the_authority_the_school_had_takes_nothing_back_from_it(
    notices: Notified,
) -> None:
    first = entered("p1", home=HOME_LA)
    await notices.happen(first, found(NEW_PUPIL), school(OTHER_LA, changed=True))
    await notices.happen(moved(first, LA))

    made = [(each["la_code"], each["role"], each["status"]) for each in await returns(notices)]
    assert sorted(made) == [(HOME_LA, "home", "withdrawn"), (LA, "school", "due")]

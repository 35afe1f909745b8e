"""A return whose finding changes: corrected, withdrawn, and for whom."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from attendance.codes import Code
from notifications.replaying import take_replays_on
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import (
    LA,
    OTHER_LA,
    Notified,
    notified,
    school,
    withdrawn,
)
from support.returned import (
    ATTENDANCE,
    DUE,
    HOME_LA,
    NEW_PUPIL,
    RETURN_CORRECTED,
    RETURN_DUE,
    RETURN_TYPES,
    RETURN_WITHDRAWN,
    SICKNESS,
    considered,
    corrected,
    entered,
    found,
    returns,
    told,
)


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with a school of the authority registered."""
    async with notified(database_url, tmp_path) as running:
        yield running


async def test_a_correction_is_another_return_that_says_what_it_corrects(
    notices: Notified,
) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, types=list(RETURN_TYPES))
        await notices.happen(entered(), found(NEW_PUPIL))
        later = corrected(found(NEW_PUPIL), due_on=DUE + timedelta(days=1))
        await notices.happen(later)
        types = await told(notices, la, 2)

    first, second = await returns(notices)
    assert types == [RETURN_DUE, RETURN_CORRECTED]
    assert (first["status"], first["corrected_by"]) == ("corrected", second["id"])
    assert (second["status"], second["version"], second["corrects"]) == ("sent", 2, first["id"])
    assert la.received[1].event["data"]["corrects"] == first["id"]


async def test_a_finding_that_says_the_same_corrects_no_return(notices: Notified) -> None:
    finding = found(ATTENDANCE)
    (entry,) = finding.evidence
    await notices.happen(entered(), finding)
    await notices.happen(corrected(finding, evidence=(entry._replace(position=99),)))
    assert len(await returns(notices)) == 1

    await notices.happen(corrected(finding, evidence=(entry._replace(code=Code.G),)))
    assert [each["status"] for each in await returns(notices)] == ["corrected", "due"]


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (withdrawn(found(SICKNESS)), "no-ground"),
        (considered(found(SICKNESS), "return-not-required"), "not-required"),
    ],
)
async def test_a_return_is_withdrawn_with_its_finding_or_by_a_person(
    notices: Notified, said: object, because: str
) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, types=list(RETURN_TYPES), full_bodies=True)
        await notices.happen(entered(), found(SICKNESS))
        await notices.happen(said)  # type: ignore[arg-type]  # parametrize knows no event
        types = await told(notices, la, 2)

    (made,) = await returns(notices)
    assert types == [RETURN_DUE, RETURN_WITHDRAWN]
    assert (made["status"], made["withdrawn_because"]) == ("withdrawn", because)
    assert la.received[1].event["data"]["withdrawn_because"] == because
    assert b"Marked-" not in la.received[1].body


@pytest.mark.parametrize("figures", [{"school_days": 10}, {"school_days": 9}])
async def test_nothing_is_made_anew_of_a_finding_of_which_no_return_is_required(
    notices: Notified, figures: dict[str, int]
) -> None:
    finding = found(SICKNESS)
    await notices.happen(entered(), finding, considered(finding, "return-not-required"))
    await notices.happen(corrected(finding, figures=figures, provisional=True))

    assert [each["status"] for each in await returns(notices)] == ["withdrawn"]


@pytest.mark.parametrize(
    "figures", [{"school_days": 11}, {"school_days": 2, "school_days_expected": 15}]
)
async def test_a_return_that_wasn_t_required_is_due_again_once_more_is_found(
    notices: Notified, figures: dict[str, int]
) -> None:
    finding = found(SICKNESS)
    async with endpoint() as la:
        await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), finding, considered(finding, "return-not-required"))
        await notices.happen(corrected(finding, figures=figures))
        types = await told(notices, la, 3)

    first, second = await returns(notices)
    assert types == [RETURN_DUE, RETURN_WITHDRAWN, RETURN_DUE]
    assert (first["status"], second["status"]) == ("withdrawn", "sent")
    assert la.received[2].event["data"]["corrects"] == first["id"]


async def test_whoever_chose_to_hear_that_a_return_is_due_hears_what_becomes_of_it(
    notices: Notified,
) -> None:
    finding = found(NEW_PUPIL)
    async with endpoint() as la:
        await notices.subscribe(la, types=[RETURN_DUE])
        await notices.happen(entered(), finding)
        await notices.happen(corrected(finding, due_on=DUE + timedelta(days=1)))
        await notices.happen(withdrawn(finding))
        types = await told(notices, la, 3)

    assert types == [RETURN_DUE, RETURN_CORRECTED, RETURN_WITHDRAWN]


async def test_a_return_that_is_withdrawn_before_it_went_out_names_nobody(
    notices: Notified,
) -> None:
    async with endpoint() as la, endpoint() as other:
        created = await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.subscribe(other, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered("p1"), entered("p2"))
        await notices.happen(found(NEW_PUPIL, "p1"), found(NEW_PUPIL, "p2"))
        await notices.happen(withdrawn(found(NEW_PUPIL, "p1")))
        await told(notices, la, 3)
        await told(notices, other, 3)
    feed = await notices.get(f"/subscriptions/{created['id']}/events")

    for each in (*la.received, *other.received):
        named = each.event["subject"].endswith("p2")
        assert (b"Marked-" in each.body) == named
    assert [each["event"] for each in feed["items"] if "p1" in each["event"]["subject"]] == [
        each.event for each in la.received if "p1" in each.event["subject"]
    ]


async def test_a_return_that_is_withdrawn_is_sent_again_without_a_name(notices: Notified) -> None:
    async with endpoint() as la:
        created = await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), found(NEW_PUPIL))
        await told(notices, la, 1)
        await notices.happen(withdrawn(found(NEW_PUPIL)))
        await told(notices, la, 2)
        await notices.post(f"/subscriptions/{created['id']}/replays", {"ids": [la.ids()[0]]})
        await take_replays_on(notices.runtime)
        await told(notices, la, 3)

    assert [b"Marked-" in each.body for each in la.received] == [True, False, False]
    assert la.ids()[2] == la.ids()[0]


async def test_a_decision_that_nothing_further_is_done_leaves_the_duty(notices: Notified) -> None:
    finding = found(SICKNESS)
    await notices.happen(entered(), finding, considered(finding, "no-further-action"))

    assert [each["status"] for each in await returns(notices)] == ["due"]


async def test_who_is_no_longer_to_be_told_gets_a_withdrawal_and_who_is_now_a_return(
    notices: Notified,
) -> None:
    finding = found(NEW_PUPIL)
    await notices.happen(entered("p1", home=HOME_LA), finding)
    await notices.happen(school(OTHER_LA, changed=True))
    await notices.happen(corrected(finding, due_on=DUE + timedelta(days=1)))

    stand = {each["id"]: each for each in await returns(notices)}.values()
    by_authority = {(each["la_code"], each["version"]): each["status"] for each in stand}
    assert by_authority == {
        (LA, 1): "withdrawn",
        (HOME_LA, 1): "corrected",
        (HOME_LA, 2): "due",
        (OTHER_LA, 1): "due",
    }


async def test_messages_about_a_pupil_go_in_order_returns_among_them(notices: Notified) -> None:
    finding = found(NEW_PUPIL)
    async with endpoint() as la:
        await notices.subscribe(la)
        await notices.happen(entered(), finding)
        await notices.happen(corrected(finding, due_on=DUE + timedelta(days=1)))
        await notices.happen(withdrawn(finding))
        async with notices.sending(senders=2):
            await eventually(lambda: len(la.received) == 7)

    assert [each.event["type"].split(".")[2] for each in la.received] == [
        "pupil-admitted",
        "threshold-met",
        "return-due",
        "threshold-corrected",
        "return-corrected",
        "threshold-withdrawn",
        "return-withdrawn",
    ]
    assert [int(each.event["sequence"]) for each in la.received] == [1, 2, 3, 4, 5, 6, 7]

"""A finding becomes a return to each authority it is for, thin or whole."""

from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from notifications.errors import PupilNeverAdmitted
from support.endpoint import Answer, endpoint
from support.eventually import eventually
from support.notified import (
    LA,
    URN,
    Notified,
    admitted,
    met,
    notified,
)
from support.returned import (
    ATTENDANCE,
    DELETION,
    HOME_LA,
    NEW_PUPIL,
    RETURN_DUE,
    RETURN_TYPES,
    SICKNESS,
    entered,
    found,
    left,
    returns,
    told,
)

FAILING = Answer(HTTPStatus.INTERNAL_SERVER_ERROR)
NAMES = ("Marked-Surname", "Marked-Forename", "Marked-Address", "Marked-Upn", "Marked-Parent")


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with a school of the authority registered."""
    async with notified(database_url, tmp_path) as running:
        yield running


@pytest.mark.parametrize("rule", [ATTENDANCE, SICKNESS, NEW_PUPIL, DELETION])
async def test_a_return_is_due_to_the_school_s_authority_once_its_rule_finds_it(
    notices: Notified, rule: str
) -> None:
    await notices.happen(entered(), left(), found(rule))

    (made,) = await returns(notices)
    assert (made["kind"], made["la_code"], made["role"], made["status"]) == (
        rule,
        LA,
        "school",
        "due",
    )
    assert (made["version"], made["corrects"], made["alert"]) == (1, None, str(found(rule).alert))


async def test_other_findings_are_no_returns(notices: Notified) -> None:
    await notices.happen(entered(), met("p1"))

    assert await returns(notices) == []


async def test_the_home_authority_is_told_too_where_it_is_another(notices: Notified) -> None:
    await notices.happen(entered("p1", home=HOME_LA), entered("p2", home=LA))
    await notices.happen(found(NEW_PUPIL, "p1"), found(NEW_PUPIL, "p2"))

    made = [(each["pupil"], each["la_code"], each["role"]) for each in await returns(notices)]
    assert sorted(made) == [("p1", HOME_LA, "home"), ("p1", LA, "school"), ("p2", LA, "school")]


async def test_each_authority_gets_its_own_return_and_the_home_one_nothing_else(
    notices: Notified,
) -> None:
    async with endpoint() as la, endpoint() as home:
        await notices.subscribe(la)
        await notices.subscribe(home, la_code=HOME_LA)
        await notices.happen(entered("p1", home=HOME_LA), found(NEW_PUPIL), met("p1"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 4 and len(home.received) == 1)

    assert [each.event["type"].split(".")[2] for each in la.received] == [
        "pupil-admitted",
        "threshold-met",
        "return-due",
        "threshold-met",
    ]
    assert la.received[2].event["data"]["la_code"] == LA
    assert home.received[0].event["data"]["la_code"] == HOME_LA
    ids = {each.headers["webhook-id"] for each in (*la.received, *home.received)}
    assert len(ids) == 5


async def test_a_thin_body_names_the_return_and_nobody(notices: Notified) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, types=list(RETURN_TYPES))
        await notices.happen(entered(), left(), found(DELETION))
        await told(notices, la, 1)

    (made,) = await returns(notices)
    data = la.received[0].event["data"]
    assert data == {
        "id": made["id"],
        "kind": DELETION,
        "urn": URN,
        "pupil": "p1",
        "la_code": LA,
        "role": "school",
        "version": 1,
        "alert": str(found(DELETION).alert),
        "status": "due",
        "provisional": False,
        "met_on": "2026-11-20",
        "ground": "g",
        "made_at": "2026-11-20T15:00:00Z",
        "href": f"http://127.0.0.1:8000/notifications/v1/returns/{made['id']}",
    }
    assert b"Marked-" not in la.received[0].body


async def test_a_school_s_own_subscription_isn_t_told_the_ground_but_with_full_bodies(
    notices: Notified,
) -> None:
    async with endpoint() as la, endpoint() as mis, endpoint() as office:
        await notices.subscribe(la, types=[RETURN_DUE])
        created = await notices.subscribe(mis, urns=[URN], types=[RETURN_DUE])
        await notices.subscribe(office, urns=[URN], types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), left(), found(DELETION))
        for each in (la, mis, office):
            await told(notices, each, 1)
    feed = await notices.get(f"/subscriptions/{created['id']}/events")

    thin, own, whole = [each.received[0].event["data"] for each in (la, mis, office)]
    assert thin == {**own, "ground": "g"}
    assert "ground" not in own
    assert {name: said for name, said in whole.items() if name != "contents"} == own
    assert whole["contents"]["ground"] == "g"
    assert [each["event"]["data"] for each in feed["items"]] == [own]
    assert {each["la_code"]: each["status"] for each in await returns(notices)} == {LA: "sent"}


async def test_a_full_body_tells_all_that_the_law_asks_for_and_a_retry_the_same_bytes(
    notices: Notified,
) -> None:
    async with endpoint() as la:
        la.answers(FAILING)
        await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), left(), found(DELETION))
        async with notices.sending():
            await eventually(lambda: la.received)
            notices.house.clock.forward(minutes=10)
            await eventually(lambda: len(la.received) == 2)

    first, second = la.received
    assert first.body == second.body
    assert first.event["data"]["contents"] == {
        "school_name": "Marked-School",
        "legal_surname": "Marked-Surname",
        "legal_forename": "Marked-Forename",
        "middle_names": "Marked-Middle",
        "known_as": "Marked-Name",
        "upn": "Marked-Upn",
        "address": "Marked-Address",
        "parents": [{"name": "Marked-Parent", "lives_with": True}],
        "ground": "g",
        "deleted_on": "2026-11-20",
    }


async def test_the_feed_of_a_subscription_gives_what_its_endpoint_is_sent(
    notices: Notified,
) -> None:
    async with endpoint() as la:
        created = await notices.subscribe(la, full_bodies=True)
        await notices.happen(entered(), found(NEW_PUPIL))
        await told(notices, la, 3)
    feed = await notices.get(f"/subscriptions/{created['id']}/events")

    assert [each["event"] for each in feed["items"]] == [each.event for each in la.received]
    assert "contents" in feed["items"][2]["event"]["data"]


async def test_two_subscriptions_of_one_authority_get_each_its_own_form(
    notices: Notified,
) -> None:
    async with endpoint() as thin, endpoint() as whole:
        await notices.subscribe(thin, types=[RETURN_DUE])
        await notices.subscribe(whole, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), found(NEW_PUPIL))
        async with notices.sending():
            await eventually(lambda: thin.received and whole.received)

    assert not any(name.encode() in thin.received[0].body for name in NAMES)
    assert all(name.encode() in whole.received[0].body for name in NAMES)
    assert thin.ids() == whole.ids()


async def test_an_absence_return_tells_the_sessions_and_a_sickness_return_only_how_many(
    notices: Notified,
) -> None:
    await notices.happen(entered(), found(ATTENDANCE), found(SICKNESS))

    absence, sickness = [
        (await notices.get(f"/returns/{each['id']}"))["contents"]
        for each in await returns(notices, f"?urn={URN}")
    ]
    if "absences" not in absence:
        absence, sickness = sickness, absence
    assert absence["absences"] == [{"date": "2026-11-16", "session": "AM", "code": "O"}]
    assert absence["figures"] == sickness["figures"] == {"school_days": 10}
    assert "absences" not in sickness
    assert {"date_of_birth", "parents", "emergency_contacts"}.isdisjoint(absence)


async def test_a_return_says_what_the_register_said_when_it_was_made(notices: Notified) -> None:
    first = entered()
    await notices.happen(first, found(NEW_PUPIL))
    again = replace(first, legal_surname="Another-Surname", starting_day=first.starting_day)
    await notices.happen(again)

    (made,) = await returns(notices)
    contents = (await notices.get(f"/returns/{made['id']}"))["contents"]
    assert contents["legal_surname"] == "Marked-Surname"


async def test_a_subscription_may_choose_by_rule(notices: Notified) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, rules=["social-worker-absence"])
        social = replace(met("p1"), rule="social-worker-absence")
        await notices.happen(entered(), met("p1"), found(NEW_PUPIL), social)
        await told(notices, la, 1)

    assert [each.event["data"]["rule"] for each in la.received] == ["social-worker-absence"]


async def test_full_bodies_are_for_a_token_that_may_read_returns(notices: Notified) -> None:
    asked = {"la_code": LA, "url": "http://127.0.0.1:9/", "full_bodies": True}
    async with notices.house.client("subscriptions:manage", la=LA) as keeper:
        refused = await keeper.post("/notifications/v1/subscriptions", json=asked)
        thin = await keeper.post(
            "/notifications/v1/subscriptions", json={**asked, "full_bodies": False}
        )
        url = f"/notifications/v1/subscriptions/{thin.json()['id']}"
        widened = await keeper.patch(url, json={"full_bodies": True})
        async with notices.house.client("subscriptions:manage returns:read", la=LA) as reader:
            allowed = await reader.patch(url, json={"full_bodies": True})
            redirected = await keeper.patch(url, json={"url": "http://127.0.0.1:10/"})
            read = await keeper.get(f"{url}/events")
            narrowed = await keeper.patch(url, json={"full_bodies": False})

    for each in (refused, widened, redirected, read, narrowed):
        assert each.json()["type"] == "/problems/scope-missing"
    assert allowed.status_code == HTTPStatus.OK


async def test_a_pupil_s_name_is_in_no_list_and_in_no_log(
    notices: Notified, capsys: pytest.CaptureFixture[str]
) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, full_bodies=True)
        await notices.happen(entered("Marked.pupil"), found(NEW_PUPIL, "Marked.pupil"))
        await told(notices, la, 3)
        made = await returns(notices)
    output = capsys.readouterr()

    assert not any(name in str(made) for name in NAMES)
    assert "Marked" not in output.out + output.err


async def test_no_return_is_made_up_of_a_pupil_whom_nobody_admitted(notices: Notified) -> None:
    with pytest.raises(PupilNeverAdmitted):
        await notices.happen(found(NEW_PUPIL))


async def test_another_pupil_s_admission_matters_to_no_return(notices: Notified) -> None:
    await notices.happen(admitted("p2"), entered("p1"), found(NEW_PUPIL, "p1"))

    assert [each["pupil"] for each in await returns(notices)] == ["p1"]

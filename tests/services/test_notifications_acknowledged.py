"""What an authority acknowledges and a school sends by hand: facts of the school's log."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from attendance.codec import decode
from attendance.events import ReturnAcknowledged, ReturnSubmitted, Signatory
from support.notified import LA, OTHER_LA, URN, Notified, notified, withdrawn
from support.returned import DUE, HOME_LA, corrected, entered, found, record, returns

RULE = "new-pupil-return"
OFFICER = {"name": "B. Jones", "position": "Education Welfare Officer"}
BY_HAND = {"submitted_on": "2026-11-20", "how": "portal", "reference": "R-17", "by": OFFICER}
OF_KIND = "SELECT kind, payload FROM eventlog.event WHERE kind LIKE 'Return%' ORDER BY position"


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with one return due to each of two authorities."""
    async with notified(database_url, tmp_path) as running:
        await running.happen(entered("p1", home=HOME_LA), found(RULE))
        yield running


async def due(notices: Notified, la_code: str = LA) -> str:
    """Name the newest return to an authority."""
    found_: str = (await returns(notices, f"?la={la_code}"))[-1]["id"]
    return found_


async def logged(notices: Notified) -> list[Any]:
    """Read what the log says of returns."""
    return [decode(row["kind"], row["payload"]) for row in await notices.conn.fetch(OF_KIND)]


def slug(answer: httpx.Response) -> tuple[int, str]:
    """Give an answer's status and its problem."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_an_acknowledgement_is_a_fact_in_the_school_s_log(notices: Notified) -> None:
    id_ = await due(notices)
    body = {"reference": "CME-1", "by": OFFICER}
    answer = await record(notices, f"{id_}/acknowledgement", body, la=LA)

    (said,) = await logged(notices)
    assert answer.status_code == 201
    assert answer.json() == {"position": 4, "id": id_}
    assert isinstance(said, ReturnAcknowledged)
    assert (str(said.statutory_return), said.la_code, said.reference) == (id_, LA, "CME-1")
    assert said.acknowledged_by == Signatory("B. Jones", "Education Welfare Officer")
    (shown,) = await returns(notices, "?status=acknowledged")
    whole = await notices.get(f"/returns/{id_}")
    assert shown["id"] == id_
    assert [(each["step"], each["reference"]) for each in whole["history"]] == [
        ("made", None),
        ("acknowledged", "CME-1"),
    ]


async def test_an_authority_s_system_acknowledges_without_a_person(notices: Notified) -> None:
    await record(notices, f"{await due(notices)}/acknowledgement", {}, la=LA)

    (said,) = await logged(notices)
    assert (said.acknowledged_by, said.reference) == (None, None)


async def test_a_token_for_every_school_acknowledges_only_with_somebody_s_name(
    notices: Notified,
) -> None:
    path = f"{await due(notices)}/acknowledgement"
    person = {"urns": "*", "name": "O. Perator", "position": "Operator"}
    system = await record(notices, path, {})
    operator = await record(notices, path, {}, **person)
    refused = [slug(each) for each in (system, operator)]
    assert refused == [(422, "acknowledger-required")] * 2
    assert await logged(notices) == []

    await record(notices, path, {"by": OFFICER}, **person)
    (said,) = await logged(notices)
    assert said.acknowledged_by == Signatory("B. Jones", "Education Welfare Officer")


async def test_a_reference_is_added_once_to_what_was_acknowledged_without(
    notices: Notified,
) -> None:
    id_ = await due(notices)
    path = f"{id_}/acknowledgement"
    await record(notices, path, {}, la=LA)
    notices.house.clock.forward(days=1)
    added = await record(notices, path, {"reference": "CME-1", "by": OFFICER}, la=LA)
    again = await record(notices, path, {}, la=LA)
    other = await record(notices, path, {"reference": "CME-2"}, la=LA)

    whole = await notices.get(f"/returns/{id_}")
    assert [answer.status_code for answer in (added, again, other)] == [201, 201, 409]
    assert whole["acknowledged_at"] == "2026-11-20T15:00:00Z"
    assert [(each["at"], each["reference"], each["by"]) for each in whole["history"][1:]] == [
        ("2026-11-20T15:00:00Z", None, None),
        ("2026-11-21T15:00:00Z", "CME-1", OFFICER),
    ]


async def test_the_key_of_an_acknowledgement_that_was_said_before_is_still_free(
    notices: Notified,
) -> None:
    path = f"{await due(notices)}/acknowledgement"
    await record(notices, path, {}, la=LA)
    await record(notices, path, {}, key="k", la=LA)
    other = await record(notices, path, {"reference": "CME-1"}, key="k", la=LA)

    assert "Idempotency-Replayed" not in other.headers
    assert len(await logged(notices)) == 2


async def test_the_same_acknowledgement_again_is_answered_alike_and_recorded_once(
    notices: Notified,
) -> None:
    path = f"{await due(notices)}/acknowledgement"
    first = await record(notices, path, {"reference": "CME-1"}, key="k", la=LA)
    again = await record(notices, path, {"reference": "CME-1"}, key="k", la=LA)
    elsewhere = await record(notices, path, {"reference": "CME-1"}, la=LA)

    assert first.json() == again.json() == elsewhere.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == elsewhere.headers["Idempotency-Replayed"]
    assert len(await logged(notices)) == 1


async def test_a_key_used_for_another_acknowledgement_is_refused(notices: Notified) -> None:
    path = f"{await due(notices)}/acknowledgement"
    await record(notices, path, {"reference": "CME-1"}, key="k", la=LA)
    reused = await record(notices, path, {"reference": "CME-2"}, key="k", la=LA)

    assert slug(reused) == (422, "idempotency-key-reused")


async def test_another_reference_is_a_conflict(notices: Notified) -> None:
    path = f"{await due(notices)}/acknowledgement"
    await record(notices, path, {"reference": "CME-1"}, la=LA)
    answer = await record(notices, path, {"reference": "CME-2"}, la=LA)

    assert slug(answer) == (409, "already-acknowledged")
    assert answer.json()["errors"][0]["pointer"] == "/reference"


async def test_only_the_authority_a_return_is_for_acknowledges_it(notices: Notified) -> None:
    path = f"{await due(notices)}/acknowledgement"
    other = await record(notices, path, {}, la=OTHER_LA)
    home = await record(notices, path, {}, la=HOME_LA)
    school = await record(notices, path, {}, urns=[URN])
    reader = await record(notices, path, {}, scope="returns:read", la=LA)

    assert [slug(each) for each in (other, home, school)] == [(404, "not-found")] * 3
    assert slug(reader) == (403, "scope-missing")
    assert await logged(notices) == []


async def test_an_authority_sees_the_returns_for_it_and_no_others(notices: Notified) -> None:
    mine = await returns(notices, la=HOME_LA)
    school_s = await returns(notices, urns=[URN])
    others = await returns(notices, urns=[999002])
    async with notices.house.client("returns:read", la=HOME_LA) as client:
        hidden = await client.get(f"/notifications/v1/returns/{await due(notices)}")
        asked = await client.get("/notifications/v1/returns", params={"la": LA})

    assert [each["la_code"] for each in mine] == [HOME_LA]
    assert sorted(each["la_code"] for each in school_s) == [HOME_LA, LA]
    assert others == []
    assert (hidden.status_code, asked.status_code) == (404, 404)


async def test_what_was_sent_by_hand_is_recorded_with_when_how_and_by_whom(
    notices: Notified,
) -> None:
    id_ = await due(notices)
    answer = await record(notices, f"{id_}/submission", BY_HAND, urns=[URN])

    (said,) = await logged(notices)
    assert answer.status_code == 201
    assert isinstance(said, ReturnSubmitted)
    whole = await notices.get(f"/returns/{id_}")
    assert (whole["status"], whole["submitted_on"]) == ("submitted", "2026-11-20")
    assert whole["history"][1] == {
        "step": "submitted",
        "at": "2026-11-20T15:00:00Z",
        "version": 1,
        "by": OFFICER,
        "reference": "R-17",
        "submitted_on": "2026-11-20",
        "how": "portal",
    }


async def test_a_return_that_was_submitted_is_overdue_no_more_and_may_be_acknowledged(
    notices: Notified,
) -> None:
    notices.house.clock.now += timedelta(days=10)
    id_ = await due(notices)
    assert id_ in [each["id"] for each in await returns(notices, "?overdue=true")]
    await record(notices, f"{id_}/submission", BY_HAND)
    assert id_ not in [each["id"] for each in await returns(notices, "?overdue=true")]
    await record(notices, f"{id_}/acknowledgement", {}, la=LA)

    assert (await notices.get(f"/returns/{id_}"))["status"] == "acknowledged"


async def test_an_authority_doesnt_say_that_the_school_sent_a_return(notices: Notified) -> None:
    answer = await record(notices, f"{await due(notices)}/submission", BY_HAND, la=LA)

    assert slug(answer) == (404, "not-found")
    assert await logged(notices) == []


async def test_a_return_wasnt_sent_over_a_month_before_there_was_any_ground(
    notices: Notified,
) -> None:
    early = {**BY_HAND, "submitted_on": "2026-10-19"}
    answer = await record(notices, f"{await due(notices)}/submission", early)

    assert slug(answer) == (422, "submitted-too-early")
    assert answer.json()["errors"][0]["pointer"] == "/submitted_on"


async def test_a_submission_said_again_is_recorded_once_and_another_is_a_conflict(
    notices: Notified,
) -> None:
    path = f"{await due(notices)}/submission"
    first = await record(notices, path, BY_HAND)
    again = await record(notices, path, BY_HAND)
    otherwise = await record(notices, path, {**BY_HAND, "how": "post"})

    assert first.json() == again.json()
    assert slug(otherwise) == (409, "already-submitted")
    assert len(await logged(notices)) == 1


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {("/submitted_on", "missing"), ("/how", "missing")}),
        ({**BY_HAND, "how": "fax"}, {("/how", "enum")}),
        ({**BY_HAND, "submitted_on": "20 November"}, {("/submitted_on", "date-format")}),
        ({**BY_HAND, "to": "somebody"}, {("", "extra-forbidden")}),
        (
            {**BY_HAND, "submitted_on": "2026-11-21", "by": None, "reference": "\u200b"},
            {
                ("/submitted_on", "date-in-future"),
                ("/by", "signatory-required"),
                ("/reference", "blank"),
            },
        ),
    ],
)
async def test_everything_wrong_with_a_submission_is_said_at_once_and_nothing_stored(
    notices: Notified, body: object, wrong: set[tuple[str, str]]
) -> None:
    answer = await record(notices, f"{await due(notices)}/submission", body)

    assert answer.status_code == 422
    assert {(each["pointer"], each["code"]) for each in answer.json()["errors"]} == wrong
    assert await logged(notices) == []


async def test_what_was_withdrawn_is_neither_acknowledged_nor_submitted(
    notices: Notified,
) -> None:
    id_ = await due(notices)
    await notices.happen(withdrawn(found(RULE)))

    for what, body in (("acknowledgement", {"by": OFFICER}), ("submission", BY_HAND)):
        assert slug(await record(notices, f"{id_}/{what}", body)) == (409, "return-withdrawn")


async def test_what_was_corrected_is_acknowledged_as_corrected(notices: Notified) -> None:
    old = await due(notices)
    notices.house.clock.forward(days=2)
    await notices.happen(corrected(found(RULE), due_on=DUE + timedelta(days=1)))
    new = await due(notices)

    refused = await record(notices, f"{old}/acknowledgement", {}, la=LA)
    too_early = await record(notices, f"{new}/submission", BY_HAND)
    taken = await record(notices, f"{new}/acknowledgement", {}, la=LA)
    assert slug(refused) == (409, "return-corrected")
    assert slug(too_early) == (422, "submitted-before-made")
    assert taken.status_code == 201

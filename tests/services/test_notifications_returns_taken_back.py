"""A return that a person had sent and that was withdrawn since: that is to be told too."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attendance.codec import decode
from attendance.events import ReturnSubmitted, Signatory
from attendance.identifiers import LaCode, PupilId
from attendance.return_events import Channel
from notifications.watching import set_gauges
from support.endpoint import endpoint
from support.notified import AT, LA, Notified, notified, withdrawn
from support.returned import DUE, RETURN_DUE, corrected, entered, found, record, returns, told

RULE = "new-pupil-return"
OFFICER = {"name": "A. Smith", "position": "Attendance Officer"}
BY_HAND = {"submitted_on": "2026-11-20", "how": "telephone", "by": OFFICER}
TAKEN_BACK = {**BY_HAND, "withdrawal": True}
NEWEST = "SELECT kind, payload FROM eventlog.event ORDER BY position DESC LIMIT 1"


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with a return due to an authority that has no endpoint."""
    async with notified(database_url, tmp_path) as running:
        await running.happen(entered(), found(RULE))
        yield running


async def newest(notices: Notified) -> dict[str, Any]:
    """Read the newest version of the return."""
    id_ = (await returns(notices))[-1]["id"]
    whole: dict[str, Any] = await notices.get(f"/returns/{id_}")
    return whole


async def overdue(notices: Notified) -> list[tuple[int, str]]:
    """List what is to be seen to, by version and status."""
    listed = await returns(notices, "?overdue=true")
    return [(each["version"], each["status"]) for each in listed]


async def handed_over(notices: Notified) -> str:
    """Record that the return was sent by hand."""
    id_: str = (await newest(notices))["id"]
    await record(notices, f"{id_}/submission", BY_HAND)
    return id_


async def page(notices: Notified) -> str:
    """Print the pack of the newest version."""
    id_ = (await newest(notices))["id"]
    async with notices.house.client("returns:read") as client:
        answer = await client.get(
            f"/notifications/v1/returns/{id_}/pack", headers={"Accept": "text/html"}
        )
    return answer.text


async def test_what_was_sent_by_hand_and_withdrawn_is_overdue_until_that_is_told(
    notices: Notified,
) -> None:
    id_ = await handed_over(notices)
    await notices.happen(withdrawn(found(RULE)))
    before = await overdue(notices)
    answer = await record(notices, f"{id_}/submission", TAKEN_BACK)
    again = await record(notices, f"{id_}/submission", TAKEN_BACK)

    whole = await newest(notices)
    row = await notices.conn.fetchrow(NEWEST)
    said = decode(row["kind"], row["payload"])
    assert before == [(1, "withdrawn")]
    assert (answer.status_code, answer.json()) == (201, again.json())
    assert isinstance(said, ReturnSubmitted)
    assert said.withdrawal
    assert await overdue(notices) == []
    assert (whole["submitted_on"], whole["withdrawal_submitted_on"]) == ("2026-11-20",) * 2
    assert [each["step"] for each in whole["history"]] == [
        "made",
        "withdrawn",
        "submitted",
        "withdrawal-submitted",
    ]


async def test_operators_see_what_was_sent_by_hand_and_withdrawn(notices: Notified) -> None:
    await handed_over(notices)
    await notices.happen(withdrawn(found(RULE)))
    await set_gauges(notices.runtime)
    async with notices.house.anonymous() as client:
        checks = (await client.get("/ready")).json()["checks"]
        measured = (await client.get("/metrics")).text

    figures = next(each["figures"] for each in checks if each["name"] == "returns")
    assert figures["withdrawals_untold"] == 1
    assert 'rollbook_returns_open{standing="withdrawal-untold"} 1.0' in measured


async def test_the_return_said_again_doesnt_tell_that_it_was_withdrawn(notices: Notified) -> None:
    id_ = await handed_over(notices)
    await notices.happen(withdrawn(found(RULE)))
    await record(notices, f"{id_}/submission", BY_HAND)
    otherwise = await record(notices, f"{id_}/submission", {**BY_HAND, "how": "post"})

    assert await overdue(notices) == [(1, "withdrawn")]
    assert otherwise.status_code == 409


async def test_a_withdrawal_of_what_nobody_had_sent_is_no_duty(notices: Notified) -> None:
    await notices.happen(withdrawn(found(RULE)))
    whole = await newest(notices)
    refused = await record(notices, f"{whole['id']}/submission", TAKEN_BACK)

    assert whole["overdue"] is False
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/no-withdrawal-to-tell"


async def test_a_correction_withdrawn_before_it_was_sent_takes_back_the_version_that_was(
    notices: Notified,
) -> None:
    await handed_over(notices)
    await notices.happen(corrected(found(RULE), due_on=DUE + timedelta(days=1)))
    await notices.happen(withdrawn(found(RULE)))
    before = await overdue(notices)
    answer = await record(notices, f"{(await newest(notices))['id']}/submission", TAKEN_BACK)

    assert before == [(2, "withdrawn")]
    assert answer.status_code == 201
    assert await overdue(notices) == []


async def test_a_return_due_anew_takes_the_duty_over_from_the_one_withdrawn(
    notices: Notified,
) -> None:
    await handed_over(notices)
    await notices.happen(withdrawn(found(RULE)))
    await notices.happen(corrected(found(RULE), provisional=True))
    while_due = await overdue(notices)
    await notices.happen(withdrawn(found(RULE)))

    assert while_due == []
    assert await overdue(notices) == [(2, "withdrawn")]


async def test_a_return_recorded_as_sent_after_its_withdrawal_is_still_to_be_taken_back(
    notices: Notified,
) -> None:
    made = await newest(notices)
    sent = ReturnSubmitted(
        statutory_return=UUID(made["id"]),
        alert=UUID(made["alert"]),
        rule=RULE,
        pupil=PupilId("p1"),
        la_code=LaCode(LA),
        submitted_on=AT.date(),
        how=Channel.POST,
        recorded_by=Signatory("A. Smith", "Attendance Officer"),
        recorded_at=AT,
    )
    await notices.happen(withdrawn(found(RULE)), sent)

    assert await overdue(notices) == [(1, "withdrawn")]


async def test_what_an_endpoint_took_too_is_taken_back_there(notices: Notified) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, types=[RETURN_DUE])
        await notices.happen(entered("p2"), found(RULE, "p2"))
        await told(notices, la, 1)
    id_ = await handed_over(notices)
    await notices.happen(withdrawn(found(RULE, "p2")))

    assert (await newest(notices))["id"] == id_
    assert await overdue(notices) == []


async def test_the_pack_is_the_withdrawal_until_that_is_recorded_as_told(
    notices: Notified,
) -> None:
    id_ = await handed_over(notices)
    await notices.happen(withdrawn(found(RULE)))
    before = await page(notices)
    said = await notices.get(f"/returns/{id_}/pack")
    await record(notices, f"{id_}/submission", TAKEN_BACK)
    after = await page(notices)

    assert said["title"] == "Withdrawal of a new pupil return"
    assert "<h1>Withdrawal of a new pupil return</h1>" in before
    assert "the registers as amended show no ground for it" in before
    assert "reference</span>" in before
    assert "Marked-Surname" in before
    assert "Marked-Contact" not in before
    assert "The authority was told on 20 November 2026" in after
    assert "reference</span>" not in after


async def test_a_return_that_was_acknowledged_is_withdrawn_all_the_same(
    notices: Notified,
) -> None:
    id_ = (await newest(notices))["id"]
    await record(notices, f"{id_}/acknowledgement", {"reference": "CME-1"}, la=LA)
    await notices.happen(withdrawn(found(RULE)))

    whole = await notices.get(f"/returns/{id_}")
    assert whole["status"] == "withdrawn"
    assert {each["step"] for each in whole["history"]} == {"made", "acknowledged", "withdrawn"}

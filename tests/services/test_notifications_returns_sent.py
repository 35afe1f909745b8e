"""A return on its way to its authority: sent, given up, overdue."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventlog import SchoolId
from notifications.replaying import take_replays_on
from notifications.retries import RETRY_SECONDS
from notifications.returns_table import note_sent
from notifications.watching import set_gauges
from support.endpoint import Answer, Endpoint, agreeable, endpoint
from support.eventually import eventually
from support.log import connected
from support.notified import (
    LA,
    URN,
    Notified,
    notified,
)
from support.returned import (
    DUE,
    HOME_LA,
    NEW_PUPIL,
    RETURN_DUE,
    SICKNESS,
    entered,
    found,
    returns,
    told,
)

FAILING = Answer(HTTPStatus.INTERNAL_SERVER_ERROR)
ROLE = "rollbook_notifications"
GIVE_UP = "UPDATE notifications.delivery SET status = 'undelivered' WHERE subscription_id = $1"
WAITS = """
SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with a school of the authority registered."""
    async with notified(database_url, tmp_path) as running:
        yield running


async def stand(notices: Notified, statuses: list[str]) -> bool:
    """Tell whether the returns there are stand so, in the order of the log."""
    return [each["status"] for each in await returns(notices)] == statuses


async def give_up(notices: Notified, subscription: str, la: Endpoint) -> None:
    """Let an endpoint fail until what is sent to it is set aside."""
    la.answer = lambda received: agreeable(received) if received.verifies else FAILING
    for count, wait in enumerate(RETRY_SECONDS, start=1):
        notices.house.clock.forward(seconds=1.25 * wait)
        await eventually(partial(_has_failed, notices, subscription, count))
    la.answer = agreeable
    notices.house.clock.forward(hours=1)  # until its circuit lets a message by


async def _has_failed(notices: Notified, subscription: str, count: int) -> bool:
    return [each["attempt_count"] for each in await notices.deliveries(subscription)] == [count]


async def operated(notices: Notified) -> tuple[dict[str, Any], str]:
    """Look as an operator does: at how returns stand, and at what is measured."""
    await set_gauges(notices.runtime)
    async with notices.house.anonymous() as client:
        checks = (await client.get("/ready")).json()["checks"]
        measured = (await client.get("/metrics")).text
    return next(each for each in checks if each["name"] == "returns"), measured


async def test_a_return_is_sent_once_its_authority_s_endpoint_took_it(notices: Notified) -> None:
    async with endpoint() as la:
        await notices.subscribe(la, types=[RETURN_DUE])
        await notices.happen(entered(), found(NEW_PUPIL))
        await told(notices, la, 1)

    (made,) = await returns(notices, "?status=sent")
    whole = await notices.get(f"/returns/{made['id']}")
    assert made["sent_at"] == "2026-11-20T15:00:00Z"
    assert [each["status"] for each in whole["deliveries"]] == ["delivered"]
    assert [each["step"] for each in whole["history"]] == ["made", "sent"]


async def test_a_school_s_own_subscription_is_told_and_sends_nothing_to_the_authority(
    notices: Notified,
) -> None:
    async with endpoint() as mis:
        await notices.subscribe(mis, urns=[URN], types=[RETURN_DUE])
        await notices.happen(entered("p1", home=HOME_LA), found(NEW_PUPIL))
        await told(notices, mis, 2)

    assert {each["status"] for each in await returns(notices)} == {"due"}
    assert {each.event["data"]["la_code"] for each in mis.received} == {LA, HOME_LA}


async def test_a_return_is_undelivered_after_the_last_attempt_and_sent_when_it_is_replayed(
    notices: Notified,
) -> None:
    async with endpoint() as la:
        created = await notices.subscribe(la, types=[RETURN_DUE])
        await notices.happen(entered(), found(SICKNESS))
        async with notices.sending():
            await give_up(notices, created["id"], la)
            await eventually(partial(stand, notices, ["undelivered"]))
            (given_up,) = await returns(notices, "?overdue=true")
            ready, measured = await operated(notices)
            status, _ = await notices.post(
                f"/subscriptions/{created['id']}/replays", {"missing_only": True}
            )
            await take_replays_on(notices.runtime)
            await eventually(partial(stand, notices, ["sent"]))

    assert status == HTTPStatus.ACCEPTED
    assert (given_up["status"], given_up["due_on"]) == ("undelivered", None)
    assert (ready["status"], ready["figures"]["undelivered"]) == ("red", 1)
    assert 'rollbook_returns_open{standing="undelivered"} 1.0' in measured


async def test_what_one_endpoint_of_an_authority_took_is_sent_whatever_another_did(
    notices: Notified,
) -> None:
    async with endpoint() as gone, endpoint() as la:
        failing = await notices.subscribe(gone, types=[RETURN_DUE])
        await notices.subscribe(la, types=[RETURN_DUE])
        await notices.happen(entered(), found(SICKNESS))
        async with notices.sending():
            await give_up(notices, failing["id"], gone)

    assert await stand(notices, ["sent"])


async def test_a_return_isnt_given_up_while_another_endpoint_is_still_tried(
    notices: Notified,
) -> None:
    async with endpoint() as gone, endpoint() as moving:
        failing = await notices.subscribe(gone, types=[RETURN_DUE])
        waiting = await notices.subscribe(moving, types=[RETURN_DUE])
        async with notices.house.client() as client:
            await client.patch(
                f"/notifications/v1/subscriptions/{waiting['id']}",
                json={"url": moving.url().replace("127.0.0.1", "localhost")},
            )
        await notices.happen(entered(), found(SICKNESS))
        async with notices.sending():
            await give_up(notices, failing["id"], gone)

    assert await notices.statuses(waiting["id"]) == ["pending"]
    assert await stand(notices, ["due"])


async def test_a_return_is_undelivered_once_the_last_endpoint_is_disabled(
    notices: Notified,
) -> None:
    async with endpoint() as gone:
        await notices.subscribe(gone, types=[RETURN_DUE])
        gone.answer = lambda _: Answer(HTTPStatus.GONE)
        await notices.happen(entered("p1"), found(SICKNESS, "p1"))
        async with notices.sending():
            await eventually(partial(stand, notices, ["undelivered"]))
        ready, _ = await operated(notices)
        await notices.happen(entered("p2"), found(SICKNESS, "p2"))

    made = await returns(notices, "?overdue=true")
    assert [each["status"] for each in made] == ["undelivered", "undelivered"]
    assert (ready["status"], ready["figures"]["undelivered"]) == ("red", 1)


async def test_what_waits_for_a_disabled_endpoint_is_undelivered_with_what_found_it_gone(
    notices: Notified,
) -> None:
    async with endpoint() as gone:
        created = await notices.subscribe(gone, types=[RETURN_DUE])
        gone.answer = lambda _: Answer(HTTPStatus.GONE)
        await notices.happen(entered("p1"), found(NEW_PUPIL, "p1"), found(SICKNESS, "p1"))
        async with notices.sending():
            await eventually(partial(stand, notices, ["undelivered", "undelivered"]))

    assert await notices.statuses(created["id"]) == ["pending", "pending"]
    assert len(gone.received) == 1


async def test_a_return_is_undelivered_when_all_its_endpoints_are_deleted(
    notices: Notified,
) -> None:
    async with endpoint() as one, endpoint() as two:
        ids = [(await notices.subscribe(la, types=[RETURN_DUE]))["id"] for la in (one, two)]
        await notices.happen(entered(), found(SICKNESS))
    before = []
    async with notices.house.client() as client:
        for id_ in ids:
            before += [each["status"] for each in await returns(notices)]
            await client.delete(f"/notifications/v1/subscriptions/{id_}")

    assert before == ["due", "due"]
    assert await stand(notices, ["undelivered"])


async def test_an_endpoint_that_is_back_takes_what_stood_as_undelivered(
    notices: Notified,
) -> None:
    async with endpoint() as la:
        created = await notices.subscribe(la, types=[RETURN_DUE])
        la.answer = lambda _: Answer(HTTPStatus.GONE)
        await notices.happen(entered(), found(SICKNESS))
        async with notices.sending():
            await eventually(partial(stand, notices, ["undelivered"]))
            la.answer = agreeable
            await notices.post(f"/subscriptions/{created['id']}/verification")
            notices.house.clock.forward(minutes=1)  # until it is tried again
            await eventually(partial(stand, notices, ["sent"]))


async def test_an_authority_without_an_endpoint_stays_due_and_is_overdue_after_the_day(
    notices: Notified,
) -> None:
    await notices.happen(entered(), found(NEW_PUPIL))
    in_time = await returns(notices, "?overdue=false")
    notices.house.clock.now += DUE - notices.house.clock.now.date() + timedelta(days=1)
    late = await returns(notices, "?overdue=true")

    assert [(each["status"], each["overdue"]) for each in in_time] == [("due", False)]
    assert [(each["status"], each["overdue"]) for each in late] == [("due", True)]
    assert await returns(notices, "?overdue=false") == []


async def test_two_endpoints_that_are_given_up_at_one_moment_leave_a_return_undelivered(
    notices: Notified, database_url: str
) -> None:
    async with endpoint() as one, endpoint() as two:
        ids = [(await notices.subscribe(la, types=[RETURN_DUE]))["id"] for la in (one, two)]
        await notices.happen(entered(), found(SICKNESS))
    (made,) = await returns(notices)
    brought = [(SchoolId(URN), UUID(made["id"]))]
    now = notices.house.clock()
    async with (
        connected(database_url, ROLE, whose="*") as first,
        connected(database_url, ROLE, whose="*") as second,
    ):
        async with first.transaction():
            await first.execute(GIVE_UP, UUID(ids[0]))
            await note_sent(first, brought, now=now)
            later = second.transaction()
            await later.start()
            await second.execute(GIVE_UP, UUID(ids[1]))
            noting = asyncio.create_task(note_sent(second, brought, now=now))
            await eventually(partial(_waits_for_a_lock, notices))
        await noting
        await later.commit()

    assert await stand(notices, ["undelivered"])


async def _waits_for_a_lock(notices: Notified) -> bool:
    waits: bool = await notices.conn.fetchval(WAITS)
    return waits

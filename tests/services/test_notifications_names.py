"""Names go where somebody who may read returns had them sent, and nowhere by a way around that."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from support.endpoint import Answer, Endpoint, endpoint
from support.eventually import eventually
from support.notified import LA, Notified, notified
from support.replayed import WHOLE_DAY, asked, run_to_its_end
from support.returned import NEW_PUPIL, RETURN_DUE, entered, found, told

SURNAME = b"Marked-Surname"
FAILING = Answer(HTTPStatus.INTERNAL_SERVER_ERROR)


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with a school of the authority registered."""
    async with notified(database_url, tmp_path) as running:
        yield running


async def owing(notices: Notified, la: Endpoint) -> str:
    """Owe an endpoint a return with names; gives the path of its subscription."""
    created = await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
    await notices.happen(entered(), found(NEW_PUPIL))
    return f"/subscriptions/{created['id']}"


async def changed(notices: Notified, path: str, scope: str, **body: object) -> int:
    """Change a subscription under a token of its authority; gives the status of the answer."""
    async with notices.house.client(scope, la=LA) as client:
        answer = await client.patch(f"/notifications/v1{path}", json=body)
    return answer.status_code


@pytest.mark.parametrize("body", [{"full_bodies": False}, {"types": []}, {}])
async def test_who_may_not_read_returns_can_not_move_a_subscription_with_full_bodies(
    notices: Notified, body: dict[str, object]
) -> None:
    async with endpoint() as la, endpoint() as mine:
        path = await owing(notices, la)
        at_once = await changed(notices, path, "subscriptions:manage", url=mine.url(), **body)
        first = await changed(notices, path, "subscriptions:manage", **body)
        then = await changed(notices, path, "subscriptions:manage", url=mine.url())
        shown = await notices.get(path)

    assert (at_once, first, then) == (HTTPStatus.FORBIDDEN,) * 3
    assert (shown["url"], shown["full_bodies"]) == (la.url(), True)


async def test_names_owed_before_reach_no_url_that_was_given_after_they_were_taken_off(
    notices: Notified,
) -> None:
    async with endpoint() as la, endpoint() as mine:
        path = await owing(notices, la)
        both = "subscriptions:manage returns:read"
        assert await changed(notices, path, both, full_bodies=False) == HTTPStatus.OK
        moved = await changed(notices, path, "subscriptions:manage", url=mine.url())
        await notices.post(f"{path}/verification")
        await told(notices, mine, 1)
        await run_to_its_end(notices, path, await asked(notices, path, **WHOLE_DAY))

    assert moved == HTTPStatus.OK
    assert [each.event["type"] for each in mine.received] == [RETURN_DUE] * 2
    assert not any(SURNAME in each.body for each in mine.received)


async def test_a_retry_has_no_names_once_they_were_taken_off(notices: Notified) -> None:
    async with endpoint() as la:
        la.answers(FAILING)
        path = await owing(notices, la)
        async with notices.sending():
            await eventually(lambda: la.received)
            await changed(notices, path, "subscriptions:manage returns:read", full_bodies=False)
            notices.house.clock.forward(minutes=10)
            await eventually(lambda: len(la.received) == 2)

    assert [SURNAME in each.body for each in la.received] == [True, False]
    assert len(set(la.ids())) == 1

"""A secret replaced: both sign for a while, and then only the new one."""

from pathlib import Path

import pytest
from support.endpoint import Endpoint, Received, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified
from support.senders import verified_by

DAY = 24 * 3600


def signatures(received: Received) -> int:
    return len(received.headers["webhook-signature"].split(" "))


async def sent(notices: Notified, la: Endpoint, episode: int) -> Received:
    await notices.happen(met("p1", episode))
    count = len(la.received)
    async with notices.sending():
        await eventually(lambda: len(la.received) > count)
    return la.received[-1]


async def test_during_the_grace_a_delivery_is_signed_with_both_secrets_and_then_with_one(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        before = await sent(notices, la, 1)
        status, rotated = await notices.post(f"/subscriptions/{made['id']}/secret-rotation")
        during = await sent(notices, la, 2)
        notices.house.clock.forward(seconds=DAY)
        after = await sent(notices, la, 3)
        attempts = [
            each["attempts"][0]["key_id"]
            for each in [
                await notices.get(f"/deliveries/{each['id']}")
                for each in await notices.deliveries()
            ]
        ]

    assert status == 200
    assert rotated["previous_secret_until"] == "2026-11-21T15:00:00Z"
    assert rotated["secret"] != made["secret"]
    assert rotated["key_id"] != made["key_id"]
    assert [signatures(each) for each in (before, during, after)] == [1, 2, 1]
    assert attempts == [made["key_id"], rotated["key_id"], rotated["key_id"]]


async def test_the_new_secret_is_shown_this_once_and_kept_sealed(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        _, rotated = await notices.post(f"/subscriptions/{made['id']}/secret-rotation")
        shown = await notices.get(f"/subscriptions/{made['id']}")
        row = await notices.conn.fetchrow(
            "SELECT sealed_secret, previous_secret FROM notifications.subscription"
        )

    assert "secret" not in shown
    assert shown == {name: said for name, said in rotated.items() if name != "secret"}
    for kept in row:
        assert made["secret"].encode() not in kept
        assert rotated["secret"].encode() not in kept


async def test_a_secret_that_somebody_knows_signs_nothing_more_without_a_grace(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        path = f"/subscriptions/{made['id']}/secret-rotation"
        _, rotated = await notices.post(path, {"grace_seconds": 0})
        received = await sent(notices, la, 1)

    assert signatures(received) == 1
    assert not verified_by(made["secret"], received)
    assert verified_by(rotated["secret"], received)


async def test_a_ping_during_the_grace_is_signed_with_both(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.post(f"/subscriptions/{made['id']}/secret-rotation", {"grace_seconds": 60})
        await notices.post(f"/subscriptions/{made['id']}/test")

    assert [signatures(each) for each in la.received] == [2]


async def test_rotated_twice_the_secret_before_the_last_is_the_one_that_still_signs(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        path = f"/subscriptions/{made['id']}/secret-rotation"
        _, first = await notices.post(path)
        _, second = await notices.post(path)
        received = await sent(notices, la, 1)

    assert signatures(received) == 2
    assert [verified_by(each["secret"], received) for each in (made, first, second)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"grace_seconds": -1}, "/grace_seconds"),
        ({"grace_seconds": 7 * DAY + 1}, "/grace_seconds"),
        ({"grace_seconds": False}, "/grace_seconds"),
        ({"grace": 1}, ""),
        ([], ""),
    ],
)
async def test_a_rotation_that_is_not_well_formed_changes_nothing(
    database_url: str, tmp_path: Path, body: dict[str, int], pointer: str
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        status, problem = await notices.post(f"/subscriptions/{made['id']}/secret-rotation", body)
        shown = await notices.get(f"/subscriptions/{made['id']}")

    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    assert shown["key_id"] == made["key_id"]

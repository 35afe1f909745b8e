"""Replays that aren't begun, or end early: what is asked for, of whom, and how much of it."""

from pathlib import Path
from uuid import uuid4

import pytest
from notifications import replaying
from support.endpoint import endpoint
from support.notified import notified
from support.replayed import WHOLE_DAY, asked, run_to_its_end, subscribed


async def test_a_subscription_is_replayed_once_at_a_time(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        begun = await asked(notices, path, **WHOLE_DAY)
        status, problem = await notices.post(f"{path}/replays", {"missing_only": True})
        await run_to_its_end(notices, path, begun)
        after = await asked(notices, path, missing_only=True)

    assert (status, problem["type"]) == (409, "/problems/replay-running")
    assert begun["id"] in problem["detail"]
    assert after["total"] == 0


async def test_a_replay_of_too_much_is_refused_and_nothing_of_it_is_begun(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_MESSAGES", 1)
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1", "p2")
        status, problem = await notices.post(f"{path}/replays", WHOLE_DAY)
        begun = await notices.conn.fetchval("SELECT count(*) FROM notifications.replay")

    assert (status, problem["errors"][0]["code"]) == (422, "too-many-events")
    assert begun == 0


async def test_every_id_that_was_never_owed_is_named(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        ids = [str(uuid4()), la.ids()[0], str(uuid4())]
        status, problem = await notices.post(f"{path}/replays", {"ids": ids})

    assert status == 422
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/ids/0", "unknown-event"),
        ("/ids/2", "unknown-event"),
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "", "one-way-to-choose"),
        ({"from": "2026-11-20T00:00:00Z"}, "", "one-way-to-choose"),
        ({"missing_only": True, **WHOLE_DAY}, "", "one-way-to-choose"),
        ({"missing_only": True, "ids": [str(uuid4())]}, "", "one-way-to-choose"),
        ({"from": "2026-11-20T00:00:00Z", "to": "2026-11-20T00:00:00Z"}, "/to", "time-is-empty"),
        ({"from": "2026-11-20", "to": "2026-11-21T00:00:00Z"}, "/from", "instant-format"),
        ({"missing_only": False}, "/missing_only", "literal-error"),
        ({"ids": []}, "/ids", "too-short"),
        ({"ids": ["x"]}, "/ids/0", "uuid-parsing"),
        ({"first": "2026-11-20T00:00:00Z"}, "", "extra-forbidden"),
    ],
)
async def test_a_replay_of_nothing_that_can_be_told_is_refused(
    database_url: str, tmp_path: Path, body: dict[str, object], pointer: str, code: str
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        status, problem = await notices.post(f"{path}/replays", body)

    assert status == 422
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(pointer, code)]


async def test_a_replay_ends_with_its_subscription(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1", "p2")
        begun = await asked(notices, path, **WHOLE_DAY)
        await replaying.take_replays_on(notices.runtime)
        async with notices.house.client() as client:
            await client.delete(f"/notifications/v1{path}")
            gone = await client.get(f"/notifications/v1{path}/replays/{begun['id']}")
        await replaying.take_replays_on(notices.runtime)
        left = await notices.conn.fetchval("SELECT count(*) FROM notifications.replay_item")

        assert gone.status_code == 404
        assert left == 0
        assert len(la.received) == 2


async def test_a_replay_is_of_its_own_subscription_alone(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = await subscribed(notices, la, "p1")
        begun = await asked(notices, path, **WHOLE_DAY)
        other = await notices.subscribe(la)
        async with notices.house.client() as client:
            prefix = f"/notifications/v1/subscriptions/{other['id']}/replays"
            elsewhere = await client.get(f"{prefix}/{begun['id']}")
        async with notices.house.client(la="210") as stranger:
            theirs = await stranger.get(f"/notifications/v1{path}/replays/{begun['id']}")
            asked_for = await stranger.post(
                f"/notifications/v1{path}/replays", json={"missing_only": True}
            )

    assert [each.status_code for each in (elsewhere, theirs, asked_for)] == [404] * 3

"""Following a subscription's feed, and who may: over a real connection, after any number in it."""

import json
from pathlib import Path

import pytest
from support.endpoint import endpoint
from support.event_source import blocks, events, listening
from support.notified import AT, LA, OTHER_LA, URN, admitted, append_to, met, notified
from support.returned import NEW_PUPIL, RETURN_DUE, entered, found
from support.served import outside, served

PREFIX = "/notifications/v1"


async def test_a_stream_gives_what_is_owed_and_then_each_event_as_it_comes(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.happen(admitted("p1"))
        path = f"{PREFIX}/subscriptions/{made['id']}/events/stream"
        async with (
            served(notices.house.app) as address,
            outside(notices.house, address, la=LA) as client,
            listening(client, path) as answer,
        ):
            stream = blocks(answer)
            begun, first = await anext(stream), await anext(stream)
            await notices.happen(met("p1"))
            then = await anext(stream)
        page = await notices.get(f"/subscriptions/{made['id']}/events")

    assert begun.retry == "2000"
    assert [(each.id, each.event) for each in (first, then)] == [
        ("1", "pupil-admitted"),
        ("2", "threshold-met"),
    ]
    assert [json.loads(each.data) for each in (first, then)] == [
        each["event"] for each in page["items"]
    ]


async def test_a_stream_goes_on_after_the_last_id_and_ends_with_its_subscription(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.happen(met("p1"), met("p2"), met("p3"))
        path = f"{PREFIX}/subscriptions/{made['id']}"
        async with (
            served(notices.house.app) as address,
            outside(notices.house, address, urns="*") as client,
            notices.house.client() as keeper,
            listening(client, f"{path}/events/stream", last_id=1) as answer,
        ):
            stream = events(answer)
            seen = [(await anext(stream)).id for _ in range(2)]
            await append_to(notices.conn, [met("p4")], now=AT)
            assert (await keeper.delete(path)).status_code == 204
            await notices.conn.execute("UPDATE notifications.feed SET sequence = sequence + 1")

            assert [each async for each in stream] == []
    assert seen == ["2", "3"]


async def test_a_number_ahead_of_the_feed_is_refused(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        path = f"{PREFIX}/subscriptions/{made['id']}/events/stream"
        async with notices.house.client() as client:
            by_query = await client.get(path, params={"after": 1})
            by_header = await client.get(path, headers={"Last-Event-ID": "1"})

    assert [each.status_code for each in (by_query, by_header)] == [422, 422]
    assert by_query.json()["errors"][0]["pointer"] == "/query/after"
    assert by_header.json()["errors"][0]["pointer"] == "/header/last-event-id"


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"la": LA}, 200),
        ({"urns": "*"}, 200),
        ({"la": OTHER_LA}, 404),
        ({"urns": [URN]}, 404),
    ],
)
async def test_a_feed_is_its_subscription_s_keeper_s_and_nobody_else_s(
    database_url: str, tmp_path: Path, claims: dict[str, object], status: int
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        for scope in ("events:read", "subscriptions:manage"):
            async with notices.house.client(scope, **claims) as client:
                answer = await client.get(f"{PREFIX}/subscriptions/{made['id']}/events")
            assert answer.status_code == status
        async with notices.house.client("alerts:read", **claims) as client:
            answer = await client.get(f"{PREFIX}/subscriptions/{made['id']}/events")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("after=-1", "/query/after"),
        ("limit=0", "/query/limit"),
        ("limit=1001", "/query/limit"),
        ("cursor=x", "/query/cursor"),
        ("form=short", "/query"),
    ],
)
async def test_a_page_that_can_t_be_read_is_refused_where_it_was_asked_for(
    database_url: str, tmp_path: Path, query: str, pointer: str
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        async with notices.house.client() as client:
            answer = await client.get(f"{PREFIX}/subscriptions/{made['id']}/events?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_feed_with_full_bodies_is_for_who_may_read_returns(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), found(NEW_PUPIL))
        path = f"{PREFIX}/subscriptions/{made['id']}/events"
        answers = {}
        for scope in ("events:read", "subscriptions:manage", "events:read returns:read"):
            async with notices.house.client(scope, la=LA) as client:
                for form in ("", "/stream?after=9"):
                    answers[scope, form] = await client.get(path + form)

    assert [each.status_code for each in answers.values()] == [403, 403, 403, 403, 200, 422]
    told = {key for key, answer in answers.items() if "Marked-Surname" in answer.text}
    assert told == {("events:read returns:read", "")}


async def test_what_was_owed_in_full_is_thin_in_the_feed_once_the_subscription_has_no_full_bodies(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), found(NEW_PUPIL))
        path = f"{PREFIX}/subscriptions/{made['id']}"
        async with notices.house.client() as keeper:
            whole = await keeper.get(f"{path}/events")
            await keeper.patch(path, json={"full_bodies": False})
            thin = await keeper.get(f"{path}/events")
        async with notices.house.client("events:read", la=LA) as reader:
            also_thin = await reader.get(f"{path}/events")

    read = (whole, thin, also_thin)
    assert [each.text.count(RETURN_DUE) for each in read] == [1, 1, 1]
    assert ["Marked-Surname" in each.text for each in read] == [True, False, False]

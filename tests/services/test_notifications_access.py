"""The boundary between authorities and schools: what isn't the caller's isn't there."""

from pathlib import Path

import pytest
from support.endpoint import endpoint
from support.notified import LA, OTHER_LA, OTHER_URN, URN, Notified, met, notified, school

PREFIX = "/notifications/v1"
HOOK = "http://127.0.0.1:9/hook"


async def test_an_authoritys_token_subscribes_for_itself_without_saying_so(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        status, made = await notices.post("/subscriptions", {"url": HOOK}, la=LA)

    assert (status, made["la_code"], made["urns"]) == (201, LA, None)


@pytest.mark.parametrize(
    ("body", "claims", "status"),
    [
        ({"la_code": OTHER_LA}, {"la": LA}, 404),
        ({"urns": [URN]}, {"la": LA}, 422),
        ({"urns": [URN, OTHER_URN]}, {"urns": [URN]}, 404),
        ({"la_code": LA}, {"urns": [URN]}, 422),
    ],
)
async def test_nobody_subscribes_beyond_their_own(
    database_url: str,
    tmp_path: Path,
    body: dict[str, object],
    claims: dict[str, object],
    status: int,
) -> None:
    async with notified(database_url, tmp_path) as notices:
        answered, _ = await notices.post("/subscriptions", {**body, "url": HOOK}, **claims)

    assert answered == status


async def test_subscriptions_and_deliveries_of_others_are_not_there(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.happen(school(), urn=OTHER_URN)
        of_la = await notices.subscribe(la)
        of_both = await notices.subscribe(la, urns=[URN, OTHER_URN])
        of_one = await notices.subscribe(la, urns=[URN])
        await notices.happen(met("p1"))
        ids = {made["id"] for made in (of_la, of_both, of_one)}

        seen = {
            "every": await _seen(notices, urns="*"),
            "la": await _seen(notices, la=LA),
            "other la": await _seen(notices, la=OTHER_LA),
            "both": await _seen(notices, urns=[URN, OTHER_URN]),
            "one": await _seen(notices, urns=[URN]),
            "other": await _seen(notices, urns=[OTHER_URN]),
        }
        delivery = (await notices.deliveries(of_la["id"]))[0]["id"]
        async with notices.house.client(la=OTHER_LA) as client:
            answers = [
                await client.get(f"{PREFIX}/subscriptions/{of_la['id']}"),
                await client.patch(f"{PREFIX}/subscriptions/{of_la['id']}", json={}),
                await client.delete(f"{PREFIX}/subscriptions/{of_la['id']}"),
                await client.post(f"{PREFIX}/subscriptions/{of_la['id']}/verification"),
                await client.post(f"{PREFIX}/subscriptions/{of_la['id']}/test"),
                await client.get(f"{PREFIX}/deliveries/{delivery}"),
                await client.get(f"{PREFIX}/deliveries?subscription={of_la['id']}"),
            ]

    assert seen == {
        "every": ids,
        "la": {of_la["id"]},
        "other la": set(),
        "both": {of_both["id"], of_one["id"]},
        "one": {of_one["id"]},
        "other": set(),
    }
    assert [answer.status_code for answer in answers] == [404] * 7


async def test_every_route_needs_its_scope(database_url: str, tmp_path: Path) -> None:
    async with notified(database_url, tmp_path) as notices:
        async with notices.house.client("alerts:read") as client:
            forbidden = await client.get(f"{PREFIX}/deliveries")
        async with notices.house.anonymous() as client:
            unknown = await client.get(f"{PREFIX}/subscriptions")

    assert (forbidden.status_code, unknown.status_code) == (403, 401)


async def _seen(notices: Notified, **claims: object) -> set[str]:
    subscriptions = (await notices.get("/subscriptions", **claims))["items"]
    deliveries = (await notices.get("/deliveries", **claims))["items"]
    ids = {each["id"] for each in subscriptions}
    assert {each["subscription"] for each in deliveries} == ids
    return ids

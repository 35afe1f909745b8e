"""Subscriptions over HTTP: who may make and see them, and how an endpoint proves it is theirs."""

import json
from pathlib import Path

import asyncpg
import pytest
from servicekit.database import of_every_school
from support.endpoint import Answer, endpoint
from support.eventually import eventually
from support.notified import LA, URN, Notified, met, notified

PREFIX = "/notifications/v1"
HOOK = "http://127.0.0.1:9/hook"


async def test_a_new_subscription_is_pending_and_shows_its_secret_this_once(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        status, made = await notices.post("/subscriptions", {"la_code": LA, "url": HOOK})
        shown = await notices.get(f"/subscriptions/{made['id']}")
        listed = await notices.get("/subscriptions")
        kept = await notices.conn.fetchval("SELECT sealed_secret FROM notifications.subscription")

    assert status == 201
    assert made["status"] == "pending"
    assert made["activated_at"] is None
    assert made.pop("secret").startswith("whsec_")
    assert shown == made
    assert listed == {"items": [made], "next": None}
    assert b"whsec_" not in kept


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": HOOK}, "", "one-of-la-code-and-urns"),
        ({"url": HOOK, "la_code": LA, "urns": [URN]}, "", "one-of-la-code-and-urns"),
        ({"url": HOOK, "la_code": "88"}, "/la_code", "string-pattern-mismatch"),
        ({"url": HOOK, "urns": []}, "/urns", "too-short"),
        ({"url": HOOK, "urns": [1]}, "/urns/0", "greater-than-equal"),
        ({"url": HOOK, "la_code": LA, "types": ["uk.attendance.ping.v1"]}, "/types/0", "enum"),
        ({"url": HOOK, "la_code": LA, "colour": "red"}, "", "extra-forbidden"),
        ({"la_code": LA}, "/url", "missing"),
        ({"la_code": LA, "url": "http://10.0.0.1/hook"}, "/url", "host-not-public"),
        ({"la_code": LA, "url": "http://u:p@127.0.0.1/"}, "/url", "url-not-plain"),
        ({"la_code": LA, "url": "ftp://127.0.0.1/"}, "/url", "url-not-https"),
        ({"la_code": LA, "url": "https://xn--a.example/"}, "/url", "url-unreadable"),
    ],
)
async def test_a_subscription_that_can_not_be_is_refused_with_a_pointer(
    database_url: str, tmp_path: Path, body: dict[str, object], pointer: str, code: str
) -> None:
    async with notified(database_url, tmp_path) as notices:
        status, problem = await notices.post("/subscriptions", body)
        listed = await notices.get("/subscriptions")

    assert status == 422
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(pointer, code)]
    assert listed["items"] == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(404), "404"),
        (Answer(204), "204"),
        (Answer(200, body=b"ok"), "challenge"),
        (Answer(200, body=b'{"challenge": "another"}'), "challenge"),
        (Answer(200, body=b'{"challenge": 7}'), "challenge"),
        (Answer(200, body=b"[]"), "challenge"),
        (Answer(200, body=b'{"challenge": "\\ud800"}'), "challenge"),
        (Answer(200, body=b"[" * 2040), "challenge"),
        (Answer(302, {"Location": "http://127.0.0.1/"}), "302"),
    ],
)
async def test_an_endpoint_that_does_not_return_the_challenge_stays_pending_and_is_told_why(
    database_url: str, tmp_path: Path, answer: Answer, said: str
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answer = lambda _received: answer
        made = await notices.subscribe(la, verified=False)
        status, problem = await notices.post(f"/subscriptions/{made['id']}/verification")
        shown = await notices.get(f"/subscriptions/{made['id']}")

    assert (status, problem["type"]) == (422, "/problems/verification-failed")
    assert said in problem["detail"]
    assert shown["status"] == "pending"


async def test_a_verification_names_no_pupil_and_is_signed_like_the_rest(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)

    (asked,) = la.verifications
    assert set(asked.event) == {
        "specversion",
        "id",
        "type",
        "source",
        "time",
        "datacontenttype",
        "data",
    }
    assert list(asked.event["data"]) == ["challenge"]
    assert asked.headers["webhook-id"] == asked.event["id"]


async def test_a_ping_goes_out_at_once_and_tells_what_was_answered(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(Answer(500, body=b"not yet"))
        made = await notices.subscribe(la, verified=False)
        path = f"/subscriptions/{made['id']}/test"
        _, first = await notices.post(path)
        _, second = await notices.post(path)

    assert (first["delivered"], first["attempt"]["answer"]) == (False, "not yet")
    assert (second["delivered"], second["attempt"]["status"]) == (True, 204)
    assert la.ids() == [first["event"], second["event"]]
    assert la.received[0].event["type"] == "uk.attendance.ping.v1"


async def test_a_new_url_must_be_verified_before_anything_goes_there(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as old, endpoint() as new, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(old)
        path = f"{PREFIX}/subscriptions/{made['id']}"
        async with notices.house.client() as client, notices.sending():
            moved = await client.patch(path, json={"url": new.url()})
            await notices.happen(met("p1"))
            assert moved.json()["status"] == "pending"
            assert await notices.statuses() == ["pending"]
            await client.post(f"{path}/verification")
            await eventually(lambda: new.received)

    assert old.received == []


async def test_types_can_be_changed_and_the_rest_stays(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        wanted = ["uk.attendance.pupil-admitted.v1"]
        async with notices.house.client() as client:
            path = f"{PREFIX}/subscriptions/{made['id']}"
            changed = (await client.patch(path, json={"types": wanted})).json()
        await notices.happen(met("p1"))

        assert (changed["types"], changed["url"], changed["status"]) == (wanted, la.url(), "active")
        assert await notices.deliveries() == []


async def test_lists_are_paged_without_loss_or_repeat(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        for _ in range(3):
            await notices.subscribe(la)
        await notices.happen(met("p1"), met("p2"))

        assert await _paged(notices, "/subscriptions") == [1, 1, 1]
        assert await _paged(notices, "/deliveries") == [1, 1, 1, 1, 1, 1]
        assert len((await notices.get("/deliveries?status=pending"))["items"]) == 6
        assert (await notices.get("/deliveries?status=delivered"))["items"] == []


async def test_a_cursor_that_is_not_ours_is_refused(database_url: str, tmp_path: Path) -> None:
    async with notified(database_url, tmp_path) as notices, notices.house.client() as client:
        answers = [
            await client.get(f"{PREFIX}/deliveries", params={"cursor": cursor})
            for cursor in ("x", "WyJhIiwgImIiXQ", "WyIyMDI2LTExLTIwVDE1OjAwOjAwIiwgImIiXQ")
        ]

    assert [answer.status_code for answer in answers] == [422] * 3


async def test_attempts_can_not_be_changed_or_removed_by_the_service_or_by_the_owner(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        for statement in (
            "UPDATE notifications.attempt SET status = 200",
            "DELETE FROM notifications.attempt",
            "TRUNCATE notifications.attempt",
        ):
            async with of_every_school(notices.runtime.pool) as conn:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await conn.execute(statement)
            with pytest.raises(asyncpg.PostgresError, match="append-only"):
                await notices.conn.execute(statement)


async def _paged(notices: Notified, path: str) -> list[int]:
    sizes, seen, cursor = [], set(), ""
    while True:
        page = await notices.get(f"{path}?limit=1{cursor}")
        sizes.append(len(page["items"]))
        seen |= {json.dumps(each["id"]) for each in page["items"]}
        if page["next"] is None:
            assert len(seen) == len(sizes)
            return sizes
        cursor = f"&cursor={page['next']}"


async def test_a_slip_in_a_query_is_refused_and_does_not_list_everything(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices, notices.house.client() as client:
        answer = await client.get(f"{PREFIX}/deliveries", params={"state": "undelivered"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "extra-forbidden"

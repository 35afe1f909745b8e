"""A snow day over HTTP: entered for everybody, seen in the register, and taken back."""

import io
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console
from servicekit.rebuilding import rebuild_all
from support.house import keyed
from support.school import OFFICER, TODAY, SmallSchool, accepted, drawn, found, slugs, small_school


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    async with small_school(database_url, tmp_path, "p1", "p2", "p3") as opened:
        yield opened


async def close(school: SmallSchool, key: str | None = None, **body: object) -> httpx.Response:
    sent = {"date": f"{TODAY}", "reason": "heating failed", "by": OFFICER, **body}
    return await school.client.post(f"{school.url}/closures", json=sent, headers=keyed(key))


async def undo(
    school: SmallSchool, closure: str, key: str | None = None, **body: object
) -> httpx.Response:
    return await school.client.post(
        f"{school.url}/closures/{closure}/reversal",
        json={"reason": "wrong day", "by": OFFICER, **body},
        headers=keyed(key),
    )


async def history(school: SmallSchool, pupil: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (
        await found(school.client.get(f"{school.url}/pupils/{pupil}/entries/{TODAY}/AM"))
    )["entries"]
    return entries


async def test_a_closed_day_has_one_entry_a_pupil_and_session(school: SmallSchool) -> None:
    closed = await accepted(close(school))

    assert closed.status_code == HTTPStatus.CREATED
    assert (closed.json()["recorded"], closed.json()["amended"]) == (6, 0)
    assert closed.json()["position"] == await school.head()
    assert set((await school.codes()).values()) == {"Y4"}
    assert set((await school.codes(half="PM")).values()) == {"Y4"}


async def test_entries_there_are_get_amended_and_keep_their_history(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/I-")))

    closed = (await accepted(close(school, session="AM"))).json()

    assert (closed["recorded"], closed["amended"]) == (1, 2)
    assert [(each["kind"], each["code"]) for each in await history(school, "p2")] == [
        ("original", "I"),
        ("amendment", "Y4"),
    ]


async def test_a_group_that_the_premises_cant_take_has_y3(school: SmallSchool) -> None:
    await accepted(school.admit("p4", groups=["6C"]))

    await accepted(close(school, session="AM", group="6C"))

    assert await school.codes() == {"p4": "Y3"}


async def test_pupils_on_a_visit_keep_their_entry_unless_it_fell_through(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("V--")))

    await accepted(close(school, session="AM"))
    assert (await school.codes())["p1"] == "V"

    await accepted(close(school, session="AM", activities_cancelled=True))
    assert (await school.codes())["p1"] == "Y4"


async def test_a_closure_sent_again_is_answered_the_same_and_stored_once(
    school: SmallSchool,
) -> None:
    first = await accepted(close(school, "snow"))
    again = await accepted(close(school, "snow"))

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert await school.head() == first.json()["position"]


async def test_a_reversal_brings_back_what_stood_and_leaves_the_rest_to_be_established(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/I-")))
    closure = (await accepted(close(school, session="AM"))).json()["closure"]

    undone = (await accepted(undo(school, closure))).json()

    assert await school.codes() == {"p1": "/", "p2": "I", "p3": "N"}
    assert undone["amended"] == 3
    assert undone["unestablished"] == [{"date": f"{TODAY}", "session": "AM", "pupil": "p3"}]
    assert [each["code"] for each in await history(school, "p1")] == ["/", "Y4", "/"]
    assert (await history(school, "p1"))[-1]["reason"] == "wrong day"


async def test_closures_one_over_the_other_are_taken_back_wholly(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/N-")))
    older = (await accepted(close(school, session="AM", group="6B"))).json()["closure"]
    newer = (await accepted(close(school, session="AM"))).json()["closure"]

    await accepted(undo(school, older))
    undone = (await accepted(undo(school, newer))).json()

    assert await school.codes() == {"p1": "/", "p2": "N", "p3": "N"}
    assert undone["unestablished"] == [{"date": f"{TODAY}", "session": "AM", "pupil": "p3"}]


async def test_a_reversal_sent_again_is_answered_the_same(school: SmallSchool) -> None:
    closure = (await accepted(close(school))).json()["closure"]
    first = await accepted(undo(school, closure, "back"))

    again = await accepted(undo(school, closure, "back"))

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


async def test_a_closure_is_reversed_once(school: SmallSchool) -> None:
    closure = (await accepted(close(school))).json()["closure"]
    await accepted(undo(school, closure))

    refused = await undo(school, closure)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert refused.json()["type"] == "/problems/closure-reversed"


async def test_a_reversal_under_the_key_of_another_request_is_refused(school: SmallSchool) -> None:
    closure = (await accepted(close(school, "snow"))).json()["closure"]
    await accepted(undo(school, closure, "back"))

    other_words = await undo(school, closure, "back", reason="something else")
    other_request = await undo(school, closure, "snow")

    assert [each.json()["type"] for each in (other_words, other_request)] == [
        "/problems/idempotency-key-reused"
    ] * 2


async def test_closures_are_listed_page_by_page_and_as_once_known(school: SmallSchool) -> None:
    first = (await accepted(close(school, session="AM"))).json()
    second = (await accepted(close(school, session="PM"))).json()

    async def listed(**query: int | str) -> dict[str, Any]:
        return await found(school.client.get(f"{school.url}/closures", params=query))

    page = await listed(limit=1)
    rest = await listed(limit=1, cursor=page["next"])
    then = await listed(as_of_position=first["position"])

    assert [each["closure"] for each in page["items"]] == [second["closure"]]
    assert [each["closure"] for each in rest["items"]] == [first["closure"]]
    assert rest["next"] is None
    assert [each["closure"] for each in then["items"]] == [first["closure"]]


async def test_a_closure_nobody_declared_cant_be_reversed(school: SmallSchool) -> None:
    refused = await undo(school, "00000000-0000-4000-8000-000000000001")

    assert refused.status_code == HTTPStatus.NOT_FOUND


async def test_closures_are_listed_newest_first_with_their_reversal(school: SmallSchool) -> None:
    first = (await accepted(close(school, session="AM"))).json()["closure"]
    second = (await accepted(close(school, session="PM"))).json()["closure"]
    await accepted(undo(school, first))

    items = (await found(school.client.get(f"{school.url}/closures")))["items"]

    assert [each["closure"] for each in items] == [second, first]
    assert [each["sessions"] for each in items] == [["PM"], ["AM"]]
    assert items[0]["reversal"] is None
    assert items[1]["reversal"]["reason"] == "wrong day"
    assert items[1]["by"] == OFFICER


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        pytest.param({"reason": " "}, ("/reason", "reason-required"), id="no reason"),
        pytest.param({"date": "2026-11-14"}, ("/date", "no-session"), id="a Saturday"),
        pytest.param({"date": "2026-11-23"}, ("/date", "session-not-started"), id="tomorrow"),
        pytest.param({"group": "9Z"}, ("/group", "nobody-due"), id="nobody's group"),
        pytest.param({"by": None}, ("/by", "signatory-required"), id="nobody"),
    ],
)
async def test_a_closure_that_cant_be_stores_nothing(
    school: SmallSchool, body: dict[str, object], wrong: tuple[str, str]
) -> None:
    before = await school.head()

    refused = await close(school, None, **body)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert slugs(refused) == [wrong]
    assert await school.head() == before


async def test_a_closure_needs_leave_to_write_and_to_amend(school: SmallSchool) -> None:
    async with school.house.client("register:amend") as amender:
        refused = await amender.post(
            f"{school.url}/closures", json={"date": f"{TODAY}"}, headers=keyed()
        )

    assert refused.status_code == HTTPStatus.FORBIDDEN


async def test_a_register_made_anew_from_the_log_has_the_closure(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/I-")))
    closure = (await accepted(close(school, session="AM"))).json()["closure"]
    await accepted(undo(school, closure))
    before = await school.register()

    await rebuild_all(school.house.settings, "register", Console(file=io.StringIO()))

    assert await school.register() == before

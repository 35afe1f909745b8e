"""The log as JSON Lines: whole, as it stood when it was asked for, or visibly not whole."""

import json
import time
from http import HTTPStatus
from itertools import chain
from typing import Any

import httpx
import pytest
from register_api.feed import EVENTS_AT_ONCE, Feed, head_of, lines_of
from servicekit.caller import Caller
from servicekit.errors import NotFound
from support.school import LA, SmallSchool, accepted, drawn, mark, school_body, slugs
from support.served import served

LINES = {"Accept": "application/jsonl"}
ANYONE = Caller(
    client="mis",
    scopes=frozenset(),
    urns=None,
    la_code=None,
    signatory=None,
    expires=time.time() + 600,
)
AUTHORITY = Caller(
    client="la",
    scopes=frozenset(),
    urns=frozenset(),
    la_code=LA,
    signatory=None,
    expires=time.time() + 600,
)


def read(lines: str) -> list[dict[str, Any]]:
    assert lines.endswith("\n")
    return [json.loads(line) for line in lines.splitlines()]


def positions(lines: str) -> list[int]:
    return [each["position"] for each in read(lines)] if lines else []


def feed_of(school: SmallSchool, caller: Caller = ANYONE) -> Feed:
    return Feed(school.house.app.state.registry, caller, school.urn, None)


async def grow(school: SmallSchool, events: int) -> int:
    """Record something as many times; say where the log then stands."""
    for _ in range(events):
        await accepted(school.admit(f"q{time.monotonic_ns()}"))
    return await school.head()


async def test_the_lines_are_the_events_of_the_pages_each_as_it_is_stored(
    school: SmallSchool,
) -> None:
    await accepted(school.enter([mark("p1", "B", detail="Forest school, „Ähre“ ✓")]))
    await accepted(school.enter(drawn("/N-", "PM"), half="PM"))

    page = await accepted(school.client.get(f"{school.url}/events"))
    lines = await accepted(school.client.get(f"{school.url}/events", headers=LINES))

    assert lines.headers["Content-Type"] == "application/jsonl"
    assert read(lines.text) == page.json()["items"]
    assert lines.headers["Vary"] == page.headers["Vary"] == "Accept"


async def test_the_lines_have_no_page_to_end_at(school: SmallSchool) -> None:
    head = await grow(school, 2 * EVENTS_AT_ONCE)

    answer = await accepted(school.client.get(f"{school.url}/events", headers=LINES))

    assert positions(answer.text) == list(range(1, head + 1))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=2", [1, 2]),
        ("limit=27", list(range(1, 28))),
        ("after=3&limit=1", [4]),
        ("after=26", [27, 28, 29, 30]),
        ("after=30", []),
        ("after=999", []),
        ("kind=school-registered&kind=calendar-published", [1, 2]),
        ("kind=pupil-admitted&limit=1000", list(range(3, 31))),
    ],
)
async def test_the_lines_are_those_asked_for(
    school: SmallSchool, query: str, expected: list[int]
) -> None:
    assert await grow(school, 25) == 30

    answer = await accepted(school.client.get(f"{school.url}/events?{query}", headers=LINES))

    assert positions(answer.text) == expected


async def test_the_lines_end_at_the_head_there_was_and_keep_no_connection_meanwhile(
    school: SmallSchool,
) -> None:
    up_to = await grow(school, EVENTS_AT_ONCE)
    pool = school.house.app.state.runtimes["register-api"].pool
    lines = lines_of(feed_of(school), after=0, up_to=await head_of(feed_of(school)), limit=None)

    first = await anext(lines)
    assert pool.get_idle_size() == pool.get_size()
    await grow(school, EVENTS_AT_ONCE)
    rest = [each async for each in lines]

    text = b"".join(each.body for each in chain([first], rest)).decode()
    assert positions(text) == list(range(1, up_to + 1))
    assert sum(each.items for each in chain([first], rest)) == up_to


async def test_lines_under_way_stop_when_the_school_goes_to_another_authority(
    school: SmallSchool,
) -> None:
    up_to = await grow(school, EVENTS_AT_ONCE)
    lines = lines_of(feed_of(school, AUTHORITY), after=0, up_to=up_to, limit=None)
    await anext(lines)

    await accepted(school.client.put(school.url, json=school_body(la_code="999")))

    with pytest.raises(NotFound):
        await anext(lines)


async def test_a_client_cut_off_goes_on_from_the_last_line_it_has(school: SmallSchool) -> None:
    parent = {"name": "C. Parent", "address": "a" * 2000, "lives_with": True}
    for number in range(100):
        await accepted(school.admit(f"q{number}", parents=[parent] * 20))
    seen: list[int] = []

    async with served(school.house.app) as address:
        for enough in (10, 30, 10**6):
            async with (
                httpx.AsyncClient(base_url=address, headers=school.client.headers) as client,
                client.stream(
                    "GET", f"{school.url}/events?after={len(seen)}", headers=LINES
                ) as answer,
            ):
                async for line in answer.aiter_lines():
                    seen.append(json.loads(line)["position"])
                    if len(seen) == enough:
                        break

    assert seen == list(range(1, 106))


@pytest.mark.parametrize(
    ("query", "accept", "status", "expected"),
    [
        ("", "text/html", HTTPStatus.NOT_ACCEPTABLE, []),
        ("", "text/event-stream", HTTPStatus.NOT_ACCEPTABLE, []),
        ("limit=0", "application/jsonl", 422, [("/query/limit", "greater-than-equal")]),
        ("kind=x", "application/jsonl", 422, [("/query/kind/0", "enum")]),
        ("cursor=x", "application/jsonl", 422, [("/query/cursor", "cursor-invalid")]),
    ],
)
async def test_what_can_t_be_given_is_refused_before_it_begins(
    school: SmallSchool, query: str, accept: str, status: int, expected: list[tuple[str, str]]
) -> None:
    answer = await school.client.get(f"{school.url}/events?{query}", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    )
    assert (slugs(answer) if expected else []) == expected


async def test_another_school_s_lines_aren_t_there(school: SmallSchool) -> None:
    async with school.house.client(urns=[999002]) as stranger:
        answer = await stranger.get(f"{school.url}/events", headers=LINES)

    assert answer.status_code == HTTPStatus.NOT_FOUND

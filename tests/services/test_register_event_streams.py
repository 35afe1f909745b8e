"""Following a school's log over a real connection: everything once, in order, as it comes."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import asyncpg
import pytest
from register_api.feed import news_of_logs
from servicekit.openapi import document_of
from support.event_source import EVENT_STREAM, blocks, events, listening
from support.eventually import eventually
from support.school import PUPILS, SmallSchool, accepted, drawn, slugs
from support.served import outside, served

END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
STREAM = "/events/stream"
APPENDED = 80


@pytest.fixture
async def address(school: SmallSchool) -> AsyncIterator[str]:
    """The small school's house, on a real port."""
    async with served(school.house.app) as address:
        yield address


async def stored(school: SmallSchool) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (
        await accepted(school.client.get(f"{school.url}/events?limit=1000"))
    ).json()["items"]
    return items


async def test_a_stream_gives_the_log_and_then_each_event_as_it_is_recorded(
    school: SmallSchool, address: str
) -> None:
    async with (
        outside(school.house, address) as client,
        listening(client, school.url + STREAM) as answer,
    ):
        stream = blocks(answer)
        begun = await anext(stream)
        first = [await anext(stream) for _ in range(5)]
        await accepted(school.enter(drawn("/N-")))
        then = await anext(stream)

    assert (begun.retry, begun.data) == ("2000", "")
    assert answer.headers["Content-Type"] == f"{EVENT_STREAM}; charset=utf-8"
    assert [json.loads(each.data) for each in [*first, then]] == await stored(school)
    assert [each.id for each in [*first, then]] == ["1", "2", "3", "4", "5", "6"]
    assert (first[0].event, then.event) == ("school-registered", "marks-recorded")


async def test_a_stream_gives_only_the_kinds_asked_for(school: SmallSchool, address: str) -> None:
    async with (
        outside(school.house, address) as client,
        listening(client, school.url + STREAM, after="1", kind="marks-recorded") as answer,
    ):
        await accepted(school.admit("p4"))
        await accepted(school.enter(drawn("/N-")))

        assert (await anext(events(answer))).id == "7"


async def test_the_last_id_counts_and_not_where_the_stream_first_began(
    school: SmallSchool, address: str
) -> None:
    async with (
        outside(school.house, address) as client,
        listening(client, school.url + STREAM, last_id=3, after="1") as answer,
    ):
        stream = events(answer)

        assert [(await anext(stream)).id for _ in range(2)] == ["4", "5"]


async def test_nothing_is_skipped_or_doubled_over_many_reconnections(
    school: SmallSchool, address: str
) -> None:
    chance = random.Random(8)
    seen: list[int] = []

    async def append() -> None:
        for number in range(APPENDED):
            await accepted(school.admit(f"q{number}"))

    async with outside(school.house, address) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(append())
        tasks.create_task(append_elsewhere(school))
        reconnections = 0
        while len(seen) < 5 + APPENDED:
            reconnections += 1
            enough = min(len(seen) + chance.randint(1, 5), 5 + APPENDED)
            last = seen[-1] if seen else None
            async with listening(client, school.url + STREAM, last_id=last) as answer:
                async for each in events(answer):
                    seen.append(int(each.id))
                    if len(seen) == enough:
                        break

    assert reconnections > 15
    assert seen == list(range(1, 5 + APPENDED + 1))
    assert seen == [each["position"] for each in await stored(school)]


async def test_nothing_is_skipped_however_closely_reading_follows_recording(
    school: SmallSchool, address: str
) -> None:
    state = school.house.app.state
    runtime = state.runtimes["register-api"]
    hasty = runtime.settings.model_copy(update={"poll_seconds": 0.001})
    state.news_of_logs = news_of_logs(replace(runtime, settings=hasty))

    async def append(name: str) -> None:
        for number in range(APPENDED // 4):
            await accepted(school.admit(f"{name}{number}"))

    async with (
        outside(school.house, address) as client,
        listening(client, school.url + STREAM) as answer,
        asyncio.TaskGroup() as tasks,
    ):
        for name in "abcd":
            tasks.create_task(append(name))
        stream = events(answer)
        seen = [int((await anext(stream)).id) for _ in range(5 + APPENDED)]

    assert seen == list(range(1, 5 + APPENDED + 1))


async def append_elsewhere(school: SmallSchool) -> None:
    """Grow another school's log meanwhile, at positions of its own."""
    other = SmallSchool(school.house, school.client, urn=999002)
    await other.open(*PUPILS)


async def test_a_stream_outlives_the_loss_of_every_database_connection(
    school: SmallSchool, address: str, database_url: str
) -> None:
    async with (
        outside(school.house, address) as client,
        listening(client, school.url + STREAM, after="5") as answer,
    ):
        stream = events(answer)
        admin = await asyncpg.connect(database_url)
        await admin.execute(END_CONNECTIONS)
        await admin.close()
        await eventually(lambda: is_admitted(school))

        assert (await anext(stream)).id == "6"


async def is_admitted(school: SmallSchool) -> bool:
    return (await school.admit("p4")).status_code in (HTTPStatus.CREATED, HTTPStatus.CONFLICT)


async def test_a_client_can_t_open_more_streams_than_it_may(
    school: SmallSchool, address: str
) -> None:
    slots = school.house.app.state.stream_slots
    slots.per_client = 1
    async with outside(school.house, address) as client:
        async with listening(client, school.url + STREAM):
            lines = await client.get(
                f"{school.url}/events", headers={"Accept": "application/jsonl"}
            )
            page = await client.get(f"{school.url}/events")
        await eventually(lambda: not slots.open)
        async with listening(client, school.url + STREAM) as again:
            pass

    assert (lines.status_code, page.status_code, again.status_code) == (429, 200, 200)


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({"Last-Event-ID": "x"}, "", [("/header/last-event-id", "string-pattern-mismatch")]),
        ({"Last-Event-ID": "-1"}, "", [("/header/last-event-id", "string-pattern-mismatch")]),
        ({"Last-Event-ID": "6"}, "", [("/header/last-event-id", "ahead-of-log")]),
        ({}, "after=6", [("/query/after", "ahead-of-log")]),
        ({}, "limit=1", [("/query", "extra-forbidden")]),
        (
            {"Last-Event-ID": "x"},
            "after=-1",
            [
                ("/query/after", "greater-than-equal"),
                ("/header/last-event-id", "string-pattern-mismatch"),
            ],
        ),
    ],
)
async def test_a_stream_that_can_t_begin_is_refused(
    school: SmallSchool, headers: dict[str, str], query: str, expected: list[tuple[str, str]]
) -> None:
    answer = await school.client.get(f"{school.url}{STREAM}?{query}", headers=headers)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sorted(slugs(answer)) == sorted(expected)


async def test_a_stream_is_refused_to_who_may_not_read_it(school: SmallSchool) -> None:
    url = school.url + STREAM
    async with (
        school.house.anonymous() as nobody,
        school.house.client("register:read") as elsewise,
        school.house.client(urns=[999002]) as stranger,
    ):
        answers = [await each.get(url) for each in (nobody, elsewise, stranger)]
    answers.append(await school.client.get(url, headers={"Accept": "application/json"}))

    assert [each.status_code for each in answers] == [401, 403, 404, 406]


def test_the_contract_describes_a_stream_with_the_words_that_openapi_3_1_has() -> None:
    from register_api import service

    document = document_of(service)
    follow = document["paths"]["/register/v1/schools/{urn}/events/stream"]["get"]
    content = follow["responses"]["200"]["content"]

    assert list(content) == [EVENT_STREAM]
    assert content[EVENT_STREAM]["schema"] == {"type": "string"}
    assert "itemSchema" not in json.dumps(document)
    assert {"401", "403", "404", "406", "422", "429"} <= set(follow["responses"])

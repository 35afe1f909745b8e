"""How a stream of a log ends by itself: with its reader's rights, its token, and its server."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
from support.command import ROLLBOOK, answers, environment
from support.event_source import events, listening
from support.eventually import eventually
from support.school import LA, SmallSchool, accepted, school_body
from support.served import outside, served

STREAM = "/events/stream"


@pytest.fixture
async def address(school: SmallSchool) -> AsyncIterator[str]:
    """The small school's house, on a real port."""
    async with served(school.house.app) as address:
        yield address


async def test_a_stream_ends_when_the_school_goes_to_another_authority(
    school: SmallSchool, address: str
) -> None:
    async with (
        outside(school.house, address, la=LA) as client,
        listening(client, school.url + STREAM, after="4") as answer,
    ):
        stream = events(answer)
        assert (await anext(stream)).id == "5"
        await accepted(school.client.put(school.url, json=school_body(la_code="999")))

        assert [each async for each in stream] == []


async def test_a_stream_ends_with_its_token(school: SmallSchool, address: str) -> None:
    # Taken for half a minute more, clocks being what they are: of which a second is left.
    expired = time.time() - 29
    async with (
        outside(school.house, address, urns="*", exp=expired) as client,
        listening(client, school.url + STREAM) as answer,
    ):
        assert len([each async for each in events(answer)]) == 5


async def test_a_process_that_is_told_to_end_ends_its_streams_at_once(
    school: SmallSchool, database_url: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = environment(
        school.house.settings.data_dir, DATABASE_URL=database_url, ROLLBOOK_PORT=f"{port}"
    )
    address = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        ROLLBOOK, "run", "register-api", env=variables, stderr=asyncio.subprocess.PIPE
    )
    try:
        await eventually(lambda: answers(f"{address}/live"), within_seconds=60)
        async with (
            outside(school.house, address) as client,
            listening(client, school.url + STREAM, after="4") as answer,
        ):
            stream = events(answer)
            assert (await anext(stream)).id == "5"
            process.terminate()
            assert [each async for each in stream] == []
    finally:
        if process.returncode is None:
            process.terminate()
        _, errors = await process.communicate()

    assert b"timeout graceful shutdown exceeded" not in errors
    assert b"Traceback" not in errors

"""The benchmark reads its generator right: figures that nobody asserts must at least be real."""

import asyncio

import pytest

from bench.posting import post
from bench.sink import HANGS, Counted, Sink
from bench.wrk import read

PRINTED = """Running 8s test @ http://127.0.0.1:8077
  1 threads and 16 connections
  2349 requests in 8.04s, 485.22KB read
Requests/sec:    292.31
"""


def test_refused_requests_are_not_counted_as_marks() -> None:
    clean = read(PRINTED)
    refused = read(PRINTED + "  Non-2xx or 3xx responses: 349\n")

    assert clean.marks_a_second == pytest.approx(2349 * 30 / 8.04)
    assert refused.marks_a_second == pytest.approx(2000 * 30 / 8.04)


def test_output_without_figures_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(RuntimeError):
        read("unable to connect")


async def test_the_sink_counts_what_the_bare_client_posts_and_leaves_some_hanging() -> None:
    seen: dict[str, Counted] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(seen), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        rate = await post(f"{url}/bare", "{}", 40)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await post(f"{url}{HANGS}x", "{}", 1)

    assert rate > 0
    assert seen["/bare"].requests == 40
    assert seen[f"{HANGS}x"].requests == 1

"""Behind a proxy: where the next page is said to be, and whose word for an address counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from servicekit.process import server_config
from servicekit.quotas import NANOSECONDS
from servicekit.rate_limits import BAD_TOKENS, RateLimits
from servicekit.settings import Settings
from support.eventually import eventually
from support.house import House
from support.school import SmallSchool, accepted


@asynccontextmanager
async def served(running: House) -> AsyncIterator[str]:
    """Serve a house as a process does, on a free port of the loopback."""
    config = server_config(running.app, running.settings.model_copy(update={"port": 0}))
    config.lifespan = "off"  # the house has begun its own
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def test_a_page_s_link_leads_to_where_clients_reach_us(school: SmallSchool) -> None:
    first = f"{school.url}/pupils?on=2026-11-20&limit=2"

    direct = await accepted(school.client.get(first))
    school.house.app.state.public_url = "https://mis.example/rollbook"
    proxied = await accepted(school.client.get(first))

    cursor = direct.json()["next"]
    following = f"{school.url}/pupils?on=2026-11-20&limit=2&cursor={cursor}"
    assert direct.links["next"]["url"] == f"http://rollbook{following}"
    assert proxied.links["next"]["url"] == f"https://mis.example/rollbook{following}"


async def test_nobody_gets_more_tries_at_a_token_by_naming_other_addresses(
    school: SmallSchool,
) -> None:
    school.house.app.state.rate_limits = RateLimits(Settings(), lambda: NANOSECONDS)
    bad = {"Authorization": "Bearer made.up"}
    async with served(school.house) as url, httpx.AsyncClient(base_url=url, headers=bad) as anyone:
        statuses = [
            (
                await anyone.get(
                    "/register/v1/codes", headers={"X-Forwarded-For": f"192.0.2.{number % 250}"}
                )
            ).status_code
            for number in range(BAD_TOKENS.quota + 1)
        ]

    assert set(statuses[:-1]) == {401}
    assert statuses[-1] == 429

"""The workers of imports in a process of their own, there to be killed. Arguments: URL, INSTANT."""

import asyncio
import sys
from datetime import datetime

import httpx
from register_api import service
from register_api.importing.clearing import clear_imports
from register_api.importing.working import work_imports
from servicekit.database import open_pool
from servicekit.service import Runtime
from servicekit.settings import Settings


async def run(database_url: str, now: datetime) -> None:
    """Work imports off, and clear away what they leave, until killed."""
    settings = Settings.model_validate({"DATABASE_URL": database_url, "poll_seconds": 0.02})
    pool = await open_pool(settings, service.role)
    async with httpx.AsyncClient() as http:
        runtime = Runtime(settings, pool, http, lambda: now, asyncio.Event())
        await asyncio.gather(work_imports(runtime), clear_imports(runtime))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], datetime.fromisoformat(sys.argv[2])))

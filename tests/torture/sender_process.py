"""A sender in a process of its own, there to be killed. Arguments: URL, FOLDER, AHEAD.

Its clock is AHEAD seconds ahead, so that a lease of its predecessor's has run out when it begins.
"""

import asyncio
import sys
from datetime import datetime, timedelta

import httpx
from notifications import service
from notifications.sender import send_deliveries
from servicekit.clock import system_clock
from servicekit.database import open_pool
from servicekit.service import Runtime
from servicekit.settings import Settings


async def run(database_url: str, data_dir: str, ahead_seconds: float) -> None:
    """Send until killed."""
    settings = Settings.model_validate(
        {
            "DATABASE_URL": database_url,
            "data_dir": data_dir,
            "poll_seconds": 0.02,
            "allow_loopback_endpoints": True,
        }
    )

    def ahead() -> datetime:
        return system_clock() + timedelta(seconds=ahead_seconds)

    pool = await open_pool(settings, service.role)
    async with httpx.AsyncClient() as http:
        await send_deliveries(Runtime(settings, pool, http, ahead, asyncio.Event()))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], float(sys.argv[3])))

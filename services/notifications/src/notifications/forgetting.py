"""Secrets that have ceased to sign are forgotten: kept, they could only be lost."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final

from servicekit.database import of_every_school
from servicekit.runner import until_stopped
from servicekit.service import Runtime

from notifications.sealed_table import forget_expired

LOOK_SECONDS: Final = 60.0  # what a secret outlives its grace by, at most


async def forget_secrets(runtime: Runtime) -> None:
    """Forget the secrets whose grace is over, for as long as the process lives."""
    await until_stopped(runtime, "secrets", partial(_forget_and_rest, runtime))


async def forget_once(runtime: Runtime) -> None:
    """Forget the secrets whose grace is over by now."""
    async with of_every_school(runtime.pool) as conn:
        await forget_expired(conn, now=runtime.clock())


async def _forget_and_rest(runtime: Runtime) -> None:
    await forget_once(runtime)
    with suppress(TimeoutError):
        await asyncio.wait_for(runtime.stopping.wait(), LOOK_SECONDS)

"""Waiting for what is about to become true: the only place where a test sleeps."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

Outcome = TypeVar("Outcome")

_POLL_SECONDS = 0.02


@overload
async def eventually(
    probe: Callable[[], Awaitable[Outcome]], *, within_seconds: float = ...
) -> Outcome: ...
@overload
async def eventually(probe: Callable[[], Outcome], *, within_seconds: float = ...) -> Outcome: ...
async def eventually(probe: Callable[[], object], *, within_seconds: float = 10) -> object:
    """Ask again and again until the probe is content.

    Args:
        probe: raises AssertionError, or returns False or something empty, while it isn't yet so.
            One that returns None is taken to have asserted: don't hand it a look-up that may find
            nothing.
        within_seconds: what is allowed to the slowest machine, not what is expected.

    Returns:
        What the probe returned at last.

    Raises:
        AssertionError: the probe's last one, when the time is up.
    """
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            outcome = probe()
            if inspect.isawaitable(outcome):
                outcome = await outcome
            assert outcome is None or outcome, f"the probe still says {outcome!r}"
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        else:
            return outcome
        await asyncio.sleep(_POLL_SECONDS)

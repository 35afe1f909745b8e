"""Wakes whoever waits for something to grow: one look a tick, for all who wait together.

The look is the truth, and what is found lies where it was found: nothing is kept here for anybody,
so that who is slow costs nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from servicekit.logs import log
from servicekit.runner import Failed, attempted

Key = TypeVar("Key", bound=Hashable)

Look: TypeAlias = Callable[[Sequence[Key]], Awaitable[Mapping[Key, int]]]


class Waiting(NamedTuple):
    """Who waits, and the position that is to be left behind."""

    position: int
    news: asyncio.Future[None]


class News(Generic[Key]):
    """The news of one process about one sort of thing."""

    def __init__(self, look: Look[Key], *, poll_seconds: float) -> None:
        """Begin with nobody waiting.

        Args:
            look: tells where each of some things stands now, in one question.
        """
        self._look = look
        self._poll_seconds = poll_seconds
        self._waiting: defaultdict[Key, set[Waiting]] = defaultdict(set)
        self._watch: asyncio.Task[None] | None = None

    async def beyond(self, key: Key, position: int, *, within_seconds: float) -> None:
        """Return when a thing has grown beyond a position, or when the time is up."""
        mine = Waiting(position, asyncio.get_running_loop().create_future())
        self._waiting[key].add(mine)
        if self._watch is None or self._watch.done():
            # It lives as long as somebody waits, and they as long as their requests.
            self._watch = asyncio.create_task(self._until_nobody_waits())
        try:
            await asyncio.wait([mine.news], timeout=within_seconds)
        finally:
            self._waiting[key].discard(mine)
            if not self._waiting[key]:
                del self._waiting[key]

    async def _until_nobody_waits(self) -> None:
        while self._waiting:
            found = await attempted(self._found())
            if isinstance(found, Failed):
                log.warning("no news", error=found.error)
            await asyncio.sleep(self._poll_seconds)

    async def _found(self) -> None:
        for key, position in (await self._look(list(self._waiting))).items():
            for waiting in self._waiting.get(key, ()):
                if waiting.position < position and not waiting.news.done():
                    waiting.news.set_result(None)

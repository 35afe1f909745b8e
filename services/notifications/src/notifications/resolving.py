"""Names looked up in threads, since the system's resolver blocks for as long as it likes.

Nobody can take back a thread that hangs. So the names that callers have us judge are looked up in
threads of their own, and in those of deliveries each name has one at most. Judges no address.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from notifications.errors import ResolverBusy

# The loop's own few would let one name stop all that is done in threads.
ASKED: Final = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve-asked")
ASKED_SECONDS: Final = 5.0  # a caller waits; a name that takes longer is of no use to deliveries

THREADS: Final = 64
FREE_SECONDS: Final = 5.0  # of an attempt's twenty, for a thread to come free


async def resolve_for_caller(
    host: str, port: int, *, seconds: float = ASKED_SECONDS
) -> Sequence[str]:
    """Look up a name that somebody asks about; addresses in the order the system advises.

    Raises:
        OSError: there is no such name, or none was found in time.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        return await loop.run_in_executor(ASKED, addresses_of, host, port)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResolver:
    """Looks names up for deliveries: whoever wants one that is being looked up waits with the rest.

    Attributes:
        look_up: blocks; gives a name's addresses in the order the system advises.
        threads: how many names are looked up at once.
        free_seconds: how long one that would be another waits for its turn.
        under_way: by name alone, whatever the port: a server of names may be slow on purpose.
    """

    look_up: Callable[[str, int], Sequence[str]]
    threads: int = THREADS
    free_seconds: float = FREE_SECONDS
    executor: ThreadPoolExecutor = field(init=False)
    under_way: dict[str, asyncio.Future[Sequence[str]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        executor = ThreadPoolExecutor(self.threads, thread_name_prefix="resolve-owed")
        object.__setattr__(self, "executor", executor)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Look up a name, or wait for the look-up of it that is under way.

        Raises:
            OSError: there is no such name.
            ResolverBusy: no thread came free in time.
        """
        await self._wait_for_a_thread(host)
        looked_up = self.under_way.get(host) or self._begin(host, port)
        # An attempt that gives up must not end the look-up for the others who wait for it.
        return await asyncio.shield(looked_up)

    async def _wait_for_a_thread(self, host: str) -> None:
        try:
            async with asyncio.timeout(self.free_seconds):
                while host not in self.under_way and len(self.under_way) >= self.threads:
                    await asyncio.wait(self.under_way.values(), return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            raise ResolverBusy("Every thread that looks names up is taken.") from None

    def _begin(self, host: str, port: int) -> asyncio.Future[Sequence[str]]:
        loop = asyncio.get_running_loop()
        looked_up = loop.run_in_executor(self.executor, self.look_up, host, port)
        self.under_way[host] = looked_up
        looked_up.add_done_callback(lambda _: self.under_way.pop(host))
        return looked_up


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, and wait for as long as it takes.

    Raises:
        OSError: there is no such name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]

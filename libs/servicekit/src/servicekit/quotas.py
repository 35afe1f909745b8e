"""How often each of many may do a thing: a token bucket for each, in this process's memory.

Knows no HTTP, and nothing of those it counts but a name. Whoever it doesn't know has the whole
quota, so those not heard of for longest may be forgotten: made-up names fill no memory.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

REMEMBERED: Final = 4096  # names a process; some 0.2 kB each
NANOSECONDS: Final = 1_000_000_000  # a second: whole numbers, so that a quota comes out exact


@dataclass(frozen=True, slots=True)
class Policy:
    """How often: `quota` times at once, and again as often in each window, bit by bit."""

    name: str
    quota: int
    window_seconds: int


class Standing(NamedTuple):
    """How somebody stands who has just asked; a named tuple, as one is made for each request.

    Attributes:
        remaining: how often more, at once.
        more_in_seconds: until there is one more than that; whole, rounded up.
    """

    allowed: bool
    remaining: int
    more_in_seconds: int


class Quotas:
    """What each has left under one policy. One a process; `monotonic_ns` tells nanoseconds."""

    def __init__(self, policy: Policy, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.policy = policy
        self._monotonic_ns = monotonic_ns
        # A bucket is kept as the instant at which it is full again, each use a bit later.
        self._each_ns = max(1, policy.window_seconds * NANOSECONDS // policy.quota)
        self._all_ns = self._each_ns * policy.quota
        self._full_at: OrderedDict[str, int] = OrderedDict()

    def spend(self, name: str) -> Standing:
        """Use the quota once, if there is any left; whoever is refused loses nothing by asking."""
        now = self._monotonic_ns()
        used_ns = max(0, self._full_at.get(name, now) - now)
        allowed = used_ns + self._each_ns <= self._all_ns
        if allowed:
            used_ns += self._each_ns
        self._remember(name, now + used_ns)
        remaining, since_last_ns = divmod(self._all_ns - used_ns, self._each_ns)
        return Standing(allowed, remaining, -((since_last_ns - self._each_ns) // NANOSECONDS))

    def _remember(self, name: str, full_at: int) -> None:
        self._full_at[name] = full_at
        self._full_at.move_to_end(name)
        if len(self._full_at) > REMEMBERED:
            self._full_at.popitem(last=False)

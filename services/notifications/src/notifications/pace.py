"""How much of an endpoint's a sender takes in hand: more while it answers promptly, little else.

Few requests are open to it at any time; what else is in hand waits its turn in memory, so that
claiming and settling many at once costs the endpoint nothing. One that hangs holds its few.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from notifications.answer import Answer
from notifications.lanes_table import ENDPOINT_AT_ONCE, Claimed

OPEN_AT_ONCE: Final = 4  # requests of one process to one endpoint
MOST_IN_HAND: Final = 256  # lanes of one endpoint: what goes out while as many are settled
PROMPT_MS: Final = 250  # at this rate the most goes out in 16 seconds, well within a lease


@dataclass(slots=True)
class Pace:
    """How fast one endpoint takes what it is sent.

    Attributes:
        lanes: how many may be in hand.
        failures: attempts that failed in this process, ever.
        waiting: what is in hand and not under way, with how many had failed when it was claimed.
        open: how many are under way.
    """

    lanes: int = ENDPOINT_AT_ONCE
    failures: int = 0
    waiting: deque[tuple[Claimed, int]] = field(default_factory=deque)
    open: int = 0

    def take_in(self, claimed: Claimed) -> bool:
        """Put a delivery in the queue; whether one more may be under way."""
        self.waiting.append((claimed, self.failures))
        return self.open < OPEN_AT_ONCE

    def learn(self, answer: Answer) -> None:
        """Take one more in hand after a prompt success, and half as many after anything else."""
        if answer.succeeded and answer.latency_ms <= PROMPT_MS:
            self.lanes = min(self.lanes + 1, MOST_IN_HAND)
            return
        self.lanes = max(self.lanes // 2, ENDPOINT_AT_ONCE)
        self.failures += not answer.succeeded

"""Where the time comes from. A clock is a function, so that a test can hand in its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """Read the machine's clock: an aware UTC instant."""
    return datetime.now(UTC)

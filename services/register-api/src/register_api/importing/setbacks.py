"""How often, and for how long, an import whose steps fail is tried again. Reads no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FAULTS: Final = 5  # of one job in a row that won't pass by themselves
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=1)
PATIENCE: Final = timedelta(minutes=10)  # with a database that is away or busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """What went wrong with a job since its last step that didn't.

    Attributes:
        passing_since: when what may pass by itself first went wrong; None when nothing did.
        wait: how long the job waits from now on, if what went wrong may pass.
    """

    faults: int = 0
    passing_since: datetime | None = None
    wait: timedelta = FIRST_WAIT
    until: datetime | None = None


class Setbacks:
    """The setbacks of jobs, for one process."""

    def __init__(self) -> None:
        self._of: dict[int, Setback] = {}

    def waits(self, number: int, now: datetime) -> bool:
        """Whether a job is left alone for the moment."""
        until = self._of.get(number, Setback()).until
        return until is not None and now < until

    def add(self, number: int, *, passing: bool, now: datetime) -> bool:
        """Note that a step of a job failed.

        Returns:
            Whether the job is to be tried again.
        """
        before = self._of.get(number, Setback())
        if not passing:
            self._of[number] = Setback(faults=before.faults + 1, passing_since=before.passing_since)
            return before.faults + 1 < FAULTS
        since = before.passing_since or now
        self._of[number] = Setback(
            faults=before.faults,
            passing_since=since,
            wait=min(2 * before.wait, LONGEST_WAIT),
            until=now + before.wait,
        )
        return now - since < PATIENCE

    def forget(self, number: int) -> None:
        """Begin anew with a job: a step of it succeeded, or it has ended."""
        self._of.pop(number, None)

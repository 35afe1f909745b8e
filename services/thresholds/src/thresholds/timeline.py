"""When the events of a batch were recorded, and where in the log an instant lies. Pure.

What is due at an instant is looked at once everything recorded up to it has happened, and before
anything recorded later has: so it is the same whatever batches the events come in, and whenever.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from eventlog import Batch

LONG_AGO: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Where a rebuild can't know when something is due: it is looked at as soon as may be."""

MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of a school's log, and the instants that lie in it."""

    after: int  # the position before it
    positions: Sequence[int]
    instants: Sequence[datetime]  # never going back
    ends_before: datetime  # the instants before this one lie in it

    @property
    def begins(self) -> datetime:
        """The first instant of which it can be asked what was known."""
        return self.instants[0] if self.instants else self.ends_before - MOMENT

    @property
    def ends_at(self) -> int:
        """The last position of it; the one before it where nothing was recorded."""
        return self.positions[-1] if self.positions else self.after

    def recorded_at(self, position: int) -> datetime:
        """When the event at a position of the stretch was recorded."""
        return self.instants[bisect_right(self.positions, position) - 1]

    def position_at(self, instant: datetime) -> int:
        """The last position up to an instant, as far as the stretch goes."""
        place = bisect_right(self.instants, instant)
        if place < len(self.positions):
            return self.positions[place] - 1
        return self.ends_at


def timeline_of(batch: Batch) -> Timeline:
    """Lay out a batch in time."""
    positions = [event.position for event in batch.events]
    instants = [event.recorded_at for event in batch.events]
    # More may come with the last event's own instant; when an instant has come, no more does.
    ends_before = instants[-1] if batch.at is None else batch.at + MOMENT
    return Timeline(batch.after, positions, instants, ends_before)

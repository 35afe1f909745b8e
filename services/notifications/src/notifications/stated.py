"""What was found about pupils as it was stated last at a position of a school's log. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias
from uuid import UUID

from attendance.codec import decode
from attendance.events import ThresholdCorrected, ThresholdMet
from eventlog import StoredEvent

Finding: TypeAlias = ThresholdMet | ThresholdCorrected


class Stated:
    """Findings, each as it was first stated and every time after."""

    def __init__(self, stored: Iterable[StoredEvent]) -> None:
        """Read what states a finding, in the order of the log."""
        self._findings: dict[UUID, list[tuple[int, Finding]]] = defaultdict(list)
        for each in stored:
            event = decode(each.kind, each.payload)
            if isinstance(event, Finding):
                self._findings[event.alert].append((each.position, event))

    def at(self, alert: UUID, position: int) -> Finding | None:
        """Say how a finding was stated last; None where what stated it was dropped."""
        so_far = [event for place, event in self._findings[alert] if place <= position]
        return so_far[-1] if so_far else None

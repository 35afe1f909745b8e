"""What became of a return, step by step, over all its versions. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from notifications.returns_table import ReturnRecord


class StepKind(StrEnum):
    """What may become of a return."""

    MADE = "made"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that became of one version of a return."""

    kind: StepKind
    at: datetime
    version: int
    said: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON, as it was stored
    submitted_on: date | None = None


def steps_of(versions: Iterable[ReturnRecord]) -> list[Step]:
    """List what became of a return, oldest first."""
    steps = [step for each in versions for step in _steps(each)]
    return sorted(steps, key=lambda step: (step.at, step.version))


def _steps(record: ReturnRecord) -> Iterator[Step]:
    made = record.made
    instants = {
        StepKind.MADE: made.made_at,
        StepKind.SENT: record.sent_at,
        StepKind.UNDELIVERED: record.undelivered_at,
        StepKind.CORRECTED: made.corrected_at,
        StepKind.WITHDRAWN: made.withdrawn_at,
    }
    for kind, at in instants.items():
        if at is not None:
            yield Step(kind=kind, at=at, version=made.version)
    if made.submission is not None:
        yield Step(
            kind=StepKind.SUBMITTED,
            at=datetime.fromisoformat(made.submission["recorded_at"]),
            version=made.version,
            said=made.submission,
            submitted_on=made.submitted_on,
        )
    if made.acknowledged_at is not None:
        yield Step(
            kind=StepKind.ACKNOWLEDGED,
            at=made.acknowledged_at,
            version=made.version,
            said=made.acknowledgement or {},
        )

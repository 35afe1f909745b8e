"""What became of a return, step by step, over all its versions. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from notifications.return_record import ReturnRecord
from notifications.statutory_return import StatutoryReturn


class StepKind(StrEnum):
    """What may become of a return."""

    MADE = "made"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_SUBMITTED = "withdrawal-submitted"


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
    yield from _submissions(made)
    yield from _acknowledgements(made)


def _submissions(made: StatutoryReturn) -> Iterator[Step]:
    said = {
        StepKind.SUBMITTED: (made.submission, made.submitted_on),
        StepKind.WITHDRAWAL_SUBMITTED: (made.withdrawal_submission, made.withdrawal_submitted_on),
    }
    for kind, (submission, on) in said.items():
        if submission is not None:
            yield Step(
                kind=kind,
                at=datetime.fromisoformat(submission["recorded_at"]),
                version=made.version,
                said=submission,
                submitted_on=on,
            )


def _acknowledgements(made: StatutoryReturn) -> Iterator[Step]:
    """List when the authority said that it has it, and when it added a reference."""
    if made.acknowledged_at is None:
        return
    said = made.acknowledgement or {}
    yield _acknowledged(made, made.acknowledged_at, said)
    if (added := said.get("reference_added")) is not None:
        yield _acknowledged(made, datetime.fromisoformat(added["at"]), added)


def _acknowledged(made: StatutoryReturn, at: datetime, said: Mapping[str, Any]) -> Step:
    return Step(kind=StepKind.ACKNOWLEDGED, at=at, version=made.version, said=said)

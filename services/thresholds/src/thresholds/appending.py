"""Appends what was found to the school's log, and records it in the alerts' table at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from attendance.codec import encode
from attendance.events import (
    AlertConsidered,
    AlertEvent,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from eventlog import Batch, Command, Connection, NewEvent, RecordedTooEarly, append, newest_at
from servicekit.clock import Clock

from thresholds import alerts_table
from thresholds.aside import MARKS_A_WALK, worked_out
from thresholds.digest import Telling
from thresholds.judging import Step
from thresholds.timeline import LONG_AGO

COMMANDS: Final = UUID("0f3f4d0a-7c55-5b8e-8a4e-6d7d0f1f6b52")  # namespace; fixed for ever
ATTEMPTS: Final = 25  # each lost only to another append to the same school within a moment


async def append_alerts(
    conn: Connection, batch: Batch, steps: Sequence[Step], clock: Clock
) -> None:
    """Say in the log what was found in a batch, and record it, in the transaction that takes it.

    Recorded at once and not when it comes round: whoever waits for the position of a mark finds
    the alert it raised. The school's log is held from the append to the commit, so it comes last.

    Args:
        steps: dated when they are appended; what `_at` they have doesn't matter.

    Raises:
        RecordedTooEarly: others kept appending with a clock ahead of this one.
    """
    for attempt in range(1, ATTEMPTS + 1):
        newest = await newest_at(conn, batch.school)
        now = max(clock(), newest or LONG_AGO)
        said = [step._replace(event=_dated(step.event, now)) for step in steps]
        new, command = await worked_out(len(said) * MARKS_A_WALK, _written, batch, said)
        try:
            async with conn.transaction():  # a refusal undoes the append alone
                appended = await append(conn, batch.school, new, command=command, recorded_at=now)
        except RecordedTooEarly:
            if attempt == ATTEMPTS:
                raise
            continue
        first = appended.position - len(said) + 1
        tellings = [Telling(first + place, step.event) for place, step in enumerate(said)]
        await alerts_table.record(conn, batch.school, batch.version, tellings, ahead=True)
        return


def _written(batch: Batch, steps: Sequence[Step]) -> tuple[list[NewEvent], Command]:
    new = [NewEvent(step.stream, *encode(step.event)) for step in steps]
    what = hashlib.sha256("\n".join(each.payload for each in new).encode()).digest()
    # Of the batch and no other: what says it again is this very batch, not taken the first time.
    return new, Command(uuid5(COMMANDS, f"{batch.school}/{_last_of(batch)}"), what)


def _last_of(batch: Batch) -> str:
    """Name the last thing that a batch is about: an event, or an instant after one."""
    if batch.at is None:
        return f"{batch.events[-1].position}"
    return f"{batch.after}/{batch.at.isoformat()}"


def _dated(event: AlertEvent, now: datetime) -> AlertEvent:
    match event:
        case ThresholdMet():
            return replace(event, raised_at=now)
        case ThresholdCorrected():
            return replace(event, corrected_at=now)
        case ThresholdWithdrawn():
            return replace(event, withdrawn_at=now)
        case ThresholdLapsed():
            return replace(event, lapsed_at=now)
        case AlertConsidered():
            return replace(event, decided_at=now)

"""The history of every pupil's session, folded from the events that made it. Judges nothing.

Source: SI 2024/208 reg 6, by which an amendment leaves the entry it amends in the register.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from attendance.codes import Code
from attendance.events import Amendment, Event, Mark, MarksAmended, MarksRecorded
from attendance.identifiers import PupilId
from attendance.recording import late_entry
from attendance.session import Session
from attendance.signing import Signatory


class Whose(NamedTuple):
    """What a history is of: one pupil's one session."""

    session: Session
    pupil: PupilId


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: the original, or an amendment with the five things the law wants of it."""

    position: int  # in the school's log
    code: Code
    original: Code | None  # what it took the place of; None for the original entry itself
    reason: str | None  # of an amendment
    minutes_late: int | None
    detail: str | None
    raw_code: str | None
    closure: UUID | None
    late: bool  # an original entry made after its session's day
    recorded_by: Signatory
    recorded_at: datetime


def histories(events: Iterable[tuple[int, Event]]) -> dict[Whose, list[Entry]]:
    """Lay out entries by pupil and session, each history oldest first.

    Args:
        events: with their positions, in the order of the log; others than entries are passed by.
    """
    found: dict[Whose, list[Entry]] = defaultdict(list)
    for position, event in events:
        match event:
            case MarksRecorded():
                for mark in event.marks:
                    whose = Whose(event.session, mark.pupil)
                    found[whose].append(_original(position, event, mark))
            case MarksAmended():
                for amendment in event.amendments:
                    whose = Whose(event.session, amendment.pupil)
                    found[whose].append(_amended(position, event, amendment))
    return dict(found)


def _original(position: int, event: MarksRecorded, mark: Mark) -> Entry:
    return Entry(
        position=position,
        code=mark.code,
        original=None,
        reason=None,
        minutes_late=mark.minutes_late,
        detail=mark.detail,
        raw_code=mark.raw_code,
        closure=event.closure,
        late=late_entry(event.session, event.recorded_at),
        recorded_by=event.recorded_by,
        recorded_at=event.recorded_at,
    )


def _amended(position: int, event: MarksAmended, amendment: Amendment) -> Entry:
    return Entry(
        position=position,
        code=amendment.amended,
        original=amendment.original,
        reason=amendment.reason,
        minutes_late=amendment.minutes_late,
        detail=amendment.detail,
        raw_code=amendment.raw_code,
        closure=event.closure,
        late=False,
        recorded_by=event.recorded_by,
        recorded_at=event.recorded_at,
    )

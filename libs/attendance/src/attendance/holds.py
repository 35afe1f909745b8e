"""Holds on what is kept: placed and lifted by a person who answers for it, folded from the log.

A hold keeps a recording year from being dropped; what it is for is its reason's to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from attendance.errors import HoldRefused, HoldUnknown, Refusal, SchoolUnknown
from attendance.events import Event, RetentionHoldLifted, RetentionHoldPlaced, Signatory
from attendance.identifiers import PupilId
from attendance.retention_events import HoldId
from attendance.school import School
from attendance.signing import unsigned
from attendance.wording import legible


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it stands; once lifted it holds nothing."""

    placed: RetentionHoldPlaced
    lifted: RetentionHoldLifted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    """Keep what a school has, or what names one pupil, until further notice."""

    hold: HoldId
    pupil: PupilId | None
    reason: str
    by: Signatory | None  # None: nobody was named, which is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    """Let what a hold kept go by the law's years alone."""

    hold: HoldId
    reason: str
    by: Signatory | None


def holds_after(events: Iterable[Event]) -> dict[HoldId, Hold]:
    """Fold holds from the events of a school's retention stream, in the order they were placed."""
    holds: dict[HoldId, Hold] = {}
    for event in events:
        match event:
            case RetentionHoldPlaced():
                holds[event.hold] = Hold(event)
            case RetentionHoldLifted():
                holds[event.hold] = replace(holds[event.hold], lifted=event)
    return holds


def standing(holds: Mapping[HoldId, Hold]) -> list[RetentionHoldPlaced]:
    """List the holds that nobody has lifted."""
    return [hold.placed for hold in holds.values() if hold.lifted is None]


def place_hold(school: School, command: PlaceHold, now: datetime) -> RetentionHoldPlaced:
    """Place a hold.

    Raises:
        SchoolUnknown: the school was never registered.
        HoldRefused: every reason at once.
    """
    if school.details is None:
        raise SchoolUnknown
    refusals = list(_problems(command))
    if command.pupil is not None and command.pupil not in school.roll:
        detail = "The admission register has no such pupil, so there is nothing to hold."
        refusals.append(Refusal("/pupil", "pupil-unknown", detail))
    if refusals or command.by is None:
        raise HoldRefused(refusals)
    return RetentionHoldPlaced(
        hold=command.hold,
        pupil=command.pupil,
        reason=command.reason,
        recorded_by=command.by,
        recorded_at=now,
    )


def lift_hold(
    holds: Mapping[HoldId, Hold], command: LiftHold, now: datetime
) -> RetentionHoldLifted:
    """Lift a hold.

    Raises:
        HoldUnknown: there is no such hold.
        HoldRefused: every reason at once; `hold-lifted` is a conflict.
    """
    if command.hold not in holds:
        raise HoldUnknown
    refusals = list(_problems(command))
    if holds[command.hold].lifted is not None:
        refusals.append(Refusal("", "hold-lifted", "The hold was lifted before.", conflict=True))
    if refusals or command.by is None:
        raise HoldRefused(refusals)
    return RetentionHoldLifted(
        hold=command.hold, reason=command.reason, recorded_by=command.by, recorded_at=now
    )


def _problems(command: PlaceHold | LiftHold) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    if not legible(command.reason):
        yield Refusal("/reason", "reason-required", "Say why.")

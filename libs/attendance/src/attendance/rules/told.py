"""A pupil's facts folded from the log: what rules ask of the admission register and the plans.

Says of enrolments, placements, characteristics and plans what `roll` says, without the names, and
with the place in the log that states each. Decides nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeAlias

from attendance.admission_entry import CharacteristicPeriod
from attendance.admission_events import (
    AdmissionEvent,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
)
from attendance.calendar import london_date
from attendance.characteristic_periods import periods_until
from attendance.errors import PupilUnknown
from attendance.plan_events import (
    AbsencePlanEnded,
    LeaveDecided,
    LeaveOutcome,
    LeaveRequested,
    PlanEvent,
    PlanStated,
)
from attendance.planned_absences import Exclusion, ExclusionKind, Illness, PartTimeTimetable
from attendance.rules.facts import Arrangement, Deleted, Entered, Placed, PupilFacts
from attendance.session import Half, Session

DAY: Final = timedelta(days=1)

PupilEvent: TypeAlias = AdmissionEvent | PlanEvent
"""What is said of a pupil beside the registers."""

Arrangements: TypeAlias = tuple[Arrangement, ...]


def told(facts: PupilFacts | None, position: int, event: PupilEvent) -> PupilFacts:
    """Bring a pupil's facts up to an event.

    Args:
        facts: as they were before; None when the pupil wasn't admitted yet.
        position: of the event in the school's log.

    Raises:
        PupilUnknown: the event is of a pupil never admitted, so the log is not whole.
    """
    if isinstance(event, PupilAdmitted):
        return _admitted(facts, position, event)
    if facts is None:
        raise PupilUnknown
    match event:
        case PupilDetailsChanged():
            return _changed(facts, position, event)
        case PupilDeleted():
            return _deleted(facts, position, event)
        case LeaveDecided():
            return _decided(facts, position, event)
        case AbsencePlanEnded():
            return _ended(facts, event)
        case _:
            return _planned(facts, position, event)


def _admitted(before: PupilFacts | None, position: int, event: PupilAdmitted) -> PupilFacts:
    entered = Entered(event.starting_day, london_date(event.recorded_at), position)
    placed = Placed(event.starting_day, event.year_group, event.boarder, event.groups)
    if before is None:
        return PupilFacts(
            date_of_birth=event.date_of_birth,
            placements=(placed,),
            enrolments=(entered,),
            characteristics=tuple(_stated(event)),
        )
    earlier = (each for each in before.placements if each.from_on < event.starting_day)
    ended = periods_until(event.starting_day - DAY, before.characteristics)
    return replace(
        before,
        date_of_birth=event.date_of_birth,
        placements=_unlike([*earlier, placed]),
        enrolments=(*before.enrolments, entered),
        characteristics=(*ended, *_stated(event)),
    )


def _stated(event: PupilAdmitted) -> Iterator[CharacteristicPeriod]:
    for each in event.characteristics:
        yield CharacteristicPeriod(characteristic=each, starts_on=event.starting_day)
    yield from event.characteristic_periods


def _changed(facts: PupilFacts, position: int, event: PupilDetailsChanged) -> PupilFacts:
    newest = facts.enrolments[-1]
    if newest.starting_day != event.starting_day:
        newest = newest._replace(starting_day=event.starting_day, moved=(*newest.moved, position))
    return replace(
        facts,
        date_of_birth=event.entry.date_of_birth,
        placements=_unlike(
            Placed(each.from_on, each.year_group, each.boarder, each.groups)
            for each in event.placements
        ),
        enrolments=(*facts.enrolments[:-1], newest),
        characteristics=event.characteristics,
    )


def _deleted(facts: PupilFacts, position: int, event: PupilDeleted) -> PupilFacts:
    recorded_on = london_date(event.recorded_at)
    deleted = Deleted(event.deleted_on, recorded_on, event.ground, position)
    return replace(
        facts,
        enrolments=(*facts.enrolments[:-1], facts.enrolments[-1]._replace(deleted=deleted)),
        arrangements=tuple(_until(event.deleted_on, facts.arrangements)),
        asked_for=tuple(_until(event.deleted_on, facts.asked_for)),
    )


def _decided(facts: PupilFacts, position: int, event: LeaveDecided) -> PupilFacts:
    granted = [
        each._replace(position=position, stated_on=london_date(event.recorded_at))
        for each in facts.asked_for
        if each.plan == event.plan and event.outcome is LeaveOutcome.GRANTED
    ]
    return replace(
        facts,
        arrangements=(*facts.arrangements, *granted),
        asked_for=_without(event.plan, facts.asked_for),
    )


def _ended(facts: PupilFacts, event: AbsencePlanEnded) -> PupilFacts:
    ends = event.ends
    if ends is None:
        kept = _without(event.plan, facts.arrangements)
    else:
        kept = tuple(
            each._replace(ends=_earlier(each.ends, ends)) if each.plan == event.plan else each
            for each in facts.arrangements
        )
    return replace(facts, arrangements=kept, asked_for=_without(event.plan, facts.asked_for))


def _planned(facts: PupilFacts, position: int, event: PlanStated) -> PupilFacts:
    """Take note of a plan; one that is made for a time on roll now over goes no further."""
    stated = [_arrangement(position, event)]
    over = _deleted_after(event.planned.starts.on, facts.enrolments)
    if over is not None:
        stated = list(_until(over.last_on, stated))
    arrangements, asked_for = facts.arrangements, facts.asked_for
    if event.replaces is not None:
        held = (each for each in (*arrangements, *asked_for) if each.plan == event.replaces)
        revises = tuple(at for each in held for at in (*each.revises, each.position))
        stated = [each._replace(revises=revises) for each in stated]
        arrangements = _without(event.replaces, arrangements)
        asked_for = _without(event.replaces, asked_for)
    if isinstance(event, LeaveRequested):
        return replace(facts, arrangements=arrangements, asked_for=(*asked_for, *stated))
    return replace(facts, arrangements=(*arrangements, *stated), asked_for=asked_for)


def _arrangement(position: int, event: PlanStated) -> Arrangement:
    planned = event.planned
    stated = Arrangement(
        plan=event.plan,
        kind=planned.kind,
        code=planned.code,
        starts=planned.starts,
        ends=planned.ends,
        pattern=planned.pattern,
        position=position,
        stated_on=london_date(event.recorded_at),
    )
    match planned:
        case PartTimeTimetable():
            return stated._replace(reviews_on=planned.reviews_on)
        case Exclusion():
            return stated._replace(permanent=planned.exclusion is ExclusionKind.PERMANENT)
        case Illness():
            return stated._replace(
                return_expected_on=planned.expected_return,
                evidence_seen=planned.medical_evidence_seen,
            )
        case _:
            return stated


def _deleted_after(on: date, enrolments: Iterable[Entered]) -> Deleted | None:
    """Find the deletion that ended the time on roll a day is of; None where none did."""
    return next(
        (
            each.deleted
            for each in enrolments
            if each.deleted is not None and each.starting_day <= on <= each.deleted.last_on
        ),
        None,
    )


def _until(last_on: date, arrangements: Iterable[Arrangement]) -> Iterator[Arrangement]:
    """Let no arrangement reach beyond a deletion: it was for that time on roll."""
    for each in arrangements:
        if each.ends is not None and each.ends.on <= last_on:
            yield each
        elif each.starts.on <= last_on:
            yield each._replace(ends=Session(last_on, Half.PM))


def _without(plan: object, arrangements: Arrangements) -> Arrangements:
    return tuple(each for each in arrangements if each.plan != plan)


def _earlier(held: Session | None, ends: Session) -> Session:
    return ends if held is None else min(held, ends)


def _unlike(placements: Iterable[Placed]) -> tuple[Placed, ...]:
    """Leave out placements that change nothing."""
    kept: list[Placed] = []
    for each in placements:
        if not kept or kept[-1][1:] != each[1:]:
            kept.append(each)
    return tuple(kept)

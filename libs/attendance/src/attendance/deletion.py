"""Decides deletions from the admission register: on a ground of reg 9, and never retrospectively.

A deletion has effect from the end of its day. It erases nothing, and reaches behind no entry that
the attendance register has. What the register itself can tell of a ground is checked; of the other
conditions the school is asked, and what it states is kept (decision 0022).

Source: SI 2024/208 reg 9.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from attendance.admission_events import Destination, NewAddress
from attendance.age import ENDS_AT, of_compulsory_school_age
from attendance.calendar import SchoolCalendar, london_date
from attendance.codes import ATTENDING
from attendance.deletion_grounds import (
    ABSENT_WITHOUT_LEAVE,
    GROUNDS,
    RETURN_WITHIN,
    Condition,
    Ground,
    Letter,
)
from attendance.errors import DeletionRefused, PupilUnknown, Refusal
from attendance.events import PupilDeleted, Signatory
from attendance.identifiers import PupilId
from attendance.plan_terms import PlanKind
from attendance.roll import Pupil
from attendance.rules.attendance_return import unbroken_days
from attendance.rules.finding import Entry
from attendance.school import School
from attendance.session import Session
from attendance.signing import unsigned

DAY: Final = timedelta(days=1)
LOOK_BACK: Final = timedelta(days=366)
"""How long before a deletion a continuous absence is looked for; twenty school days fit easily."""

TOLD_BY_ENTRIES: Final = frozenset({Letter.H, Letter.I})

Answer: TypeAlias = bool | date
"""What is stated of a condition: that it is met or not, or the day on which it came to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePupil:
    """Delete a pupil's name from the admission register."""

    pupil: PupilId
    ground: Letter
    deleted_on: date  # the last day on roll
    ground_arose_on: date | None = None
    conditions: Mapping[str, Answer]  # by their names in CONDITIONS, only those stated
    destination_school: Destination | None = None
    new_address: NewAddress | None = None
    notes: str | None = None
    by: Signatory | None  # None: nobody was named, which is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the attendance register has of a pupil about to be deleted."""

    entries: Sequence[Entry]  # in force, up to the day of deletion and at least from `looks_back`
    entered_after: bool  # whether there is an entry for a session after that day


def looks_back(command: DeletePupil) -> date:
    """Say from which day on entries are evidence for or against a deletion."""
    if command.ground not in TOLD_BY_ENTRIES:
        return command.deleted_on
    return max(command.deleted_on, date.min + LOOK_BACK) - LOOK_BACK


def delete_pupil(
    school: School,
    command: DeletePupil,
    evidence: Evidence,
    now: datetime,
    grounds: Mapping[Letter, Ground] = GROUNDS,
) -> PupilDeleted:
    """Delete a pupil's name from the admission register (SI 2024/208 reg 9).

    Raises:
        PupilUnknown: the register never had the pupil.
        DeletionRefused: every reason at once; `already-deleted` and `entries-after-deletion` are
            conflicts.
    """
    pupil = school.roll.get(command.pupil)
    if pupil is None:
        raise PupilUnknown
    refusals = [
        *unsigned(command.by),
        *_day_refusals(pupil, command, evidence, london_date(now)),
        *_ground_refusals(pupil, grounds[command.ground], command, evidence, school.calendar),
    ]
    if refusals or command.by is None:
        raise DeletionRefused(refusals)
    return PupilDeleted(
        pupil=command.pupil,
        ground=command.ground.value,
        deleted_on=command.deleted_on,
        ground_arose_on=command.ground_arose_on,
        conditions={name: _written(answer) for name, answer in command.conditions.items()},
        destination_school=command.destination_school,
        new_address=command.new_address,
        notes=command.notes,
        recorded_by=command.by,
        recorded_at=now,
    )


def _written(answer: Answer) -> bool | str:
    return answer.isoformat() if isinstance(answer, date) else answer


def _day_refusals(
    pupil: Pupil, command: DeletePupil, evidence: Evidence, today: date
) -> Iterator[Refusal]:
    if pupil.newest.deleted_on is not None:
        detail = "The pupil was deleted already. A deletion is made once."
        yield Refusal("", "already-deleted", detail, conflict=True)
        return
    if command.deleted_on > today:
        detail = "A pupil is deleted when the ground has arisen, today at the latest."
        yield Refusal("/deleted_on", "deletion-in-future", detail)
    if command.deleted_on < pupil.starting_day:
        detail = "The pupil is on roll from the starting day, so at least on that day."
        yield Refusal("/deleted_on", "deleted-before-start", detail)
    if command.ground_arose_on is not None and command.deleted_on < command.ground_arose_on:
        yield _not_arisen("/ground_arose_on")
    if evidence.entered_after:
        detail = "The register has entries of the pupil for later days: a deletion erases none."
        yield Refusal("/deleted_on", "entries-after-deletion", detail, conflict=True)


def _ground_refusals(
    pupil: Pupil,
    ground: Ground,
    command: DeletePupil,
    evidence: Evidence,
    calendar: SchoolCalendar,
) -> Iterator[Refusal]:
    if not ground.in_force(command.deleted_on):
        yield Refusal("/ground", "ground-not-in-force", "This was no ground on that day.")
        return
    of_age = of_compulsory_school_age(pupil.date_of_birth, command.deleted_on)
    if not of_age and not ground.any_age:
        detail = "This ground is for pupils of compulsory school age."
        yield Refusal("/ground", "ground-not-for-this-age", detail)
    yield from _condition_refusals(ground, command)
    if reason := _told_against(pupil, ground, command, evidence, calendar):
        yield Refusal("/ground", "ground-not-met", reason)


def _condition_refusals(ground: Ground, command: DeletePupil) -> Iterator[Refusal]:
    own = {condition.name: condition for condition in ground.conditions}
    for name, answer in command.conditions.items():
        pointer = f"/conditions/{name}"
        if name not in own:
            detail = "This condition belongs to another ground."
            yield Refusal(pointer, "condition-not-of-ground", detail)
        elif answer is False:
            detail = "The ground applies only where this is so."
            yield Refusal(pointer, "condition-not-met", detail)
        elif isinstance(answer, date) and command.deleted_on < answer:
            yield _not_arisen(pointer)
    for condition in unstated(ground, command):
        if condition.required_from is not None and condition.required_from <= command.deleted_on:
            detail = "With this ground this must be stated."
            yield Refusal(f"/conditions/{condition.name}", "condition-required", detail)


def unstated(ground: Ground, command: DeletePupil) -> list[Condition]:
    """List the conditions of a ground of which the command says nothing."""
    return [each for each in ground.conditions if each.name not in command.conditions]


def _not_arisen(pointer: str) -> Refusal:
    detail = "The ground arises on the day of deletion or before it."
    return Refusal(pointer, "ground-not-arisen", detail)


def _told_against(
    pupil: Pupil,
    ground: Ground,
    command: DeletePupil,
    evidence: Evidence,
    calendar: SchoolCalendar,
) -> str | None:
    """Say what the register itself tells against a ground; None where it tells nothing."""
    on = command.deleted_on
    boards = pupil.placement_on(on).boarder
    if ground.boarders is not None and boards is not ground.boarders:
        return "This ground is for boarders alone." if ground.boarders else "Not for a boarder."
    match ground.letter:
        case Letter.A if _dual_registered_after(pupil, on):
            return "The pupil's dual registration runs on. End it first."
        case Letter.H:
            return _back_or_not_yet(pupil, command, evidence, calendar)
        case Letter.I if not _absent_without_leave(pupil, evidence, on, calendar):
            return (
                "Twenty school days on end, each wholly unauthorised, don't stand before that day."
            )
        case Letter.L if not _over_age_by_then(pupil, on, calendar):
            return "The pupil is of compulsory school age when the school next meets, or younger."
    return None


def _dual_registered_after(pupil: Pupil, on: date) -> bool:
    return any(
        plan.kind is PlanKind.DUAL_REGISTRATION
        and plan.runs
        and (plan.ends is None or on < plan.ends.on)
        for plan in pupil.plans
    )


def _back_or_not_yet(
    pupil: Pupil, command: DeletePupil, evidence: Evidence, calendar: SchoolCalendar
) -> str | None:
    ended = command.conditions.get("leave_ended_on") or _leave_ended_on(pupil, command.deleted_on)
    if not isinstance(ended, date):
        return None
    if any(entry.code in ATTENDING and ended < entry.session.on for entry in evidence.entries):
        return "The pupil has attended since the leave ended."
    passed = calendar.school_days(ended + DAY, command.deleted_on - DAY)
    if sum(1 for _ in passed) < RETURN_WITHIN:
        return "Ten school days after the end of the leave haven't passed before that day."
    return None


def _leave_ended_on(pupil: Pupil, on: date) -> date | None:
    """Find the last day of the newest leave of this time on roll that was over by then."""
    ends = (
        plan.ends
        for plan in pupil.plans
        if plan.kind is PlanKind.LEAVE and plan.runs and plan.starts.on >= pupil.starting_day
    )
    return max((end.on for end in ends if end is not None and end.on <= on), default=None)


def _absent_without_leave(
    pupil: Pupil, evidence: Evidence, on: date, calendar: SchoolCalendar
) -> bool:
    """Whether such an absence goes on that was complete before that day (decision 0022)."""
    due = partial(_is_due, pupil, calendar)
    counted = [each for each in evidence.entries if due(each.session)]
    days = unbroken_days(counted, calendar, ABSENT_WITHOUT_LEAVE, due=due)
    return sum(day < on for day in days) >= ABSENT_WITHOUT_LEAVE.school_days


def _is_due(pupil: Pupil, calendar: SchoolCalendar, session: Session) -> bool:
    """Whether a session is of this time on roll and held for the pupil, as far as published."""
    if session.on < pupil.starting_day or not calendar.covers(session.on):
        return pupil.starting_day <= session.on
    year_group = pupil.placement_on(session.on).year_group
    return calendar.is_open(session) and not calendar.is_closed_to(year_group, session)


def _over_age_by_then(pupil: Pupil, on: date, calendar: SchoolCalendar) -> bool:
    """Whether the pupil will be over the age when the school next meets, as far as published."""
    next_meeting = next(calendar.school_days(on + DAY, on + LOOK_BACK), on + DAY)
    born = pupil.date_of_birth
    over_it = next_meeting.year - born.year >= ENDS_AT - 1  # and not under it
    return over_it and not of_compulsory_school_age(born, next_meeting)

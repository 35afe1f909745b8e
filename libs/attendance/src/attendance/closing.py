"""Decides the entries of a closure that nobody planned, and their reversal: all of it or none.

A closure is entered pupil by pupil: an original entry where there is none, an amendment where there
is one, each a record of its own (SI 2024/208 reg 6).
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias
from uuid import UUID

from attendance.calendar import london_date
from attendance.codes import APPROVED_EDUCATIONAL_ACTIVITY, Code, in_force
from attendance.entries import Entry, Whose
from attendance.errors import Refusal, RegisterRefused, SchoolUnknown
from attendance.events import (
    Amendment,
    ClosureReversed,
    Mark,
    MarksAmended,
    MarksRecorded,
    Signatory,
    UnplannedClosure,
)
from attendance.identifiers import PupilId
from attendance.plan_terms import PlanKind
from attendance.recording import NO_SESSION
from attendance.roll import Pupil
from attendance.school import School
from attendance.session import Half, Session
from attendance.signing import unsigned
from attendance.wording import legible

WHOLE_SITE: Final = Code.Y4
PART_OF_THE_PREMISES: Final = Code.Y3
ANOTHER_SCHOOLS: Final = frozenset({Code.D})  # whose session it is, whatever is closed here
ELSEWHERE: Final = APPROVED_EDUCATIONAL_ACTIVITY  # which may have gone on all the same

Closing: TypeAlias = UnplannedClosure | MarksRecorded | MarksAmended
Reversal: TypeAlias = ClosureReversed | MarksAmended
Histories: TypeAlias = Mapping[Whose, Sequence[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSchool:
    """Enter for every pupil that sessions of a day couldn't be held."""

    closure: UUID
    on: date
    half: Half | None  # None: both sessions
    group: str | None  # None: the whole site
    reason: str
    activities_cancelled: bool  # whether visits and the like fell through as well
    by: Signatory | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseClosure:
    """Amend the entries of a closure to what they were before it."""

    reason: str
    by: Signatory | None


def close_school(
    command: CloseSchool, school: School, histories: Histories, *, now: datetime
) -> list[Closing]:
    """Enter a closure: the fact itself, then its original entries and amendments by session.

    Pupils at an approved educational activity elsewhere keep their entry, unless it fell through
    with the closure; so do those who have the code already, and whoever was due at another school.
    One who is planned to be there, and has no entry yet, is given none.

    Args:
        histories: every entry there is of the sessions concerned.

    Raises:
        SchoolUnknown: the school was never registered.
        RegisterRefused: every reason at once.
    """
    if school.details is None:
        raise SchoolUnknown
    halves = tuple(Half) if command.half is None else (command.half,)
    sessions = [Session(command.on, half) for half in halves]
    held = tuple(session for session in sessions if school.calendar.is_open(session))
    refusals = list(_refusals(command, school, held, now))
    if refusals or command.by is None:
        raise RegisterRefused(refusals)
    closure = UnplannedClosure(
        closure=command.closure,
        sessions=held,
        group=command.group,
        reason=command.reason,
        recorded_by=command.by,
        recorded_at=now,
    )
    entries = (
        event
        for session in held
        for event in _entered(
            closure,
            session,
            school.due(session, command.group),
            histories,
            keep=ANOTHER_SCHOOLS | (frozenset() if command.activities_cancelled else ELSEWHERE),
        )
    )
    return [closure, *entries]


def reverse_closure(
    command: ReverseClosure,
    closed: UnplannedClosure,
    histories: Histories,
    *,
    undone: Set[UUID],
    now: datetime,
) -> list[Reversal]:
    """Amend what a closure entered back to what stands without it, as a wrong one needs.

    An entry that was amended since stays as it is; one of a closure that was reversed never comes
    back. Where no entry stands, the reason isn't established: `N`, to be replaced like any other
    (decision 0024).

    Args:
        histories: every entry there is of the sessions closed.
        undone: the closures that were reversed before.

    Raises:
        RegisterRefused: every reason at once.
    """
    refusals = list(unsigned(command.by))
    if not legible(command.reason):
        refusals.append(_no_reason())
    if refusals or command.by is None:
        raise RegisterRefused(refusals)
    reversed_ = ClosureReversed(
        closure=closed.closure, reason=command.reason, recorded_by=command.by, recorded_at=now
    )
    sessions = (_restored(reversed_, session, histories, undone) for session in closed.sessions)
    return [reversed_, *(amended for amended in sessions if amended.amendments)]


def unestablished(reversal: MarksAmended, position: int, histories: Histories) -> list[Whose]:
    """List whose entry a reversal made N because before it there were none but of closures.

    Args:
        position: where the reversal's amendments are in the school's log.
        histories: every entry there is of the session.
    """
    amended = (
        Whose(reversal.session, each.pupil)
        for each in reversal.amendments
        if each.amended is Code.N
    )
    return [
        whose
        for whose in amended
        if all(entry.closure for entry in histories[whose] if entry.position < position)
    ]


def _refusals(
    command: CloseSchool, school: School, held: Sequence[Session], now: datetime
) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    if not legible(command.reason):
        yield _no_reason()
    if not held:
        yield Refusal("/date", "no-session", NO_SESSION)
    elif not any(school.due(session, command.group) for session in held):
        detail = "No pupil of whom a register is taken is on roll there that day."
        yield Refusal("/group" if command.group else "/date", "nobody-due", detail)
    if command.on > london_date(now):
        detail = "A closure known in advance belongs into the calendar. This is for one that came."
        yield Refusal("/date", "session-not-started", detail)
    if not in_force(_code(command.group), command.on):
        detail = "This code wasn't in use on that day."
        yield Refusal("/date", "code-not-allowed", detail)


def _no_reason() -> Refusal:
    return Refusal("/reason", "reason-required", "Say what happened, in words.")


def _code(group: str | None) -> Code:
    return WHOLE_SITE if group is None else PART_OF_THE_PREMISES


def _entered(
    closure: UnplannedClosure,
    session: Session,
    pupils: Sequence[Pupil],
    histories: Histories,
    *,
    keep: frozenset[Code],
) -> Iterator[MarksRecorded | MarksAmended]:
    code = _code(closure.group)
    standing = {pupil.pupil: _in_force(histories, session, pupil.pupil) for pupil in pupils}
    unmarked = [
        pupil.pupil
        for pupil in pupils
        if standing[pupil.pupil] is None and not _due_elsewhere(pupil, session)
    ]
    marked = [
        (pupil, entry)
        for pupil, entry in standing.items()
        if entry is not None and entry is not code and entry not in keep
    ]
    if unmarked:
        yield MarksRecorded(
            session=session,
            group=closure.group,
            marks=tuple(Mark(pupil, code, None, closure.reason) for pupil in unmarked),
            recorded_by=closure.recorded_by,
            recorded_at=closure.recorded_at,
            closure=closure.closure,
        )
    if marked:
        yield MarksAmended(
            session=session,
            amendments=tuple(
                Amendment(
                    pupil=pupil,
                    original=entry,
                    amended=code,
                    reason=closure.reason,
                    detail=closure.reason,
                )
                for pupil, entry in marked
            ),
            recorded_by=closure.recorded_by,
            recorded_at=closure.recorded_at,
            closure=closure.closure,
        )


def _in_force(histories: Histories, session: Session, pupil: PupilId) -> Code | None:
    entries = histories.get(Whose(session, pupil))
    return entries[-1].code if entries else None


def _due_elsewhere(pupil: Pupil, session: Session) -> bool:
    return any(
        plan.kind is PlanKind.DUAL_REGISTRATION and plan.covers(session) for plan in pupil.plans
    )


def _restored(
    back: ClosureReversed, session: Session, histories: Histories, undone: Set[UUID]
) -> MarksAmended:
    amendments = (
        _back(whose.pupil, entries[-1], _standing(entries, {*undone, back.closure}), back.reason)
        for whose, entries in histories.items()
        if whose.session == session
        and (entered := _standing(entries, undone)) is not None
        and entered.closure == back.closure
    )
    return MarksAmended(
        session=session,
        # Another closure, reversed before, may have brought back the very code that stands.
        amendments=tuple(each for each in amendments if each.amended is not each.original),
        recorded_by=back.recorded_by,
        recorded_at=back.recorded_at,
        closure=back.closure,
    )


def _standing(entries: Sequence[Entry], undone: Set[UUID]) -> Entry | None:
    """Find the newest entry that no reversed closure made, nor its reversal."""
    return next((entry for entry in reversed(entries) if entry.closure not in undone), None)


def _back(pupil: PupilId, closed: Entry, standing: Entry | None, reason: str) -> Amendment:
    """Amend a closure's entry to one that stands, with what was stated beside that."""
    if standing is None:
        return Amendment(pupil=pupil, original=closed.code, amended=Code.N, reason=reason)
    return Amendment(
        pupil=pupil,
        original=closed.code,
        amended=standing.code,
        reason=reason,
        minutes_late=standing.minutes_late,
        detail=standing.detail,
        raw_code=standing.raw_code,
    )

"""Statutory returns: whose they are, and what may be recorded of them. Decides; makes none.

Who made the law's duty due is a rule (`rules.catalogue`); what a return tells is elsewhere.

Source: SI 2024/208 reg 13: to the local authority. Interpretation (decision 0039): to that in whose
area the school is, and to that in which the pupil lives where it is another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from attendance.calendar import london_date
from attendance.errors import Refusal, ReturnRefused
from attendance.events import ReturnAcknowledged, ReturnEvent, ReturnSubmitted, Signatory
from attendance.identifiers import LaCode, PupilId
from attendance.return_events import Channel
from attendance.signing import unsigned
from attendance.wording import legible


class Role(StrEnum):
    """Why a return is for an authority."""

    SCHOOL = "school"  # the school is in its area
    HOME = "home"  # the pupil lives there, and the school is in another's area


class Addressee(NamedTuple):
    """An authority that a return is for."""

    la_code: LaCode
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReturn:
    """A return, as far as it matters to what may be recorded of it."""

    id: UUID
    alert: UUID
    rule: str
    pupil: PupilId
    la_code: LaCode
    corrects: UUID | None
    met_on: date
    made_at: datetime
    corrected: bool  # another took its place
    withdrawn_at: datetime | None
    handed_over: bool  # by hand the authority has it or a version before, and not yet otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeReturn:
    """Say, for an authority, that it has a return."""

    reference: str | None = None
    by: Signatory | None  # None: the authority's system
    by_authority: bool  # it says so itself, under its own token


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReturn:
    """Record that a person sent a return in another way, or told so that it was withdrawn."""

    submitted_on: date
    how: Channel
    reference: str | None = None
    withdrawal: bool = False  # that nothing is due any more, and not the return
    by: Signatory | None  # None: nobody was named, which is refused


def addressees(school: LaCode, home: LaCode | None) -> tuple[Addressee, ...]:
    """List the authorities that a return is for, the school's first.

    Args:
        home: the authority where the pupil lives; None where the register doesn't say.
    """
    first = Addressee(school, Role.SCHOOL)
    return (first,) if home in (None, school) else (first, Addressee(home, Role.HOME))


def acknowledge_return(
    made: MadeReturn, told: Sequence[ReturnEvent], command: AcknowledgeReturn, now: datetime
) -> ReturnEvent:
    """Record that the authority has a return; said again with its reference, it is as it was.

    Said without a reference, one can be added, once.

    Args:
        told: all that was recorded of the pupil's returns, in the order of the log.

    Returns:
        What is to be recorded; or what was before, where it says the same.

    Raises:
        ReturnRefused: every reason at once.
    """
    earlier = [each for each in _of(made, told) if isinstance(each, ReturnAcknowledged)]
    for before in earlier:
        if before.reference == command.reference:
            return before
    refusals = [
        *_blank_reference(command.reference),
        *_unacknowledged(command),
        *_gone(made),
    ]
    if any(before.reference is not None for before in earlier):
        detail = "It was acknowledged before, with another reference."
        refusals.append(Refusal("/reference", "already-acknowledged", detail, conflict=True))
    if refusals:
        raise ReturnRefused(refusals)
    return ReturnAcknowledged(
        statutory_return=made.id,
        alert=made.alert,
        rule=made.rule,
        pupil=made.pupil,
        la_code=made.la_code,
        reference=command.reference,
        acknowledged_by=command.by,
        acknowledged_at=now,
    )


def submit_return(
    made: MadeReturn, told: Sequence[ReturnEvent], command: SubmitReturn, now: datetime
) -> ReturnEvent:
    """Record that a return was sent by hand; said again just the same, it is as it was.

    Of one that was sent by hand and then withdrawn, its withdrawal is told by hand too.

    Args:
        told: all that was recorded of the pupil's returns, in the order of the log.

    Returns:
        What is to be recorded; or what was before, where it says the same.

    Raises:
        ReturnRefused: every reason at once.
    """
    before = _submitted(made, told, command)
    if before is not None and _says_the_same(before, command):
        return before
    refusals = [*_problems(made, command, london_date(now)), *_not_to_be_sent(made, command)]
    if before is not None:
        detail = "It was recorded as submitted before, otherwise than this."
        refusals.append(Refusal("", "already-submitted", detail, conflict=True))
    if refusals or command.by is None:
        raise ReturnRefused(refusals)
    return ReturnSubmitted(
        statutory_return=made.id,
        alert=made.alert,
        rule=made.rule,
        pupil=made.pupil,
        la_code=made.la_code,
        submitted_on=command.submitted_on,
        how=command.how,
        reference=command.reference,
        withdrawal=command.withdrawal,
        recorded_by=command.by,
        recorded_at=now,
    )


def _of(made: MadeReturn, told: Sequence[ReturnEvent]) -> Iterator[ReturnEvent]:
    return (each for each in told if each.statutory_return == made.id)


def _submitted(
    made: MadeReturn, told: Sequence[ReturnEvent], command: SubmitReturn
) -> ReturnSubmitted | None:
    """Find the earlier submission of the same: of the return, or of its withdrawal."""
    for each in _of(made, told):
        if isinstance(each, ReturnSubmitted) and each.withdrawal == command.withdrawal:
            return each
    return None


def _says_the_same(before: ReturnSubmitted, command: SubmitReturn) -> bool:
    return (before.submitted_on, before.how, before.reference) == (
        command.submitted_on,
        command.how,
        command.reference,
    )


def _unacknowledged(command: AcknowledgeReturn) -> Iterator[Refusal]:
    """Refuse what nobody at the authority says: only its own system goes without a name."""
    if command.by is not None:
        yield from unsigned(command.by)
    elif not command.by_authority:
        detail = "Say who at the authority has it: this token isn't the authority's own."
        yield Refusal("/by", "acknowledger-required", detail)


def _problems(made: MadeReturn, command: SubmitReturn, today: date) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    yield from _blank_reference(command.reference)
    if command.submitted_on > today:
        yield Refusal("/submitted_on", "date-in-future", "This hasn't happened yet.")
    elif command.withdrawal:
        yield from _before_withdrawn(made, command.submitted_on)
    else:
        yield from _before_due(made, command.submitted_on)


def _before_withdrawn(made: MadeReturn, on: date) -> Iterator[Refusal]:
    if made.withdrawn_at is not None and on < london_date(made.withdrawn_at):
        detail = "That day it wasn't withdrawn yet."
        yield Refusal("/submitted_on", "submitted-before-withdrawn", detail)


def _before_due(made: MadeReturn, on: date) -> Iterator[Refusal]:
    # What is due may be sent before it is recorded here; a correction can't be.
    if made.corrects is not None and on < london_date(made.made_at):
        detail = "That day there was no such correction yet."
        yield Refusal("/submitted_on", "submitted-before-made", detail)
    elif on < _month_before(made.met_on):
        detail = "That is over a month before there was any ground for it."
        yield Refusal("/submitted_on", "submitted-too-early", detail)


def _month_before(on: date) -> date:
    """Give the day of the same date a month before, or that month's last."""
    last_of_month = on.replace(day=1) - timedelta(days=1)
    return last_of_month.replace(day=min(on.day, last_of_month.day))


def _blank_reference(reference: str | None) -> Iterator[Refusal]:
    if reference is not None and not legible(reference):
        yield Refusal("/reference", "blank", "This may not be blank.")


def _not_to_be_sent(made: MadeReturn, command: SubmitReturn) -> Iterator[Refusal]:
    if not command.withdrawal:
        yield from _gone(made)
    elif made.withdrawn_at is None or not made.handed_over:
        detail = "Only of a return that was sent by hand and then withdrawn is that to be told."
        yield Refusal("", "no-withdrawal-to-tell", detail, conflict=True)


def _gone(made: MadeReturn) -> Iterator[Refusal]:
    if made.withdrawn_at is not None:
        detail = "It was withdrawn: the return itself is not to be told any more."
        yield Refusal("", "return-withdrawn", detail, conflict=True)
    elif made.corrected:
        detail = "It was corrected since. Take the return that corrects it."
        yield Refusal("", "return-corrected", detail, conflict=True)

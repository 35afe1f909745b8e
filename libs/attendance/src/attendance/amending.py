"""Decides amendments of entries in the attendance register: all of a command or none.

Nothing is overwritten: an amendment says what it found, what it puts in its place, and why.

Source: SI 2024/208 reg 6.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from attendance.codes import Code
from attendance.errors import Refusal, RegisterRefused
from attendance.events import Amendment, MarksAmended, Signatory
from attendance.identifiers import PupilId
from attendance.recording import NO_SESSION, RawMark, read_mark
from attendance.school import School
from attendance.session import Session
from attendance.signing import unsigned
from attendance.validity import (
    Occasion,
    code_of,
    entry_refusals,
    occasion_of,
    pupil_refusal,
    whose,
)
from attendance.wording import legible

__all__ = ["AmendMarks", "RawAmendment", "amend_marks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAmendment:
    """An amendment as it was sent, its codes not yet read."""

    pupil: PupilId
    original: str  # the entry that the sender believes in force
    amended: str
    reason: str
    minutes_late: int | None = None
    detail: str | None = None
    arrived_at: time | None = None  # on the school's clock

    @property
    def entry(self) -> RawMark:
        """The entry that it asks for in the original's place."""
        return RawMark(self.pupil, self.amended, self.minutes_late, self.detail, self.arrived_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendMarks:
    """Amend entries of one session."""

    session: Session
    amendments: tuple[RawAmendment, ...]
    by: Signatory | None  # None: nobody was named, which is refused


def amend_marks(
    command: AmendMarks, school: School, entries: Mapping[PupilId, Code], *, now: datetime
) -> MarksAmended:
    """Turn a command into the amendments it makes, or refuse it whole.

    Args:
        entries: the codes in force for this session, at least of the pupils named.
        now: when the amendments are made; an aware instant.

    Raises:
        SchoolUnknown: the school was never registered.
        RegisterRefused: every reason at once, each pointing at its amendment.
    """
    closed = not school.calendar.is_open(command.session)
    occasion = occasion_of(school, command.session, now=now, closed=closed)
    refusals = list(_refusals(command, school, occasion, entries))
    if refusals or command.by is None:
        raise RegisterRefused(refusals)
    return MarksAmended(
        session=command.session,
        amendments=tuple(_amendment(raw, occasion) for raw in command.amendments),
        recorded_by=command.by,
        recorded_at=now,
    )


def _refusals(
    command: AmendMarks, school: School, occasion: Occasion, entries: Mapping[PupilId, Code]
) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    if not command.amendments:
        yield Refusal("/amendments", "no-amendments", "At least one amendment is needed.")
    seen: set[PupilId] = set()
    for index, raw in enumerate(command.amendments):
        pointer = f"/amendments/{index}"
        pupil = whose(school, raw.entry, command.session)
        current = entries.get(raw.pupil)
        if pupil is None or raw.pupil in seen:
            yield pupil_refusal(pointer, repeated=raw.pupil in seen)
        elif current is None:
            yield _no_entry(pointer, closed=occasion.closed)
        yield from _original_refusals(raw, occasion, current, pointer)
        yield from entry_refusals(raw.entry, pupil, occasion, pointer=pointer, code_field="amended")
        if not legible(raw.reason):
            detail = "An amendment states its reason (SI 2024/208 reg 6)."
            yield Refusal(f"{pointer}/reason", "reason-required", detail)
        seen.add(raw.pupil)


def _no_entry(pointer: str, *, closed: bool) -> Refusal:
    if closed:
        return Refusal(f"{pointer}/pupil", "no-session", NO_SESSION)
    detail = "The pupil has no entry for this session yet. Record it first."
    return Refusal(f"{pointer}/pupil", "not-yet-marked", detail, conflict=True)


def _original_refusals(
    raw: RawAmendment, occasion: Occasion, current: Code | None, pointer: str
) -> Iterator[Refusal]:
    original = code_of(raw.original, occasion.session, occasion.rules)
    if original is None:
        detail = "This is no attendance code, nor a subcode that the school had that day."
        yield Refusal(f"{pointer}/original", "unknown-code", detail)
    elif original is code_of(raw.amended, occasion.session, occasion.rules):
        detail = "The amended code is the original one. There is nothing to amend."
        yield Refusal(f"{pointer}/amended", "same-code", detail)
    if original is not None and current not in (None, original):
        detail = "The entry in force isn't the original given. Read the register again."
        yield Refusal(f"{pointer}/original", "entry-changed", detail, conflict=True)


def _amendment(raw: RawAmendment, occasion: Occasion) -> Amendment:
    entry = read_mark(raw.entry, None, occasion)
    return Amendment(
        pupil=raw.pupil,
        original=occasion.rules.read(raw.original, occasion.session.on),
        amended=entry.code,
        reason=raw.reason,
        minutes_late=entry.minutes_late,
        detail=entry.detail,
        raw_code=entry.raw_code,
    )

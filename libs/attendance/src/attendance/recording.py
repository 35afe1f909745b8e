"""Decides original entries in the attendance register, and amendments: all of a command or none.

Source: SI 2024/208 reg 10 (entries) and reg 6 (amendments).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attendance.calendar import london_date, london_instant
from attendance.codes import Code, code_from
from attendance.errors import Refusal, RegisterRefused, SchoolUnknown, UnknownCode
from attendance.events import (
    Amendment,
    Mark,
    MarksAmended,
    MarksRecorded,
    SessionTimes,
    Signatory,
)
from attendance.identifiers import PupilId
from attendance.school import Pupil, School
from attendance.session import Session
from attendance.signing import unsigned
from attendance.validity import RawMark, entry_refusals, plain_codes
from attendance.wording import legible

__all__ = [
    "AmendMarks",
    "RawAmendment",
    "RawMark",
    "RecordMarks",
    "amend_marks",
    "late_entry",
    "record_marks",
]

NO_SESSION: Final = "The school's calendar has no such session: a closed day, or none published."


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAmendment:
    """An amendment as it was sent, its codes not yet read."""

    pupil: PupilId
    original: str  # the entry that the sender believes in force
    amended: str
    reason: str
    minutes_late: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMarks:
    """Enter pupils' attendance for one session, where nothing is entered yet."""

    session: Session
    group: str | None = None
    marks: tuple[RawMark, ...]
    by: Signatory | None  # None: nobody was named, which is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendMarks:
    """Amend entries of one session."""

    session: Session
    amendments: tuple[RawAmendment, ...]
    by: Signatory | None  # None: nobody was named, which is refused


def record_marks(
    command: RecordMarks, school: School, entries: Mapping[PupilId, Code], *, now: datetime
) -> MarksRecorded:
    """Turn a command into the original entries it makes, or refuse it whole.

    Args:
        entries: the codes in force for this session, at least of the pupils named.
        now: when the entries are made; an aware instant.

    Raises:
        SchoolUnknown: the school was never registered.
        RegisterRefused: every reason at once, each pointing at its mark.
    """
    refusals = list(_recording_refusals(command, school, entries, now))
    if refusals or command.by is None:
        raise RegisterRefused(refusals)
    plain = plain_codes(command.session)
    return MarksRecorded(
        session=command.session,
        group=command.group,
        marks=tuple([_mark(raw, plain.get(raw.code)) for raw in command.marks]),
        recorded_by=command.by,
        recorded_at=now,
    )


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
    refusals = list(_amending_refusals(command, school, entries))
    if refusals or command.by is None:
        raise RegisterRefused(refusals)
    return MarksAmended(
        session=command.session,
        amendments=tuple(_amendment(raw) for raw in command.amendments),
        recorded_by=command.by,
        recorded_at=now,
    )


def late_entry(session: Session, recorded_at: datetime) -> bool:
    """Whether an original entry was made after the day of its session, by the school's clock."""
    return london_date(recorded_at) > session.on


def _recording_refusals(
    command: RecordMarks, school: School, entries: Mapping[PupilId, Code], now: datetime
) -> Iterator[Refusal]:
    session, times = command.session, _times(school, command.session)
    yield from _session_refusals(school, session, times, now)
    yield from unsigned(command.by)
    if not command.marks:
        yield Refusal("/marks", "no-marks", "At least one mark is needed.")
    plain = plain_codes(session)
    seen: set[PupilId] = set()
    for index, mark in enumerate(command.marks):
        named, code, minutes_late, _ = mark
        pupil = _on_roll(school, named, session)
        if pupil is None or named in seen:
            yield _pupil_refusal(f"/marks/{index}", repeated=named in seen)
        elif named in entries:
            detail = "The pupil has an entry for this session. Amend it instead."
            yield Refusal(f"/marks/{index}/pupil", "already-marked", detail, conflict=True)
        if code not in plain or minutes_late is not None:
            yield from entry_refusals(
                mark,
                pupil,
                session,
                minutes_open=times.minutes_open,
                pointer=f"/marks/{index}",
                code_field="code",
            )
        seen.add(named)


def _amending_refusals(
    command: AmendMarks, school: School, entries: Mapping[PupilId, Code]
) -> Iterator[Refusal]:
    times = _times(school, command.session)
    closed = not school.calendar.is_open(command.session)
    yield from unsigned(command.by)
    if not command.amendments:
        yield Refusal("/amendments", "no-amendments", "At least one amendment is needed.")
    seen: set[PupilId] = set()
    for index, raw in enumerate(command.amendments):
        pointer = f"/amendments/{index}"
        pupil = _on_roll(school, raw.pupil, command.session)
        current = entries.get(raw.pupil)
        if pupil is None or raw.pupil in seen:
            yield _pupil_refusal(pointer, repeated=raw.pupil in seen)
        elif current is None:
            yield _no_entry_refusal(pointer, closed=closed)
        yield from _original_refusals(raw, current, pointer)
        yield from entry_refusals(
            RawMark(raw.pupil, raw.amended, raw.minutes_late, raw.detail),
            pupil,
            command.session,
            minutes_open=times.minutes_open,
            closed=closed,
            pointer=pointer,
            code_field="amended",
        )
        if not legible(raw.reason):
            detail = "An amendment states its reason (SI 2024/208 reg 6)."
            yield Refusal(f"{pointer}/reason", "reason-required", detail)
        seen.add(raw.pupil)


def _times(school: School, session: Session) -> SessionTimes:
    if school.details is None:
        raise SchoolUnknown
    return school.details.times[session.half]


def _session_refusals(
    school: School, session: Session, times: SessionTimes, now: datetime
) -> Iterator[Refusal]:
    if not school.calendar.is_open(session):
        yield Refusal("", "no-session", NO_SESSION)
    elif now < london_instant(session.on, times.starts):
        yield Refusal("", "session-not-started", "The register is taken when the session starts.")


def _no_entry_refusal(pointer: str, *, closed: bool) -> Refusal:
    if closed:
        return Refusal(f"{pointer}/pupil", "no-session", NO_SESSION)
    detail = "The pupil has no entry for this session yet. Record it first."
    return Refusal(f"{pointer}/pupil", "not-yet-marked", detail, conflict=True)


def _on_roll(school: School, pupil: PupilId, session: Session) -> Pupil | None:
    found = school.roll.get(pupil)
    return found if found is not None and found.starting_day <= session.on else None


def _pupil_refusal(pointer: str, *, repeated: bool) -> Refusal:
    if repeated:
        return Refusal(f"{pointer}/pupil", "duplicate-pupil", "A pupil is named once in a request.")
    detail = "The pupil is not on the admission register on that day."
    return Refusal(f"{pointer}/pupil", "not-on-roll", detail)


def _original_refusals(raw: RawAmendment, current: Code | None, pointer: str) -> Iterator[Refusal]:
    original = _read(raw.original)
    if original is None:
        detail = "This is no attendance code."
        yield Refusal(f"{pointer}/original", "unknown-code", detail)
    elif original is _read(raw.amended):
        detail = "The amended code is the original one. There is nothing to amend."
        yield Refusal(f"{pointer}/amended", "same-code", detail)
    if original is not None and current not in (None, original):
        detail = "The entry in force isn't the original given. Read the register again."
        yield Refusal(f"{pointer}/original", "entry-changed", detail, conflict=True)


def _read(raw: str) -> Code | None:
    try:
        return code_from(raw)
    except UnknownCode:
        return None


def _mark(raw: RawMark, plain: Code | None) -> Mark:
    pupil, sent, minutes_late, detail = raw
    if plain is not None:
        return Mark(pupil, plain, minutes_late, detail or None)
    code = code_from(sent)
    return Mark(pupil, code, minutes_late, detail or None, None if sent == code else sent)


def _amendment(raw: RawAmendment) -> Amendment:
    amended = code_from(raw.amended)
    return Amendment(
        pupil=raw.pupil,
        original=code_from(raw.original),
        amended=amended,
        reason=raw.reason,
        minutes_late=raw.minutes_late,
        detail=raw.detail or None,
        raw_code=None if raw.amended == amended else raw.amended,
    )

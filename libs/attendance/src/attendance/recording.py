"""Decides original entries in the attendance register: all of a command or none.

Source: SI 2024/208 reg 10.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attendance.calendar import london_date
from attendance.codes import Code
from attendance.errors import Refusal, RegisterRefused
from attendance.events import Mark, MarksRecorded, Signatory
from attendance.identifiers import PupilId
from attendance.school import School
from attendance.session import Session
from attendance.signing import unsigned
from attendance.validity import (
    Occasion,
    RawMark,
    entry_refusals,
    minutes_late,
    occasion_of,
    plain_codes,
    pupil_refusal,
    whose,
)

__all__ = ["NO_SESSION", "RawMark", "RecordMarks", "late_entry", "read_mark", "record_marks"]

NO_SESSION: Final = "The school's calendar has no such session: a closed day, or none published."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMarks:
    """Enter pupils' attendance for one session, where nothing is entered yet."""

    session: Session
    group: str | None = None
    marks: tuple[RawMark, ...]
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
    occasion = occasion_of(school, command.session, now=now)
    refusals = list(_refusals(command, school, occasion, entries, now))
    if refusals or command.by is None:
        raise RegisterRefused(refusals)
    plain = plain_codes(command.session, school.entry_rules)
    return MarksRecorded(
        session=command.session,
        group=command.group,
        marks=tuple([read_mark(raw, plain.get(raw.code), occasion) for raw in command.marks]),
        recorded_by=command.by,
        recorded_at=now,
    )


def late_entry(session: Session, recorded_at: datetime) -> bool:
    """Whether an original entry was made after the day of its session, by the school's clock."""
    return london_date(recorded_at) > session.on


def read_mark(raw: RawMark, plain: Code | None, occasion: Occasion) -> Mark:
    """Read a mark that was found to be right.

    Args:
        plain: its code, if the mark is written as the code is; None to have it read.
    """
    pupil, sent, late, detail, arrived_at = raw
    if arrived_at is not None:
        late = minutes_late(raw, occasion.times)
    if plain is not None:
        return Mark(pupil, plain, late, detail or None)
    code = occasion.rules.read(sent, occasion.session.on)
    return Mark(pupil, code, late, detail or None, None if sent == code else sent)


def _refusals(
    command: RecordMarks,
    school: School,
    occasion: Occasion,
    entries: Mapping[PupilId, Code],
    now: datetime,
) -> Iterator[Refusal]:
    yield from _session_refusals(school, occasion, now)
    yield from unsigned(command.by)
    if not command.marks:
        yield Refusal("/marks", "no-marks", "At least one mark is needed.")
    # Where a session is closed to a year group, each mark is looked at with its pupil.
    closed_to = school.calendar.closed_to(command.session)
    plain = {} if closed_to else plain_codes(command.session, school.entry_rules)
    seen: set[PupilId] = set()
    for index, mark in enumerate(command.marks):
        named, code, late, _, arrived_at = mark
        pupil = whose(school, mark, command.session)
        if pupil is None or named in seen:
            yield pupil_refusal(f"/marks/{index}", repeated=named in seen)
        elif named in entries:
            detail = "The pupil has an entry for this session. Amend it instead."
            yield Refusal(f"/marks/{index}/pupil", "already-marked", detail, conflict=True)
        if code not in plain or late is not None or arrived_at is not None:
            yield from entry_refusals(
                mark, pupil, occasion, pointer=f"/marks/{index}", code_field="code"
            )
        seen.add(named)


def _session_refusals(school: School, occasion: Occasion, now: datetime) -> Iterator[Refusal]:
    session = occasion.session
    if not school.calendar.is_open(session):
        yield Refusal("", "no-session", NO_SESSION)
    elif not school.has_begun(session, now):
        yield Refusal("", "session-not-started", "The register is taken when the session starts.")

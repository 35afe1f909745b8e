"""The lines that stand beside a register on paper: amendments, late entries, codes, absences.

Each is words ready to be printed, whatever prints them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from attendance.calendar import london_date
from attendance.codes import CODE_TABLE, Code
from attendance.entries import Entry
from attendance.roll import Pupil
from attendance.session import Session

from register_api.exporting.known import KnownSchool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every page begins with."""

    school: str
    urn: int
    la_code: str
    as_of: str  # RFC 3339, exact: the page can be asked for again with it
    position: int  # in the school's log


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentLine:
    """An amendment with the five things that reg 6 wants of it, and what it is about."""

    pupil: str
    session: str
    original: str
    amended: str
    reason: str
    amended_on: str
    name: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """An entry that was made after its session's day: when, and by whom."""

    pupil: str
    session: str
    code: str
    entered_on: str
    name: str
    position: str


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code and what it means."""

    code: str
    meaning: str


def heading_of(known: KnownSchool) -> Heading:
    """Head a page of a school."""
    return Heading(
        school=known.details.name,
        urn=known.urn,
        la_code=known.details.la_code,
        as_of=known.as_of.isoformat().replace("+00:00", "Z"),
        position=known.position,
    )


def amendment_lines(
    pupil: Pupil, session: Session, history: Sequence[Entry]
) -> Iterator[AmendmentLine]:
    """List the amendments of a pupil's session, oldest first."""
    for entry in history:
        if entry.original is not None:
            yield AmendmentLine(
                pupil=name_of(pupil),
                session=session_written(session),
                original=entry.original.value,
                amended=entry.code.value,
                reason=entry.reason or "",
                amended_on=day_written(london_date(entry.recorded_at)),
                name=entry.recorded_by.name,
                position=entry.recorded_by.position,
            )


def late_lines(pupil: Pupil, session: Session, history: Sequence[Entry]) -> Iterator[LateLine]:
    """List a pupil's session if its original entry was made after the session's day."""
    original = history[0]
    if original.late:
        yield LateLine(
            pupil=name_of(pupil),
            session=session_written(session),
            code=original.code.value,
            entered_on=day_written(london_date(original.recorded_at)),
            name=original.recorded_by.name,
            position=original.recorded_by.position,
        )


def key_of(codes: Iterable[Code]) -> tuple[CodeLine, ...]:
    """Explain the codes that are used, in the order of the code table."""
    used = set(codes)
    return tuple(
        CodeLine(code.value, row.description) for code, row in CODE_TABLE.items() if code in used
    )


def name_of(pupil: Pupil) -> str:
    """Write a pupil's name as a register lists it, surname first."""
    return f"{pupil.legal_surname}, {pupil.legal_forename}"


def day_written(on: date) -> str:
    """Write a day in English: 20 Nov 2026."""
    return f"{on.day} {on:%b %Y}"


def session_written(session: Session) -> str:
    """Write a session in English: Fri 20 Nov 2026 AM."""
    return f"{session.on:%a} {day_written(session.on)} {session.half}"

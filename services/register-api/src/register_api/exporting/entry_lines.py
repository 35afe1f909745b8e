"""A register as a file: a line an entry, originals and amendments alike. Writes no file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from attendance.calendar import london_date
from attendance.codes import CODE_TABLE
from attendance.entries import Entry
from attendance.roll import Pupil
from attendance.session import Session

Line: TypeAlias = tuple[str, ...]

COLUMNS: Final = (
    "date",
    "session",
    "pupil",
    "surname",
    "forename",
    "code",  # what this entry says
    "meaning",
    "class",  # as the statistics count the code
    "in_force",  # whether no later entry amends this one
    "original",  # of an amendment: what it took the place of
    "amended",  # of an amendment: the same as the code
    "reason",
    "amended_on",
    "by_name",
    "by_position",
    "late_entry",
    "minutes_late",
    "detail",
    "recorded_at",
    "log_position",
)


def entry_lines(shown: Iterable[tuple[Pupil, Session, Sequence[Entry]]]) -> Iterator[Line]:
    """List entries as lines, as the columns are; each history oldest first."""
    for pupil, session, history in shown:
        for entry in history:
            yield (
                session.on.isoformat(),
                session.half.value,
                pupil.pupil,
                pupil.legal_surname,
                pupil.legal_forename,
                *_entry(entry, in_force=entry is history[-1]),
            )


def _entry(entry: Entry, *, in_force: bool) -> Line:
    row, amendment = CODE_TABLE[entry.code], entry.original is not None
    return (
        entry.code.value,
        row.description,
        row.statistical.value,
        _said(so=in_force),
        entry.original.value if entry.original is not None else "",
        entry.code.value if amendment else "",
        entry.reason or "",
        london_date(entry.recorded_at).isoformat() if amendment else "",
        entry.recorded_by.name,
        entry.recorded_by.position,
        _said(so=entry.late),
        "" if entry.minutes_late is None else str(entry.minutes_late),
        entry.detail or "",
        entry.recorded_at.isoformat().replace("+00:00", "Z"),
        str(entry.position),
    )


def _said(*, so: bool) -> str:
    return "true" if so else "false"

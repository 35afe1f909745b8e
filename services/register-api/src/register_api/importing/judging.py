"""Decides what becomes of one register of a file: stored whole, or refused with every reason.

A row that says what is entered already is left out and does no harm; one that says something else
or more is refused, since a change of an entry is an amendment, which has a reason (SI 2024/208
reg 6). Reads and writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attendance.errors import Refusal, RegisterRefused, UnknownCode
from attendance.events import MarksRecorded, Signatory
from attendance.recording import RecordMarks, record_marks
from attendance.school import School
from attendance.session import Half, Session
from attendance.validity import Occasion, occasion_of

from register_api.import_rows_table import ReadBack
from register_api.importing.job import RegisterKey
from register_api.importing.rows import Place, RowProblem
from register_api.importing.standing import Standing, says_all, says_more
from register_api.schemas.requests import MARKS_A_REQUEST

TOO_MANY: Final = f"A register holds at most {MARKS_A_REQUEST:,} marks; give its groups apart."
TOO_LARGE: Final = "The entries of this register are over 1 MiB; give its groups apart."


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRegister:
    """All rows of a file that are about one register, in the order of the file."""

    key: RegisterKey
    rows: Sequence[ReadBack]

    @property
    def place(self) -> Place:
        """Which register it is, in the law's terms."""
        on, half, group = self.key
        return Place(Session(on, Half(half)), group or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A register with what becomes of it.

    Attributes:
        recorded: what is to be stored; None when it is refused, or all of it is entered already.
        problems: what is wrong with its rows beside what was found as they came in.
    """

    register: StagedRegister
    recorded: MarksRecorded | None
    problems: tuple[RowProblem, ...] = ()
    unchanged: int = 0
    refused: bool = False


def judge(
    register: StagedRegister, school: School, standing: Standing, by: Signatory, *, now: datetime
) -> Judged:
    """Decide on one register, as the school and the entries stand.

    Args:
        standing: the entries in force, at least where rows say more than a national code.
    """
    place = register.place
    occasion = occasion_of(school, place.session, now=now)
    readable = [row for row in register.rows if row.mark is not None]
    new = [row for row in readable if not _stands(row, standing, occasion)]
    unreadable = len(readable) < len(register.rows)
    recorded: MarksRecorded | None = None
    problems: tuple[RowProblem, ...] = ()
    if new:
        marks = tuple(row.mark for row in new if row.mark is not None)
        command = RecordMarks(session=place.session, group=place.group, marks=marks, by=by)
        entries = {row.mark.pupil: row.in_force for row in new if row.mark and row.in_force}
        try:
            recorded = record_marks(command, school, entries, now=now)
        except RegisterRefused as refused:
            problems = tuple(_problems(refused.refusals, new, register))
    if unreadable or problems:
        return Judged(register=register, recorded=None, problems=problems, refused=True)
    return Judged(register=register, recorded=recorded, unchanged=len(readable) - len(new))


def too_many(register: StagedRegister) -> Judged:
    """Refuse a register of which only the first rows were read, for there are too many."""
    return _kept_out(register, "too-many-marks", TOO_MANY)


def too_large(register: StagedRegister) -> Judged:
    """Refuse a register that would be too much for one event."""
    return _kept_out(register, "too-large", TOO_LARGE)


def _kept_out(register: StagedRegister, slug: str, detail: str) -> Judged:
    """Refuse a register as such, said once at its first row."""
    problem = RowProblem(register.rows[0].line, "", slug, detail, register.place.session)
    return Judged(register=register, recorded=None, problems=(problem,), refused=True)


def _stands(row: ReadBack, standing: Standing, occasion: Occasion) -> bool:
    """Whether the entry in force says all that a row does."""
    mark = row.mark
    if mark is None or row.entered_by is None:
        return False
    try:
        code = occasion.rules.read(mark.code, occasion.session.on)
    except UnknownCode:
        return False
    if code is not row.in_force or not says_more(mark):
        return code is row.in_force
    entry = standing.get((row.entered_by, mark.pupil))
    return entry is not None and says_all(entry, mark, occasion.times)


def _problems(
    refusals: Sequence[Refusal], rows: Sequence[ReadBack], register: StagedRegister
) -> Iterator[RowProblem]:
    """Point each refusal at its line; one of the session as such at the register's first."""
    for refusal in refusals:
        match refusal.pointer.split("/"):
            case [""]:
                line, field = register.rows[0].line, "date"
            case ["", "marks", index, field]:
                line = rows[int(index)].line
            case _:
                raise ValueError(f"no row is to blame for {refusal.code} at {refusal.pointer}")
        yield RowProblem(line, field, refusal.code, refusal.detail, register.place.session)

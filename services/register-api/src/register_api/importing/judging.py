"""Decides what becomes of one register of a file: stored whole, or refused with every reason.

A row that says what is entered already is left out and does no harm; one that says something else
is refused, since a change of an entry is an amendment, which has a reason (SI 2024/208 reg 6).
Reads and writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attendance.entry_rules import EntryRules
from attendance.errors import Refusal, RegisterRefused, UnknownCode
from attendance.events import MarksRecorded, Signatory
from attendance.recording import RecordMarks, record_marks
from attendance.school import School
from attendance.session import Half, Session

from register_api.import_rows_table import ReadBack
from register_api.importing.job import RegisterKey
from register_api.importing.rows import Place, RowProblem
from register_api.schemas.requests import MARKS_A_REQUEST

TOO_MANY: Final = f"A register holds at most {MARKS_A_REQUEST:,} marks; give its groups apart."


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


def judge(register: StagedRegister, school: School, by: Signatory, *, now: datetime) -> Judged:
    """Decide on one register, as the school and the entries stand."""
    place = register.place
    readable = [row for row in register.rows if row.mark is not None]
    new = [row for row in readable if not _stands(row, school.entry_rules, place.session)]
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


def too_large(register: StagedRegister) -> Judged:
    """Refuse a register of which only the first rows were read, for there are too many."""
    first = register.rows[0].line
    problem = RowProblem(first, "", "too-many-marks", TOO_MANY, register.place.session)
    return Judged(register=register, recorded=None, problems=(problem,), refused=True)


def _stands(row: ReadBack, rules: EntryRules, session: Session) -> bool:
    """Whether the entry a row asks for is the one in force."""
    if row.mark is None or row.in_force is None:
        return False
    try:
        return rules.read(row.mark.code, session.on) is row.in_force
    except UnknownCode:
        return False


def _problems(
    refusals: Sequence[Refusal], rows: Sequence[ReadBack], register: StagedRegister
) -> Iterator[RowProblem]:
    """Point each refusal at its line; one of the register as such at the register's first."""
    for refusal in refusals:
        line, field = register.rows[0].line, "date"
        match refusal.pointer.split("/"):
            case ["", "marks", index, field]:
                line = rows[int(index)].line
        yield RowProblem(line, field, refusal.code, refusal.detail, register.place.session)

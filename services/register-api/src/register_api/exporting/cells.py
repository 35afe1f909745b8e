"""What the register holds of one pupil and one session, as a page shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from attendance.codes import Code
from attendance.entries import Entry
from attendance.roll import Pupil
from attendance.rules.figures import figures_of
from attendance.session import Session

from register_api.exporting.known import KnownSchool


class CellKind(StrEnum):
    """Why a cell shows what it shows."""

    ENTRY = "entry"
    MISSING = "missing"  # the register had begun to be taken, and there is no entry
    TO_COME = "to-come"
    CLOSED = "closed"  # to the whole school or to the pupil's year group
    NOT_DUE = "not-due"  # not on roll that day, in another group, or a boarder


class CellShown(NamedTuple):
    """A cell as it is printed."""

    kind: str  # what sort of cell, for its looks; `amended` too
    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One pupil's session."""

    kind: CellKind
    code: Code | None = None  # of an entry, the one in force
    amended: bool = False
    late: bool = False  # the original entry was made after the session's day
    counts: bool = False  # an entry of a session that the calendar holds (decision 0019)

    @property
    def codes(self) -> tuple[Code, ...]:
        """The code in it, if any: a session that was closed has that of a closure."""
        if self.kind is CellKind.CLOSED:
            return (Code.PLANNED_CLOSURE,)
        return () if self.code is None else (self.code,)

    @property
    def text(self) -> str:
        """What stands in the cell; nothing where an entry is missing."""
        return "".join(self.codes)

    @property
    def mark(self) -> str:
        """What stands beside the code: `*` for an amended entry, `+` for one made late."""
        return ("*" if self.amended else "") + ("+" if self.late else "")


WITHOUT: Final = {kind: Cell(kind) for kind in CellKind if kind is not CellKind.ENTRY}
"""The cells without an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What cells add up to, in sessions."""

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late_before_close: int  # code L, which is attendance
    late_after_close: int  # code U, which is unauthorised absence
    missing: int


def entered(known: KnownSchool, session: Session, history: Sequence[Entry]) -> Cell:
    """Make the cell of a session that has an entry, from all of them, oldest first."""
    counts = known.school.calendar.is_open(session)
    return _entered(history[-1].code, history[-1].original is not None, history[0].late, counts)


def unentered(known: KnownSchool, pupil: Pupil, session: Session) -> Cell:
    """Make the cell of a pupil's session that has none."""
    calendar, placement = known.school.calendar, pupil.placement_on(session.on)
    if not calendar.is_open(session) or calendar.is_closed_to(placement.year_group, session):
        return WITHOUT[CellKind.CLOSED]
    if placement.boarder or not pupil.on_roll(session.on):
        return WITHOUT[CellKind.NOT_DUE]
    begun = known.school.has_begun(session, known.as_of)
    return WITHOUT[CellKind.MISSING if begun else CellKind.TO_COME]


@cache
def shown(cell: Cell) -> CellShown:
    """Give a cell as it is printed: one value for all that are alike."""
    return CellShown("amended" if cell.amended else cell.kind.value, cell.text, cell.mark)


@cache  # a school's month has a hundred thousand cells, and some tens of kinds
def _entered(code: Code, amended: bool, late: bool, counts: bool) -> Cell:  # noqa: FBT001 - a cache's key
    return Cell(CellKind.ENTRY, code, amended=amended, late=late, counts=counts)


def totals_of(cells: Iterable[Cell]) -> Totals:
    """Add cells up."""
    cells = list(cells)
    figures = figures_of(cell.code for cell in cells if cell.counts and cell.code is not None)
    return Totals(
        possible=figures.possible,
        attended=figures.attended,
        authorised=figures.authorised,
        unauthorised=figures.unauthorised,
        late_before_close=figures.by_code.get(Code.L, 0),
        late_after_close=figures.by_code.get(Code.U, 0),
        missing=sum(cell.kind is CellKind.MISSING for cell in cells),
    )

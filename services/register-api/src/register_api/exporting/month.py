"""Lays out the register of a month, as a copy of it is kept and handed on: a line a pupil.

The law wants every amendment in the register itself (SI 2024/208 reg 6), so they follow below the
grid. Lays out; renders nothing.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from attendance.census import Period
from attendance.entries import Entry
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.session import Half, Session

from register_api.exporting.cells import (
    WITHOUT,
    Cell,
    CellKind,
    CellShown,
    Totals,
    entered,
    shown,
    totals_of,
    unentered,
)
from register_api.exporting.entries import Histories
from register_api.exporting.entry_lines import Line, entry_lines
from register_api.exporting.known import KnownSchool
from register_api.exporting.lines import (
    AmendmentLine,
    CodeLine,
    Heading,
    LateLine,
    amendment_lines,
    heading_of,
    key_of,
    late_lines,
    name_of,
)

SATURDAY: Final = 5

Shown: TypeAlias = tuple[Pupil, Session, Sequence[Entry]]
"""A pupil's session and every entry of it, oldest first."""

Day: TypeAlias = tuple[date, list[Session]]
"""A weekday and its sessions; none where the school was closed and nothing is entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayColumns:
    """A weekday's columns: one a session, or a single one where the school was closed."""

    weekday: str
    day: int
    halves: tuple[str, ...]  # none: closed all day, and nothing is entered


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilLine:
    """A pupil's month."""

    name: str
    pupil: str  # the school's own identifier, which tells namesakes apart
    cells: tuple[CellShown, ...]  # as the columns are
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """A month's register, ready to be printed."""

    heading: Heading
    month: str
    group: str | None
    days: tuple[DayColumns, ...]
    pupils: tuple[PupilLine, ...]
    amendments: tuple[AmendmentLine, ...]
    late_entries: tuple[LateLine, ...]
    key: tuple[CodeLine, ...]


def month_period(month: str) -> Period:
    """Give the days of a month, written `2026-11`."""
    year, number = (int(part) for part in month.split("-"))
    return Period(date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1]))


@dataclass(slots=True)
class MonthEntries:
    """A month's entries as they are read: of each no more than the page shows, or its lines.

    Attributes:
        group: only pupils of this registration group, on the days they were in it.
        cells: by pupil and session, of those that have an entry.
        remarkable: the histories that are told below the grid: amended, or entered late.
        lines: those of a file, where one is wanted.
    """

    known: KnownSchool
    group: str | None
    cells: dict[PupilId, dict[Session, Cell]] = field(default_factory=dict)
    remarkable: list[Shown] = field(default_factory=list)
    lines: list[Line] | None = None

    def take(self, entries: Histories) -> None:
        """Take some entries in, of one session or of several."""
        theirs = [
            (pupil, whose.session, history)
            for whose, history in entries.items()
            if in_group(pupil := self.known.school.roll[whose.pupil], whose.session.on, self.group)
        ]
        for pupil, session, history in theirs:
            cells = self.cells.setdefault(pupil.pupil, {})
            cells[session] = entered(self.known, session, history)
        self.remarkable += [each for each in theirs if len(each[2]) > 1 or each[2][0].late]
        if self.lines is not None:
            self.lines += entry_lines(sorted(theirs, key=lambda each: (each[1], by_name(each[0]))))


def month_page(month: str, entries: MonthEntries) -> MonthPage:
    """Lay out a month's register from its entries."""
    known, period = entries.known, month_period(month)
    days = _days(known, period, {each for cells in entries.cells.values() for each in cells})
    grid = [(pupil, _cells(entries, pupil, days)) for pupil in _pupils(entries, period)]
    told = sorted(entries.remarkable, key=lambda each: (by_name(each[0]), each[1]))
    return MonthPage(
        heading=heading_of(known),
        month=f"{period.first:%B %Y}",
        group=entries.group,
        days=tuple(
            DayColumns(
                weekday=f"{on:%a}",
                day=on.day,
                halves=tuple(session.half.value for session in sessions),
            )
            for on, sessions in days
        ),
        pupils=tuple(
            PupilLine(
                name=name_of(pupil),
                pupil=pupil.pupil,
                cells=tuple(shown(cell) for cell in cells),
                totals=totals_of(cells),
            )
            for pupil, cells in grid
        ),
        amendments=tuple(line for each in told for line in amendment_lines(*each)),
        late_entries=tuple(line for each in told for line in late_lines(*each)),
        key=key_of(code for _, cells in grid for cell in cells for code in cell.codes),
    )


def by_name(pupil: Pupil) -> tuple[str, str, str]:
    """Give what registers are sorted by."""
    return pupil.legal_surname, pupil.legal_forename, pupil.pupil


def in_group(pupil: Pupil, on: date, group: str | None) -> bool:
    """Whether a pupil was in a registration group on a day; everybody is in none."""
    return group is None or group in pupil.placement_on(on).groups


def _pupils(entries: MonthEntries, period: Period) -> list[Pupil]:
    """List who was on roll in a period, or has an entry in it, by name."""
    days = list(_days_of(period))
    return sorted(
        (
            pupil
            for pupil in entries.known.school.roll.values()
            # Z is entered for days before a pupil is on roll.
            if pupil.pupil in entries.cells
            or any(pupil.on_roll(on) and in_group(pupil, on, entries.group) for on in days)
        ),
        key=by_name,
    )


def _days_of(period: Period) -> Iterator[date]:
    for ordinal in range(period.first.toordinal(), period.last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _days(known: KnownSchool, period: Period, entered: set[Session]) -> list[Day]:
    """List the weekdays, each with its sessions; none where it was closed and none is entered."""
    days: list[Day] = []
    for on in _days_of(period):
        sessions = [Session(on, half) for half in Half]
        shown = any(known.school.calendar.is_open(each) or each in entered for each in sessions)
        if on.weekday() < SATURDAY:
            days.append((on, sessions if shown else []))
    return days


def _cells(entries: MonthEntries, pupil: Pupil, days: Sequence[Day]) -> list[Cell]:
    cells: list[Cell] = []
    theirs = entries.cells.get(pupil.pupil, {})
    for on, sessions in days:
        if not sessions:
            cells.append(WITHOUT[CellKind.CLOSED])
        elif in_group(pupil, on, entries.group):
            cells += [
                theirs.get(session) or unentered(entries.known, pupil, session)
                for session in sessions
            ]
        else:
            cells += [WITHOUT[CellKind.NOT_DUE]] * len(sessions)
    return cells

"""Simulated schools: registers as a school's MIS would hold them, made up from published figures.

How many sessions get each code is taken from the published shares and dealt out over the school;
to whom and on which days is chance, steered by `habits.py`. The same seed makes the same school.
Nothing in it is about a real pupil.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random
from typing import Final

from attendance.session import Half, Session

from demonstration.arrangements import Arrangement, arranged
from demonstration.diary import Diary
from demonstration.habits import HABITS, Habit, entry_for
from demonstration.outings import OUTINGS, send_out
from demonstration.pupils import Classroom, enrol
from demonstration.shares import PUBLISHED, Phase
from demonstration.sheets import Sheet, blank_sheets
from demonstration.term import SchoolYear, Week, academic_year_beginning

PRESENT: Final = {Half.AM: "/", Half.PM: "\\"}
PATIENCE: Final = 500  # draws in a row that found no room, before the rest of a code is given up


@dataclass(frozen=True, slots=True)
class MisRow:
    """One pupil in a register."""

    pupil: str
    code: str
    comment: str | None = None
    minutes_late: int | None = None


@dataclass(frozen=True, slots=True)
class MisRegister:
    """A class register for one session, with every pupil of the class who is on roll."""

    on: date
    half: Half
    group: str
    rows: tuple[MisRow, ...]


@dataclass(frozen=True, slots=True)
class SimulatedSchool:
    """A school's classes and everything that was marked in them."""

    classrooms: tuple[Classroom, ...]
    _diary: Diary
    _sheets: list[list[Sheet]]

    def registers(self) -> Iterator[MisRegister]:
        """Yield the registers in the order they were taken: by session, then by class."""
        for place, session in self._diary.sessions():
            for classroom, sheets in zip(self.classrooms, self._sheets, strict=True):
                rows = tuple(
                    _row(sheet, place, session) for sheet in sheets if place >= sheet.on_roll_from
                )
                if rows:
                    yield MisRegister(session.on, session.half, classroom.group, rows)

    def arrangements(self) -> list[Arrangement]:
        """List what was planned or reported of these absences, by the day it starts."""
        classes = zip(self.classrooms, self._sheets, strict=True)
        return arranged(classes, [session for _, session in self._diary.sessions()])


def simulate(
    phase: Phase, *, classes: int, years: Sequence[SchoolYear], weeks: Sequence[Week], seed: int
) -> SimulatedSchool:
    """Make a school and its marks for some weeks.

    Args:
        classes: how many, 30 pupils each (8 in a special school).
        years: the calendar, covering all of `weeks`.
        weeks: the school weeks to fill, oldest first: at least a half term's and the holiday
            beside it.
    """
    rng = Random(seed)  # noqa: S311  # no secret: anybody is to make the same school again
    figures = PUBLISHED[phase]
    beginning = academic_year_beginning(weeks[-1][-1])
    classrooms = enrol(phase, classes=classes, beginning=beginning, rng=rng)
    diary = Diary(weeks, years, figures.weekday_absence)
    sheets = blank_sheets(classrooms, diary, figures.absence_bands, rng)
    every_sheet = [sheet for classroom in sheets for sheet in classroom]
    possible = sum(len(diary) - sheet.on_roll_from for sheet in every_sheet)
    for code, habit in HABITS.items():
        _deal(code, habit, possible * figures.code_shares[code] / 100, every_sheet, diary, rng)
    for code in OUTINGS:
        send_out(code, possible * figures.code_shares[code] / 100, sheets, diary, rng)
    return SimulatedSchool(classrooms, diary, sheets)


def _deal(
    code: str, habit: Habit, sessions: float, sheets: Sequence[Sheet], diary: Diary, rng: Random
) -> None:
    """Give a code to pupils, a spell at a time, until about so many sessions are spent.

    A last spell longer than what is left is given with the likelihood that makes the expectation
    come out exact.
    """
    weights = list(accumulate(habit.weight(sheet) for sheet in sheets))
    failures = 0
    while sessions > 0 and weights[-1] > 0 and failures < PATIENCE:
        places = habit.draw(diary, rng)
        if len(places) > sessions and rng.random() * len(places) >= sessions:
            return
        sheet = rng.choices(sheets, cum_weights=weights)[0]
        if places and sheet.is_free(places, code):
            sheet.fill(places, entry_for(code, rng))
            sessions -= len(places)
            failures = 0
        else:
            failures += 1


def _row(sheet: Sheet, place: int, session: Session) -> MisRow:
    entry = sheet.entries.get(place)
    if entry is None:
        return MisRow(sheet.pupil.pupil, PRESENT[session.half])
    return MisRow(sheet.pupil.pupil, entry.code, entry.comment, entry.minutes_late)

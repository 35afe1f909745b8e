"""Lays out a pupil's registration certificate: what both registers state of a period, to be signed.

The head certifies an extract of the attendance register; signed, it is evidence unless the contrary
is shown (Education Act 1996 s566, recalled). Its parts are those that authorities ask for. Lays
out; renders nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from attendance.age import of_compulsory_school_age
from attendance.census import Period
from attendance.codes import AUTHORISED, CODE_TABLE, UNAUTHORISED
from attendance.entries import Entry, Whose
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
from register_api.exporting.known import KnownSchool
from register_api.exporting.lines import (
    AmendmentLine,
    CodeLine,
    Heading,
    LateLine,
    amendment_lines,
    day_written,
    heading_of,
    key_of,
    late_lines,
)

DAY: Final = timedelta(days=1)
DAYS_OF_SCHOOL: Final = 5
ALL_DAY: Final = "all day"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentLine:
    """A parent, as the admission register states them."""

    name: str
    address: str
    lives_with: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose certificate it is."""

    name: str
    known_as: str | None
    date_of_birth: str
    pupil: str  # the school's own identifier
    year_group: str  # on the last day on roll in the period
    groups: str
    compulsory_school_age: str  # over the period, in words
    on_roll: tuple[str, ...]  # each time on roll, in words
    parents: tuple[ParentLine, ...]  # none where the token may not read them


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLine:
    """A week from Monday, morning and afternoon of its five days."""

    begins: str
    sessions: tuple[CellShown, ...]  # ten


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceLine:
    """A day or half of one that was missed."""

    day: str
    part: str  # AM, PM or all day
    code: str
    meaning: str
    statistical: str  # authorised or unauthorised


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePage:
    """A registration certificate, ready to be printed and signed."""

    heading: Heading
    first: str
    last: str
    subject: Subject
    weeks: tuple[WeekLine, ...]
    totals: Totals
    absences: tuple[AbsenceLine, ...]
    amendments: tuple[AmendmentLine, ...]
    late_entries: tuple[LateLine, ...]
    key: tuple[CodeLine, ...]


def certificate_page(
    known: KnownSchool,
    pupil: Pupil,
    period: Period,
    entries: Mapping[Whose, Sequence[Entry]],
    *,
    with_parents: bool,
) -> CertificatePage:
    """Lay out a certificate.

    Args:
        entries: the pupil's, of the period.
        with_parents: whether the parents' names and addresses are for whoever asks.
    """
    sessions = [Session(on, half) for on in _weekdays(period) for half in Half]
    cells = {
        session: entered(known, session, history)
        if (history := entries.get(Whose(session, pupil.pupil)))
        else unentered(known, pupil, session)
        for session in sessions
    }
    told = [(pupil, whose.session, history) for whose, history in sorted(entries.items())]
    return CertificatePage(
        heading=heading_of(known),
        first=day_written(period.first),
        last=day_written(period.last),
        subject=_subject(pupil, period, with_parents=with_parents),
        weeks=tuple(_weeks(period, cells)),
        totals=totals_of(cells.values()),
        absences=tuple(_absences(cells)),
        amendments=tuple(line for each in told for line in amendment_lines(*each)),
        late_entries=tuple(line for each in told for line in late_lines(*each)),
        key=key_of(code for cell in cells.values() for code in cell.codes),
    )


def _subject(pupil: Pupil, period: Period, *, with_parents: bool) -> Subject:
    entry = pupil.entry
    last = next((on for on in reversed(_days(period)) if pupil.on_roll(on)), period.last)
    placement = pupil.placement_on(last)
    forenames = [entry.legal_forename, *([entry.middle_names] if entry.middle_names else [])]
    return Subject(
        name=f"{' '.join(forenames)} {entry.legal_surname}",
        known_as=entry.known_as,
        date_of_birth=day_written(entry.date_of_birth),
        pupil=pupil.pupil,
        year_group=placement.year_group,
        groups=", ".join(placement.groups),
        compulsory_school_age=_school_age(entry.date_of_birth, period),
        on_roll=tuple(
            f"from {day_written(each.starting_day)}"
            + (f" to {day_written(each.deleted_on)}" if each.deleted_on else "")
            for each in pupil.enrolments
        ),
        parents=tuple(
            ParentLine(name=each.name, address=each.address or "", lives_with=each.lives_with)
            for each in (entry.parents if with_parents else ())
        ),
    )


def _school_age(date_of_birth: date, period: Period) -> str:
    """Say over which of the days the pupil was of compulsory school age: one stretch at most."""
    of_age = [on for on in _days(period) if of_compulsory_school_age(date_of_birth, on)]
    if not of_age:
        return "at no time in this period"
    if (of_age[0], of_age[-1]) == period:
        return "throughout this period"
    return f"from {day_written(of_age[0])} to {day_written(of_age[-1])} in this period"


def _weeks(period: Period, cells: Mapping[Session, Cell]) -> Iterator[WeekLine]:
    """Lay out the weeks in which there is anything to show; the others were holidays."""
    monday = period.first - period.first.weekday() * DAY
    while monday <= period.last:
        week = [
            cells.get(Session(monday + number * DAY, half), WITHOUT[CellKind.NOT_DUE])
            for number in range(DAYS_OF_SCHOOL)
            for half in Half
        ]
        if any(cell.kind not in (CellKind.CLOSED, CellKind.NOT_DUE) for cell in week):
            yield WeekLine(begins=day_written(monday), sessions=tuple(shown(cell) for cell in week))
        monday += 7 * DAY


def _absences(cells: Mapping[Session, Cell]) -> Iterator[AbsenceLine]:
    """List the sessions missed, a whole day missed for one reason as one."""
    missed = [
        (session, cell.code)
        for session, cell in cells.items()
        if cell.counts and cell.code in AUTHORISED | UNAUTHORISED
    ]
    for (on, code), parts in groupby(missed, key=lambda each: (each[0].on, each[1])):
        halves = [session.half.value for session, _ in parts]
        yield AbsenceLine(
            day=f"{on:%a} {day_written(on)}",
            part=ALL_DAY if len(halves) == len(Half) else halves[0],
            code=code.value,
            meaning=CODE_TABLE[code].description,
            statistical=CODE_TABLE[code].statistical.value,
        )


def _days(period: Period) -> list[date]:
    return [period.first + number * DAY for number in range((period.last - period.first).days + 1)]


def _weekdays(period: Period) -> list[date]:
    return [on for on in _days(period) if on.weekday() < DAYS_OF_SCHOOL]

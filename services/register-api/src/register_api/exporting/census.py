"""The school census of attendance, made from the log: totals and reasons, a line a time on roll.

Counts session by session, beside the loop, and keeps no entry. Judges nothing: that does
`attendance.census`.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from attendance.census import (
    CensusTerm,
    Period,
    absence_counted,
    age_before,
    enrolments_told,
    is_told,
    left_out,
    part_time_in,
    period_of,
    reasons_of,
)
from attendance.codes import AUTHORISED, CODE_TABLE, UNAUTHORISED, Code
from attendance.identifiers import AcademicYear, PupilId
from attendance.roll import Enrolment, Pupil
from attendance.rules.figures import figures_from
from servicekit.caller import Caller, Scope

from register_api.commands import Registry
from register_api.exporting.answering import FigureForm
from register_api.exporting.comma_separated import written
from register_api.exporting.entries import Histories, read_school
from register_api.exporting.known import KnownSchool, known_school
from register_api.schemas.exports import CensusOut, CensusPupilOut, CensusQuery, CountedOut

REASONS: Final = tuple(code for code in CODE_TABLE if code in AUTHORISED | UNAUTHORISED)

COLUMNS: Final = (
    *("pupil", "upn", "legal_surname", "legal_forename", "middle_names", "sex", "date_of_birth"),
    *("age", "starting_day", "deleted_on", "part_time", "possible", "authorised", "unauthorised"),
    *("counted_authorised", "counted_unauthorised", "counted_basis", "left_out"),
    *(f"reason_{code}" for code in REASONS),
)


class Told(NamedTuple):
    """One time on roll of one pupil."""

    pupil: PupilId
    starting: Enrolment


Counts: TypeAlias = dict[Told, Counter[Code]]


async def census_of(
    registry: Registry, caller: Caller, urn: int, query: CensusQuery, form: FigureForm
) -> tuple[bytes, KnownSchool]:
    """Make a school's census of a term, in the form it is to have.

    Raises:
        ScopeMissing: the token may not read what the admission register states of pupils.
        NotFound: the school isn't the caller's to see.
        Problem: the log can't tell of that term.
    """
    caller.needs(Scope.ADMISSIONS_WRITE, Scope.AUDIT_READ)
    year = AcademicYear(query.year)
    period = period_of(query.term, year)
    known = await known_school(registry, caller, urn, period, query.as_of)
    counts: Counts = defaultdict(Counter)
    await read_school(registry, known, period, partial(_count, known, counts))
    census = await asyncio.to_thread(_census, known, query.term, year, counts)
    if form is FigureForm.CSV:
        return await asyncio.to_thread(written, COLUMNS, _lines(census)), known
    return await asyncio.to_thread(_json, census), known


def _json(census: CensusOut) -> bytes:
    return census.model_dump_json().encode()


def _lines(census: CensusOut) -> Iterator[tuple[str, ...]]:
    for each in census.pupils:
        stated = each.model_dump(mode="json")
        counted = {f"counted_{name}": value for name, value in stated["counted"].items()}
        reasons = {f"reason_{code}": each.reasons.get(code, 0) for code in REASONS}
        line = {**stated, **counted, **reasons}
        yield tuple(_written(line[column]) for column in COLUMNS)


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _count(known: KnownSchool, counts: Counts, entries: Histories) -> None:
    """Count the entries in force of sessions that are held, each for the time on roll it is of."""
    for whose, history in entries.items():
        if known.school.calendar.is_open(whose.session):
            pupil = known.school.roll[whose.pupil]
            for enrolment in pupil.enrolments:
                if is_told(pupil, enrolment, whose.session):
                    counts[Told(whose.pupil, enrolment)][history[-1].code] += 1


def _census(
    known: KnownSchool, term: CensusTerm, year: AcademicYear, counts: Mapping[Told, Counter[Code]]
) -> CensusOut:
    period = period_of(term, year)
    so_far = Period(period.first, min(period.last, known.today))
    held = list(known.school.calendar.sessions(*so_far))
    told = [
        (pupil, enrolment)
        for pupil in known.school.roll.values()
        for enrolment in enrolments_told(pupil, held, year)
    ]
    told.sort(key=lambda each: (each[0].legal_surname, each[0].legal_forename, each[0].pupil))
    return CensusOut(
        urn=known.urn,
        la_code=known.details.la_code,
        year=year,
        term=term,
        first=period.first,
        last=period.last,
        as_of=known.as_of,
        position=known.position,
        pupils=[
            _pupil(pupil, enrolment, counts.get(Told(pupil.pupil, enrolment), {}), term, year)
            for pupil, enrolment in told
        ],
    )


def _pupil(
    pupil: Pupil,
    enrolment: Enrolment,
    by_code: Mapping[Code, int],
    term: CensusTerm,
    year: AcademicYear,
) -> CensusPupilOut:
    figures, reasons, entry = figures_from(by_code), reasons_of(by_code), pupil.entry
    counted = absence_counted(
        authorised=figures.authorised, unauthorised=figures.unauthorised, reasons=reasons
    )
    return CensusPupilOut(
        pupil=pupil.pupil,
        upn=entry.upn,
        legal_surname=entry.legal_surname,
        legal_forename=entry.legal_forename,
        middle_names=entry.middle_names,
        sex=entry.sex,
        date_of_birth=entry.date_of_birth,
        age=age_before(pupil, year),
        starting_day=enrolment.starting_day,
        deleted_on=enrolment.deleted_on,
        part_time=part_time_in(pupil, period_of(term, year)),
        possible=figures.possible,
        authorised=figures.authorised,
        unauthorised=figures.unauthorised,
        reasons=reasons,
        counted=CountedOut(
            authorised=counted.authorised,
            unauthorised=counted.unauthorised,
            basis=counted.basis,
        ),
        left_out=left_out(pupil, enrolment, figures, term, year),
    )

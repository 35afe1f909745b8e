"""Every rule there is, walked over a pupil's entries. The law is the library's; this hands it over.

Each rule is walked under all its terms, since an old absence is judged by the terms of its day.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from attendance.age import of_compulsory_school_age
from attendance.calendar import SchoolCalendar
from attendance.events import EvidenceEntry
from attendance.rules import attendance_return, penalty_notice_threshold, persistent_absence
from attendance.rules.finding import Finding

from thresholds.due import Due
from thresholds.facts import PupilFacts
from thresholds.packing import PupilYear
from thresholds.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Walked:
    """What the rules look at: a pupil's entries that count, oldest first."""

    entries: Sequence[EvidenceEntry]
    of_age: Sequence[EvidenceEntry]  # those on dates of compulsory school age
    calendar: SchoolCalendar
    due: Due


Walk: TypeAlias = Callable[[Walked], Iterator[Finding]]


def walked(years: Mapping[int, PupilYear], facts: PupilFacts, timetable: Timetable) -> Walked:
    """Lay out a pupil's years for the rules: the entries of sessions that were due to the pupil."""
    due, born = Due(timetable, facts.placements), facts.date_of_birth
    entries = [
        entry for year in sorted(years) for entry in due.counted(year, years[year]).entries(year)
    ]
    of_age = [entry for entry in entries if of_compulsory_school_age(born, entry.session.on)]
    return Walked(entries, of_age, timetable.calendar, due)


def _persistent(over: Walked) -> Iterator[Finding]:
    for terms in persistent_absence.PERSISTENT:
        yield from persistent_absence.persistent_absence(over.entries, terms)


def _severe(over: Walked) -> Iterator[Finding]:
    for terms in persistent_absence.SEVERE:
        yield from persistent_absence.severe_absence(over.entries, terms)


def _penalty_notice(over: Walked) -> Iterator[Finding]:
    for terms in penalty_notice_threshold.TERMS:
        yield from penalty_notice_threshold.penalty_notice_threshold(
            over.of_age, over.calendar, terms, due=over.due.includes
        )


def _attendance_return(over: Walked) -> Iterator[Finding]:
    for terms in attendance_return.TERMS:
        yield from attendance_return.attendance_return(
            over.of_age, over.calendar, terms, due=over.due.includes
        )


WALKS: Final[Mapping[str, Walk]] = {
    persistent_absence.PERSISTENT_ABSENCE: _persistent,
    persistent_absence.SEVERE_ABSENCE: _severe,
    penalty_notice_threshold.RULE: _penalty_notice,
    attendance_return.RULE: _attendance_return,
}

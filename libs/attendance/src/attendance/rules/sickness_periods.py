"""Continuous periods of sickness, and what an illness that was reported is expected to come to.

A session attended ends a period, and so do a school year and a time on roll; nothing else does, or
a return would be due again for an illness that goes on. Counts; judges nothing.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import Final, NamedTuple

from attendance.age import of_compulsory_school_age
from attendance.codes import ATTENDING, POSSIBLE
from attendance.identifiers import AcademicYear
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Entry
from attendance.rules.pupil_days import sessions_due
from attendance.session import Session, academic_year_of

NEVER: Final = date.min  # before which no session lies


@dataclass(slots=True)
class Period:
    """What of a pupil's sickness lies between two sessions attended, of one school year.

    And of one time on roll: another admission begins another period.
    """

    year: AcademicYear
    ill: list[Entry] = field(default_factory=list)
    reported: list[Arrangement] = field(default_factory=list)  # in the order they were stated


class Expected(NamedTuple):
    """What an illness comes to if the pupil returns on the day that is expected."""

    before: Sequence[Entry]  # of illness, on end with it
    school_days: int  # on end, one of which a part is missed counted whole
    sessions: frozenset[Session]  # of the report itself


def periods(
    of: Circumstances, ill: Sequence[Entry], reported: Sequence[Arrangement]
) -> Iterator[Period]:
    """Walk the periods in order.

    By the school's calendar no session lies between 1 August and the first term, so the academic
    year of a session is its school year too (SI 1999/3181 reg 2).

    Args:
        ill: the pupil's entries of illness, oldest first.
    """
    attended = [entry.session for entry in of.of_age if entry.code in ATTENDING]
    found: dict[tuple[AcademicYear, int, int], Period] = {}

    def at(session: Session) -> Period:
        year = academic_year_of(session.on)
        time, place = of.facts.time_on_roll(session.on), bisect_left(attended, session)
        return found.setdefault((year, time, place), Period(year))

    for entry in ill:
        at(entry.session).ill.append(entry)
    for plan in reported:
        at(plan.starts).reported.append(plan)
    return (found[key] for key in sorted(found))


def expected(plan: Arrangement, ill: Sequence[Entry], of: Circumstances) -> Expected:
    """Work out what an illness comes to, by the school's calendar as far as it is published.

    Sessions beyond compulsory school age are none of it: no return is due of them.

    Args:
        ill: the pupil's entries of illness.
    """
    before = _on_end_before(plan.starts, frozenset(ill), of)
    back_on = plan.return_expected_on or NEVER
    until = takewhile(lambda session: session.on < back_on, sessions_due(of, plan.starts.on))
    born = of.facts.date_of_birth
    sessions = frozenset(
        session
        for session in until
        if plan.starts <= session and of_compulsory_school_age(born, session.on)
    )
    days = {session.on for session in sessions} | {entry.session.on for entry in before}
    return Expected(before, len(days), sessions)


def _on_end_before(starts: Session, ill: frozenset[Entry], of: Circumstances) -> list[Entry]:
    """List, oldest first, the entries of illness that nothing possible parts from a session."""
    before: list[Entry] = []
    time = of.facts.time_on_roll(starts.on)
    for entry in reversed(of.of_age):
        if entry.session >= starts:
            continue
        if of.facts.time_on_roll(entry.session.on) != time:
            break
        if entry in ill:
            before.append(entry)
        elif entry.code in POSSIBLE:
            break
    return before[::-1]

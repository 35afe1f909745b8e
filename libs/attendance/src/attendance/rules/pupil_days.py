"""The school days and times on roll of one pupil, and when days begin. Walks; counts nothing.

A school day is one with a session that the school holds and that is due to the pupil: not a day
closed to their year group.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from attendance.calendar import london_instant
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import PupilFacts
from attendance.rules.finding import Entry
from attendance.session import Session

DAY: Final = timedelta(days=1)


def sessions_due(of: Circumstances, first: date) -> Iterator[Session]:
    """Walk the pupil's sessions from the morning of `first` on, to where the calendars end.

    A year without a calendar ends them as well: which session comes next isn't known there.
    """
    on = first
    while of.calendar.covers(on):
        yield from filter(of.due, of.calendar.sessions(on, on))
        on += DAY


def days_due(of: Circumstances, first: date) -> Iterator[date]:
    """Walk the pupil's school days from `first` on, as far as `sessions_due` goes."""
    return (on for on, _ in groupby(sessions_due(of, first), key=lambda session: session.on))


def by_time_on_roll(entries: Sequence[Entry], facts: PupilFacts) -> Iterator[Sequence[Entry]]:
    """Part a pupil's entries where one time on roll ends and another begins.

    Args:
        entries: oldest first.
    """
    if len(facts.enrolments) == 1:  # as of nearly every pupil
        yield entries
        return
    for _, of_one in groupby(entries, key=lambda entry: facts.time_on_roll(entry.session.on)):
        yield tuple(of_one)


def beginning_of(on: date) -> datetime:
    """The instant, in UTC, at which a day begins in England."""
    return london_instant(on, time())

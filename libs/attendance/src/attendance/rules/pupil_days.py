"""The school days of one pupil, and the instants at which days begin. Walks; counts nothing.

A school day is one with a session that the school holds and that is due to the pupil: not a day
closed to their year group.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from attendance.calendar import london_instant
from attendance.rules.circumstances import Circumstances
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


def beginning_of(on: date) -> datetime:
    """The instant, in UTC, at which a day begins in England."""
    return london_instant(on, time())

"""When a school's registers close, through a stretch of its log. Pure.

From the school's first entry ever: before it nothing says that registers are kept here. A closing
that the calendar, the session times or the grace stated anew would have put into the past isn't
gone back to.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from attendance.rules.register_not_taken import (
    RULE,
    RegisterNotTakenTerms,
    closes_at,
    next_closing,
)
from attendance.rules.terms import judges
from attendance.session import Session

from thresholds.digest import Digest, Taken
from thresholds.school import School, SchoolInTime
from thresholds.timeline import MOMENT, Timeline


class Closed(NamedTuple):
    """That a session's registers should have been taken."""

    at: datetime
    session: Session
    terms: RegisterNotTakenTerms


class Closings(NamedTuple):
    """The closings of a stretch, and the instant up to which there are no others."""

    closed: Sequence[Closed]  # in order
    to: datetime | None  # None: the school has no entry yet


def closings_in(
    school: SchoolInTime, timeline: Timeline, digest: Digest, since: datetime | None
) -> Closings:
    """List the closings of a stretch.

    Args:
        since: up to which instant they were listed before; None where there was no entry yet.
    """
    if since is None and digest.taken:
        since = timeline.recorded_at(digest.taken[0].position) - MOMENT
    if since is None:
        return Closings((), None)
    closed: list[Closed] = []
    for position in _stated_anew(digest):
        instant = timeline.recorded_at(position)
        closed += _closings(school.at(position - 1), since, instant)
        since = max(since, instant - MOMENT)  # what closes at that very instant is to come
    closed += _closings(school.at(timeline.ends_at), since, timeline.ends_before)
    return Closings(closed, closed[-1].at if closed and closed[-1].at > since else since)


def closing_after(school: School, instant: datetime) -> Closed | None:
    """Find the next closing of a school as it stands; None where its calendars end before it."""
    if school.stated is None:
        return None
    following: list[Closed] = []
    for terms in school.terms[RULE]:
        closing = next_closing(school.timetable.calendar, school.stated, instant, terms)
        if closing is not None:
            following.append(Closed(closing.at, closing.session, terms))
    return min(following, default=None, key=lambda closed: closed.at)


def late(
    school: SchoolInTime, timeline: Timeline, taken: Sequence[Taken], told: Collection[Session]
) -> list[Taken]:
    """List the registers that were taken after they had closed, or were told as not taken.

    Args:
        told: sessions of which a register may stand as not taken, though their closing was put off
            since.
    """
    return [
        each
        for each in taken
        if each.session in told
        or _had_closed(school.at(each.position), each.session, timeline.recorded_at(each.position))
    ]


def _stated_anew(digest: Digest) -> list[int]:
    positions = {each.position for each in digest.calendars}
    positions.update(each.position for each in digest.details)
    positions.update(each.position for each in digest.terms if each.event.rule == RULE)
    return sorted(positions)


def _closings(school: School, since: datetime, before: datetime) -> Iterator[Closed]:
    closed = closing_after(school, since)
    while closed is not None and closed.at < before:
        yield closed
        closed = closing_after(school, closed.at)


def _had_closed(school: School, session: Session, at: datetime) -> bool:
    return school.stated is not None and any(
        closes_at(school.stated, session, terms) <= at
        for terms in school.terms[RULE]
        if judges(terms, session.on)
    )

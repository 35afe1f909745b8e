"""Everything the rules look at of one pupil, as it was known at an instant. Values; judges nothing.

Instants are part of it, since time alone makes some rules true: a rule is asked again at the
instants it named, and is told the new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from attendance.calendar import SchoolCalendar, london_date
from attendance.rules.facts import PupilFacts
from attendance.rules.finding import Due, Entry
from attendance.school_details import SchoolDetails
from attendance.session import Session


class Considered(NamedTuple):
    """That a person considered an alert of the pupil under the rule, and closed it."""

    through: date  # the last day it is about: nothing new is raised from the decision up to it
    consumed: frozenset[Session]  # relied on by a penalty notice that stands
    decided_on: date  # in England; `through` is that day or, where it was put off, a later one


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What rules are asked about."""

    at: datetime  # an aware UTC instant: they are judged as known then
    school: SchoolDetails
    calendar: SchoolCalendar
    facts: PupilFacts
    entries: Sequence[Entry]  # in force, of sessions due, oldest first
    of_age: Sequence[Entry]  # those on dates of compulsory school age
    due: Due
    considered: Sequence[Considered] = ()  # under the rule that is asked, oldest first

    @property
    def today(self) -> date:
        """The day of the instant, in England."""
        return london_date(self.at)

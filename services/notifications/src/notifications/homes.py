"""Whom a finding concerns beside the school's own authority: the one where the pupil lives. Pure.

Which rules' findings do, the rules say. Sends nothing, and knows no subscription.

Source (recalled): Children and Families Act 2014 s24, the authority for a child with a plan is that
of its area; SI 2012/1033 reg 5, that of the home is told of an exclusion. Of the other rules:
interpretation (decision 0039).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias, TypeGuard
from uuid import UUID

from attendance.calendar import london_date
from attendance.events import (
    AlertEvent,
    Event,
    PupilDetailsChanged,
    ThresholdLapsed,
    ThresholdWithdrawn,
)
from attendance.identifiers import LaCode, PupilId
from attendance.returns import Role, addressees
from attendance.rules.catalogue import RULES

HomeAt: TypeAlias = Callable[[PupilId, int], LaCode | None]
"""The authority where a pupil lived at a position of the log, if the register said."""

TO_HOME: Final = frozenset(slug for slug, rule in RULES.items() if rule.to_home_authority)

HOME: Final = "home_la_code"

# Interpretation: the authority of a new home isn't told what is older, of which it can do nothing
# (decision 0039).
LOOKS_BACK: Final = timedelta(days=365)


@dataclass(slots=True, kw_only=True)
class Homes:
    """Which authorities of homes were told of a school's alerts, carried from event to event.

    Attributes:
        told: by alert; those it was told to so far.
    """

    home_at: HomeAt
    told: dict[UUID, frozenset[LaCode]] = field(default_factory=dict)

    def concerned(self, position: int, event: AlertEvent, school: LaCode) -> list[LaCode]:
        """List the authorities that an event about an alert is told to beside the school's.

        That of the pupil's home as it is then; of the end all that were told before.
        """
        if event.pupil is None or event.rule not in TO_HOME:
            return []
        now = self._hears(event.alert, event.pupil, position, school)
        ends = isinstance(event, ThresholdWithdrawn | ThresholdLapsed)
        hearing = self.told[event.alert] if ends else now
        return sorted(hearing - {school})

    def newly(self, position: int, alert: UUID, pupil: PupilId, school: LaCode) -> list[LaCode]:
        """List the authority of a pupil's new home, unless it is the school's."""
        return sorted(self._hears(alert, pupil, position, school))

    def _hears(
        self, alert: UUID, pupil: PupilId, position: int, school: LaCode
    ) -> frozenset[LaCode]:
        home = self.home_at(pupil, position)
        now = frozenset(to.la_code for to in addressees(school, home) if to.role is Role.HOME)
        self.told[alert] = self.told.get(alert, frozenset()) | now
        return now


def has_moved(event: Event) -> TypeGuard[PupilDetailsChanged]:
    """Whether the register states another authority of a pupil's home than before."""
    return isinstance(event, PupilDetailsChanged) and HOME in event.changed


def concerns_new_home(met_on: date, moved_at: datetime) -> bool:
    """Whether the authority of a new home is to hear of what was found on a day before."""
    return met_on >= london_date(moved_at) - LOOKS_BACK

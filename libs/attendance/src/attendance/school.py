"""A school as its log tells it: details, calendar and roll; and the decisions that change them.

State is folded from the school's and the admission register's streams; nothing here reads a log or
a clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from attendance.calendar import CalendarYear, SchoolCalendar, london_instant
from attendance.entry_rules import EntryRules
from attendance.entry_rules import problems_of as problems_of_rules
from attendance.errors import DetailsRefused, EntryRulesRefused, SchoolUnknown
from attendance.events import (
    AdmissionEvent,
    CalendarPublished,
    EntryRulesPublished,
    Event,
    PlanEvent,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    Signatory,
)
from attendance.identifiers import PupilId
from attendance.roll import NOBODY, Pupil, evolve_pupil
from attendance.school_details import problems_of
from attendance.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school at one point of its log."""

    details: SchoolDetails | None = None  # None: never registered
    calendar: SchoolCalendar = field(default_factory=SchoolCalendar)
    # Whoever was ever on it, in the order of admission.
    roll: Mapping[PupilId, Pupil] = field(default_factory=lambda: NOBODY)
    entry_rules: EntryRules = field(default_factory=EntryRules)

    def roll_on(self, on: date, group: str | None = None) -> list[Pupil]:
        """List the pupils on roll that day, boarders too, by surname, forename and identifier.

        Args:
            group: only the pupils of this registration group on that day.
        """
        return sorted(
            (
                pupil
                for pupil in self.roll.values()
                if pupil.on_roll(on) and (group is None or group in pupil.placement_on(on).groups)
            ),
            key=lambda each: (each.legal_surname, each.legal_forename, each.pupil),
        )

    def due(self, session: Session, group: str | None = None) -> list[Pupil]:
        """List whose attendance is to be entered for a session, in the order of the roll.

        Args:
            group: only the pupils of this registration group on that day.
        """
        return [pupil for pupil in self.roll_on(session.on, group) if self.is_due(pupil, session)]

    def is_due(self, pupil: Pupil, session: Session) -> bool:
        """Whether a pupil's attendance is to be entered for a session.

        Not of a boarder (SI 2024/208 reg 10(1)), nor where the session isn't held, or not for the
        pupil's year group.
        """
        if not (self.calendar.is_open(session) and pupil.on_roll(session.on)):
            return False
        placement = pupil.placement_on(session.on)
        return not (placement.boarder or self.calendar.is_closed_to(placement.year_group, session))

    def has_begun(self, session: Session, now: datetime) -> bool:
        """Whether the taking of a session's register has begun, by the school's clock."""
        if self.details is None:
            return False
        return now >= london_instant(session.on, self.details.times[session.half].starts)


NO_SCHOOL: Final = School()


def evolve(school: School, events: Iterable[Event]) -> School:
    """Fold events into a school, passing by the entries in its registers.

    Give it events in batches: a batch costs one copy of the roll, whatever its size.
    """
    details, calendar, rules = school.details, school.calendar, school.entry_rules
    changed: dict[PupilId, Pupil] = {}
    for event in events:
        match event:
            case SchoolRegistered() | SchoolDetailsChanged():
                details = event.details
            case CalendarPublished():
                calendar = calendar.with_year(event.calendar)
            case EntryRulesPublished():
                rules = event.rules
            case _ if isinstance(event, AdmissionEvent | PlanEvent):
                before = changed.get(event.pupil) or school.roll.get(event.pupil)
                changed[event.pupil] = evolve_pupil(before, event)
    return School(
        details=details,
        calendar=calendar,
        entry_rules=rules,
        roll=MappingProxyType({**school.roll, **changed}) if changed else school.roll,
    )


def register_school(
    school: School, details: SchoolDetails, by: Signatory | None, now: datetime
) -> SchoolRegistered | SchoolDetailsChanged | None:
    """Register a school, or change its details.

    Returns:
        None when the details are those already recorded: saying a thing twice is no new fact.

    Raises:
        DetailsRefused: the details are not possible in law.
    """
    if refusals := list(problems_of(details)):
        raise DetailsRefused(refusals)
    if school.details is None:
        return SchoolRegistered(details=details, recorded_by=by, recorded_at=now)
    if school.details == details:
        return None
    return SchoolDetailsChanged(details=details, recorded_by=by, recorded_at=now)


def publish_calendar(
    school: School, calendar: CalendarYear, by: Signatory | None, now: datetime
) -> CalendarPublished | None:
    """Publish a school's calendar for one academic year, in place of any before it.

    Returns:
        None when that calendar is already the one in force.

    Raises:
        SchoolUnknown: the school was never registered.
    """
    if school.details is None:
        raise SchoolUnknown
    if school.calendar.year(calendar.year) == calendar:
        return None
    return CalendarPublished(calendar=calendar, recorded_by=by, recorded_at=now)


def publish_entry_rules(
    school: School, rules: EntryRules, by: Signatory | None, now: datetime
) -> EntryRulesPublished | None:
    """Publish a school's own rules for entries, in place of any before them.

    Returns:
        None when those rules are already the ones in force.

    Raises:
        SchoolUnknown: the school was never registered.
        EntryRulesRefused: the rules contradict themselves or the national codes.
    """
    if refusals := list(problems_of_rules(rules)):
        raise EntryRulesRefused(refusals)
    if school.details is None:
        raise SchoolUnknown
    if school.entry_rules == rules:
        return None
    return EntryRulesPublished(rules=rules, recorded_by=by, recorded_at=now)

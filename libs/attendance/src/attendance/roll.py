"""The roll: every pupil the admission register has had, and on which days each was on it.

Folded from the log. A deletion takes a pupil off the roll of later days and out of nothing else.

Source: SI 2024/208 regs 8 and 9.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from attendance.absence_plans import AbsencePlan, evolve_plans, left_behind
from attendance.admission_entry import (
    AdmissionEntry,
    CharacteristicPeriod,
    Placement,
    placement_on,
)
from attendance.admission_events import (
    AdmissionEvent,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
)
from attendance.characteristic_periods import periods_until
from attendance.codes import Code
from attendance.errors import PupilUnknown
from attendance.identifiers import PupilId
from attendance.plan_events import AbsencePlanEnded, LeaveDecided, PlanEvent, PlanStated

__all__ = [
    "NOBODY",
    "AdmissionEntry",
    "CharacteristicPeriod",
    "Enrolment",
    "Placement",
    "Pupil",
    "evolve_pupil",
]

DAY: Final = timedelta(days=1)

NOBODY: Final[Mapping[PupilId, "Pupil"]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One time on roll: from the starting day to the day of deletion, both included."""

    starting_day: date
    deleted_on: date | None = None  # None: not deleted
    ground: str | None = None  # the letter of reg 9(1) on which the pupil was deleted

    def covers(self, on: date) -> bool:
        """Whether that day is of it."""
        return self.starting_day <= on and (self.deleted_on is None or on <= self.deleted_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A pupil of the admission register, with all that it states of them."""

    pupil: PupilId
    entry: AdmissionEntry
    enrolments: tuple[Enrolment, ...]  # at least one, oldest first; no two share a day
    placements: tuple[Placement, ...]  # at least one, oldest first
    characteristics: tuple[CharacteristicPeriod, ...]
    plans: tuple[AbsencePlan, ...] = ()  # in the order they were stated
    revision: int  # how many events have shaped this entry, those of plans apart

    @property
    def legal_surname(self) -> str:
        """The surname that the register states."""
        return self.entry.legal_surname

    @property
    def legal_forename(self) -> str:
        """The forename that the register states."""
        return self.entry.legal_forename

    @property
    def date_of_birth(self) -> date:
        """From which compulsory school age follows."""
        return self.entry.date_of_birth

    @property
    def newest(self) -> Enrolment:
        """The newest time on roll, over or not."""
        return self.enrolments[-1]

    @property
    def starting_day(self) -> date:
        """The first day of the newest time on roll."""
        return self.enrolments[-1].starting_day

    def on_roll(self, on: date) -> bool:
        """Whether the pupil was on roll that day."""
        newest = self.enrolments[-1]
        if newest.starting_day <= on:  # asked at every mark, and nearly always so
            return newest.deleted_on is None or on <= newest.deleted_on
        return any(each.covers(on) for each in self.enrolments[:-1])

    def enrolment_on(self, on: date) -> Enrolment | None:
        """Find the time on roll that a day is of; None when the pupil wasn't on roll."""
        return next((each for each in self.enrolments if each.covers(on)), None)

    def placement_on(self, on: date) -> Placement:
        """Find year group, groups and boarding of a day; before the first, those of the first."""
        return placement_on(self.placements, on)

    def lacks_entry(self, on: date, code: Code | None) -> bool:
        """Whether a session of that day on roll wants an entry, given the code in force, if any.

        A Z says that the pupil isn't on roll yet. Where the starting day was moved to it or before
        it since, that is so no more, and the Z is to be amended.
        """
        return code is None or (code is Code.Z and self.on_roll(on))

    def has(self, characteristic: str, on: date) -> bool:
        """Whether a characteristic held that day."""
        return any(
            each.characteristic == characteristic and each.holds(on)
            for each in self.characteristics
        )


def evolve_pupil(pupil: Pupil | None, event: AdmissionEvent | PlanEvent) -> Pupil:
    """Bring a pupil up to an event about them.

    Args:
        pupil: as they were before; None when the register never had them.

    Raises:
        PupilUnknown: the event is of a pupil never admitted, so the log is not whole.
    """
    if isinstance(event, PupilAdmitted):
        return _admitted(pupil, event)
    if pupil is None:
        raise PupilUnknown
    match event:
        case PupilDetailsChanged():
            return _changed(pupil, event)
        case PupilDeleted():
            return _deleted(pupil, event)
        case LeaveDecided() | AbsencePlanEnded():
            return replace(pupil, plans=evolve_plans(pupil.plans, event))
        case _:
            return _planned(pupil, event)


def _admitted(before: Pupil | None, event: PupilAdmitted) -> Pupil:
    """Enter a pupil, or enter them again after a deletion: what was before stays behind it."""
    characteristics = before.characteristics if before else ()
    placement = Placement(
        from_on=event.starting_day,
        year_group=event.year_group,
        groups=event.groups,
        boarder=event.boarder,
    )
    return Pupil(
        pupil=event.pupil,
        entry=_entry(event),
        enrolments=(*(before.enrolments if before else ()), Enrolment(event.starting_day)),
        placements=(*_placements_until(before, event.starting_day), placement),
        characteristics=(
            *periods_until(event.starting_day - DAY, characteristics),
            *_stated(event),
        ),
        plans=before.plans if before else (),
        revision=before.revision + 1 if before else 1,
    )


def _changed(pupil: Pupil, event: PupilDetailsChanged) -> Pupil:
    started = replace(pupil.newest, starting_day=event.starting_day)
    return replace(
        pupil,
        entry=event.entry,
        enrolments=(*pupil.enrolments[:-1], started),
        placements=event.placements,
        characteristics=event.characteristics,
        revision=pupil.revision + 1,
    )


def _deleted(pupil: Pupil, event: PupilDeleted) -> Pupil:
    over = replace(pupil.newest, deleted_on=event.deleted_on, ground=event.ground)
    return replace(
        pupil,
        enrolments=(*pupil.enrolments[:-1], over),
        plans=left_behind(pupil.plans, event.deleted_on),
        revision=pupil.revision + 1,
    )


def _planned(pupil: Pupil, event: PlanStated) -> Pupil:
    """Take note of a plan; one that is made for a time on roll now over goes no further."""
    plans = evolve_plans(pupil.plans, event)
    enrolment = pupil.enrolment_on(event.planned.starts.on)
    if enrolment is not None and enrolment.deleted_on is not None:
        plans = (*plans[:-1], *left_behind(plans[-1:], enrolment.deleted_on))
    return replace(pupil, plans=plans)


def _entry(event: PupilAdmitted) -> AdmissionEntry:
    return AdmissionEntry(
        legal_surname=event.legal_surname,
        legal_forename=event.legal_forename,
        middle_names=event.middle_names,
        known_as=event.known_as,
        date_of_birth=event.date_of_birth,
        sex=event.sex,
        upn=event.upn,
        ethnicity=event.ethnicity,
        address=event.address,
        home_la_code=event.home_la_code,
        parents=event.parents,
        emergency_contacts=event.emergency_contacts,
        last_school=event.last_school,
        expected_leaving_on=event.expected_leaving_on,
    )


def _stated(event: PupilAdmitted) -> tuple[CharacteristicPeriod, ...]:
    undated = (
        CharacteristicPeriod(characteristic=each, starts_on=event.starting_day)
        for each in event.characteristics
    )
    return (*undated, *event.characteristic_periods)


def _placements_until(before: Pupil | None, on: date) -> Iterator[Placement]:
    for each in before.placements if before else ():
        if each.from_on < on:
            yield each

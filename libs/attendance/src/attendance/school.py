"""A school as its log tells it: details, calendar and roll; and the decisions that change them.

State is folded from the school's and the admission register's streams; nothing here reads a log or
a clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from attendance.calendar import CalendarYear, SchoolCalendar, london_date
from attendance.errors import AdmissionRefused, DetailsRefused, Refusal, SchoolUnknown
from attendance.events import (
    CalendarPublished,
    Event,
    Parent,
    PupilAdmitted,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    Sex,
    Signatory,
)
from attendance.identifiers import PUPIL_ID, PupilId
from attendance.school_details import problems_of
from attendance.signing import unsigned
from attendance.wording import legible

OLDEST_PUPIL: Final = 25
"""Years: the age to which an education, health and care plan can run (CFA 2014 s46)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """What the attendance register needs of a pupil's entry in the admission register."""

    pupil: PupilId
    date_of_birth: date
    year_group: str
    groups: tuple[str, ...]
    starting_day: date
    boarder: bool
    legal_surname: str
    legal_forename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school at one point of its log."""

    details: SchoolDetails | None = None  # None: never registered
    calendar: SchoolCalendar = field(default_factory=SchoolCalendar)
    roll: Mapping[PupilId, Pupil] = field(default_factory=lambda: MappingProxyType({}))

    def roll_on(self, on: date, group: str | None = None) -> list[Pupil]:
        """List the pupils on roll that day, boarders too, by surname, forename and identifier.

        Args:
            group: only the pupils of this registration group.
        """
        present = [
            pupil
            for pupil in self.roll.values()
            if pupil.starting_day <= on and (group is None or group in pupil.groups)
        ]
        return sorted(
            present, key=lambda each: (each.legal_surname, each.legal_forename, each.pupil)
        )


NO_SCHOOL: Final = School()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitPupil:
    """Enter a pupil in the admission register."""

    pupil: PupilId
    legal_surname: str
    legal_forename: str
    date_of_birth: date
    sex: Sex
    upn: str | None = None
    year_group: str
    groups: tuple[str, ...] = ()
    starting_day: date
    boarder: bool = False
    address: str | None = None
    parents: tuple[Parent, ...] = ()
    characteristics: tuple[str, ...] = ()
    by: Signatory | None  # None: nobody was named, which is refused


def evolve(school: School, events: Iterable[Event]) -> School:
    """Fold events into a school, passing by those not about its details, calendar or roll.

    Give it events in batches: a batch costs one copy of the roll, whatever its size.
    """
    details, calendar = school.details, school.calendar
    admitted: dict[PupilId, Pupil] = {}
    for event in events:
        match event:
            case SchoolRegistered() | SchoolDetailsChanged():
                details = event.details
            case CalendarPublished():
                calendar = calendar.with_year(event.calendar)
            case PupilAdmitted():
                admitted[event.pupil] = _pupil(event)
    roll = MappingProxyType({**school.roll, **admitted}) if admitted else school.roll
    return School(details=details, calendar=calendar, roll=roll)


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


def admit(school: School, command: AdmitPupil, now: datetime) -> PupilAdmitted:
    """Enter a pupil in the admission register (SI 2024/208 reg 8).

    Raises:
        SchoolUnknown: the school was never registered.
        AdmissionRefused: every reason at once; `already-admitted` is a conflict.
    """
    if school.details is None:
        raise SchoolUnknown
    refusals = list(_admission_refusals(school, command, london_date(now)))
    if refusals or command.by is None:
        raise AdmissionRefused(refusals)
    return PupilAdmitted(
        pupil=command.pupil,
        legal_surname=command.legal_surname,
        legal_forename=command.legal_forename,
        date_of_birth=command.date_of_birth,
        sex=command.sex,
        upn=command.upn,
        year_group=command.year_group,
        groups=tuple(dict.fromkeys(command.groups)),  # a pupil is in a group once
        starting_day=command.starting_day,
        boarder=command.boarder,
        address=command.address,
        parents=command.parents,
        characteristics=command.characteristics,
        recorded_by=command.by,
        recorded_at=now,
    )


def _pupil(admitted: PupilAdmitted) -> Pupil:
    return Pupil(
        pupil=admitted.pupil,
        date_of_birth=admitted.date_of_birth,
        year_group=admitted.year_group,
        groups=admitted.groups,
        starting_day=admitted.starting_day,
        boarder=admitted.boarder,
        legal_surname=admitted.legal_surname,
        legal_forename=admitted.legal_forename,
    )


def _admission_refusals(school: School, command: AdmitPupil, today: date) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    if command.pupil in school.roll:
        detail = "The pupil is in the admission register already."
        yield Refusal("/pupil", "already-admitted", detail, conflict=True)
    if not PUPIL_ID.fullmatch(command.pupil):
        detail = (
            "An identifier is 1 to 64 letters, digits, dots, hyphens or underscores; not dots only."
        )
        yield Refusal("/pupil", "identifier-not-allowed", detail)
    yield from _blanks(command)
    if command.date_of_birth > today:
        yield Refusal("/date_of_birth", "date-of-birth-in-future", "A pupil has been born.")
    years = command.starting_day.year - command.date_of_birth.year
    if command.starting_day <= command.date_of_birth or years > OLDEST_PUPIL:
        detail = "The starting day and the date of birth don't go together. Check both."
        yield Refusal("/starting_day", "starting-day-not-plausible", detail)


def _blanks(command: AdmitPupil) -> Iterator[Refusal]:
    texts = {
        "/legal_surname": command.legal_surname,
        "/legal_forename": command.legal_forename,
        "/year_group": command.year_group,
        **{f"/groups/{index}": group for index, group in enumerate(command.groups)},
        **{f"/parents/{index}/name": each.name for index, each in enumerate(command.parents)},
    }
    for pointer, text in texts.items():
        if not legible(text):
            yield Refusal(pointer, "blank", "This may not be blank.")

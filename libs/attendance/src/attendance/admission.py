"""Decides who is entered in the admission register, for the first time or again.

Source: SI 2024/208 reg 8. Changes are decided in `changing`, deletions in `deletion`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from attendance.admission_entry import AdmissionEntry
from attendance.calendar import london_date
from attendance.characteristics import (
    StatedCharacteristic,
    characteristic_refusals,
    periods_of,
    words_of,
)
from attendance.errors import AdmissionRefused, Refusal, SchoolUnknown
from attendance.events import PupilAdmitted, Signatory
from attendance.identifiers import PUPIL_ID, PupilId
from attendance.roll import Pupil
from attendance.school import School
from attendance.signing import unsigned
from attendance.wording import legible

OLDEST_PUPIL: Final = 25
"""Years: the age to which an education, health and care plan can run (CFA 2014 s46)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitPupil:
    """Enter a pupil in the admission register, or again after a deletion."""

    pupil: PupilId
    entry: AdmissionEntry
    year_group: str
    groups: tuple[str, ...] = ()
    starting_day: date
    boarder: bool = False
    characteristics: tuple[StatedCharacteristic, ...] = ()  # a word holds from the starting day
    by: Signatory | None  # None: nobody was named, which is refused


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
    entry = command.entry
    return PupilAdmitted(
        pupil=command.pupil,
        legal_surname=entry.legal_surname,
        legal_forename=entry.legal_forename,
        middle_names=entry.middle_names,
        known_as=entry.known_as,
        date_of_birth=entry.date_of_birth,
        sex=entry.sex,
        upn=entry.upn,
        ethnicity=entry.ethnicity,
        year_group=command.year_group,
        groups=tuple(dict.fromkeys(command.groups)),  # a pupil is in a group once
        starting_day=command.starting_day,
        boarder=command.boarder,
        address=entry.address,
        home_la_code=entry.home_la_code,
        parents=entry.parents,
        emergency_contacts=entry.emergency_contacts,
        last_school=entry.last_school,
        expected_leaving_on=entry.expected_leaving_on,
        characteristics=words_of(command.characteristics),
        characteristic_periods=periods_of(command.characteristics),
        recorded_by=command.by,
        recorded_at=now,
    )


def entry_refusals(entry: AdmissionEntry, starting_day: date, today: date) -> Iterator[Refusal]:
    """Refuse what the admission register can't state of a pupil, by pointers into a request."""
    yield from blanks(
        {
            "/legal_surname": entry.legal_surname,
            "/legal_forename": entry.legal_forename,
            **{f"/parents/{index}/name": each.name for index, each in enumerate(entry.parents)},
            **{
                f"/emergency_contacts/{index}/name": each.name
                for index, each in enumerate(entry.emergency_contacts)
            },
        }
    )
    if entry.date_of_birth > today:
        yield Refusal("/date_of_birth", "date-of-birth-in-future", "A pupil has been born.")
    years = starting_day.year - entry.date_of_birth.year
    if starting_day <= entry.date_of_birth or years > OLDEST_PUPIL:
        detail = "The starting day and the date of birth don't go together. Check both."
        yield Refusal("/starting_day", "starting-day-not-plausible", detail)
    if entry.expected_leaving_on is not None and entry.expected_leaving_on < starting_day:
        detail = "A pupil leaves on the starting day or later."
        yield Refusal("/expected_leaving_on", "leaves-before-start", detail)


def group_blanks(groups: Sequence[str]) -> Iterator[Refusal]:
    """Refuse a registration group without a name."""
    return blanks({f"/groups/{index}": group for index, group in enumerate(groups)})


def blanks(texts: Mapping[str, str]) -> Iterator[Refusal]:
    """Refuse texts in which there is nothing to be read.

    Args:
        texts: by their pointers.
    """
    for pointer, text in texts.items():
        if not legible(text):
            yield Refusal(pointer, "blank", "This may not be blank.")


def already_admitted() -> Refusal:
    """Refuse a starting day on which the pupil was still on roll from an earlier admission."""
    detail = "The pupil was on roll that day already. Give a starting day after the deletion."
    return Refusal("/starting_day", "already-admitted", detail, conflict=True)


def _admission_refusals(school: School, command: AdmitPupil, today: date) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    yield from _already_admitted(school.roll.get(command.pupil), command.starting_day)
    if not PUPIL_ID.fullmatch(command.pupil):
        detail = (
            "An identifier is 1 to 64 letters, digits, dots, hyphens or underscores; not dots only."
        )
        yield Refusal("/pupil", "identifier-not-allowed", detail)
    yield from blanks({"/year_group": command.year_group})
    yield from group_blanks(command.groups)
    yield from entry_refusals(command.entry, command.starting_day, today)
    yield from characteristic_refusals(command.characteristics)


def _already_admitted(pupil: Pupil | None, starting_day: date) -> Iterator[Refusal]:
    """Refuse a pupil who is on the register, or was until after the day they are to start."""
    if pupil is None:
        return
    deleted_on = pupil.newest.deleted_on
    if deleted_on is None:
        detail = "The pupil is in the admission register already."
        yield Refusal("/pupil", "already-admitted", detail, conflict=True)
    elif starting_day <= deleted_on:
        yield already_admitted()

"""The facts of the admission register: who was entered, what changed, who was deleted and why.

A deletion erases nothing: the pupil's entries stay, in both registers, and only the roll of later
days is without them. Every `_at` is an aware UTC instant.

Source: SI 2024/208 reg 8 (contents) and reg 9 (deletion).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from attendance.admission_entry import (
    AdmissionEntry,
    CharacteristicPeriod,
    EmergencyContact,
    LastSchool,
    Parent,
    Placement,
    Sex,
)
from attendance.identifiers import LaCode, PupilId
from attendance.signing import Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilAdmitted:
    """A pupil was entered in the admission register (reg 8), for the first time or again.

    Of effect from `starting_day`, which may lie before or after the day of recording.
    """

    pupil: PupilId
    legal_surname: str
    legal_forename: str
    middle_names: str | None = None
    known_as: str | None = None  # supplementary name information
    date_of_birth: date
    sex: Sex
    upn: str | None  # unique pupil number
    ethnicity: str | None = None
    year_group: str  # "R", "7"
    groups: tuple[str, ...]  # registration groups, whose registers the pupil is on
    starting_day: date
    boarder: bool  # of a boarder no attendance register need be taken (reg 10(1))
    address: str | None
    home_la_code: LaCode | None = None
    parents: tuple[Parent, ...]
    emergency_contacts: tuple[EmergencyContact, ...] = ()
    last_school: LastSchool | None = None
    expected_leaving_on: date | None = None
    characteristics: tuple[str, ...]  # in force from the starting day
    characteristic_periods: tuple[CharacteristicPeriod, ...] = ()  # those with dates of their own
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilDetailsChanged:
    """A pupil's entry in the admission register changed; all of it is stated anew."""

    pupil: PupilId
    entry: AdmissionEntry
    starting_day: date  # of the newest time on roll
    placements: tuple[Placement, ...]  # at least one, oldest first
    characteristics: tuple[CharacteristicPeriod, ...]
    effective_on: date  # from when what is dated by it differs: year group, groups, boarder
    changed: tuple[str, ...]  # names of the fields that differ from what was stated before
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The school a pupil leaves for, as far as this school was told (reg 8(3))."""

    name: str
    starts_on: date | None = None  # the first day of attendance there


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """Where a pupil goes to live, as far as this school was told (reg 8(3))."""

    address: str
    lives_with: str | None = None  # the parent with whom
    from_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilDeleted:
    """A pupil's name was deleted from the admission register, on one of the grounds of reg 9.

    On roll through `deleted_on`. Whatever was entered for days up to it stays, and can still be
    amended.
    """

    pupil: PupilId
    ground: str  # the letter of reg 9(1)
    deleted_on: date  # the last day on roll
    ground_arose_on: date | None = None
    conditions: Mapping[str, bool | str]  # of the ground, as stated; days as "2026-11-20"
    destination_school: Destination | None = None
    new_address: NewAddress | None = None
    notes: str | None = None
    recorded_by: Signatory
    recorded_at: datetime


AdmissionEvent: TypeAlias = PupilAdmitted | PupilDetailsChanged | PupilDeleted

"""The JSON of what the admission register states of a pupil: the same in every kind that has it.

A field that a later version added is left out where it says nothing, a list that is empty too.
Words that many pupils have in common are read as one string each: a process keeps whole rolls.
"""

from collections.abc import Iterable
from datetime import date
from sys import intern
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
from attendance.admission_events import PupilAdmitted
from attendance.codec.form import Fields, day, read_day, said
from attendance.identifiers import LaCode

Stated: TypeAlias = AdmissionEntry | PupilAdmitted
"""Two that state the same of a pupil, under the same names."""


def who(entry: Stated) -> Fields:
    """Write the fields that say who the pupil is."""
    return {
        "legal_surname": entry.legal_surname,
        "legal_forename": entry.legal_forename,
        "middle_names": entry.middle_names,
        "known_as": entry.known_as,
        "date_of_birth": entry.date_of_birth.isoformat(),
        "sex": entry.sex.value,
        "upn": entry.upn,
        "ethnicity": entry.ethnicity,
    }


def where(entry: Stated) -> Fields:
    """Write the fields of where the pupil lives, whom to call, and whence and whither."""
    return {
        "address": entry.address,
        "home_la_code": entry.home_la_code,
        "parents": [_parent(each) for each in entry.parents],
        "emergency_contacts": [_contact(each) for each in entry.emergency_contacts] or None,
        "last_school": _last_school(entry.last_school),
        "expected_leaving_on": day(entry.expected_leaving_on),
    }


def placement(held: Placement) -> Fields:
    """Write where the pupil stands in the school from a day on."""
    return {
        "from_on": held.from_on.isoformat(),
        "year_group": held.year_group,
        "groups": held.groups,
        "boarder": held.boarder,
    }


def periods(held: Iterable[CharacteristicPeriod]) -> list[Fields]:
    """Write characteristics with the days on which they hold."""
    return [
        said(
            {
                "characteristic": each.characteristic,
                "starts_on": each.starts_on.isoformat(),
                "ends_on": day(each.ends_on),
            }
        )
        for each in held
    ]


def read_entry(fields: Fields) -> AdmissionEntry:
    """Read what the register states of a pupil from the object it stands in."""
    la_code = fields.get("home_la_code")
    return AdmissionEntry(
        legal_surname=fields["legal_surname"],
        legal_forename=fields["legal_forename"],
        middle_names=fields.get("middle_names"),
        known_as=fields.get("known_as"),
        date_of_birth=date.fromisoformat(fields["date_of_birth"]),
        sex=Sex(fields["sex"]),
        upn=fields.get("upn"),
        ethnicity=_one(fields.get("ethnicity")),
        address=fields.get("address"),
        home_la_code=None if la_code is None else LaCode(intern(la_code)),
        parents=tuple(_read_parent(each) for each in fields["parents"]),
        emergency_contacts=tuple(map(_read_contact, fields.get("emergency_contacts", []))),
        last_school=_read_last_school(fields.get("last_school")),
        expected_leaving_on=read_day(fields.get("expected_leaving_on")),
    )


def read_placement(fields: Fields) -> Placement:
    """Read where the pupil stands in the school from a day on."""
    return Placement(
        from_on=date.fromisoformat(fields["from_on"]),
        year_group=intern(fields["year_group"]),
        groups=read_words(fields["groups"]),
        boarder=fields["boarder"],
    )


def read_periods(held: Iterable[Fields]) -> tuple[CharacteristicPeriod, ...]:
    """Read characteristics with the days on which they hold."""
    return tuple(
        CharacteristicPeriod(
            characteristic=intern(each["characteristic"]),
            starts_on=date.fromisoformat(each["starts_on"]),
            ends_on=read_day(each.get("ends_on")),
        )
        for each in held
    )


def read_words(words: Iterable[str]) -> tuple[str, ...]:
    """Read words that many pupils have in common."""
    return tuple(map(intern, words))


def _parent(parent: Parent) -> Fields:
    return said(
        {
            "name": parent.name,
            "address": parent.address,
            "telephone": parent.telephone,
            "lives_with": parent.lives_with,
        }
    )


def _contact(contact: EmergencyContact) -> Fields:
    return said(
        {
            "name": contact.name,
            "relationship": contact.relationship,
            "telephones": contact.telephones,
        }
    )


def _last_school(school: LastSchool | None) -> Fields | None:
    return None if school is None else said({"name": school.name, "address": school.address})


def _read_parent(fields: Fields) -> Parent:
    return Parent(
        name=fields["name"],
        address=fields.get("address"),
        telephone=fields.get("telephone"),
        lives_with=fields["lives_with"],
    )


def _read_contact(fields: Fields) -> EmergencyContact:
    return EmergencyContact(
        name=fields["name"],
        relationship=_one(fields.get("relationship")),
        telephones=tuple(fields["telephones"]),
    )


def _read_last_school(fields: Fields | None) -> LastSchool | None:
    return (
        None if fields is None else LastSchool(name=fields["name"], address=fields.get("address"))
    )


def _one(text: str | None) -> str | None:
    return None if text is None else intern(text)

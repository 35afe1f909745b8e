"""Bodies for the admission register: what may be sent of a pupil, and what of a deletion.

Shapes only: which of it the law refuses is for libs/attendance.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from attendance.admission import AdmitPupil
from attendance.admission_entry import (
    AdmissionEntry,
    CharacteristicPeriod,
    EmergencyContact,
    LastSchool,
    Parent,
    Sex,
)
from attendance.changing import OF_ENTRY, ChangeDetails, PlacementChange
from attendance.characteristics import StatedCharacteristic
from attendance.events import Signatory
from attendance.identifiers import LaCode, PupilId
from pydantic import Field, StringConstraints
from servicekit.dates import Day
from servicekit.fields import By, Closed, Line, PupilField, Remark

from register_api.schemas.requests import Flag
from register_api.schemas.short_forms import words_or

Upn = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][0-9]{11}[0-9A-Z]$"),
    Field(description="unique pupil number", examples=["A123456789012"]),
]
Ethnicity = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3,4}$"),
    Field(description="the Department's code for it", examples=["WBRI"]),
]
HomeLaCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{3}$"),
    Field(description="LA code of where the pupil lives", examples=["886"]),
]
YearGroup = Annotated[Line, Field(max_length=10, examples=["7"])]
Groups = Annotated[
    list[Line], Field(max_length=50, description="registration groups", examples=[["7B"]])
]
Address = Annotated[Remark, Field(examples=["4 High Street, Elmbridge KT8 9AB"])]


class ParentIn(Closed):
    """A parent of the pupil."""

    name: Line = Field(description="full name", examples=["Jo Green"])
    address: Address | None = None
    telephone: Line | None = Field(
        default=None, description="for an emergency", examples=["020 7946 0018"]
    )
    lives_with: Flag = Field(
        description="whether the pupil normally lives with them", examples=[True]
    )

    def to_parent(self) -> Parent:
        """Read it in the law's terms."""
        return Parent(
            name=self.name,
            address=self.address,
            telephone=self.telephone,
            lives_with=self.lives_with,
        )


class EmergencyContactIn(Closed):
    """Somebody to call in an emergency; more than one is asked for."""

    name: Line = Field(description="full name", examples=["Sam Green"])
    relationship: Line | None = Field(
        default=None, description="to the pupil", examples=["grandmother"]
    )
    telephones: list[Line] = Field(
        min_length=1,
        max_length=10,
        description="the first is tried first",
        examples=[["020 7946 0023"]],
    )

    def to_contact(self) -> EmergencyContact:
        """Read it in the law's terms."""
        return EmergencyContact(
            name=self.name, relationship=self.relationship, telephones=tuple(self.telephones)
        )


class LastSchoolIn(Closed):
    """The school that the pupil attended last before this one."""

    name: Line = Field(examples=["Elm Grove Primary School"])
    address: Address | None = None

    def to_school(self) -> LastSchool:
        """Read it in the law's terms."""
        return LastSchool(name=self.name, address=self.address)


class CharacteristicIn(Closed):
    """A characteristic, and the days on which it holds."""

    characteristic: Line = Field(
        description="a word of the vocabulary, or `local:` and the school's own", examples=["ehcp"]
    )
    starts_on: Day = Field(description="first day, included", examples=["2026-09-07"])
    ends_on: Day | None = Field(
        default=None, description="last day, included; null while it holds", examples=[None]
    )


Characteristics = Annotated[
    list[Annotated[Line | CharacteristicIn, words_or(CharacteristicIn)]],
    Field(
        max_length=100,
        description="words of docs/admission-register.md; one alone holds from the starting day",
        examples=[["ehcp"]],
    ),
]


class PupilIn(Closed):
    """A pupil's entry in the admission register (SI 2024/208 reg 8)."""

    pupil: PupilField
    legal_surname: Line = Field(examples=["Green"])
    legal_forename: Line = Field(examples=["Bo"])
    middle_names: Line | None = Field(default=None, examples=["Ada"])
    known_as: Line | None = Field(
        default=None, description="the name the pupil goes by", examples=["Bobbie Green"]
    )
    date_of_birth: Day = Field(examples=["2014-05-05"])
    sex: Sex
    upn: Upn | None = None
    ethnicity: Ethnicity | None = None
    year_group: YearGroup
    groups: Groups = Field(default=[])
    starting_day: Day = Field(description="from when the pupil is on roll", examples=["2026-09-07"])
    boarder: Flag = False
    address: Address | None = None
    home_la_code: HomeLaCode | None = None
    parents: list[ParentIn] = Field(default=[], max_length=20)
    emergency_contacts: list[EmergencyContactIn] = Field(default=[], max_length=20)
    last_school: LastSchoolIn | None = None
    expected_leaving_on: Day | None = Field(
        default=None, description="when the pupil is to leave the school", examples=["2031-07-22"]
    )
    characteristics: Characteristics = Field(default=[])
    by: By

    def to_command(self, by: Signatory | None) -> AdmitPupil:
        """Read it in the law's terms."""
        return AdmitPupil(
            pupil=PupilId(self.pupil),
            entry=self._entry(),
            year_group=self.year_group,
            groups=tuple(self.groups),
            starting_day=self.starting_day,
            boarder=self.boarder,
            characteristics=_stated(self.characteristics),
            by=by,
        )

    def _entry(self) -> AdmissionEntry:
        return AdmissionEntry(
            legal_surname=self.legal_surname,
            legal_forename=self.legal_forename,
            middle_names=self.middle_names,
            known_as=self.known_as,
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            upn=self.upn,
            ethnicity=self.ethnicity,
            address=self.address,
            home_la_code=None if self.home_la_code is None else LaCode(self.home_la_code),
            parents=tuple(each.to_parent() for each in self.parents),
            emergency_contacts=tuple(each.to_contact() for each in self.emergency_contacts),
            last_school=None if self.last_school is None else self.last_school.to_school(),
            expected_leaving_on=self.expected_leaving_on,
        )


def _unsaid() -> Any:  # noqa: ANN401 - stands for a value of whichever type, and is never read
    """Stand for a field that wasn't sent; one that was is told by `model_fields_set`."""
    return None


class PupilChangesIn(Closed):
    """Changes of a pupil's entry, as a JSON merge patch (RFC 7396).

    A field that is sent takes the place of what was stated, a list the place of the whole list;
    null takes away what may be left out. All else stays.
    """

    legal_surname: Line = Field(default_factory=_unsaid, examples=["Green"])
    legal_forename: Line = Field(default_factory=_unsaid, examples=["Bo"])
    middle_names: Line | None = Field(default=None, examples=["Ada"])
    known_as: Line | None = Field(default=None, examples=["Bobbie Green"])
    date_of_birth: Day = Field(default_factory=_unsaid, examples=["2014-05-05"])
    sex: Sex = Field(default_factory=_unsaid)
    upn: Upn | None = None
    ethnicity: Ethnicity | None = None
    year_group: YearGroup = Field(default_factory=_unsaid, description="from `effective_on` on")
    groups: Groups = Field(default_factory=_unsaid, description="from `effective_on` on")
    starting_day: Day = Field(
        default_factory=_unsaid,
        description="of the newest time on roll; while nothing is entered before the new one. What "
        "was stated from that day on moves with it",
        examples=["2026-09-07"],
    )
    boarder: Flag = Field(default_factory=_unsaid, description="from `effective_on` on")
    address: Address | None = None
    home_la_code: HomeLaCode | None = None
    parents: list[ParentIn] = Field(default_factory=_unsaid, max_length=20)
    emergency_contacts: list[EmergencyContactIn] = Field(default_factory=_unsaid, max_length=20)
    last_school: LastSchoolIn | None = None
    expected_leaving_on: Day | None = Field(default=None, examples=["2031-07-22"])
    characteristics: Characteristics = Field(
        default_factory=_unsaid,
        description="a word alone goes on as it stands, or begins on `effective_on`. With words "
        "alone, those left out end the day before, and what has ended or is to come stays; a list "
        "with days in it takes the place of all, those that have ended too",
    )
    effective_on: Day | None = Field(
        default=None,
        description="from when year group, groups and boarding differ, each until a day of which "
        "it was said otherwise; today when absent",
        examples=["2026-11-23"],
    )
    by: By

    def to_command(self, pupil: str, by: Signatory | None) -> ChangeDetails:
        """Read it in the law's terms."""
        said = self.model_fields_set
        sent = {name: getattr(self, name) for name in said}
        groups = sent.get("groups")
        characteristics = sent.get("characteristics")
        return ChangeDetails(
            pupil=PupilId(pupil),
            entry={name: _read(sent[name]) for name in OF_ENTRY if name in said},
            placement=PlacementChange(
                year_group=sent.get("year_group"),
                groups=None if groups is None else tuple(groups),
                boarder=sent.get("boarder"),
            ),
            starting_day=sent.get("starting_day"),
            characteristics=None if characteristics is None else _stated(characteristics),
            effective_on=self.effective_on,
            by=by,
        )


def _read(sent: object) -> object:
    match sent:
        case list():
            return tuple(_read(each) for each in sent)
        case ParentIn():
            return sent.to_parent()
        case EmergencyContactIn():
            return sent.to_contact()
        case LastSchoolIn():
            return sent.to_school()
        case _:
            return sent


def _stated(sent: Sequence[str | CharacteristicIn]) -> tuple[StatedCharacteristic, ...]:
    return tuple(
        each
        if isinstance(each, str)
        else CharacteristicPeriod(
            characteristic=each.characteristic, starts_on=each.starts_on, ends_on=each.ends_on
        )
        for each in sent
    )

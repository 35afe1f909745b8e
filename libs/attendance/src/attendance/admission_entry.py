"""What the admission register states of a pupil. Values only; what is done with them is elsewhere.

Source: SI 2024/208 reg 8, with what an authority and the Department ask a school for beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendance.identifiers import LaCode


class Sex(StrEnum):
    """A pupil's sex as the admission register states it (reg 8)."""

    FEMALE = "F"
    MALE = "M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A parent as the admission register states them (reg 8)."""

    name: str
    address: str | None = None
    telephone: str | None = None  # a number for an emergency
    lives_with: bool  # whether the pupil normally lives with them


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyContact:
    """Somebody to be called in an emergency, beside the parents or one of them."""

    name: str
    relationship: str | None = None  # to the pupil, in the school's words
    telephones: tuple[str, ...]  # at least one, the first tried first


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSchool:
    """The school a pupil attended last before this one (reg 8)."""

    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacteristicPeriod:
    """A characteristic of a pupil, and the days on which it held; both are included."""

    characteristic: str
    starts_on: date
    ends_on: date | None = None  # None: it holds until said otherwise

    def holds(self, on: date) -> bool:
        """Whether it held that day."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a pupil stood in the school from a day on, until the next placement."""

    from_on: date
    year_group: str  # "R", "7"
    groups: tuple[str, ...]  # registration groups, whose registers the pupil is on
    boarder: bool  # of a boarder no attendance register need be taken (reg 10(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionEntry:
    """What the admission register states of a pupil without a date of its own, as said last."""

    legal_surname: str
    legal_forename: str
    middle_names: str | None = None
    known_as: str | None = None  # supplementary name information, reg 8(2)(b)
    date_of_birth: date
    sex: Sex
    upn: str | None = None  # unique pupil number
    ethnicity: str | None = None  # the Department's code for it
    address: str | None = None
    home_la_code: LaCode | None = None  # the authority where the pupil lives
    parents: tuple[Parent, ...] = ()
    emergency_contacts: tuple[EmergencyContact, ...] = ()
    last_school: LastSchool | None = None
    expected_leaving_on: date | None = None  # when the pupil is expected to leave this school


def placement_on(placements: Sequence[Placement], on: date) -> Placement:
    """Find the placement of a day; of a day before them all, the first.

    Args:
        placements: at least one, oldest first.
    """
    return next((each for each in reversed(placements) if each.from_on <= on), placements[0])

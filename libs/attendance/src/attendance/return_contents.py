"""What a statutory return tells the authority, by its kind: as the registers said when it was made.

Says no more than the law asks for each kind, and the pupil's unique pupil number beside it, by
which authorities' own forms ask (interpretation: decision 0039). Values; decides nothing.

Source: SI 2024/208 reg 13. Of paragraph (5), the deletion return, items (a) to (e) were read and
the ground is recalled; what an attendance and a sickness return hold beside name and address is
recalled too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from attendance.admission_entry import EmergencyContact, LastSchool, Parent, Sex
from attendance.admission_events import Destination, NewAddress, PupilDeleted
from attendance.alert_events import EvidenceEntry, ThresholdCorrected, ThresholdMet
from attendance.roll import Pupil
from attendance.rules import attendance_return, deletion_return, new_pupil_return, sickness_return

NEW_PUPIL: Final = new_pupil_return.RULE
DELETION: Final = deletion_return.RULE
ATTENDANCE: Final = attendance_return.RULE
SICKNESS: Final = sickness_return.RULE

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NEW_PUPIL: "New pupil return",
        DELETION: "Deletion return",
        ATTENDANCE: "Attendance return",
        SICKNESS: "Sickness return",
    }
)
"""The kinds of return, each by the slug of the rule that finds it due, and their titles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnContents:
    """What a return tells. None, or none of them: its kind doesn't ask, or nobody stated it."""

    school_name: str
    legal_surname: str
    legal_forename: str
    middle_names: str | None
    known_as: str | None
    upn: str | None
    address: str | None
    # Of a new pupil: the admission register's information (reg 13(3)).
    date_of_birth: date | None = None
    sex: Sex | None = None
    starting_day: date | None = None
    year_group: str | None = None
    boarder: bool | None = None
    last_school: LastSchool | None = None
    emergency_contacts: tuple[EmergencyContact, ...] = ()
    # Of a new pupil all of them; of a deleted one those the pupil normally lived with.
    parents: tuple[Parent, ...] = ()
    # Of a deletion (reg 13(5)), with what the school was told under reg 8(3).
    ground: str | None = None  # the letter of reg 9(1)
    deleted_on: date | None = None  # the last day on roll
    destination_school: Destination | None = None
    new_address: NewAddress | None = None
    # Of an absence: the sessions it was found by, or for illness how many and no more.
    absences: tuple[EvidenceEntry, ...] = ()
    figures: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What the registers said of a pupil at some moment."""

    school_name: str
    pupil: Pupil
    deletions: Sequence[PupilDeleted] = ()  # every one of this pupil's, oldest first


def contents_of(
    kind: str, registered: Registered, found: ThresholdMet | ThresholdCorrected
) -> ReturnContents:
    """Say what a return of a kind tells.

    Args:
        kind: one of KINDS.
        registered: as it was when the finding was made.
        found: the finding as stated last.
    """
    who = _who(registered)
    match kind:
        case new_pupil_return.RULE:
            return _of_new_pupil(who, registered.pupil, found)
        case deletion_return.RULE:
            return _of_deletion(who, registered, found)
        case attendance_return.RULE:
            return replace(who, absences=found.evidence, figures=found.figures)
        case _:
            return replace(who, figures=found.figures)


def _who(registered: Registered) -> ReturnContents:
    entry = registered.pupil.entry
    return ReturnContents(
        school_name=registered.school_name,
        legal_surname=entry.legal_surname,
        legal_forename=entry.legal_forename,
        middle_names=entry.middle_names,
        known_as=entry.known_as,
        upn=entry.upn,
        address=entry.address,
    )


def _of_new_pupil(
    who: ReturnContents, pupil: Pupil, found: ThresholdMet | ThresholdCorrected
) -> ReturnContents:
    entered = pupil.enrolment_on(found.met_on.on) or pupil.newest
    placed = pupil.placement_on(entered.starting_day)
    return replace(
        who,
        date_of_birth=pupil.entry.date_of_birth,
        sex=pupil.entry.sex,
        starting_day=entered.starting_day,
        year_group=placed.year_group,
        boarder=placed.boarder,
        last_school=pupil.entry.last_school,
        emergency_contacts=pupil.entry.emergency_contacts,
        parents=pupil.entry.parents,
    )


def _of_deletion(
    who: ReturnContents, registered: Registered, found: ThresholdMet | ThresholdCorrected
) -> ReturnContents:
    told = replace(who, parents=_lived_with(registered.pupil), deleted_on=found.met_on.on)
    of_day = [each for each in registered.deletions if each.deleted_on == found.met_on.on]
    if not of_day:
        return told
    return replace(
        told,
        ground=of_day[-1].ground,
        destination_school=of_day[-1].destination_school,
        new_address=of_day[-1].new_address,
    )


def _lived_with(pupil: Pupil) -> tuple[Parent, ...]:
    """List the parents lived with, each with a number to be called on where one is known.

    Reg 13(5) asks for at least one of each. Schools often state it once, of the contact of the same
    name.
    """
    numbers = {
        _plain(each.name): each.telephones[0] for each in reversed(pupil.entry.emergency_contacts)
    }
    return tuple(
        replace(each, telephone=each.telephone or numbers.get(_plain(each.name)))
        for each in pupil.entry.parents
        if each.lives_with
    )


def _plain(name: str) -> str:
    """Write a name so that it is the same in whichever case and spacing it was entered."""
    return " ".join(name.split()).casefold()

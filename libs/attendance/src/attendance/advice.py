"""What a school is asked for and not made to say: of an admission, a change and a deletion.

Where the regulations or the guidance want more than was sent, the command is carried out all the
same and its answer says what is wanting. Refuses nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.admission_entry import AdmissionEntry
from attendance.deletion import DeletePupil, unstated
from attendance.deletion_grounds import GROUNDS
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.school import School

CONTACTS_ASKED_FOR: Final = 2
"""People to call in an emergency: Working together to improve school attendance (DfE, July 2026),
"more than one person" (read in a secondary source)."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something wanting, by a pointer into what was sent."""

    pointer: str
    code: str  # a slug a machine can act on
    detail: str  # for the person; names nobody


def of_entry(entry: AdmissionEntry) -> Iterator[Advice]:
    """Say what the admission register should state of a pupil beside this (reg 8)."""
    called = {each.name for each in entry.parents if each.telephone is not None}
    called |= {each.name for each in entry.emergency_contacts}
    if not called:
        detail = "Nobody can be called in an emergency. Give at least two people with a telephone."
        yield Advice("/emergency_contacts", "no-emergency-contact", detail)
    elif len(called) < CONTACTS_ASKED_FOR:
        detail = "One person can be called in an emergency. More than one is asked for."
        yield Advice("/emergency_contacts", "one-emergency-contact", detail)
    if not any(each.lives_with for each in entry.parents):
        detail = "No parent is given with whom the pupil normally lives."
        yield Advice("/parents", "no-parent-lived-with", detail)
    if entry.address is None:
        yield Advice("/address", "no-address", "The pupil's address is not given.")


def of_upn(school: School, named: PupilId) -> Iterator[Advice]:
    """Say that a pupil's unique pupil number is also that of another, on roll beside them."""
    pupil = school.roll[named]
    upn = pupil.entry.upn
    if upn is not None and any(
        other.entry.upn == upn and _on_roll_with(other, pupil)
        for other in school.roll.values()
        if other.pupil != named
    ):
        detail = "Another pupil on roll has this unique pupil number. Check which of them it is of."
        yield Advice("/upn", "upn-of-another-pupil", detail)


def of_deletion(command: DeletePupil) -> Iterator[Advice]:
    """Say which conditions of the ground weren't stated (reg 9)."""
    for condition in unstated(GROUNDS[command.ground], command):
        detail = f"Not stated: {condition.meaning}."
        yield Advice(f"/conditions/{condition.name}", "condition-not-stated", detail)


def _on_roll_with(one: Pupil, other: Pupil) -> bool:
    """Whether their newest times on roll have a day in common."""
    return _not_over_by(one, other.starting_day) and _not_over_by(other, one.starting_day)


def _not_over_by(pupil: Pupil, on: date) -> bool:
    deleted_on = pupil.newest.deleted_on
    return deleted_on is None or on <= deleted_on

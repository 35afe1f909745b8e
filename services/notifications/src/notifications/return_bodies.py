"""What is told of a return: thin to whoever subscribed, whole to who may read what it tells.

Thin: identifiers, days, and of a deletion the letter of its ground; never a name or an address. Why
a pupil was away is told by the kind of return alone. Pure.
"""

from typing import Final

from attendance.admission_entry import EmergencyContact, LastSchool, Parent
from attendance.admission_events import Destination, NewAddress
from attendance.events import EvidenceEntry
from attendance.identifiers import Urn
from attendance.return_contents import ReturnContents

from notifications.codec import Json, instant
from notifications.statutory_return import StatutoryReturn

GROUND: Final = "ground"


def thin_return(urn: Urn, made: StatutoryReturn, source: str) -> Json:
    """Say of a return what it is, for whom and by when.

    Args:
        source: the URI of this service, under which the whole of it is found.
    """
    return _said(
        id=str(made.id),
        kind=made.rule,
        urn=urn,
        pupil=made.pupil,
        la_code=made.la_code,
        role=made.role.value,
        version=made.version,
        corrects=made.corrects and str(made.corrects),
        alert=str(made.alert),
        status="due" if made.withdrawn_because is None else "withdrawn",
        withdrawn_because=made.withdrawn_because and made.withdrawn_because.value,
        provisional=made.provisional,
        met_on=made.met_on.isoformat(),
        due_on=made.due_on and made.due_on.isoformat(),
        ground=made.contents.get(GROUND),
        made_at=instant(made.made_at),
        href=f"{source}/returns/{made.id}",
    )


def without_ground(thin: Json) -> Json:
    """Leave the letter of a deletion's ground out: it can be health, custody or death.

    The law has the authority know it. Whoever reads a school's own events need not.
    """
    return {name: value for name, value in thin.items() if name != GROUND}


def whole_return(thin: Json, made: StatutoryReturn) -> Json:
    """Add all that the law asks for to what is said of a return."""
    return {**thin, "contents": made.contents}


def contents_json(contents: ReturnContents) -> Json:
    """Write what a return tells; what nobody stated, or its kind doesn't ask, is left out."""
    days = {"date_of_birth": contents.date_of_birth, "starting_day": contents.starting_day}
    return _said(
        school_name=contents.school_name,
        legal_surname=contents.legal_surname,
        legal_forename=contents.legal_forename,
        middle_names=contents.middle_names,
        known_as=contents.known_as,
        upn=contents.upn,
        address=contents.address,
        **{name: on and on.isoformat() for name, on in days.items()},
        sex=contents.sex and contents.sex.value,
        year_group=contents.year_group,
        boarder=contents.boarder,
        last_school=contents.last_school and _last_school(contents.last_school),
        parents=[_parent(each) for each in contents.parents] or None,
        emergency_contacts=[_contact(each) for each in contents.emergency_contacts] or None,
        ground=contents.ground,
        deleted_on=contents.deleted_on and contents.deleted_on.isoformat(),
        destination_school=contents.destination_school and _school(contents.destination_school),
        new_address=contents.new_address and _new_address(contents.new_address),
        absences=[_absence(each) for each in contents.absences] or None,
        figures=contents.figures and dict(contents.figures),
    )


def _parent(parent: Parent) -> Json:
    return _said(
        name=parent.name,
        address=parent.address,
        telephone=parent.telephone,
        lives_with=parent.lives_with,
    )


def _contact(contact: EmergencyContact) -> Json:
    return _said(
        name=contact.name,
        relationship=contact.relationship,
        telephones=list(contact.telephones),
    )


def _last_school(school: LastSchool) -> Json:
    return _said(name=school.name, address=school.address)


def _school(school: Destination) -> Json:
    return _said(name=school.name, starts_on=school.starts_on and school.starts_on.isoformat())


def _new_address(new: NewAddress) -> Json:
    return _said(
        address=new.address,
        lives_with=new.lives_with,
        from_on=new.from_on and new.from_on.isoformat(),
    )


def _absence(entry: EvidenceEntry) -> Json:
    session = entry.session
    return {"date": session.on.isoformat(), "session": session.half.value, "code": entry.code.value}


def _said(**values: object) -> Json:
    return {name: value for name, value in values.items() if value is not None}

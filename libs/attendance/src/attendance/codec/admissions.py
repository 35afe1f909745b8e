"""The JSON of what happens in the admission register: admissions, changes and deletions."""

from datetime import date
from sys import intern
from typing import Final

from attendance.admission_events import (
    Destination,
    NewAddress,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
)
from attendance.codec.admission_entry import (
    periods,
    placement,
    read_entry,
    read_periods,
    read_placement,
    read_words,
    where,
    who,
)
from attendance.codec.form import (
    Fields,
    Form,
    compact,
    day,
    instant,
    read_day,
    read_instant,
    read_signatory,
    said,
    signatory,
)
from attendance.identifiers import PupilId


def _write_admitted(event: PupilAdmitted) -> str:
    return compact(
        {
            "pupil": event.pupil,
            **who(event),
            "year_group": event.year_group,
            "groups": event.groups,
            "starting_day": event.starting_day.isoformat(),
            "boarder": event.boarder,
            **where(event),
            "characteristics": event.characteristics,
            "characteristic_periods": periods(event.characteristic_periods) or None,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _write_changed(event: PupilDetailsChanged) -> str:
    return compact(
        {
            "pupil": event.pupil,
            "changed": event.changed,
            "effective_on": event.effective_on.isoformat(),
            **who(event.entry),
            "starting_day": event.starting_day.isoformat(),
            "placements": [placement(each) for each in event.placements],
            **where(event.entry),
            "characteristic_periods": periods(event.characteristics),
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _write_deleted(event: PupilDeleted) -> str:
    return compact(
        {
            "pupil": event.pupil,
            "ground": event.ground,
            "deleted_on": event.deleted_on.isoformat(),
            "ground_arose_on": day(event.ground_arose_on),
            "conditions": dict(event.conditions),
            "destination_school": _destination(event.destination_school),
            "new_address": _new_address(event.new_address),
            "notes": event.notes,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _destination(school: Destination | None) -> Fields | None:
    if school is None:
        return None
    return said({"name": school.name, "starts_on": day(school.starts_on)})


def _new_address(new: NewAddress | None) -> Fields | None:
    if new is None:
        return None
    return said({"address": new.address, "lives_with": new.lives_with, "from_on": day(new.from_on)})


def _read_admitted(fields: Fields) -> PupilAdmitted:
    entry = read_entry(fields)
    return PupilAdmitted(
        pupil=PupilId(fields["pupil"]),
        legal_surname=entry.legal_surname,
        legal_forename=entry.legal_forename,
        middle_names=entry.middle_names,
        known_as=entry.known_as,
        date_of_birth=entry.date_of_birth,
        sex=entry.sex,
        upn=entry.upn,
        ethnicity=entry.ethnicity,
        year_group=intern(fields["year_group"]),
        groups=read_words(fields["groups"]),
        starting_day=date.fromisoformat(fields["starting_day"]),
        boarder=fields["boarder"],
        address=entry.address,
        home_la_code=entry.home_la_code,
        parents=entry.parents,
        emergency_contacts=entry.emergency_contacts,
        last_school=entry.last_school,
        expected_leaving_on=entry.expected_leaving_on,
        characteristics=read_words(fields["characteristics"]),
        characteristic_periods=read_periods(fields.get("characteristic_periods", [])),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _read_changed(fields: Fields) -> PupilDetailsChanged:
    return PupilDetailsChanged(
        pupil=PupilId(fields["pupil"]),
        entry=read_entry(fields),
        starting_day=date.fromisoformat(fields["starting_day"]),
        placements=tuple(read_placement(each) for each in fields["placements"]),
        characteristics=read_periods(fields["characteristic_periods"]),
        effective_on=date.fromisoformat(fields["effective_on"]),
        changed=read_words(fields["changed"]),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _read_deleted(fields: Fields) -> PupilDeleted:
    return PupilDeleted(
        pupil=PupilId(fields["pupil"]),
        ground=fields["ground"],
        deleted_on=date.fromisoformat(fields["deleted_on"]),
        ground_arose_on=read_day(fields.get("ground_arose_on")),
        conditions=dict(fields["conditions"]),
        destination_school=_read_destination(fields.get("destination_school")),
        new_address=_read_new_address(fields.get("new_address")),
        notes=fields.get("notes"),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _read_destination(fields: Fields | None) -> Destination | None:
    if fields is None:
        return None
    return Destination(name=fields["name"], starts_on=read_day(fields.get("starts_on")))


def _read_new_address(fields: Fields | None) -> NewAddress | None:
    if fields is None:
        return None
    return NewAddress(
        address=fields["address"],
        lives_with=fields.get("lives_with"),
        from_on=read_day(fields.get("from_on")),
    )


FORMS: Final = (
    Form("PupilAdmitted.v1", PupilAdmitted, _write_admitted, _read_admitted),
    Form("PupilDetailsChanged.v1", PupilDetailsChanged, _write_changed, _read_changed),
    Form("PupilDeleted.v1", PupilDeleted, _write_deleted, _read_deleted),
)

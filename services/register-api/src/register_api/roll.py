"""Reads of the admission register: the roll of a day, and one pupil's entry. Changes nothing.

What is known at an instant that has passed is the same whenever it is asked for.
"""

from collections.abc import Sequence
from datetime import date, datetime

from attendance.advice import Advice, of_entry, of_upn
from attendance.calendar import london_date
from attendance.deletion_grounds import Letter
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from servicekit.caller import Caller, Scope
from servicekit.errors import NotFound
from servicekit.paging import cursor_refused, decode_cursor, encode_cursor

from register_api.commands import Registry
from register_api.queries.moment import moment_of
from register_api.schemas.queries import AsOf, RollQuery
from register_api.schemas.roll import (
    CharacteristicOut,
    EmergencyContactOut,
    EnrolmentOut,
    LastSchoolOut,
    ParentOut,
    ParticularsOut,
    PlacementOut,
    PupilEntryOut,
    PupilOut,
    PupilsOut,
)


async def roll_of(registry: Registry, caller: Caller, urn: int, query: RollQuery) -> PupilsOut:
    """Read a page of the roll of a day, by surname and forename.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: the cursor isn't one of ours (422).
    """
    async with moment_of(registry, caller, urn, query) as moment:
        school = moment.school
    on = query.on or london_date(moment.latest)
    roll = [
        pupil
        for pupil in school.roll_on(on, query.group)
        if query.year_group in (None, pupil.placement_on(on).year_group)
    ]
    admitted = list(school.roll.values())
    last = _last_shown(admitted, query.cursor)
    rest = [pupil for pupil in roll if last is None or _sort_key(pupil) > _sort_key(last)]
    following = None
    if len(rest) > query.limit:
        following = encode_cursor([admitted.index(rest[query.limit - 1])])
    return PupilsOut(items=[_on_roll(each, on) for each in rest[: query.limit]], next=following)


async def entry_of(
    registry: Registry, caller: Caller, urn: int, pupil: PupilId, asked: AsOf
) -> PupilEntryOut:
    """Read a pupil's entry, as it stands or as it was known at a moment.

    Raises:
        NotFound: the school isn't the caller's to see, or the register didn't have the pupil.
    """
    async with moment_of(registry, caller, urn, asked) as moment:
        found = moment.school.roll.get(pupil)
    if found is None:
        raise NotFound("There is no such pupil at this school.")
    wholly = not caller.scopes.isdisjoint({Scope.ADMISSIONS_WRITE, Scope.AUDIT_READ})
    return _entry(found, asked.as_of, wholly=wholly)


async def advice_on(
    registry: Registry, caller: Caller, urn: int, pupil: PupilId, position: int
) -> list[Advice]:
    """Say what is wanting in a pupil's entry, as it and the roll stood at a position.

    Asked of a position, since a command that is sent again is answered the same.
    """
    async with moment_of(registry, caller, urn, AsOf(as_of_position=position)) as moment:
        school = moment.school
    return [*of_entry(school.roll[pupil].entry), *of_upn(school, pupil)]


def _last_shown(admitted: Sequence[Pupil], cursor: str | None) -> Pupil | None:
    """Find the pupil a page ended with; the cursor is their place in the admission register.

    A cursor stands in URLs, so it names nobody; and a place there is kept for ever.
    """
    resumed = decode_cursor(cursor, (int,))
    if resumed is None:
        return None
    place: int = resumed[0]
    if place >= len(admitted):
        raise cursor_refused()
    return admitted[place]


def _sort_key(pupil: Pupil) -> list[str]:
    return [pupil.legal_surname, pupil.legal_forename, pupil.pupil]


def _on_roll(pupil: Pupil, on: date) -> PupilOut:
    enrolment, placement = pupil.enrolment_on(on) or pupil.newest, pupil.placement_on(on)
    return PupilOut(
        pupil=pupil.pupil,
        legal_surname=pupil.legal_surname,
        legal_forename=pupil.legal_forename,
        date_of_birth=pupil.date_of_birth,
        year_group=placement.year_group,
        groups=list(placement.groups),
        starting_day=enrolment.starting_day,
        deleted_on=enrolment.deleted_on,
        boarder=placement.boarder,
    )


def _entry(pupil: Pupil, as_of: datetime | None, *, wholly: bool) -> PupilEntryOut:
    return PupilEntryOut(
        pupil=pupil.pupil,
        as_of=as_of,
        revision=pupil.revision,
        legal_surname=pupil.entry.legal_surname,
        legal_forename=pupil.entry.legal_forename,
        middle_names=pupil.entry.middle_names,
        known_as=pupil.entry.known_as,
        date_of_birth=pupil.entry.date_of_birth,
        enrolments=[
            EnrolmentOut(
                starting_day=each.starting_day,
                deleted_on=each.deleted_on,
                # A ground may say that a pupil is excluded, detained or dead.
                ground=Letter(each.ground) if wholly and each.ground is not None else None,
            )
            for each in pupil.enrolments
        ],
        placements=[
            PlacementOut(
                from_on=each.from_on,
                year_group=each.year_group,
                groups=list(each.groups),
                boarder=each.boarder,
            )
            for each in pupil.placements
        ],
        plans=[plan.id for plan in pupil.plans],
        particulars=_particulars(pupil) if wholly else None,
    )


def _particulars(pupil: Pupil) -> ParticularsOut:
    entry, last = pupil.entry, pupil.entry.last_school
    return ParticularsOut(
        sex=entry.sex,
        upn=entry.upn,
        ethnicity=entry.ethnicity,
        address=entry.address,
        home_la_code=entry.home_la_code,
        parents=[
            ParentOut(
                name=each.name,
                address=each.address,
                telephone=each.telephone,
                lives_with=each.lives_with,
            )
            for each in entry.parents
        ],
        emergency_contacts=[
            EmergencyContactOut(
                name=each.name,
                relationship=each.relationship,
                telephones=list(each.telephones),
            )
            for each in entry.emergency_contacts
        ],
        last_school=None if last is None else LastSchoolOut(name=last.name, address=last.address),
        expected_leaving_on=entry.expected_leaving_on,
        characteristics=[
            CharacteristicOut(
                characteristic=each.characteristic,
                starts_on=each.starts_on,
                ends_on=each.ends_on,
            )
            for each in pupil.characteristics
        ],
    )

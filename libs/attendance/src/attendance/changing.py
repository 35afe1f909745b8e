"""Decides changes of what the admission register states of a pupil.

Year group, groups and boarding are dated: they differ from a day on, up to a later day of which
something else was said. All else is as said last, and the log knows what was said before.

Source: SI 2024/208 reg 8.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final

from attendance.admission import already_admitted, blanks, entry_refusals, group_blanks
from attendance.admission_entry import (
    AdmissionEntry,
    CharacteristicPeriod,
    Placement,
    placement_on,
)
from attendance.calendar import london_date
from attendance.characteristic_periods import begun_on, changed_to
from attendance.characteristics import StatedCharacteristic, characteristic_refusals
from attendance.errors import AdmissionRefused, PupilUnknown, Refusal
from attendance.events import PupilDetailsChanged, Signatory
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.school import School
from attendance.signing import unsigned

OF_ENTRY: Final = tuple(each.name for each in fields(AdmissionEntry))
OF_PLACEMENT: Final = ("year_group", "groups", "boarder")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementChange:
    """What is said of where a pupil stands in the school; None: nothing is."""

    year_group: str | None = None
    groups: tuple[str, ...] | None = None
    boarder: bool | None = None

    @property
    def says_something(self) -> bool:
        """Whether anything is said at all."""
        return (self.year_group, self.groups, self.boarder) != (None, None, None)

    def where_alike(self, one: Placement, other: Placement) -> "PlacementChange":
        """Give what of this change is about things that two placements state alike."""
        return PlacementChange(
            **{
                name: getattr(self, name)
                for name in OF_PLACEMENT
                if getattr(one, name) == getattr(other, name)
            }
        )

    def made_in(self, placement: Placement) -> Placement:
        """Give a placement with this change made."""
        return Placement(
            from_on=placement.from_on,
            year_group=placement.year_group if self.year_group is None else self.year_group,
            groups=placement.groups if self.groups is None else tuple(dict.fromkeys(self.groups)),
            boarder=placement.boarder if self.boarder is None else self.boarder,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDetails:
    """Change what the admission register states of a pupil; what isn't named stays as it is."""

    pupil: PupilId
    entry: Mapping[str, object]  # fields of AdmissionEntry by their names
    placement: PlacementChange = PlacementChange()
    starting_day: date | None = None
    # Words alone: those that hold from `effective_on` on. With days: in place of all there were.
    characteristics: tuple[StatedCharacteristic, ...] | None = None
    effective_on: date | None = None  # None: today, or the starting day if that is still to come
    by: Signatory | None  # None: nobody was named, which is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a command comes to, with whatever it leaves as it is."""

    entry: AdmissionEntry
    starting_day: date
    effective_on: date


def change_details(
    school: School, command: ChangeDetails, now: datetime, *, entered: bool
) -> PupilDetailsChanged | None:
    """Change a pupil's entry in the admission register.

    Args:
        entered: whether the attendance register has an entry of the pupil for a session on or
            after the starting day so far and before the one asked for.

    Returns:
        None when all of it is stated already: saying a thing twice is no new fact.

    Raises:
        PupilUnknown: the register never had the pupil.
        AdmissionRefused: every reason at once; `starting-day-not-changeable` is a conflict.
    """
    pupil = school.roll.get(command.pupil)
    if pupil is None:
        raise PupilUnknown
    today = london_date(now)
    said = _said(pupil, command, today)
    refusals = [
        *unsigned(command.by),
        *_placement_refusals(pupil, command.placement, said),
        *_starting_day_refusals(pupil, said.starting_day, entered=entered),
        *entry_refusals(said.entry, said.starting_day, today),
        *characteristic_refusals(command.characteristics or ()),
    ]
    if refusals or command.by is None:
        raise AdmissionRefused(refusals)
    placements = _placements(pupil, command.placement, said)
    characteristics = _characteristics(pupil, command.characteristics, said)
    changed = (
        *_stated_otherwise(pupil, said),
        *_placed_otherwise(pupil.placements, placements, said.starting_day),
        *(["characteristics"] if set(characteristics) != set(pupil.characteristics) else []),
    )
    if not changed:
        return None
    return PupilDetailsChanged(
        pupil=pupil.pupil,
        entry=said.entry,
        starting_day=said.starting_day,
        placements=placements,
        characteristics=characteristics,
        effective_on=said.effective_on,
        changed=changed,
        recorded_by=command.by,
        recorded_at=now,
    )


def _said(pupil: Pupil, command: ChangeDetails, today: date) -> _Said:
    starting_day = command.starting_day or pupil.starting_day
    return _Said(
        # Each is a field's name, with a value of that field's type.
        entry=replace(pupil.entry, **command.entry),  # type: ignore[arg-type]  # see above
        starting_day=starting_day,
        effective_on=command.effective_on or max(today, starting_day),
    )


def _placement_refusals(pupil: Pupil, change: PlacementChange, said: _Said) -> Iterator[Refusal]:
    if change.year_group is not None:
        yield from blanks({"/year_group": change.year_group})
    yield from group_blanks(change.groups or ())
    deleted_on = pupil.newest.deleted_on
    over = deleted_on is not None and deleted_on < said.effective_on
    if change.says_something and (over or said.effective_on < said.starting_day):
        detail = "The pupil is not on roll on the day from which this is to hold."
        yield Refusal("/effective_on", "not-on-roll", detail)


def _starting_day_refusals(pupil: Pupil, starting_day: date, *, entered: bool) -> Iterator[Refusal]:
    if starting_day == pupil.starting_day:
        return
    before = pupil.enrolments[-2].deleted_on if len(pupil.enrolments) > 1 else None
    if before is not None and starting_day <= before:
        yield already_admitted()
    deleted_on = pupil.newest.deleted_on
    if deleted_on is not None and deleted_on < starting_day:
        detail = "The pupil was deleted before that day."
        yield Refusal("/starting_day", "starting-day-not-plausible", detail)
    if entered:
        detail = "The attendance register has entries of the pupil for days before that."
        yield Refusal("/starting_day", "starting-day-not-changeable", detail, conflict=True)


def _placements(pupil: Pupil, change: PlacementChange, said: _Said) -> tuple[Placement, ...]:
    """Give the placements as changed from that day on, each thing until it is said otherwise."""
    stated, effective_on = _begun(pupil, said.starting_day), said.effective_on
    if not change.says_something:
        return stated
    on_the_day = replace(placement_on(stated, effective_on), from_on=effective_on)
    changed = change.made_in(on_the_day)
    later = []
    for each in (each for each in stated if effective_on < each.from_on):
        change = change.where_alike(on_the_day, each)
        later.append(change.made_in(each))
    before = (each for each in stated if each.from_on < effective_on)
    return (*before, changed, *later)


def _begun(pupil: Pupil, starting_day: date) -> tuple[Placement, ...]:
    """Give the placements with those of the newest time on roll beginning on its starting day."""
    if starting_day == pupil.starting_day:
        return pupil.placements
    first = pupil.placement_on(max(starting_day, pupil.starting_day))
    return (
        *(each for each in pupil.placements if each.from_on < pupil.starting_day),
        replace(first, from_on=starting_day),
        *(each for each in pupil.placements if max(starting_day, first.from_on) < each.from_on),
    )


def _stated_otherwise(pupil: Pupil, said: _Said) -> Iterator[str]:
    for name in OF_ENTRY:
        if getattr(said.entry, name) != getattr(pupil.entry, name):
            yield name
    if said.starting_day != pupil.starting_day:
        yield "starting_day"


def _placed_otherwise(
    before: Sequence[Placement], after: Sequence[Placement], starting_day: date
) -> list[str]:
    """Name what of the placements differs on some day on roll."""
    days = {max(each.from_on, starting_day) for each in (*before, *after)}
    return [
        name
        for name in OF_PLACEMENT
        if any(
            getattr(placement_on(before, on), name) != getattr(placement_on(after, on), name)
            for on in days
        )
    ]


def _characteristics(
    pupil: Pupil, stated: Sequence[StatedCharacteristic] | None, said: _Said
) -> tuple[CharacteristicPeriod, ...]:
    begun = begun_on(pupil.characteristics, pupil.starting_day, said.starting_day)
    return changed_to(begun, stated, said.effective_on)

"""Whose sessions count in which group, day by day: a school's pupils put together. Pure.

A pupil counts in a year group, a registration group or a characteristic on the days on which they
stood in it. What is counted is times on roll, as the statistics do: one who left and came back is
two. Days of boarding count nowhere, no register being due (SI 2024/208 reg 10(1)).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import Final, NamedTuple, TypeAlias

from attendance.identifiers import PupilId
from attendance.published_cohort import Cohort, days_published
from attendance.rules.facts import PupilFacts
from attendance.session import academic_year_of

from thresholds.due import Due
from thresholds.figures.spans import ALWAYS, Span, Spans, mask_of, masked, weekday_mask
from thresholds.packing import first_day
from thresholds.timetable import Timetable

DAY: Final = timedelta(days=1)
WEEKDAYS: Final = (
    *("monday", "tuesday", "wednesday", "thursday", "friday"),
    *("saturday", "sunday"),
)


class GroupBy(StrEnum):
    """What pupils are told apart by."""

    YEAR_GROUP = "year-group"
    GROUP = "group"  # registration group
    CHARACTERISTIC = "characteristic"
    PUPIL = "pupil"
    WEEKDAY = "weekday"
    SCHOOL = "school"  # where there are several


class PackedPupil(NamedTuple):
    """A pupil, and what was entered of them."""

    pupil: PupilId
    facts: PupilFacts
    years: Mapping[int, bytes]  # packed sessions, by first calendar year


Packed: TypeAlias = Mapping[int, bytes]
"""What counts of one time on roll: packed sessions, by first calendar year."""


class OnRoll(NamedTuple):
    """One time on roll of one pupil."""

    pupil: PupilId
    facts: PupilFacts
    sessions: Packed


def times_on_roll(
    pupils: Iterable[PackedPupil], timetable: Timetable, cohort: Cohort = Cohort.SCHOOL
) -> Iterator[OnRoll]:
    """Give what counts of each time on roll: entries of sessions that were due.

    An entry is of the time on roll that had begun last; there is none after it has ended.
    """
    for pupil, facts, years in pupils:
        due = Due(timetable, facts.placements)
        held = {year: due.held(year, packed) for year, packed in years.items()}
        starts = [each.starting_day for each in facts.enrolments]
        for starting, following in zip_longest(starts, starts[1:]):
            begins = None if starting == starts[0] else starting
            span = Span(begins, following and following - DAY)
            sessions = _within(held, (span,))
            if cohort is Cohort.DFE:
                sessions = _published(sessions, facts.date_of_birth, starting)
            yield OnRoll(pupil, facts, sessions)


def by_group(on_roll: Iterable[OnRoll], by: GroupBy | None) -> dict[str, list[Packed]]:
    """Put times on roll together by what they are to be told apart by.

    Returns:
        By the group's name; under an empty one all of them, when they aren't to be told apart.
    """
    groups: dict[str, list[Packed]] = defaultdict(list)
    for each in on_roll:
        for name, sessions in _in_groups(each, by):
            groups[name].append(sessions)
    return groups


def with_and_without(
    on_roll: Sequence[OnRoll], characteristic: str
) -> tuple[list[Packed], list[Packed]]:
    """Tell the days on which a characteristic held from those on which it didn't."""
    held, others = [], []
    for each in on_roll:
        spans = _characteristics(each.facts).get(characteristic, ())
        others.append(_without(each.sessions, spans))
        if spans:
            held.append(_within(each.sessions, spans))
    return held, others


def _in_groups(of: OnRoll, by: GroupBy | None) -> Iterator[tuple[str, Packed]]:
    match by:
        case None:
            yield "", of.sessions
        case GroupBy.PUPIL:
            yield of.pupil, of.sessions
        case GroupBy.WEEKDAY:
            for weekday, name in enumerate(WEEKDAYS):
                yield name, _on_weekday(of.sessions, weekday)
        case _:
            for name, spans in _stood(of.facts, by).items():
                yield name, _within(of.sessions, spans)


def _stood(facts: PupilFacts, by: GroupBy) -> dict[str, Spans]:
    """Give the days on which a pupil stood in each group."""
    if by is GroupBy.CHARACTERISTIC:
        return _characteristics(facts)
    stood: dict[str, Spans] = {}
    placements = facts.placements
    for place, following in zip_longest(placements, placements[1:]):
        begins = None if place is placements[0] else place.from_on
        span = Span(begins, following and following.from_on - DAY)
        for name in (place.year_group,) if by is GroupBy.YEAR_GROUP else place.groups:
            stood[name] = (*stood.get(name, ()), span)
    return stood


def _characteristics(facts: PupilFacts) -> dict[str, Spans]:
    stood: dict[str, Spans] = {}
    for each in facts.characteristics:
        span = Span(each.starts_on, each.ends_on)
        stood[each.characteristic] = (*stood.get(each.characteristic, ()), span)
    return stood


def _published(sessions: Packed, born: date, starting: date) -> Packed:
    counted = {}
    for year, packed in sessions.items():
        days = days_published(born, starting, academic_year_of(first_day(year)))
        if days is not None:
            counted[year] = masked(packed, mask_of((Span(*days),), year))
    return counted


def _on_weekday(sessions: Packed, weekday: int) -> Packed:
    return {year: masked(packed, weekday_mask(weekday, year)) for year, packed in sessions.items()}


def _within(sessions: Packed, spans: Spans) -> Packed:
    if spans == (ALWAYS,):
        return sessions
    return {year: masked(packed, mask_of(spans, year)) for year, packed in sessions.items()}


def _without(sessions: Packed, spans: Spans) -> Packed:
    if not spans:
        return sessions
    return {year: masked(packed, ~mask_of(spans, year)) for year, packed in sessions.items()}

"""What judging takes of the school, and since which event. Pure; no SQL, no rule of its own.

Its timetable, its details, and the numbers that each rule judges it by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from attendance.codec import decode
from attendance.events import RuleTermsSet, SchoolDetails, SchoolDetailsChanged, SchoolRegistered
from attendance.rules.catalogue import RULES
from attendance.rules.setting import terms_in_force

from thresholds.digest import Digest
from thresholds.errors import SchoolNeverRegistered
from thresholds.in_time import InTime, in_time
from thresholds.timetable import Timetable, Timetables, timetables_of

# Any: the terms of each rule are of its own type.
Setting: TypeAlias = Mapping[str, tuple[Any, ...]]
"""The terms of every rule in force in a school, by the rule's slug, in order of their days."""

THE_RULES_OWN: Final[Setting] = MappingProxyType({slug: rule.terms for slug, rule in RULES.items()})
REMEMBERED: Final = 512  # schools


@dataclass(frozen=True, slots=True)
class School:
    """A school as it stood at an event."""

    timetable: Timetable
    stated: SchoolDetails | None
    terms: Setting

    @property
    def details(self) -> SchoolDetails:
        """What the school said of itself last.

        Raises:
            SchoolNeverRegistered: it said nothing yet.
        """
        if self.stated is None:
            raise SchoolNeverRegistered
        return self.stated


@dataclass(frozen=True, slots=True)
class SchoolInTime:
    """A school as it stood at each position of a stretch of its log."""

    timetables: Timetables
    details: InTime[SchoolDetails | None]
    terms: InTime[Setting]

    def at(self, position: int) -> School:
        """The school once the event at a position has happened."""
        return School(
            self.timetables.at(position), self.details.at(position), self.terms.at(position)
        )


def school_in_time(
    calendars: Sequence[str], details: str | None, terms: Sequence[str], digest: Digest
) -> SchoolInTime:
    """Follow a school through a stretch of its log.

    Args:
        calendars: payloads in force before, in order of year.
        details: the payload that stated them last before; None where none did.
        terms: payloads in force before, of each rule that any were set for.
    """
    return SchoolInTime(
        timetables_of(calendars, digest.calendars),
        in_time(details_in(details), ((each.position, each.details) for each in digest.details)),
        _settings(setting_of(tuple(terms)), digest),
    )


@lru_cache(maxsize=REMEMBERED)
def details_in(payload: str | None) -> SchoolDetails | None:
    """Read a school's details from the event that stated them."""
    if payload is None:
        return None
    event = decode("SchoolDetailsChanged.v1", payload)  # registering says it in the same words
    return event.details if isinstance(event, SchoolRegistered | SchoolDetailsChanged) else None


@lru_cache(maxsize=REMEMBERED)
def setting_of(payloads: tuple[str, ...]) -> Setting:
    """Read which terms are in force where some were set.

    Args:
        payloads: of the RuleTermsSet events in force, at most one a rule.
    """
    setting = dict(THE_RULES_OWN)
    for payload in payloads:
        event = decode("RuleTermsSet.v1", payload)
        if isinstance(event, RuleTermsSet):
            setting.update(_set(event))
    return MappingProxyType(setting)


def _settings(before: Setting, digest: Digest) -> InTime[Setting]:
    stated: list[tuple[int, Setting]] = []
    newest = before
    for each in digest.terms:
        newest = MappingProxyType({**newest, **_set(each.event)})
        stated.append((each.position, newest))
    return in_time(before, stated)


def _set(event: RuleTermsSet) -> Setting:
    return {event.rule: terms_in_force(RULES[event.rule], event.periods)}

"""A rule as a value: where it is written, what it is made of, who decides what on it.

Each rule's module makes its own; `catalogue` lists them all. Judges nothing itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Final, TypeAlias

from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Finding
from attendance.rules.standing import Standing
from attendance.rules.terms import Terms


class About(StrEnum):
    """Who or what a finding is about."""

    PUPIL = auto()
    REGISTER = auto()  # of a group and session


class Cause(StrEnum):
    """What may change a rule's findings, apart from time."""

    ENTRIES = auto()
    ADMISSION = auto()  # an admission, a change of its details, a deletion
    PLANS = auto()
    DECISIONS = auto()  # on its own alerts


class Ending(StrEnum):
    """What becomes of an alert whose finding is there no more."""

    WITHDRAWN = auto()  # its ground wasn't what the register said
    CLOSED = auto()  # or else it was true, and what it asked for was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a person may decide on an alert."""

    slug: str
    meaning: str
    closes: bool
    takes_notice: bool = False  # it is about a penalty notice, which must be given
    may_postpone: bool = False  # a day may be given up to which nothing new is raised


CONSIDERED: Final = Outcome(
    slug="considered", meaning="considered; the alert stays open", closes=False
)
NO_FURTHER_ACTION: Final = Outcome(
    slug="no-further-action", meaning="considered; nothing further is to be done", closes=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settable:
    """A number of the terms that a school or its authority may set, and how far."""

    meaning: str
    least: int = 0
    most: int = 0  # both 0: true or false, or a word, as the rule's own is


# Any: each rule is asked with its own terms, which a sequence of rules can't say.
Findings: TypeAlias = Callable[[Circumstances, Any], Sequence[Finding]]
Wakes: TypeAlias = Callable[[Circumstances, Any], Iterator[datetime]]


Done: TypeAlias = Callable[[Standing, Circumstances], bool]


def never_done(_alert: Standing, _of: Circumstances) -> bool:
    """Take no alert without a finding for done: its ground is gone."""
    return False


def never(_circumstances: Circumstances, _terms: Terms) -> Iterator[datetime]:
    """Name no instant: time alone changes nothing."""
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        met_when: when it is met, in a sentence with its numbers.
        units: what each number of its terms counts, by name.
        evidence: what its findings carry as proof.
        told_to: whom it is for.
        to_home_authority: the authority where the pupil lives is told too, where it is another.
        findings: every episode under the given terms, oldest first, as known at the instant.
        wakes: instants after that one at which they may be others though nothing new was recorded;
            naming one too many does no harm, one too few does.
        done: where an alert may be closed by what happened, whether what it asked for was done;
            asked once its finding is there no more.
        of_spells: a finding holds for a while and lapses, so that one begun earlier is the same.
        settable: the numbers that may be set, by name.
    """

    slug: str
    title: str
    met_when: str
    terms: tuple[Terms, ...]  # in order of the days they are in force
    units: Mapping[str, str]
    evidence: str
    told_to: str
    about: About = About.PUPIL
    causes: frozenset[Cause] = frozenset({Cause.ENTRIES})
    ending: Ending = Ending.WITHDRAWN
    outcomes: tuple[Outcome, ...] = (CONSIDERED, NO_FURTHER_ACTION)
    findings: Findings
    wakes: Wakes = never
    done: Done = never_done
    of_spells: bool = False
    to_home_authority: bool = False
    settable: Mapping[str, Settable] = field(default_factory=dict)

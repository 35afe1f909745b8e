"""What a rule works on and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from attendance.events import EvidenceEntry
from attendance.rules.terms import Terms
from attendance.session import Session

Entry: TypeAlias = EvidenceEntry
"""A pupil's entry in force for one session; those of a finding are its evidence as they are."""

Due: TypeAlias = Callable[[Session], bool]
"""Whether a session that the school holds was one for the pupil: of their year group, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One episode in which a rule's terms are met."""

    rule: str  # slug
    met_on: Session  # the session that completed it
    evidence: tuple[Entry, ...]  # the entries that prove it, oldest first
    figures: Mapping[str, int]  # counts at `met_on`
    provisional: bool  # it rests on a code N, or on days not wholly entered
    lapsed_on: Session | None  # the session with which it stopped holding; None while it holds
    terms: Terms
    trigger: str | None = None  # which of the rule's grounds, where it has several
    rests_on: tuple[int, ...] = ()  # positions of events that prove it beside the entries
    due_on: date | None = None  # the last day for what it asks for


def always_due(session: Session) -> bool:
    """Take every session that the school holds for one of the pupil's."""
    return True

"""The fact that a school is judged by numbers of its own, where a rule leaves them to be set.

What the law fixes can't be set; which numbers may be, and how far, each rule says itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from attendance.signing import Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPeriod:
    """Numbers in the place of a rule's own, between two days; both are included."""

    terms: Mapping[str, int | bool | str]  # by the name of the number
    in_force_from: date
    in_force_to: date | None = None
    source: str  # who set them and where: an authority's policy, a school's


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTermsSet:
    """The numbers a school is judged by under one rule were set; all of them are stated anew."""

    rule: str
    periods: tuple[TermsPeriod, ...]  # in order, none crossing another; empty: the rule's own again
    recorded_by: Signatory
    recorded_at: datetime

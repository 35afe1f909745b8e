"""The facts about thresholds: that one was met, and what became of the finding.

A finding is of the register as it stood. Later amendments don't unmake the fact that it was found:
they correct or withdraw it, on the record. Every `_at` is an aware UTC instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.session import Session


class EvidenceEntry(NamedTuple):
    """An entry in force, and where the log holds it.

    A named tuple and not a dataclass (decision 0012): rules walk years of them.
    """

    session: Session
    code: Code
    position: int  # of the event in the school's log that made the entry or amended it last


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdMet:
    """A pupil's attendance reached a threshold that the law or guidance sets."""

    alert: UUID  # names the finding in everything that follows from it; the same on a rebuild
    rule: str  # slug
    pupil: PupilId
    episode: int  # 1 for the pupil's first under this rule, withdrawn ones counted
    met_on: Session  # the session that completed it
    provisional: bool  # it rests on a code N, or on days not wholly entered
    evidence: tuple[EvidenceEntry, ...]  # the sessions that prove it, oldest first
    figures: Mapping[str, int]  # counts at `met_on`
    terms: Mapping[str, object]  # the legal numbers it was judged by, with their dates
    source: str  # the law or guidance
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdCorrected:
    """A standing finding holds, on other grounds than those last stated; all are stated anew."""

    alert: UUID
    rule: str
    pupil: PupilId
    met_on: Session
    provisional: bool
    evidence: tuple[EvidenceEntry, ...]
    figures: Mapping[str, int]
    reason: str
    reopened: bool = False  # true: it had lapsed, and as corrected it holds again
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdWithdrawn:
    """A finding has no ground left: the register as amended doesn't show it."""

    alert: UUID
    rule: str
    pupil: PupilId
    reason: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdLapsed:
    """A finding was true and ended by itself: later attendance brought the rate back below."""

    alert: UUID
    rule: str
    pupil: PupilId
    lapsed_on: Session  # the session with which it no longer held
    reason: str
    lapsed_at: datetime


AlertEvent: TypeAlias = ThresholdMet | ThresholdCorrected | ThresholdWithdrawn | ThresholdLapsed

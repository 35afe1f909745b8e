"""The facts about thresholds: that one was met, what was decided on it, and what became of it.

A finding is of the register as it stood. Later amendments don't unmake the fact that it was found:
they correct or withdraw it, on the record. Every `_at` is an aware UTC instant. A finding is about
one pupil; where `pupil` is None, about a register, of the pupils of `group` or of those of none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from attendance.codes import Code
from attendance.identifiers import PupilId
from attendance.penalty_notices import PenaltyNotice
from attendance.session import Session
from attendance.signing import Signatory


class EvidenceEntry(NamedTuple):
    """An entry in force, and where the log holds it.

    A named tuple and not a dataclass (decision 0012): rules walk years of them.
    """

    session: Session
    code: Code
    position: int  # of the event in the school's log that made the entry or amended it last


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdMet:
    """A threshold that the law or guidance sets was reached, or one of its duties arose."""

    alert: UUID  # names the finding in everything that follows from it; the same on a rebuild
    rule: str  # slug
    pupil: PupilId | None
    group: str | None = None  # of a register
    trigger: str | None = None  # which of the rule's several grounds
    episode: int  # 1 for the pupil's first under this rule, withdrawn ones counted
    met_on: Session  # the session that completed it
    provisional: bool  # it rests on a code N, or on days not wholly entered
    evidence: tuple[EvidenceEntry, ...]  # the sessions that prove it, oldest first
    figures: Mapping[str, int]  # counts at `met_on`
    terms: Mapping[str, object]  # the legal numbers it was judged by, with their dates
    source: str  # the law or guidance
    rests_on: tuple[int, ...] = ()  # positions of events that prove it beside the entries
    due_on: date | None = None  # the last day for what it asks for
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdCorrected:
    """A standing finding holds, on other grounds than those last stated; all are stated anew."""

    alert: UUID
    rule: str
    pupil: PupilId | None
    met_on: Session
    provisional: bool
    evidence: tuple[EvidenceEntry, ...]
    figures: Mapping[str, int]
    rests_on: tuple[int, ...] = ()
    due_on: date | None = None
    reason: str
    reopened: bool = False  # true: it had lapsed, and as corrected it holds again
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdWithdrawn:
    """A finding has no ground left: the register as amended doesn't show it."""

    alert: UUID
    rule: str
    pupil: PupilId | None
    reason: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdLapsed:
    """A finding was true and ended by itself: attendance rose, or what it asked for was done."""

    alert: UUID
    rule: str
    pupil: PupilId | None
    lapsed_on: Session  # the session with which it no longer held
    reason: str
    lapsed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertConsidered:
    """A person considered a finding and decided what follows, which may be nothing."""

    alert: UUID
    rule: str
    pupil: PupilId | None
    outcome: str  # one of those of the rule
    reason: str
    closes: bool  # whether the alert is done with; a new episode is another alert
    through: date  # the last day it is about: what comes after may give new cause
    notice: PenaltyNotice | None = None  # issued, or withdrawn
    decided_by: Signatory
    decided_at: datetime


AlertEvent: TypeAlias = (
    ThresholdMet | ThresholdCorrected | ThresholdWithdrawn | ThresholdLapsed | AlertConsidered
)

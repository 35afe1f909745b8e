"""The facts of a closure that nobody planned, such as a snow day, and of its reversal.

The entries it caused are events of their own, since the law treats each entry by itself; they carry
the closure's id.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from attendance.session import Session
from attendance.signing import Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplannedClosure:
    """Sessions that were due to be held couldn't be (SI 2024/208 reg 10, Table 3, Y3 and Y4)."""

    closure: UUID
    sessions: tuple[Session, ...]  # one, or both of a day
    group: str | None  # only this registration group (Y3); None: the whole site (Y4)
    reason: str  # the circumstances
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureReversed:
    """A closure was entered that wasn't one; its entries were amended to what they were before."""

    closure: UUID
    reason: str
    recorded_by: Signatory
    recorded_at: datetime


ClosureEvent: TypeAlias = UnplannedClosure | ClosureReversed

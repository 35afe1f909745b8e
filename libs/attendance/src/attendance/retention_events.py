"""The facts of retention: what is held back from being dropped, and what was dropped.

A hold keeps entries beyond the six years that the law asks for; a dropping says what went, so that
an old copy can be shown to belong. Every `_at` is an aware UTC instant.

Source: SI 2024/208 reg 7.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, TypeAlias
from uuid import UUID

from attendance.identifiers import PupilId
from attendance.signing import Signatory

HoldId = NewType("HoldId", UUID)
"""Names a hold for as long as it stands, and afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionHoldPlaced:
    """Entries are to be kept until further notice, such as for a prosecution or an inquiry."""

    hold: HoldId
    pupil: PupilId | None  # only what names this pupil; None: whatever the school has
    reason: str
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionHoldLifted:
    """A hold ended: what it kept goes by the law's years alone again."""

    hold: HoldId
    reason: str
    recorded_by: Signatory
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingYearDropped:
    """The entries that were made in one recording year were dropped from the school's log.

    Events of that year on which the school's details and roll rest are still there, as they were.
    """

    recording_year: int  # by its first calendar year: 2026 is 1 August 2026 to 31 July 2027, UTC
    first_position: int  # of the year's events, as they were before
    last_position: int
    events: int  # how many there were
    kept: int  # how many of them are still there
    digest: str  # SHA-256 over the leaf hashes of all of them, in order; hexadecimal
    earlier: int  # how many events, kept when earlier years were dropped, went with this one
    episodes: int  # the highest number of any alert that went; 0 when none did
    recorded_by: Signatory  # who dropped it
    recorded_at: datetime


RetentionEvent: TypeAlias = RetentionHoldPlaced | RetentionHoldLifted | RecordingYearDropped

"""The facts about statutory returns: that the authority has one, and that it was sent by hand.

A return itself is no fact of its own: it follows from a finding and from what the admission
register said then. Every `_at` is an aware UTC instant.

Source: SI 2024/208 reg 13.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from attendance.identifiers import LaCode, PupilId
from attendance.signing import Signatory


class Channel(StrEnum):
    """How a return was sent that a person sent."""

    PORTAL = "portal"  # the authority's own form
    EMAIL = "email"
    POST = "post"
    TELEPHONE = "telephone"
    IN_PERSON = "in-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAcknowledged:
    """A local authority said that it has a return, or later what it calls it."""

    statutory_return: UUID
    alert: UUID  # the finding it was made of
    rule: str  # slug, which is also the kind of return
    pupil: PupilId
    la_code: LaCode
    reference: str | None = None  # the authority's own
    acknowledged_by: Signatory | None  # who there; None: its system, under its own token
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSubmitted:
    """A return was sent to its authority in another way than from here, as a person recorded.

    Or the authority was told so that the return was withdrawn.
    """

    statutory_return: UUID
    alert: UUID
    rule: str
    pupil: PupilId
    la_code: LaCode
    submitted_on: date
    how: Channel
    reference: str | None = None  # what the authority gave for it
    withdrawal: bool = False  # not the return was sent, but that it is withdrawn
    recorded_by: Signatory
    recorded_at: datetime


ReturnEvent: TypeAlias = ReturnAcknowledged | ReturnSubmitted

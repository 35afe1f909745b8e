"""Published figures that a school's own are held against: values, and which of them are a school's.

Reads no file and holds no SQL.

Source: DfE, Pupil attendance in schools: sessions by code, for England, its regions and local
authorities, by phase.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from attendance.codes import Code
from attendance.school_details import Phase

YEAR_TO_DATE: Final = "Academic year"
"""What the Department calls the figures of a year so far; there are others of weeks and terms."""


class Level(StrEnum):
    """What published figures are about."""

    NATIONAL = "national"
    REGION = "region"
    LA = "la"


class PublishedPhase(StrEnum):
    """The phases that figures are published for."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Published figures of one place and phase; what was suppressed is None.

    Attributes:
        time_period: academic year, `2025-26`.
        identifier: which part of it, in the Department's words.
        code: an authority's three digits; of a region or the country as published.
        region: of an authority, the code of the region it lies in.
        authorised: the Department's own total, which the codes fall short of in a few rows.
        persistent_rate: percent of enrolments, to four places.
        by_code: sessions of each code; empty where one was suppressed.
    """

    time_period: str
    identifier: str
    level: Level
    code: str
    name: str
    region: str | None
    phase: PublishedPhase
    possible: int | None
    attended: int | None
    authorised: int | None
    unauthorised: int | None
    late: int | None
    persistent_rate: str | None
    by_code: Mapping[Code, int]

    @property
    def key(self) -> tuple[str, ...]:
        """What there is one of."""
        return self.time_period, self.identifier, self.level, self.code, self.phase


def phase_of(phase: Phase) -> PublishedPhase:
    """Give the phase whose published figures a school stands beside; of the rarer ones, of all."""
    match phase:
        case Phase.PRIMARY | Phase.SECONDARY | Phase.SPECIAL:
            return PublishedPhase(phase)
        case _:
            return PublishedPhase.TOTAL

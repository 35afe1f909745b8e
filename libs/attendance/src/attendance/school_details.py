"""What a school is: name, authority, phase and session times, with the limits the law sets them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Final

from attendance.errors import Refusal
from attendance.identifiers import LaCode
from attendance.session import Half
from attendance.wording import legible

REGISTER_CLOSES_WITHIN: Final = 30
"""Minutes a register may stay open: Working together to improve school attendance (DfE, in force 19
August 2024), the taking of the register."""


class Phase(StrEnum):
    """The kind of education a school gives."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    MIDDLE = "middle"
    SECONDARY = "secondary"
    ALL_THROUGH = "all-through"
    SPECIAL = "special"
    ALTERNATIVE_PROVISION = "alternative-provision"
    SIXTEEN_PLUS = "sixteen-plus"


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """When the taking of a session's register begins and when it ends, on the school's clock."""

    starts: time
    closes: time

    @property
    def minutes_open(self) -> float:
        """How long the register is open; negative where it closes before it starts."""
        return minutes_between(self.starts, self.closes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDetails:
    """A school as its register names it."""

    name: str
    la_code: LaCode
    phase: Phase
    trust: str | None = None
    times: Mapping[Half, SessionTimes]  # both halves


def problems_of(details: SchoolDetails) -> Iterator[Refusal]:
    """List what is impossible in a school's details, by pointers into `PUT /schools/{urn}`.

    Not a check of the value itself: details recorded under an older limit must stay readable.
    """
    if not legible(details.name):
        yield Refusal("/name", "blank", "A school has a name.")
    for half in Half:
        if half not in details.times:
            detail = "A school day has a morning and an afternoon session."
            yield Refusal(f"/sessions/{half}", "session-times-missing", detail)
    for half, times in details.times.items():
        if not 0 < times.minutes_open <= REGISTER_CLOSES_WITHIN:
            detail = "A register closes after it starts, at most 30 minutes later."
            yield Refusal(f"/sessions/{half}/closes", "register-open-too-long", detail)
    if len(details.times) == len(Half):
        morning, afternoon = (details.times[half] for half in Half)
        if afternoon.starts <= max(morning.starts, morning.closes):
            detail = "The afternoon session starts after the morning register has closed."
            yield Refusal("/sessions/PM/starts", "sessions-overlap", detail)


def minutes_between(earlier: time, later: time) -> float:
    """How many minutes lie between two times of one day; negative the other way round."""
    return _minutes(later) - _minutes(earlier)


def _minutes(at: time) -> float:
    return at.hour * 60 + at.minute + at.second / 60

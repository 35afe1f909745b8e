"""Dates and times of requests: taken as the contract writes them, and in no other way.

Left to itself pydantic reads a number, or text that looks like one, as seconds since 1970, and a
time of day with an offset as no clock on a wall shows it. In a register that is a wrong day.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WALL_TIME: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def written_date(sent: object) -> object:
    """Let a date pass only as `2026-11-20`."""
    if not _is(ISO_DATE, sent):
        raise PydanticCustomError("date-format", "Write a date as 2026-11-20")
    return sent


def of_these_centuries(on: date) -> date:
    """Refuse a day that no register is about, and beyond which there is no day before or after."""
    if not 1900 <= on.year <= 2199:
        raise PydanticCustomError("date-out-of-range", "Give a day from 1900 to 2199")
    return on


def written_time(sent: object) -> object:
    """Let a time of day pass only as `08:55` or `08:55:00`, without an offset."""
    if not _is(WALL_TIME, sent):
        raise PydanticCustomError("time-format", "Write a time of day as 08:55")
    return sent


def written_instant(sent: object) -> object:
    """Let an instant pass only as RFC 3339 has it, `2026-11-20T09:05:00Z`."""
    if not _is(RFC_3339, sent):
        raise PydanticCustomError("instant-format", "Write an instant as 2026-11-20T09:05:00Z")
    return sent


def in_utc(at: datetime) -> datetime:
    """Turn an instant to UTC, refusing one whose year there is before 1 or after 9999."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("instant-out-of-range", "That is beyond all years") from None


CLOCK: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"

Day = Annotated[date, BeforeValidator(written_date), AfterValidator(of_these_centuries)]
# JSON Schema's own format `time` has an offset, which no clock on a wall shows.
ClockTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": CLOCK})]
WallTime = Annotated[ClockTime, BeforeValidator(written_time)]
Instant = Annotated[AwareDatetime, BeforeValidator(written_instant), AfterValidator(in_utc)]


def _is(form: re.Pattern[str], sent: object) -> bool:
    return isinstance(sent, str) and form.fullmatch(sent) is not None

"""How a kind of event is filed, and the pieces that several kinds are written with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, Generic, TypeAlias, TypeVar

from attendance.events import Signatory
from attendance.session import Half, Session

# Sessions; those of some years, since evidence names them by the thousand and again and again.
REMEMBERED: Final = 4096

E = TypeVar("E")

Fields: TypeAlias = dict[str, Any]
"""A JSON object, not yet read."""


@dataclass(frozen=True, slots=True)
class Form(Generic[E]):
    """One kind of event: its name in the log, its type, and how it is written and read."""

    kind: str
    event: type[E]
    write: Callable[[E], str]
    read: Callable[[Fields], E]


def compact(fields: Fields) -> str:
    """Write a JSON object in the order given, without the fields that say nothing (None)."""
    return json.dumps(said(fields), ensure_ascii=False, separators=(",", ":"))


def said(fields: Fields) -> Fields:
    """Leave out the fields that say nothing (None)."""
    return {name: value for name, value in fields.items() if value is not None}


def instant(at: datetime) -> str:
    """Write an instant in UTC, RFC 3339.

    Raises:
        ValueError: it has no time zone, so nobody can say when it was.
    """
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """Read an instant.

    Raises:
        ValueError: it is none, or has no time zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def day(on: date | None) -> str | None:
    """Write a day, if there is one."""
    return None if on is None else on.isoformat()


def read_day(text: str | None) -> date | None:
    """Read a day, if there is one."""
    return None if text is None else date.fromisoformat(text)


def session(held: Session) -> Fields:
    """Write a session as two fields that stand in the object it belongs to."""
    return {"date": held.on.isoformat(), "session": held.half.value}


def read_session(fields: Fields) -> Session:
    """Read the session from the fields of the object it belongs to."""
    return _session(fields["date"], fields["session"])


@lru_cache(maxsize=REMEMBERED)
def _session(on: str, half: str) -> Session:
    return Session(date.fromisoformat(on), Half(half))


def signatory(by: Signatory | None) -> Fields | None:
    """Write who answers for an entry."""
    return None if by is None else {"name": by.name, "position": by.position}


def read_signatory(fields: Fields) -> Signatory:
    """Read who answers for an entry."""
    return Signatory(fields["name"], fields["position"])


def read_recorder(fields: Fields) -> Signatory | None:
    """Read who answers for an event, from the object it stands in; None: nobody by name."""
    return read_signatory(fields["recorded_by"]) if "recorded_by" in fields else None

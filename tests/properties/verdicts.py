"""What a command should come to, as the model judges it: events one by one, or every refusal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from properties.remembered import ON_THE_WALL, School

Json: TypeAlias = dict[str, Any]
Wrong: TypeAlias = set[tuple[str, str]]  # pointer and slug

# What may pass, as the register stands otherwise: all of them alone are 409, else it is 422.
CONFLICTS: Final = {
    *("already-marked", "not-yet-marked", "entry-changed"),
    *("already-admitted", "already-deleted", "entries-after-deletion"),
    *("plan-overlaps", "plan-not-open"),
}


@dataclass(frozen=True)
class Refused:
    """The command is to be refused whole."""

    status: int
    wrong: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Done:
    """The command is to be carried out: the school after each event, and what is answered."""

    steps: tuple[tuple[str, School], ...] = ()
    answer: Mapping[str, object] = field(default_factory=dict)
    status: int = HTTPStatus.CREATED


Verdict: TypeAlias = Refused | Done


@dataclass(frozen=True)
class Moment:
    """When a command comes: the position its first event would get, and the instant."""

    position: int
    now: datetime
    made: str = ""  # the identity that was given to what the command made

    @property
    def today(self) -> date:
        """The day on the school's wall."""
        return self.now.astimezone(ON_THE_WALL).date()

    def after(self, events: int) -> "Moment":
        """Give the moment of a later event of the same command."""
        return Moment(self.position + events, self.now, self.made)


NOT_FOUND: Final = Refused(HTTPStatus.NOT_FOUND)


def refused(wrong: Iterable[tuple[str, str]]) -> Refused:
    """Refuse for some reasons: 409 if each of them may pass."""
    told = frozenset(wrong)
    conflict = all(slug in CONFLICTS for _, slug in told)
    return Refused(HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY, told)


def day(text: str) -> date:
    """Read a date as it is sent."""
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    """Read an instant as it is answered."""
    return datetime.fromisoformat(text)


TICK: Final = timedelta(microseconds=1)

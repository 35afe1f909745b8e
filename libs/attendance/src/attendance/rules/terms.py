"""What every rule's terms have in common: a source, and the days between which they are the law."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written."""

    title: str
    reference: str  # chapter, paragraph or regulation
    in_force_from: date

    def __str__(self) -> str:
        return f"{self.title}, in force {self.in_force_from.isoformat()}, {self.reference}"


class Terms(Protocol):
    """The legal numbers of one rule, as they stand between two dates."""

    @property
    def rule(self) -> str:
        """The slug of the rule."""

    @property
    def source(self) -> Source:
        """Where the numbers are written."""

    @property
    def in_force_from(self) -> date:
        """The first day whose sessions they judge."""

    @property
    def in_force_to(self) -> date | None:
        """The last such day; None while they are the law."""


_NOT_NUMBERS: Final = frozenset({"rule", "source"})


def judges(terms: Terms, on: date) -> bool:
    """Whether a session on that date is judged by these terms."""
    return terms.in_force_from <= on and (terms.in_force_to is None or on <= terms.in_force_to)


def quoted(terms: Terms) -> dict[str, object]:
    """State terms as JSON values, for a finding to carry what it was judged by."""
    stated: dict[str, object] = {}
    for each in fields(terms):  # type: ignore[arg-type]  # every rule's terms are a dataclass
        value = getattr(terms, each.name)
        if each.name not in _NOT_NUMBERS and value is not None:
            stated[each.name] = _json(value)
    return stated


def _json(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(str(each) for each in value)  # codes, or words
        case _:
            return value

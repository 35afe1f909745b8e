"""Who answers for a command, and whether somebody does. Source: SI 2024/208 reg 6."""

from collections.abc import Iterator
from dataclasses import dataclass

from attendance.errors import Refusal
from attendance.wording import legible


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who answers for an entry: their name and position on the day (reg 6)."""

    name: str
    position: str


def unsigned(by: Signatory | None) -> Iterator[Refusal]:
    """Refuse a command that nobody answers for, or somebody whose name can't be read."""
    if by is None or not (legible(by.name) and legible(by.position)):
        detail = "Give the name and position of the person who acts."
        yield Refusal("/by", "signatory-required", detail)

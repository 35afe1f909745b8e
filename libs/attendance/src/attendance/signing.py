"""Whether somebody answers for a command. Source: SI 2024/208 reg 6, name and position."""

from collections.abc import Iterator

from attendance.errors import Refusal
from attendance.events import Signatory
from attendance.wording import legible


def unsigned(by: Signatory | None) -> Iterator[Refusal]:
    """Refuse a command that nobody answers for, or somebody whose name can't be read."""
    if by is None or not (legible(by.name) and legible(by.position)):
        detail = "Give the name and position of the person who acts."
        yield Refusal("/by", "signatory-required", detail)

"""At the edges of a register not taken: the minute it closes, the first day."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Final

from attendance.identifiers import PupilId
from attendance.rules.register_not_taken import closes_at, registers_not_taken
from domain.given import DETAILS
from statute.boundaries import Example
from statute.registers import am

EXPECTED: Final[Mapping[str | None, Collection[PupilId]]] = {"7B": (PupilId("p-1"),)}

EXAMPLES: Final = (
    Example(
        "a register is late from its closing on",
        lambda terms: closes_at(DETAILS, am(date(2026, 9, 14)), terms),
        datetime(2026, 9, 14, 8, 25, tzinfo=UTC),
    ),
    Example(
        "a register of the first day is looked for",
        lambda terms: registers_not_taken(am(date(2024, 8, 19)), EXPECTED, (), terms),
        (("7B", 1),),
    ),
    Example(
        "one of the day before isn't",
        lambda terms: registers_not_taken(am(date(2024, 8, 18)), EXPECTED, (), terms),
        (),
    ),
)

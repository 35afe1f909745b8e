"""At the edges of the band below persistent absence, and of the least that is looked at."""

from dataclasses import replace
from datetime import date
from typing import Final

from attendance.codes import Code
from attendance.rules.at_risk_of_persistent_absence import (
    AtRiskTerms,
    at_risk_of_persistent_absence,
)
from attendance.rules.finding import Entry
from statute.boundaries import Example, lasting, met
from statute.registers import am, pm, register

HERE: Final = "//////////"
MONDAY: Final = date(2026, 9, 14)


def _found(terms: AtRiskTerms, *weeks: str) -> tuple[str, ...]:
    return lasting(at_risk_of_persistent_absence(register(*weeks, monday=MONDAY), terms))


def _on(terms: AtRiskTerms, on: date) -> tuple[str, ...]:
    """With a band so wide that one day is enough."""
    entries = [Entry(am(on), Code.O, 1), Entry(pm(on), Code.PRESENT_PM, 2)]
    wide = replace(terms, below_one_in=1, fewest_possible=2)
    return met(at_risk_of_persistent_absence(entries, wide))


EXAMPLES: Final = (
    Example(
        "a twentieth is in the band, once twenty sessions were possible, and less isn't",
        lambda terms: _found(terms, "./////////", HERE, "//--------"),
        ("2026-09-25 PM, 2026-09-28 AM",),
    ),
    Example(
        "a tenth is persistent, and less is in the band",
        lambda terms: _found(terms, "..////////", HERE, "////------"),
        ("2026-09-28 AM",),
    ),
    Example(
        "its first day is judged", lambda terms: _on(terms, date(2024, 8, 1)), ("2024-08-01 PM",)
    ),
    Example("the day before isn't", lambda terms: _on(terms, date(2024, 7, 31)), ()),
)

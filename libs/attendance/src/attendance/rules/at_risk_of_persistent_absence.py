"""On the way to persistent absence: a twentieth of the possible sessions missed, not yet a tenth.

The law has no number for it, so a school or its authority may set their own.

Source: Working together to improve school attendance (DfE, in force 19 August 2024), on pupils at
risk of becoming persistently absent (recalled). The numbers are ours (decision 0031), the lower
one that of the Department's band from 5 to below 10 per cent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Entry, Finding
from attendance.rules.rule import Rule, Settable
from attendance.rules.spells import YearToDate, absence_to_date, spells
from attendance.rules.terms import Source

RULE: Final = "at-risk-of-persistent-absence"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskTerms:
    """Between which shares of possible sessions, once there were how many."""

    rule: str = RULE
    from_one_in: int  # met by exactly that share
    below_one_in: int  # exactly that share is persistent absence
    fewest_possible: int  # sessions of the academic year
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = AtRiskTerms(
    from_one_in=20,
    below_one_in=10,
    fewest_possible=20,
    source=Source(
        "Working together to improve school attendance (DfE)",
        "pupils at risk of persistent absence (recalled); numbers by decision 0031",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 1),
)

TERMS: Final = (FROM_AUGUST_2024,)


def at_risk_of_persistent_absence(
    entries: Sequence[Entry], terms: AtRiskTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every spell in which a pupil's absence of the year to date lay in the band.

    A spell ends when attendance brings the rate below the band, and when more absence takes it
    above, where it is persistent absence and told as such.

    Args:
        entries: the pupil's entries in force, oldest first, over any number of academic years.

    Returns:
        Spells, oldest first. Evidence: every absence of the year up to the session it began with.
    """
    return tuple(_spells(entries, terms))


def _spells(entries: Sequence[Entry], terms: AtRiskTerms) -> Iterator[Finding]:
    return spells(
        entries,
        terms,
        lambda year: _in_band(year, terms),
        lambda year: absence_to_date(year, terms),
    )


def _in_band(year: YearToDate, terms: AtRiskTerms) -> bool:
    possible, absent = len(year.possible), len(year.absences)
    return (
        possible >= terms.fewest_possible
        and terms.from_one_in * absent >= possible
        and terms.below_one_in * absent < possible
    )


def _findings(of: Circumstances, terms: AtRiskTerms) -> Sequence[Finding]:
    return at_risk_of_persistent_absence(of.entries, terms)


DEFINITION: Final = Rule(
    slug=RULE,
    title="At risk of persistent absence",
    met_when="a twentieth of the pupil's possible sessions of the academic year were missed and "
    "not yet a tenth, once twenty were possible",
    terms=TERMS,
    units={
        "from_one_in": "the share from which it holds, as one in so many possible sessions",
        "below_one_in": "the share below which it holds: from it on absence is persistent",
        "fewest_possible": "possible sessions of the academic year, before which nothing is said",
    },
    evidence="every absence of the year up to the session it began with",
    told_to="the school",
    findings=_findings,
    of_spells=True,
    settable={
        "from_one_in": Settable(
            meaning="the share of possible sessions from which a pupil is at risk: one in so many",
            least=11,
            most=100,
        ),
        "fewest_possible": Settable(
            meaning="how many sessions must have been possible in the academic year",
            least=1,
            most=380,
        ),
    },
)

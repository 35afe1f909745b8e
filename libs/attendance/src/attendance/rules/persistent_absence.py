"""Persistent and severe absence: a tenth and a half of a pupil's own possible sessions in a year.

Source: DfE, Pupil absence statistics: methodology, section 3.2.2, from 2015/16; severe absence:
Working together to improve school attendance (DfE). Judged in whole numbers on the unrounded count,
with no minimum of sessions, as the statistics do, and for every pupil of the school, of compulsory
school age or not. Boarders are not to be given to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Entry, Finding
from attendance.rules.rule import Rule
from attendance.rules.spells import absence_to_date, spells
from attendance.rules.terms import Source

PERSISTENT_ABSENCE: Final = "persistent-absence"
SEVERE_ABSENCE: Final = "severe-absence"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceTerms:
    """The share of possible sessions from which absence has a name."""

    rule: str
    one_in: int  # the threshold is 1/one_in of possible sessions, and met by exactly that share
    source: Source
    in_force_from: date
    in_force_to: date | None = None


PERSISTENT: Final = (
    AbsenceTerms(
        rule=PERSISTENT_ABSENCE,
        one_in=10,
        source=Source(
            "Pupil absence statistics: methodology (DfE)", "section 3.2.2", date(2015, 9, 1)
        ),
        in_force_from=date(2015, 8, 1),
    ),
)
SEVERE: Final = (
    AbsenceTerms(
        rule=SEVERE_ABSENCE,
        one_in=2,
        source=Source(
            "Working together to improve school attendance (DfE)",
            "on severe absence",
            date(2024, 8, 19),
        ),
        in_force_from=date(2024, 8, 1),
    ),
)


def reaches(terms: AbsenceTerms, absent: int, possible: int) -> bool:
    """Whether that much absence reaches the threshold; never when nothing was possible."""
    return possible > 0 and terms.one_in * absent >= possible


def persistent_absence(
    entries: Sequence[Entry], terms: AbsenceTerms = PERSISTENT[-1]
) -> tuple[Finding, ...]:
    """Find every spell in which a pupil was persistently absent.

    Interpretation (decision 0010): the rate is of the academic year to date, so it can fall back
    below; each stretch of sessions during which it holds is an episode, and a new year starts anew.

    Args:
        entries: the pupil's entries in force, oldest first, over any number of academic years.

    Returns:
        Spells, oldest first. Evidence: every absence of the year up to the session it began with.
    """
    return tuple(_spells(entries, terms))


def severe_absence(
    entries: Sequence[Entry], terms: AbsenceTerms = SEVERE[-1]
) -> tuple[Finding, ...]:
    """Find every spell in which a pupil was severely absent; otherwise as `persistent_absence`."""
    return tuple(_spells(entries, terms))


def _spells(entries: Sequence[Entry], terms: AbsenceTerms) -> Iterator[Finding]:
    return spells(
        entries,
        terms,
        lambda year: reaches(terms, len(year.absences), len(year.possible)),
        lambda year: absence_to_date(year, terms),
    )


def _findings(of: Circumstances, terms: AbsenceTerms) -> Sequence[Finding]:
    return tuple(_spells(of.entries, terms))


def _definition(title: str, share: str, terms: tuple[AbsenceTerms, ...]) -> Rule:
    return Rule(
        slug=terms[-1].rule,
        title=title,
        met_when=f"{share} of the pupil's possible sessions of the academic year were missed",
        terms=terms,
        units={"one_in": "the share, as one in so many possible sessions"},
        evidence="every absence of the year up to the session it began with",
        told_to="the school",
        findings=_findings,
        of_spells=True,
    )


DEFINITIONS: Final = (
    _definition("Persistent absence", "a tenth", PERSISTENT),
    _definition("Severe absence", "half", SEVERE),
)

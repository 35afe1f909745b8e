"""At the edges of an illness without evidence: the eleventh session on end, the first day."""

from datetime import date, timedelta
from typing import Final

from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.illness_evidence import IllnessEvidenceTerms, illness_evidence
from statute.boundaries import Example, met
from statute.circumstances import circumstances
from statute.registers import am, register, week_of

MONDAY: Final = date(2026, 9, 7)
ILL: Final = ".........."


def _found(terms: IllnessEvidenceTerms, *weeks: str) -> tuple[str, ...]:
    return met(illness_evidence(circumstances(register(*weeks, monday=MONDAY)), terms))


def _counted(terms: IllnessEvidenceTerms) -> set[Code]:
    return {
        code
        for code in Code
        if illness_evidence(
            circumstances([*week_of(code, MONDAY), *week_of(code, date(2026, 9, 14))]), terms
        )
    }


def _eleventh_on(terms: IllnessEvidenceTerms, last: date) -> tuple[str, ...]:
    days = [last - timedelta(days=day) for day in reversed(range(11))]
    entries = [Entry(am(on), Code.I, 1) for on in days]
    return met(illness_evidence(circumstances(entries), terms))


EXAMPLES: Final = (
    Example(
        "the eleventh session meets it",
        lambda terms: _found(terms, ILL, "./////////"),
        ("2026-09-14 AM",),
    ),
    Example("the tenth doesn't", lambda terms: _found(terms, ILL, "//////////"), ()),
    Example("this code counts and no other", _counted, {Code.I}),
    Example(
        "met on the first day",
        lambda terms: _eleventh_on(terms, date(2024, 8, 19)),
        ("2024-08-19 AM",),
    ),
    Example("met on the day before", lambda terms: _eleventh_on(terms, date(2024, 8, 18)), ()),
)

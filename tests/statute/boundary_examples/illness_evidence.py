"""At the edges of an illness without evidence: the eleventh session on end, the first day."""

from datetime import date
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


def _since(terms: IllnessEvidenceTerms, first: date) -> tuple[str, ...]:
    rest = register(ILL, monday=date(2024, 9, 2))
    return met(illness_evidence(circumstances([Entry(am(first), Code.I, 0), *rest]), terms))


EXAMPLES: Final = (
    Example(
        "the eleventh session meets it",
        lambda terms: _found(terms, ILL, "./////////"),
        ("2026-09-14 AM",),
    ),
    Example("the tenth doesn't", lambda terms: _found(terms, ILL, "//////////"), ()),
    Example("this code counts and no other", _counted, {Code.I}),
    Example(
        "a session of the first day counts",
        lambda terms: _since(terms, date(2024, 8, 19)),
        ("2024-09-06 PM",),
    ),
    Example("one of the day before doesn't", lambda terms: _since(terms, date(2024, 8, 18)), ()),
)

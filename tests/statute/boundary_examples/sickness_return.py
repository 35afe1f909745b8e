"""At the edges of the sickness return: the fifteenth day, added up and expected; parts of days."""

from datetime import date
from typing import Final

from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.sickness_return import SicknessReturnTerms, sickness_return
from statute.arrangements import illness
from statute.boundaries import Example, met
from statute.circumstances import circumstances, pupil
from statute.registers import am, register, week_of

MONDAY: Final = date(2026, 9, 7)
ILL: Final = ".........."


def _found(terms: SicknessReturnTerms, *weeks: str) -> tuple[str, ...]:
    return met(sickness_return(circumstances(register(*weeks, monday=MONDAY)), terms))


def _expected(terms: SicknessReturnTerms, back_on: date) -> tuple[str, ...]:
    facts = pupil(arrangements=(illness(am(MONDAY), back_on),))
    return met(sickness_return(circumstances((), facts), terms))


def _counted(terms: SicknessReturnTerms) -> set[Code]:
    mondays = [date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21)]
    return {
        code
        for code in Code
        if sickness_return(
            circumstances([each for monday in mondays for each in week_of(code, monday)]), terms
        )
    }


def _since(terms: SicknessReturnTerms, first: date) -> tuple[str, ...]:
    rest = register(ILL, ILL, "........./", monday=date(2024, 9, 2))
    return met(sickness_return(circumstances([Entry(am(first), Code.I, 0), *rest]), terms))


EXAMPLES: Final = (
    Example(
        "thirty sessions are fifteen days",
        lambda terms: _found(terms, ILL, ILL, ILL),
        ("2026-09-25 PM",),
    ),
    Example("twenty-nine aren't", lambda terms: _found(terms, ILL, ILL, "/........."), ()),
    Example(
        "fifteen half days aren't fifteen days",
        lambda terms: _found(terms, *["./././././"] * 3),
        (),
    ),
    Example(
        "back after fifteen school days",
        lambda terms: _expected(terms, date(2026, 9, 26)),
        ("2026-09-07 AM",),
    ),
    Example("back after fourteen", lambda terms: _expected(terms, date(2026, 9, 25)), ()),
    Example("this code counts and no other", _counted, {Code.I}),
    Example(
        "a session of the first day counts",
        lambda terms: _since(terms, date(2024, 8, 19)),
        ("2024-09-20 AM",),
    ),
    Example("one of the day before doesn't", lambda terms: _since(terms, date(2024, 8, 18)), ()),
)

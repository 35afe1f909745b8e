"""At the edges of the sickness return: the fifteenth day, added up and expected; parts of days."""

from datetime import date, timedelta
from typing import Final

from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.sickness_return import SicknessReturnTerms, sickness_return
from statute.arrangements import illness
from statute.boundaries import Example, met
from statute.circumstances import circumstances, pupil
from statute.registers import am, pm, register, week_of

MONDAY: Final = date(2026, 9, 7)
ILL: Final = ".........."


def _found(terms: SicknessReturnTerms, *weeks: str) -> tuple[str, ...]:
    return met(sickness_return(circumstances(register(*weeks, monday=MONDAY)), terms))


def _expected(terms: SicknessReturnTerms, back_on: date) -> tuple[str, ...]:
    facts = pupil(arrangements=(illness(am(MONDAY), back_on),))
    return met(sickness_return(circumstances((), facts), terms))


def _at_sixteen(terms: SicknessReturnTerms, starts: date) -> tuple[str, ...]:
    """Of one who is over the age after 25 June 2027: what an illness until 1 August comes to."""
    facts = pupil(born=date(2011, 5, 5), arrangements=(illness(am(starts), date(2027, 8, 1)),))
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


def _complete_on(terms: SicknessReturnTerms, last: date) -> tuple[str, ...]:
    days = [last - timedelta(days=day) for day in reversed(range(15))]
    entries = [Entry(session, Code.I, 1) for on in days for session in (am(on), pm(on))]
    return met(sickness_return(circumstances(entries), terms))


EXAMPLES: Final = (
    Example(
        "thirty sessions are fifteen days",
        lambda terms: _found(terms, ILL, ILL, ILL),
        ("2026-09-25 PM",),
    ),
    Example(
        "due within five days",
        lambda terms: [
            each.due_on
            for each in sickness_return(
                circumstances(register(ILL, ILL, ILL, monday=MONDAY)), terms
            )
        ],
        [date(2026, 9, 30)],
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
    Example(
        "fifteen expected of compulsory school age",
        lambda terms: _at_sixteen(terms, date(2027, 6, 7)),
        ("2027-06-07 AM",),
    ),
    Example(
        "fourteen of it, and more when it is over",
        lambda terms: _at_sixteen(terms, date(2027, 6, 8)),
        (),
    ),
    Example("this code counts and no other", _counted, {Code.I}),
    Example(
        "complete on the first day",
        lambda terms: _complete_on(terms, date(2024, 8, 19)),
        ("2024-08-19 PM",),
    ),
    Example("complete on the day before", lambda terms: _complete_on(terms, date(2024, 8, 18)), ()),
)

"""At the edges of the new pupil return: the fifth day after, the first day of the regulations."""

from datetime import date
from typing import Final

from attendance.rules.facts import Entered, Placed
from attendance.rules.new_pupil_return import NewPupilReturnTerms, new_pupil_return
from statute.boundaries import Example
from statute.circumstances import circumstances, pupil


def _due(
    terms: NewPupilReturnTerms, on: date, year_group: str = "5", *, recorded_on: date | None = None
) -> list[date | None]:
    facts = pupil(
        placements=(Placed(on, year_group, boarder=False, groups=()),),
        enrolments=(Entered(on, recorded_on or on, 1),),
    )
    return [each.due_on for each in new_pupil_return(circumstances((), facts), terms)]


EXAMPLES: Final = (
    Example(
        "by the fifth day after the entry",
        lambda terms: _due(terms, date(2026, 9, 10)),
        [date(2026, 9, 15)],
    ),
    Example(
        "not of a child who starts with the year, unasked",
        lambda terms: _due(terms, date(2026, 9, 3), "R"),
        [],
    ),
    Example(
        "of a name entered on the first day",
        lambda terms: _due(terms, date(2024, 8, 19)),
        [date(2024, 8, 24)],
    ),
    Example(
        "of a starting day before it, entered on the first day",
        lambda terms: _due(terms, date(2024, 8, 18), recorded_on=date(2024, 8, 19)),
        [date(2024, 8, 24)],
    ),
    Example("not of one the day before", lambda terms: _due(terms, date(2024, 8, 18)), []),
)

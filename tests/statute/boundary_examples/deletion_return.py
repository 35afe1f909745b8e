"""At the edges of the deletion return: an authority that asked or not, the first day."""

from datetime import date
from typing import Final

from attendance.rules.deletion_return import DeletionReturnTerms, deletion_return
from attendance.rules.facts import Deleted, Entered, Placed
from statute.boundaries import Example, met
from statute.circumstances import START, circumstances, pupil


def _found(
    terms: DeletionReturnTerms,
    last_on: date,
    year_group: str = "5",
    *,
    recorded_on: date | None = None,
) -> tuple[str, ...]:
    facts = pupil(
        placements=(Placed(START, year_group, boarder=False, groups=()),),
        enrolments=(Entered(START, START, 1, Deleted(last_on, recorded_on or last_on, "a", 2)),),
    )
    return met(deletion_return(circumstances((), facts), terms))


EXAMPLES: Final = (
    Example(
        "not of a leaver at the end of the last term, unasked",
        lambda terms: _found(terms, date(2027, 7, 21), "6"),
        (),
    ),
    Example(
        "of a deletion on the first day",
        lambda terms: _found(terms, date(2024, 8, 19)),
        ("2024-08-19 PM",),
    ),
    Example(
        "not of a last day on roll before it, recorded since",
        lambda terms: _found(terms, date(2024, 8, 18), recorded_on=date(2024, 8, 20)),
        (),
    ),
    Example("not of one the day before", lambda terms: _found(terms, date(2024, 8, 18)), ()),
)

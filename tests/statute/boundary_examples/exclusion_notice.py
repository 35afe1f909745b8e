"""At the edge of the notice of an exclusion: the first day that is judged."""

from datetime import date
from typing import Final

from attendance.rules.exclusion_notice import ExclusionNoticeTerms, exclusion_notice
from statute.arrangements import exclusion
from statute.boundaries import Example, met
from statute.circumstances import circumstances, pupil
from statute.registers import am


def _found(terms: ExclusionNoticeTerms, starts: date) -> tuple[str, ...]:
    facts = pupil(arrangements=(exclusion(am(starts), None),))
    return met(exclusion_notice(circumstances((), facts), terms))


EXAMPLES: Final = (
    Example(
        "on a first day that is judged",
        lambda terms: _found(terms, date(2024, 8, 1)),
        ("2024-08-01 AM",),
    ),
    Example("not on the day before", lambda terms: _found(terms, date(2024, 7, 31)), ()),
)

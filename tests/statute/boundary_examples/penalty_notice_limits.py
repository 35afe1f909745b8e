"""At the edges of what a notice costs, until when, and how many there may be."""

from datetime import date
from typing import Final

from attendance.penalty_notices import PenaltyNotice
from attendance.rules.penalty_notice_limits import (
    NextNotice,
    PenaltyNoticeLimitTerms,
    last_day,
    next_notice,
    payments,
)
from statute.boundaries import Example

RECEIVED: Final = date(2026, 10, 1)


def issued(*days: date) -> list[PenaltyNotice]:
    return [PenaltyNotice(parent="Jo Fielding", issued_on=on) for on in days]


def _next(terms: PenaltyNoticeLimitTerms, *days: date, on: date) -> tuple[int, bool]:
    notice: NextNotice = next_notice(issued(*days), on, terms)
    return notice.number, notice.permitted


def _settling(terms: PenaltyNoticeLimitTerms, number: int) -> list[tuple[int, str]]:
    """What settles a notice, and to which day."""
    return [(each.pounds, f"{last_day(each, RECEIVED)}") for each in payments(number, terms)]


EXAMPLES: Final = (
    Example(
        "a first notice",
        lambda terms: _settling(terms, 1),
        [(80, "2026-10-21"), (160, "2026-10-28")],
    ),
    Example("a second one", lambda terms: _settling(terms, 2), [(160, "2026-10-28")]),
    Example(
        "a second one is permitted",
        lambda terms: _next(terms, date(2026, 10, 1), on=date(2027, 3, 1)),
        (2, True),
    ),
    Example(
        "a third one isn't",
        lambda terms: _next(terms, date(2026, 10, 1), date(2027, 3, 1), on=date(2027, 10, 1)),
        (3, False),
    ),
    Example(
        "three years on to the day the first one counts",
        lambda terms: _next(terms, date(2026, 10, 1), on=date(2029, 10, 1)),
        (2, True),
    ),
    Example(
        "the day after it doesn't",
        lambda terms: _next(terms, date(2026, 10, 1), on=date(2029, 10, 2)),
        (1, True),
    ),
    Example(
        "one issued as the framework began counts",
        lambda terms: _next(terms, date(2024, 8, 19), on=date(2026, 10, 1)),
        (2, True),
    ),
    Example(
        "one of the day before doesn't",
        lambda terms: _next(terms, date(2024, 8, 18), on=date(2026, 10, 1)),
        (1, True),
    ),
)

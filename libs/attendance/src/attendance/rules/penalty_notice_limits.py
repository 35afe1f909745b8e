"""What a first, a second and a third penalty notice mean: what is to be paid, and the limit.

Decides on no notice: says what the law makes of one that a person proposes.

Source: National Framework for Penalty Notices, in Working together to improve school attendance
(DfE, in force 19 August 2024), chapter 6; Education (Penalty Notices) (England) Regulations 2007,
SI 2007/1867, as amended by SI 2024/210 (amounts recalled).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from attendance.penalty_notices import PenaltyNotice
from attendance.rules.terms import Source

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyNoticeLimitTerms:
    """How many notices in how long a time, and what they cost until when."""

    rule: str = "penalty-notice-limits"
    notices: int  # to one parent for one pupil
    years: int  # within which they are counted
    first_reduced_pounds: int
    first_reduced_days: int  # to pay the reduced amount in, beginning with the receipt
    first_pounds: int
    second_pounds: int  # never reduced
    days: int  # to pay in, beginning with the receipt
    source: Source
    in_force_from: date  # earlier notices count for nothing
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = PenaltyNoticeLimitTerms(
    notices=2,
    years=3,
    first_reduced_pounds=80,
    first_reduced_days=21,
    first_pounds=160,
    second_pounds=160,
    days=28,
    source=Source(
        "Working together to improve school attendance (DfE)",
        "chapter 6, National Framework for Penalty Notices; SI 2024/210 reg 4 (amounts recalled)",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An amount that settles a notice."""

    pounds: int
    within_days: int  # beginning with the day of receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class NextNotice:
    """What another notice to a parent for a pupil would be."""

    number: int  # 1 for a first one within the years
    permitted: bool  # where not, something else is to be done
    payments: tuple[Payment, ...]  # the soonest first; none where it isn't permitted
    ask_authority: bool  # counted from the first notice on, it would have another number


def next_notice(
    earlier: Sequence[PenaltyNotice],
    proposed_on: date,
    terms: PenaltyNoticeLimitTerms = FROM_AUGUST_2024,
) -> NextNotice:
    """Say what a notice proposed for a day would be, given those issued before.

    Interpretation (decision 0031): the years are those up to the proposed day. Read as beginning
    with the first notice they can give another number, and then the authority is to be asked.

    A notice recorded late, between others, gives the later ones other numbers: it isn't permitted
    where one of them would be beyond the limit.

    Args:
        earlier: the notices to that parent for that pupil that stand, paid or not, in any order;
            one that was withdrawn isn't among them.
    """
    issued = sorted(each.issued_on for each in earlier if terms.in_force_from <= each.issued_on)
    place = bisect_right(issued, proposed_on)
    days = [*issued[:place], proposed_on, *issued[place:]]
    from_it_on = _numbers(days, terms)[place:]
    permitted = max(from_it_on) <= terms.notices
    return NextNotice(
        number=from_it_on[0],
        permitted=permitted,
        payments=payments(from_it_on[0], terms) if permitted else (),
        ask_authority=from_it_on != _numbers_since_the_first(days, terms)[place:],
    )


def numbered(
    standing: Sequence[PenaltyNotice], terms: PenaltyNoticeLimitTerms = FROM_AUGUST_2024
) -> list[tuple[PenaltyNotice, int]]:
    """Number the notices to a parent for a pupil that stand, each within the years up to its day.

    Returns:
        Those that count, oldest first.
    """
    counted = sorted(
        (each for each in standing if terms.in_force_from <= each.issued_on),
        key=lambda each: each.issued_on,
    )
    numbers = _numbers([each.issued_on for each in counted], terms)
    return list(zip(counted, numbers, strict=True))


def payments(number: int, terms: PenaltyNoticeLimitTerms = FROM_AUGUST_2024) -> tuple[Payment, ...]:
    """List the amounts that settle a first or a later notice; none where it is beyond the limit."""
    if number > terms.notices:
        return ()
    if number > 1:
        return (Payment(pounds=terms.second_pounds, within_days=terms.days),)
    return (
        Payment(pounds=terms.first_reduced_pounds, within_days=terms.first_reduced_days),
        Payment(pounds=terms.first_pounds, within_days=terms.days),
    )


def last_day(payment: Payment, received_on: date) -> date:
    """Give the last day to pay on; the day of receipt is the first (SI 2024/210 reg 4)."""
    return received_on + (payment.within_days - 1) * DAY


def _numbers(days: Sequence[date], terms: PenaltyNoticeLimitTerms) -> list[int]:
    """Number each of some notices, oldest first, within the years up to its own day."""
    return [
        1 + sum(on <= _ends(before, terms) for before in days[:place])
        for place, on in enumerate(days)
    ]


def _numbers_since_the_first(days: Sequence[date], terms: PenaltyNoticeLimitTerms) -> list[int]:
    """Number each of some notices where the years begin with a first one, and then anew."""
    first, numbers = days[0], [0]
    for on in days:
        if on <= _ends(first, terms):
            numbers.append(numbers[-1] + 1)
        else:
            first = on
            numbers.append(1)
    return numbers[1:]


def _ends(issued_on: date, terms: PenaltyNoticeLimitTerms) -> date:
    """Give the last day within the years of a notice: the day of the same date, which counts."""
    year = issued_on.year + terms.years
    try:
        return issued_on.replace(year=year)
    except ValueError:  # issued on 29 February: the last of that month
        return date(year, 2, 28)

"""What a first, a second and a third penalty notice mean: what is to be paid, and the limit.

Decides on no notice: says what the law makes of one that a person proposes.

Source: National Framework for Penalty Notices, in Working together to improve school attendance
(DfE, in force 19 August 2024), chapter 6; Education (Penalty Notices) (England) Regulations 2007,
SI 2007/1867, as amended by SI 2024/210 (amounts recalled).
"""

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

    Args:
        earlier: the notices to that parent for that pupil that stand, paid or not, in any order;
            one that was withdrawn isn't among them.
    """
    issued = sorted(
        each.issued_on for each in earlier if terms.in_force_from <= each.issued_on <= proposed_on
    )
    number = 1 + sum(proposed_on <= _ends(on, terms) for on in issued)
    return NextNotice(
        number=number,
        permitted=number <= terms.notices,
        payments=payments(number, terms),
        ask_authority=number != _number_since_the_first([*issued, proposed_on], terms),
    )


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


def settles(payable: Sequence[Payment], received_on: date, paid_on: date) -> int | None:
    """Say how many pounds settle a notice on a day.

    Args:
        payable: those of the notice, the soonest first.

    Returns:
        None when all the days have passed: the authority prosecutes or withdraws the notice.
    """
    return next(
        (each.pounds for each in payable if paid_on <= last_day(each, received_on)),
        None,
    )


def _number_since_the_first(days: Sequence[date], terms: PenaltyNoticeLimitTerms) -> int:
    """Number the last of some notices where the years begin with a first one, and then anew."""
    first, number = days[0], 0
    for on in days:
        if on <= _ends(first, terms):
            number += 1
        else:
            first, number = on, 1
    return number


def _ends(issued_on: date, terms: PenaltyNoticeLimitTerms) -> date:
    """Give the last day within the years of a notice: the day of the same date, which counts."""
    year = issued_on.year + terms.years
    try:
        return issued_on.replace(year=year)
    except ValueError:  # issued on 29 February: the last of that month
        return date(year, 2, 28)

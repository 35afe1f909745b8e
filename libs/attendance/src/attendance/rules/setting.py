"""Which numbers a school is judged by: a rule's own, or those set in their place from day to day.

Each rule says itself which of its numbers may be set, and how far: what the law fixes is not among
them. Holds no number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations

from attendance.errors import Refusal, RuleUnknown, TermsRefused
from attendance.events import RuleTermsSet, Signatory, TermsPeriod
from attendance.rules.catalogue import RULES
from attendance.rules.numbers import problems_of_number, sorts_of, with_numbers
from attendance.rules.rule import Rule
from attendance.rules.terms import Source, Terms
from attendance.signing import unsigned
from attendance.wording import legible


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTerms:
    """Have a school judged by other numbers under one rule; all periods are stated anew."""

    rule: str  # slug
    periods: tuple[TermsPeriod, ...]  # in any order; none: the rule's own again
    by: Signatory | None  # None: nobody was named, which is refused


def set_terms(
    stated: Sequence[TermsPeriod], command: SetTerms, now: datetime
) -> RuleTermsSet | None:
    """Set the numbers that a school is judged by under a rule, in place of any set before.

    Args:
        stated: those set before.

    Returns:
        None when they are already the ones in force: saying a thing twice is no new fact.

    Raises:
        RuleUnknown: the catalogue has no such rule.
        TermsRefused: every reason at once.
    """
    if command.rule not in RULES:
        raise RuleUnknown
    refusals = [*unsigned(command.by), *_problems(RULES[command.rule], command.periods)]
    if refusals or command.by is None:
        raise TermsRefused(refusals)
    periods = tuple(sorted(command.periods, key=lambda each: each.in_force_from))
    if periods == tuple(stated):
        return None
    return RuleTermsSet(rule=command.rule, periods=periods, recorded_by=command.by, recorded_at=now)


def terms_in_force(rule: Rule, periods: Sequence[TermsPeriod]) -> tuple[Terms, ...]:
    """Put what a school has set in the place of a rule's own terms, for the days it is set for.

    Days are judged by one set of numbers each, and none looks across to those of another: what
    begins under one and would be complete under the next is met by neither.

    Args:
        periods: in order, none crossing another.
    """
    in_force: list[Terms] = []
    for own in rule.terms:
        left = own.in_force_from
        for period in periods:
            first = max(own.in_force_from, period.in_force_from)
            last = _sooner(own.in_force_to, period.in_force_to)
            if last is not None and last < first:
                continue
            if left < first:
                in_force.append(_between(own, left, first - timedelta(days=1)))
            in_force.append(_between(_replaced(rule, own, period), first, last))
            if last is None:
                break
            left = last + timedelta(days=1)
        else:
            if own.in_force_to is None or left <= own.in_force_to:
                in_force.append(_between(own, left, own.in_force_to))
    return tuple(in_force)


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _between(terms: Terms, first: date, last: date | None) -> Terms:
    changed: Terms = replace(  # type: ignore[type-var]  # every rule's terms are a dataclass
        terms, in_force_from=first, in_force_to=last
    )
    return changed


def _replaced(rule: Rule, own: Terms, period: TermsPeriod) -> Terms:
    """Put a period's numbers in place; one that may no longer be set counts no more."""
    numbers = {name: value for name, value in period.terms.items() if name in rule.settable}
    place = f"in the place of {own.source.title}, {own.source.reference}"
    return with_numbers(own, numbers, Source(period.source, place, period.in_force_from))


def _problems(rule: Rule, periods: Sequence[TermsPeriod]) -> Iterator[Refusal]:
    for index, period in enumerate(periods):
        pointer = f"/periods/{index}"
        yield from _problems_of_numbers(rule, period, f"{pointer}/terms")
        if not legible(period.source):
            yield Refusal(f"{pointer}/source", "blank", "Say who set the numbers, and where.")
        if period.in_force_to is not None and period.in_force_to < period.in_force_from:
            detail = "The last day is not before the first."
            yield Refusal(f"{pointer}/in_force_to", "ends-before-start", detail)
    for (_, one), (index, other) in combinations(enumerate(periods), 2):
        if _cross(one, other):
            detail = "A day is judged by the numbers of one period."
            yield Refusal(f"/periods/{index}/in_force_from", "periods-cross", detail)


def _problems_of_numbers(rule: Rule, period: TermsPeriod, pointer: str) -> Iterator[Refusal]:
    sorts = sorts_of(rule.terms[-1])
    if not period.terms:
        yield Refusal(pointer, "no-numbers", "Give at least one number to be set.")
    for name, number in period.terms.items():
        if name not in sorts:
            detail = "The rule has no number of that name; GET /thresholds/v1/rules lists them."
            yield Refusal(pointer, "number-unknown", detail)
        elif name not in rule.settable:
            detail = "This number isn't for a school or its authority to set."
            yield Refusal(f"{pointer}/{name}", "number-not-settable", detail)
        else:
            bounds = rule.settable[name]
            yield from problems_of_number(
                f"{pointer}/{name}", number, sorts[name], least=bounds.least, most=bounds.most
            )


def _cross(one: TermsPeriod, other: TermsPeriod) -> bool:
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: TermsPeriod, other: TermsPeriod) -> bool:
    return other.in_force_to is None or one.in_force_from <= other.in_force_to

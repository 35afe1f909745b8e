"""Given a rule, when other numbers are set for some days, then it is asked with those on them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest
from attendance.codes import Code
from attendance.events import TermsPeriod
from attendance.rules.catalogue import RULES
from attendance.rules.numbers import Sort, problems_of_number, sorts_of, with_numbers
from attendance.rules.setting import terms_in_force
from attendance.rules.terms import Source, Terms, quoted
from hypothesis import given
from hypothesis import strategies as st

POLICY = "Elmbridge Trust, attendance policy 2026"
SEPTEMBER = date(2026, 9, 1)
REVIEW = "part-time-timetable-review"
FIRST = date(2024, 8, 19)
RULE = RULES[REVIEW]


def period(
    first: date = SEPTEMBER,
    last: date | None = None,
    *,
    source: str = POLICY,
    terms: Mapping[str, int | bool | str] | None = None,
) -> TermsPeriod:
    numbers = {"weeks": 4} if terms is None else terms
    return TermsPeriod(terms=numbers, in_force_from=first, in_force_to=last, source=source)


def spans(in_force: tuple[Terms, ...]) -> list[tuple[date, date | None, object]]:
    return [(each.in_force_from, each.in_force_to, quoted(each)["weeks"]) for each in in_force]


def test_where_nothing_is_set_a_rule_has_its_own_numbers() -> None:
    for rule in RULES.values():
        assert terms_in_force(rule, ()) == rule.terms


def test_set_numbers_stand_in_the_place_of_the_rule_s_own_for_their_days_alone() -> None:
    in_force = terms_in_force(
        RULE, [period(last=date(2027, 7, 31)), period(date(2027, 9, 1), terms={"weeks": 3})]
    )

    assert spans(in_force) == [
        (RULE.terms[0].in_force_from, date(2026, 8, 31), 6),
        (SEPTEMBER, date(2027, 7, 31), 4),
        (date(2027, 8, 1), date(2027, 8, 31), 6),
        (date(2027, 9, 1), None, 3),
    ]
    own, set_here = in_force[0].source, in_force[1].source
    assert own == RULE.terms[0].source
    assert (set_here.title, set_here.in_force_from) == (POLICY, SEPTEMBER)
    assert own.title in set_here.reference


def test_numbers_set_from_before_the_rule_stand_from_the_rule_s_first_day() -> None:
    (in_force,) = terms_in_force(RULE, [period(date(2000, 1, 1))])

    assert in_force.in_force_from == RULE.terms[0].in_force_from


def test_numbers_set_for_days_before_the_rule_change_nothing() -> None:
    over = period(date(2000, 1, 1), date(2000, 12, 31))

    assert terms_in_force(RULE, [over]) == RULE.terms


def test_each_of_the_rule_s_terms_is_replaced_for_its_own_days() -> None:
    """A change of law is new terms: what a school has set stands in the place of either."""
    (own,) = RULE.terms
    old = replace(own, in_force_to=date(2026, 12, 31))  # type: ignore[type-var]  # a dataclass
    new = replace(own, in_force_from=date(2027, 1, 1), weeks=5)  # type: ignore[type-var]  # a dataclass
    changed = replace(RULE, terms=(old, new))

    assert spans(terms_in_force(changed, [period(last=date(2027, 3, 31))])) == [
        (own.in_force_from, date(2026, 8, 31), 6),
        (SEPTEMBER, date(2026, 12, 31), 4),
        (date(2027, 1, 1), date(2027, 3, 31), 4),
        (date(2027, 4, 1), None, 5),
    ]


def test_a_number_that_may_no_longer_be_set_counts_no_more() -> None:
    fixed = replace(RULE, settable={})

    (_, in_force) = terms_in_force(fixed, [period()])

    assert quoted(in_force)["weeks"] == 6


DAYS = st.integers(0, 40).map(lambda days: date.fromordinal(SEPTEMBER.toordinal() + days))


@given(st.lists(DAYS, unique=True, max_size=8))
def test_every_day_of_a_rule_is_judged_by_one_set_of_numbers(days: list[date]) -> None:
    ordered = sorted(days)
    periods = [
        period(first, last) for first, last in zip(ordered[::2], ordered[1::2], strict=False)
    ]

    in_force = terms_in_force(RULE, periods)

    for ordinal in range(SEPTEMBER.toordinal() - 3, SEPTEMBER.toordinal() + 45):
        on = date.fromordinal(ordinal)
        judging = [
            each
            for each in in_force
            if each.in_force_from <= on and (each.in_force_to is None or on <= each.in_force_to)
        ]
        is_set = any(each.in_force_from <= on <= (each.in_force_to or on) for each in periods)
        assert [quoted(each)["weeks"] for each in judging] == [4 if is_set else 6]


A_SOURCE = Source("A source", "chapter 1", FIRST)


@dataclass(frozen=True, slots=True, kw_only=True)
class EverySort:
    """Terms with a number of every sort, and one that is of none."""

    rule: str = "of-every-sort"
    count: int = 3
    truth: bool = False
    word: str = "R"
    day: date | None = None
    codes: frozenset[Code] = frozenset({Code.G})
    table: tuple[int, ...] = (1, 2)
    source: Source = A_SOURCE
    in_force_from: date = FIRST
    in_force_to: date | None = None


def test_numbers_of_every_sort_are_put_in_place_as_the_rule_is_asked_with_them() -> None:
    other = Source("Another", "chapter 2", SEPTEMBER)

    assert sorts_of(EverySort()) == {
        "count": Sort.COUNT,
        "truth": Sort.TRUTH,
        "word": Sort.WORD,
        "day": Sort.DAY,
        "codes": Sort.CODES,
    }
    assert with_numbers(
        EverySort(),
        {"count": 4, "truth": True, "word": "1", "day": "2026-09-01", "codes": ["G", "N"]},
        other,
    ) == EverySort(
        count=4,
        truth=True,
        word="1",
        day=SEPTEMBER,
        codes=frozenset({Code.G, Code.N}),
        source=other,
    )


@pytest.mark.parametrize("codes", [[], ["A"], ["G", "A"], "G"])
def test_what_is_no_list_of_codes_that_there_are_is_refused(codes: object) -> None:
    wrong = problems_of_number("/terms/codes", codes, Sort.CODES, least=1, most=1)

    assert [each.code for each in wrong] == ["number-of-another-sort"]
    assert not [*problems_of_number("/terms/codes", ["G", "N"], Sort.CODES, least=1, most=1)]


def test_whatever_a_rule_lets_be_set_is_a_number_of_its_terms_with_bounds_around_its_own() -> None:
    for rule in RULES.values():
        sorts = sorts_of(rule.terms[-1])
        for name, bounds in rule.settable.items():
            assert name in sorts, (rule.slug, name)
            if sorts[name] is Sort.COUNT:
                own = getattr(rule.terms[-1], name)
                assert bounds.least <= own <= bounds.most, (rule.slug, name)

"""Given a rule, when a school sets numbers of its own, then its days are judged by those."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from attendance.errors import RuleUnknown, TermsRefused
from attendance.events import RuleTermsSet, TermsPeriod
from attendance.rules.setting import SetTerms, set_terms
from domain.given import OFFICER

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
POLICY = "Elmbridge Trust, attendance policy 2026"
SEPTEMBER = date(2026, 9, 1)
REVIEW = "part-time-timetable-review"


def period(
    first: date = SEPTEMBER,
    last: date | None = None,
    *,
    source: str = POLICY,
    terms: Mapping[str, int | bool | str] | None = None,
) -> TermsPeriod:
    numbers = {"weeks": 4} if terms is None else terms
    return TermsPeriod(terms=numbers, in_force_from=first, in_force_to=last, source=source)


def refused(*periods: TermsPeriod, rule: str = REVIEW) -> list[tuple[str, str]]:
    with pytest.raises(TermsRefused) as raised:
        set_terms((), SetTerms(rule=rule, periods=periods, by=OFFICER), NOW)
    return [(each.pointer, each.code) for each in raised.value.refusals]


def test_numbers_set_are_said_with_who_set_them_in_the_order_of_their_days() -> None:
    later, sooner = period(date(2027, 9, 1)), period(last=date(2027, 8, 31))

    stated = set_terms((), SetTerms(rule=REVIEW, periods=(later, sooner), by=OFFICER), NOW)

    assert stated == RuleTermsSet(
        rule=REVIEW, periods=(sooner, later), recorded_by=OFFICER, recorded_at=NOW
    )


def test_numbers_set_already_are_no_news_and_none_at_all_takes_them_back() -> None:
    stated = (period(),)

    assert set_terms(stated, SetTerms(rule=REVIEW, periods=stated, by=OFFICER), NOW) is None
    assert set_terms((), SetTerms(rule=REVIEW, periods=(), by=OFFICER), NOW) is None
    taken_back = set_terms(stated, SetTerms(rule=REVIEW, periods=(), by=OFFICER), NOW)
    assert taken_back is not None
    assert taken_back.periods == ()


def test_a_rule_that_there_is_not_has_no_numbers_to_be_set() -> None:
    with pytest.raises(RuleUnknown):
        set_terms((), SetTerms(rule="late-homework", periods=(), by=OFFICER), NOW)


@pytest.mark.parametrize(
    ("rule", "terms", "wrong"),
    [
        (REVIEW, {"months": 1}, ("/periods/0/terms", "number-unknown")),
        (REVIEW, {}, ("/periods/0/terms", "no-numbers")),
        (REVIEW, {"weeks": 0}, ("/periods/0/terms/weeks", "number-out-of-bounds")),
        (REVIEW, {"weeks": 13}, ("/periods/0/terms/weeks", "number-out-of-bounds")),
        (REVIEW, {"weeks": True}, ("/periods/0/terms/weeks", "number-of-another-sort")),
        (REVIEW, {"weeks": "four"}, ("/periods/0/terms/weeks", "number-of-another-sort")),
        (
            "penalty-notice-threshold",
            {"sessions": 8},
            ("/periods/0/terms/sessions", "number-not-settable"),
        ),
        (
            "new-pupil-return",
            {"most_junior": True},
            ("/periods/0/terms/most_junior", "number-of-another-sort"),
        ),
        (
            "new-pupil-return",
            {"asked_by_authority": 1},
            ("/periods/0/terms/asked_by_authority", "number-of-another-sort"),
        ),
        (
            "new-pupil-return",
            {"from_starting_day": "2026-9-1"},
            ("/periods/0/terms/from_starting_day", "number-of-another-sort"),
        ),
        (
            "new-pupil-return",
            {"from_starting_day": "2026-02-30"},
            ("/periods/0/terms/from_starting_day", "number-of-another-sort"),
        ),
        (
            "new-pupil-return",
            {"most_junior": "\u200b"},
            ("/periods/0/terms/most_junior", "number-of-another-sort"),
        ),
    ],
)
def test_a_number_that_is_not_to_be_set_so_is_refused(
    rule: str, terms: dict[str, int | bool | str], wrong: tuple[str, str]
) -> None:
    assert refused(period(terms=terms), rule=rule) == [wrong]


@pytest.mark.parametrize("weeks", [1, 12])
def test_a_number_is_set_as_far_as_its_rule_says(weeks: int) -> None:
    setting = SetTerms(rule=REVIEW, periods=(period(terms={"weeks": weeks}),), by=OFFICER)

    assert set_terms((), setting, NOW) is not None


def test_every_reason_is_given_at_once() -> None:
    assert refused(
        period(last=date(2026, 8, 31), source=" "),
        period(terms={"weeks": 99}),
        period(date(2027, 9, 1)),
    ) == [
        ("/periods/0/source", "blank"),
        ("/periods/0/in_force_to", "ends-before-start"),
        ("/periods/1/terms/weeks", "number-out-of-bounds"),
        ("/periods/2/in_force_from", "periods-cross"),
    ]


@pytest.mark.parametrize(
    "other",
    [period(date(2026, 11, 30)), period(date(2026, 8, 1), SEPTEMBER), period(date(2026, 8, 1))],
)
def test_two_periods_have_no_day_in_common(other: TermsPeriod) -> None:
    wrong = [("/periods/1/in_force_from", "periods-cross")]

    assert refused(period(last=date(2026, 11, 30)), other) == wrong


@pytest.mark.parametrize(
    "other", [period(date(2026, 12, 1)), period(date(2026, 8, 1), date(2026, 8, 31))]
)
def test_periods_may_follow_one_another_from_day_to_day(other: TermsPeriod) -> None:
    periods = (period(last=date(2026, 11, 30)), other)

    assert set_terms((), SetTerms(rule=REVIEW, periods=periods, by=OFFICER), NOW) is not None


def test_nobody_sets_numbers_without_a_name() -> None:
    with pytest.raises(TermsRefused) as raised:
        set_terms((), SetTerms(rule=REVIEW, periods=(), by=None), NOW)

    assert [each.code for each in raised.value.refusals] == ["signatory-required"]

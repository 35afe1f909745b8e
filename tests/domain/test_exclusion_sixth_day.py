"""Given an exclusion, then its sixth school day begins with provision arranged, or is told."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from attendance.codes import Code
from attendance.rules.catalogue import RULES
from attendance.rules.exclusion_sixth_day import FROM_AUGUST_2024, RULE, exclusion_sixth_day
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Entry, Finding
from statute.arrangements import exclusion, taught_elsewhere
from statute.circumstances import circumstances, pupil
from statute.registers import am, pm, register

MONDAY: Final = date(2026, 11, 9)
FRIDAY: Final = date(2026, 11, 13)
SIXTH: Final = date(2026, 11, 16)
EIGHTH: Final = date(2026, 11, 18)
AFTER: Final = date(2026, 12, 1)
SUSPENDED: Final = exclusion(am(MONDAY), pm(SIXTH))
FOR_GOOD: Final = exclusion(am(MONDAY), None)
AWAY: Final = register("EEEEEEEEEE", "EEEEEEEEEE", monday=MONDAY)


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def found(
    *plans: Arrangement, at: datetime | None = None, entries: Sequence[Entry] = AWAY
) -> tuple[Finding, ...]:
    of = circumstances(entries, pupil(arrangements=plans), at=at or noon(AFTER))
    return exclusion_sixth_day(of)


def wakes(*plans: Arrangement, at: datetime) -> list[datetime]:
    of = circumstances(AWAY, pupil(arrangements=plans), at=at)
    return list(RULES[RULE].wakes(of, FROM_AUGUST_2024))


def test_it_is_met_when_the_sixth_school_day_begins() -> None:
    begins = datetime(2026, 11, 16, tzinfo=UTC)

    assert found(SUSPENDED, at=begins - timedelta(seconds=1)) == ()
    assert wakes(SUSPENDED, at=begins - timedelta(seconds=1)) == [begins]
    (finding,) = found(SUSPENDED, at=begins)
    assert wakes(SUSPENDED, at=begins) == []
    assert (finding.met_on, finding.due_on) == (am(SIXTH), SIXTH)
    assert finding.rests_on == (900,)
    assert [entry.session for entry in finding.evidence] == [each.session for each in AWAY[:10]]


def test_five_school_days_are_not_six() -> None:
    assert found(exclusion(am(MONDAY), pm(FRIDAY))) == ()
    assert found(exclusion(am(MONDAY), pm(date(2026, 11, 15)))) == ()


def test_a_suspension_is_the_schools_and_one_for_good_the_authoritys() -> None:
    (by_school,), (by_authority,) = found(SUSPENDED), found(FOR_GOOD)

    assert (by_school.trigger, by_authority.trigger) == ("suspension", "permanent")


@pytest.mark.parametrize("code", [Code.K, Code.B, Code.D])
def test_provision_that_begins_by_that_day_meets_the_duty(code: Code) -> None:
    assert found(SUSPENDED, taught_elsewhere(code, am(SIXTH))) == ()
    assert found(SUSPENDED, taught_elsewhere(code, pm(SIXTH))) == ()
    (finding,) = found(SUSPENDED, taught_elsewhere(code, am(MONDAY), pm(FRIDAY)))
    assert finding.lapsed_on is None


@pytest.mark.parametrize("code", [Code.V, Code.P, Code.W])
def test_another_activity_is_no_provision(code: Code) -> None:
    assert found(SUSPENDED, taught_elsewhere(code, am(SIXTH)))


def test_an_activity_planned_before_the_exclusion_is_one_the_pupil_is_excluded_from() -> None:
    activity = taught_elsewhere(Code.B, am(SIXTH), position=800)
    arranged_with_the_authority = taught_elsewhere(Code.K, am(SIXTH), position=800)

    assert found(SUSPENDED, activity)
    assert found(SUSPENDED, arranged_with_the_authority) == ()


def test_provision_that_begins_later_ends_it_on_its_first_day() -> None:
    later = taught_elsewhere(Code.K, pm(EIGHTH))
    begins = datetime(2026, 11, 18, tzinfo=UTC)

    (before,) = found(FOR_GOOD, later, at=begins - timedelta(seconds=1))
    (after,) = found(FOR_GOOD, later, at=begins)

    assert before.lapsed_on is None
    assert after.lapsed_on == pm(EIGHTH)
    assert wakes(FOR_GOOD, later, at=begins - timedelta(seconds=1)) == [begins]
    assert wakes(FOR_GOOD, later, at=begins) == []


def test_what_is_arranged_after_the_exclusion_ends_nothing() -> None:
    (finding,) = found(SUSPENDED, taught_elsewhere(Code.K, am(EIGHTH)))

    assert finding.lapsed_on is None


def test_exclusions_with_no_school_day_between_them_count_as_one() -> None:
    first = exclusion(am(MONDAY), pm(date(2026, 11, 11)), position=10)
    second = exclusion(am(date(2026, 11, 12)), pm(SIXTH), position=20)
    over_the_weekend = exclusion(am(date(2026, 11, 14)), pm(SIXTH), position=30)
    to_friday = exclusion(am(MONDAY), pm(FRIDAY), position=40)

    (finding,) = found(second, first)
    assert finding.rests_on == (10, 20)
    (finding,) = found(to_friday, over_the_weekend)
    assert finding.rests_on == (30, 40)


def test_a_long_exclusion_that_goes_on_in_another_is_found_once() -> None:
    going_on = exclusion(am(SIXTH), pm(date(2026, 11, 25)), position=20)

    (finding,) = found(exclusion(am(MONDAY), pm(FRIDAY), position=10), going_on)

    assert finding.due_on == SIXTH


def test_a_school_day_between_two_exclusions_begins_the_count_anew() -> None:
    first = exclusion(am(MONDAY), pm(date(2026, 11, 11)))
    second = exclusion(am(FRIDAY), pm(date(2026, 11, 20)), position=20)

    (finding,) = found(first, second)

    assert finding.met_on == am(date(2026, 11, 20))
    assert finding.rests_on == (20,)


def test_two_long_exclusions_are_two_findings() -> None:
    again = exclusion(am(date(2027, 1, 4)), pm(date(2027, 1, 11)))

    findings = found(SUSPENDED, again, at=noon(date(2027, 2, 1)))

    assert [each.due_on for each in findings] == [SIXTH, date(2027, 1, 11)]


def test_a_training_day_and_days_closed_to_the_pupil_are_no_school_days_of_it() -> None:
    over_the_training_day = exclusion(am(date(2026, 11, 23)), pm(AFTER))
    tuesday = date(2026, 11, 10)
    of = circumstances(
        AWAY,
        pupil(arrangements=(SUSPENDED,)),
        at=noon(AFTER),
        due=lambda session: session.on != tuesday,
    )

    (finding,) = found(over_the_training_day)
    assert finding.due_on == AFTER
    assert exclusion_sixth_day(of) == ()


def test_the_calendar_must_tell_the_day() -> None:
    at_the_end_of_july = exclusion(am(date(2027, 7, 19)), None)
    in_the_holidays = exclusion(am(date(2026, 12, 21)), pm(date(2026, 12, 22)))

    assert found(at_the_end_of_july, at=noon(date(2027, 9, 30))) == ()
    assert found(in_the_holidays) == ()


def test_a_pupil_who_isnt_excluded_has_none() -> None:
    assert found(taught_elsewhere(Code.K, am(MONDAY))) == ()

"""Given a part-time timetable, then its reviews fall due when their days begin."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from attendance.rules.catalogue import RULES
from attendance.rules.facts import Arrangement
from attendance.rules.part_time_timetable_review import (
    FROM_AUGUST_2024,
    RULE,
    part_time_timetable_review,
)
from statute.arrangements import exclusion, timetable
from statute.boundaries import met
from statute.circumstances import circumstances, pupil
from statute.registers import am, pm

START: Final = date(2026, 9, 14)
HALF_TERM: Final = date(2026, 10, 23)
SIX_WEEKS_ON: Final = date(2026, 10, 26)
CHRISTMAS: Final = date(2026, 12, 18)
MIDNIGHT: Final = datetime(2026, 9, 24, 23, 0, tzinfo=UTC)  # when 25 September begins in England


def found(at: datetime, *plans: Arrangement) -> tuple[str, ...]:
    of = circumstances((), pupil(arrangements=plans), at=at)
    return met(part_time_timetable_review(of))


def next_day(at: datetime, *plans: Arrangement) -> list[datetime]:
    of = circumstances((), pupil(arrangements=plans), at=at)
    return list(RULES[RULE].wakes(of, FROM_AUGUST_2024))


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_review_is_due_when_its_day_begins_in_england() -> None:
    plan = timetable(START, HALF_TERM, date(2026, 9, 25), date(2026, 10, 9))

    assert found(MIDNIGHT - timedelta(seconds=1), plan) == ()
    assert found(MIDNIGHT, plan) == ("2026-09-25 AM",)
    assert found(on(date(2026, 10, 9)), plan) == ("2026-09-25 AM", "2026-10-09 AM")


def test_it_is_to_be_asked_again_when_the_next_day_begins() -> None:
    plan = timetable(START, HALF_TERM, date(2026, 9, 25), date(2026, 10, 9))

    assert next_day(MIDNIGHT - timedelta(seconds=1), plan) == [MIDNIGHT]
    assert next_day(MIDNIGHT, plan) == [datetime(2026, 10, 8, 23, 0, tzinfo=UTC)]
    assert next_day(on(date(2026, 10, 9)), plan) == []
    assert next_day(on(date(2026, 8, 1)), plan) == [MIDNIGHT]


def test_the_finding_names_its_day_and_rests_on_the_plan() -> None:
    plan = timetable(START, HALF_TERM, date(2026, 9, 25), position=31)
    (finding,) = part_time_timetable_review(
        circumstances((), pupil(arrangements=(plan,)), at=MIDNIGHT)
    )

    assert finding.due_on == date(2026, 9, 25)
    assert finding.rests_on == (31,)
    assert finding.evidence == ()
    assert finding.figures == {"days_since_start": 11}


def test_one_is_due_after_six_weeks_without_any() -> None:
    sparse = timetable(START, CHRISTMAS, date(2026, 11, 30))
    just_in_time = timetable(START, CHRISTMAS, SIX_WEEKS_ON)

    assert found(on(CHRISTMAS), sparse) == ("2026-10-26 AM", "2026-11-30 AM")
    assert found(on(CHRISTMAS), just_in_time) == ("2026-10-26 AM", "2026-12-07 AM")
    assert found(on(date(2026, 10, 25)), sparse) == ()


def test_a_review_on_the_first_day_and_one_on_the_last_are_reviews() -> None:
    plan = timetable(START, HALF_TERM, START, HALF_TERM)

    assert found(on(HALF_TERM), plan) == ("2026-09-14 AM", "2026-10-23 AM")


def test_none_is_due_once_the_timetable_has_ended() -> None:
    ended = timetable(START, HALF_TERM, date(2026, 9, 25), date(2026, 10, 9))._replace(
        ends=pm(date(2026, 10, 8))
    )

    assert found(on(CHRISTMAS), ended) == ("2026-09-25 AM",)
    assert next_day(on(date(2026, 9, 25)), ended) == []


def test_a_timetable_without_an_end_is_reviewed_for_as_long_as_it_runs() -> None:
    endless = timetable(START, HALF_TERM)._replace(ends=None)

    assert found(on(CHRISTMAS), endless) == ("2026-10-26 AM", "2026-12-07 AM")
    assert next_day(on(CHRISTMAS), endless) == [datetime(2027, 1, 18, tzinfo=UTC)]


def test_reviews_of_two_timetables_come_in_order_and_other_plans_have_none() -> None:
    first = timetable(START, HALF_TERM, date(2026, 10, 2))
    second = timetable(date(2026, 9, 21), HALF_TERM, date(2026, 9, 28))
    away = exclusion(am(START), None)

    assert found(on(HALF_TERM), first, second, away) == ("2026-09-28 AM", "2026-10-02 AM")


def test_a_school_may_review_more_often() -> None:
    of = circumstances((), pupil(arrangements=(timetable(START, HALF_TERM),)), at=on(HALF_TERM))

    fortnightly = part_time_timetable_review(of, replace(FROM_AUGUST_2024, weeks=2))

    assert met(fortnightly) == ("2026-09-28 AM", "2026-10-12 AM")

"""Passing rules over costs nothing but time: what is passed over would have changed nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from attendance.admission_entry import CharacteristicPeriod
from attendance.calendar import CalendarYear, Closure, HalfTerm, SchoolCalendar
from attendance.codes import Code
from attendance.events import ThresholdMet, ThresholdWithdrawn
from attendance.identifiers import AcademicYear
from attendance.rules.catalogue import RULES
from attendance.rules.facts import Arrangement, Deleted, Entered
from attendance.rules.rule import Cause
from attendance.session import Half, Session
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.judged import (
    CALENDAR,
    SESSIONS,
    Judged,
    arrangements,
    closed,
    closures,
    disorder,
    facts,
    has,
    history,
    runs,
    school,
    stands,
)
from support.school_log import HALF_TERMS, calendar_of
from thresholds.conditions import CONDITIONS
from thresholds.digest import Change
from thresholds.facts import differ_from
from thresholds.judging import REPUBLISHED, Look
from thresholds.looks import ARRANGED, CHANGED
from thresholds.packing import BYTE_OF, place_of
from thresholds.relevance import (
    OF_ADMISSION,
    OF_ENTRIES,
    OF_PLANS,
    OF_PUPILS,
    UNCONDITIONAL,
)
from thresholds.timetable import Timetable


@settings(max_examples=60, deadline=None)
@given(runs, disorder, has, arrangements)
def test_a_rule_passed_over_had_nothing_to_say(
    made: list[tuple[str, int]],
    mess: list[tuple[int, int, str]],
    characteristics: tuple[CharacteristicPeriod, ...],
    planned: tuple[Arrangement, ...],
) -> None:
    stated = facts(characteristics=characteristics, arrangements=planned)
    judged = Judged((0, stated))
    judged.happens(Look(0, OF_ADMISSION | OF_PLANS, CHANGED))

    for change in history(made, mess):
        judged.happens(change)
        assert judged.left_unsaid(change.position) == []


@settings(max_examples=60, deadline=None)
@given(runs, disorder, st.sets(st.integers(0, 70), max_size=12), st.integers(0, 150))
def test_nor_had_it_around_a_calendar_published_anew(
    made: list[tuple[str, int]], mess: list[tuple[int, int, str]], shut: set[int], at: int
) -> None:
    on = sorted({SESSIONS[2 * place % len(SESSIONS)].on for place in shut})
    anew = Timetable(SchoolCalendar((calendar_of(*(Closure(each, "Flood") for each in on)),)))
    judged = Judged(held=school((0, Timetable(CALENDAR)), (at + 1, anew)))

    for change in history(made, mess):
        if change.position == at + 1:
            judged.happens(Look(at + 1, OF_PUPILS, REPUBLISHED))
        judged.happens(change)
        assert judged.left_unsaid(change.position) == []


@settings(max_examples=60, deadline=None)
@given(runs, disorder, closures, stands, stands, st.integers(0, 150))
def test_nor_had_it_for_a_pupil_to_whom_not_every_session_was_due(
    made: list[tuple[str, int]],
    mess: list[tuple[int, int, str]],
    shut: set[tuple[int, Half, str]],
    before: list[tuple[date, str, bool]],
    after: list[tuple[date, str, bool]],
    at: int,
) -> None:
    apart = Timetable(SchoolCalendar((calendar_of(*(closed(*each) for each in sorted(shut))),)))
    judged = Judged((0, facts(*before)), (at + 1, facts(*after)), held=school((0, apart)))
    judged.happens(Look(0, OF_ADMISSION, CHANGED))

    for change in history(made, mess):
        if change.position == at + 1:
            judged.happens(Look(at + 1, OF_PUPILS, CHANGED))
        judged.happens(change)
        assert judged.left_unsaid(change.position) == []


@settings(max_examples=30, deadline=None)
@given(runs, disorder, has, arrangements, st.integers(1, 60))
@example([("/", 2), ("I", 20)], [], (), (), 6)
def test_nor_had_it_of_a_pupil_who_left_and_was_admitted_again(
    made: list[tuple[str, int]],
    mess: list[tuple[int, int, str]],
    characteristics: tuple[CharacteristicPeriod, ...],
    planned: tuple[Arrangement, ...],
    place: int,
) -> None:
    again = SESSIONS[place].on
    once = facts(characteristics=characteristics, arrangements=planned)
    (entered,) = once.enrolments
    left = entered._replace(deleted=Deleted(again - timedelta(days=1), again, "a", 0))
    judged = Judged((0, replace(once, enrolments=(left, Entered(again, again, 0)))))
    judged.happens(Look(0, OF_ADMISSION | OF_PLANS, CHANGED))

    for change in history(made, mess):
        judged.happens(change)
        assert judged.left_unsaid(change.position) == []


@settings(max_examples=60, deadline=None)
@given(runs, disorder, has, arrangements, has, arrangements, st.integers(0, 150))
def test_nor_had_it_around_characteristics_and_plans_stated_anew(
    made: list[tuple[str, int]],
    mess: list[tuple[int, int, str]],
    characteristics: tuple[CharacteristicPeriod, ...],
    planned: tuple[Arrangement, ...],
    other_characteristics: tuple[CharacteristicPeriod, ...],
    planned_anew: tuple[Arrangement, ...],
    at: int,
) -> None:
    before = facts(characteristics=characteristics, arrangements=planned)
    after = facts(characteristics=other_characteristics, arrangements=planned_anew)
    judged = Judged((0, before), (at + 1, after))
    judged.happens(Look(0, OF_ADMISSION | OF_PLANS, CHANGED))

    for change in history(made, mess):
        if change.position == at + 1:
            judged.happens(Look(at + 1, OF_ADMISSION, CHANGED))
            judged.happens(Look(at + 1, OF_PLANS, ARRANGED))
        judged.happens(change)
        assert judged.left_unsaid(change.position) == []


def test_another_time_on_roll_may_judge_entries_otherwise_from_its_starting_day_on() -> None:
    once = facts()
    (entered,) = once.enrolments
    again = Entered(SESSIONS[20].on, SESSIONS[20].on, 9)
    twice = replace(once, enrolments=(entered, again))
    moved = replace(once, enrolments=(entered, again._replace(starting_day=SESSIONS[10].on)))

    assert differ_from(once, twice) == place_of(Session(SESSIONS[20].on, Half.AM))
    assert differ_from(twice, moved) == place_of(Session(SESSIONS[10].on, Half.AM))


@settings(max_examples=60, deadline=None)
@given(runs, stands, stands)
def test_details_that_differ_after_a_pupils_last_entry_change_nothing_about_them(
    made: list[tuple[str, int]],
    before: list[tuple[date, str, bool]],
    after: list[tuple[date, str, bool]],
) -> None:
    apart = Timetable(
        SchoolCalendar((calendar_of(*(closed(place, Half.PM, "8") for place in range(60))),))
    )
    since = differ_from(facts(*before), facts(*after))
    judged = Judged((0, facts(*before)), (1000, facts(*after)), held=school((0, apart)))
    for change in history(made, []):
        if since is None or change.place < since:
            judged.happens(change)

    said = judged.happens(Look(1000, OF_ENTRIES - {"reason-not-established-overdue"}, CHANGED))

    assert said == []


@given(runs, st.integers(0, 139), st.sampled_from([None, *Half]), st.sampled_from([(), ("7",)]))
def test_a_calendar_changed_after_a_pupils_last_week_changes_nothing_about_them(
    made: list[tuple[str, int]], place: int, half: Half | None, to: tuple[str, ...]
) -> None:
    closure = Closure(SESSIONS[place % len(SESSIONS)].on, "INSET", half, to)
    anew = Timetable(SchoolCalendar((calendar_of(closure),)))
    changed_from = anew.differs_from(Timetable(CALENDAR))
    assert changed_from is not None
    judged = Judged(held=school((0, Timetable(CALENDAR)), (1000, anew)))
    without_n = [(code, times) for code, times in made if code != "N"]  # it waits for days to come
    for change in history(without_n, []):
        if change.place < changed_from:
            judged.happens(change)

    assert judged.happens(Look(1000, OF_ENTRIES, REPUBLISHED)) == []


def test_a_calendar_that_holds_the_same_sessions_does_not_differ() -> None:
    renamed = tuple(replace(each, name="Term") for each in HALF_TERMS)

    same = Timetable(SchoolCalendar((calendar_of(half_terms=renamed),)))

    assert same.differs_from(Timetable(CALENDAR)) is None


def test_an_entry_made_late_in_the_summer_ends_a_run_that_went_on_in_autumn() -> None:
    autumn = CalendarYear(
        AcademicYear("2027-28"), (HalfTerm("Autumn 1", date(2027, 9, 6), date(2027, 10, 22)),)
    )
    calendar = CALENDAR.with_year(autumn)
    weeks = [(date(2027, 7, 12), date(2027, 7, 16)), (date(2027, 9, 6), date(2027, 9, 10))]
    away = [session for week in weeks for session in calendar.sessions(*week)]
    late = Session(date(2027, 7, 19), Half.AM)
    changes = [
        Change(position, place_of(session), BYTE_OF[code], amended=False)
        for position, (session, code) in enumerate(
            [*((session, Code.O) for session in away), (late, Code.L)], start=1
        )
    ]
    judged = Judged(held=school((0, Timetable(calendar))))

    said = [event for change in changes for event in judged.happens(change)]

    assert [type(event) for event in said if event.rule == "attendance-return"] == [
        ThresholdMet,
        ThresholdWithdrawn,
    ]


def test_every_condition_is_of_a_rule_that_entries_may_change() -> None:
    assert CONDITIONS.keys() <= OF_ENTRIES


def test_no_rule_is_asked_at_every_register() -> None:
    assert frozenset() == UNCONDITIONAL


@pytest.mark.parametrize("slug", sorted(OF_PUPILS))
def test_every_rule_about_pupils_has_a_cause_to_be_asked(slug: str) -> None:
    assert RULES[slug].causes & {Cause.ENTRIES, Cause.ADMISSION, Cause.PLANS}

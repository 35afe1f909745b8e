"""Passing rules over costs nothing but time: what is passed over would have changed nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from attendance.calendar import CalendarYear, Closure, HalfTerm, SchoolCalendar
from attendance.codes import Code
from attendance.events import ThresholdMet, ThresholdWithdrawn
from attendance.identifiers import AcademicYear, PupilId, Urn
from attendance.session import Half, Session
from hypothesis import given, settings
from hypothesis import strategies as st
from support.school_log import HALF_TERMS, calendar_of
from thresholds.digest import Change
from thresholds.facts import FactsInTime, Placed, PupilFacts
from thresholds.history import WALKS
from thresholds.judging import CHANGED, ENTERED, REPUBLISHED, Case, Look
from thresholds.packing import BYTE_OF, place_of
from thresholds.relevance import RULES
from thresholds.schemas import Rule
from thresholds.timetable import Timetable

STARTED: Final = date(2026, 9, 1)
NOW: Final = datetime(2027, 7, 31, tzinfo=UTC)
CALENDAR: Final = SchoolCalendar((calendar_of(),))
HELD: Final = Timetable(CALENDAR)
SESSIONS: Final = tuple(CALENDAR.sessions(date(2026, 9, 7), date(2026, 12, 18)))

# Weeks as a pupil lives them: runs of one code, then single sessions made late or amended.
runs = st.lists(
    st.tuples(st.sampled_from("/GONIULQ4-"), st.integers(1, 24)), min_size=1, max_size=8
)
disorder = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 140), st.sampled_from("/GOI")), max_size=8
)

# Stretches of half-days closed to a year group, by day; where a pupil stands from some day on.
closures = st.lists(
    st.tuples(
        st.integers(0, 50),
        st.integers(1, 15),
        st.sampled_from(["AM", "PM", "AMPM"]),
        st.sampled_from("78"),
    ),
    max_size=4,
).map(
    lambda drawn: {
        (first + day, half, to)
        for first, days, halves, to in drawn
        for day in range(days)
        for half in Half
        if half in halves
    }
)
moves = [date(2026, 9, 7) + timedelta(days=days) for days in range(0, 70, 3)]
stands = st.lists(
    st.tuples(st.sampled_from(moves), st.sampled_from("78"), st.booleans()),
    max_size=4,
    unique_by=lambda each: each[0],
).map(sorted)


def closed(place: int, half: Half, year_group: str) -> Closure:
    on = SESSIONS[2 * place % len(SESSIONS)].on
    return Closure(on, "Staggered start", half, (year_group,))


def drawn(made: list[tuple[str, int]]) -> list[tuple[Session, Code]]:
    codes = "".join(code * times for code, times in made)[: len(SESSIONS)]
    return [
        (session, code_of(code, session))
        for session, code in zip(SESSIONS, codes, strict=False)
        if code != "-"
    ]


def code_of(drawn_code: str, session: Session) -> Code:
    if drawn_code == "/" and session.half is Half.PM:
        return Code.PRESENT_PM
    return Code.Y4 if drawn_code == "4" else Code(drawn_code)


def history(made: list[tuple[str, int]], mess: list[tuple[int, int, str]]) -> list[Change]:
    """Entries in order, with some made or amended out of it."""
    acts = [(session, code, False) for session, code in drawn(made)]
    for after, place, code in mess:
        session = SESSIONS[place % len(SESSIONS)]
        entered = {each for each, _, _ in acts[: after % (len(acts) + 1)]}
        act = (session, code_of(code, session), session in entered)
        acts.insert(after % (len(acts) + 1), act)
    return [
        Change(position, place_of(session), BYTE_OF[code], amended)
        for position, (session, code, amended) in enumerate(acts, start=1)
    ]


def facts(*stands: tuple[date, str, bool], born: date = date(2015, 3, 1)) -> PupilFacts:
    return PupilFacts(
        born, (Placed(STARTED, "7", boarder=False), *(Placed(*each) for each in stands))
    )


def case(*in_time: tuple[int, PupilFacts]) -> Case:
    positions, stated = zip(*(in_time or [(0, facts())]), strict=True)
    return Case(Urn(999001), PupilId("p1"), FactsInTime(positions, stated), {}, ())


@settings(max_examples=60, deadline=None)
@given(runs, disorder)
def test_a_rule_passed_over_had_nothing_to_say(
    made: list[tuple[str, int]], mess: list[tuple[int, int, str]]
) -> None:
    judged = case()

    for change in history(made, mess):
        judged.judge(change, HELD, NOW)
        assert judged.judge(Look(change.position, RULES, ENTERED), HELD, NOW) == []


@settings(max_examples=60, deadline=None)
@given(runs, disorder, st.sets(st.integers(0, 70), max_size=12), st.integers(0, 150))
def test_nor_had_it_around_a_calendar_published_anew(
    made: list[tuple[str, int]], mess: list[tuple[int, int, str]], shut: set[int], at: int
) -> None:
    days = sorted({SESSIONS[2 * place % len(SESSIONS)].on for place in shut})
    anew = Timetable(SchoolCalendar((calendar_of(*(Closure(on, "Flood") for on in days)),)))
    judged = case()

    for change in history(made, mess):
        timetable = anew if change.position > at else HELD
        if change.position == at + 1:
            judged.judge(Look(at, RULES, REPUBLISHED), anew, NOW)
        judged.judge(change, timetable, NOW)
        assert judged.judge(Look(change.position, RULES, ENTERED), timetable, NOW) == []


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
    judged = case((0, facts(*before)), (at + 1, facts(*after)))

    for change in history(made, mess):
        if change.position == at + 1:
            judged.judge(Look(change.position, RULES, CHANGED), apart, NOW)
        judged.judge(change, apart, NOW)
        assert judged.judge(Look(change.position, RULES, ENTERED), apart, NOW) == []


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
    since = facts(*after).differ_from(facts(*before))
    judged = case((0, facts(*before)), (1000, facts(*after)))
    for change in history(made, []):
        if since is None or change.place < since:
            judged.judge(change, apart, NOW)

    assert judged.judge(Look(1000, RULES, CHANGED), apart, NOW) == []


@given(runs, st.integers(0, 139), st.sampled_from([None, *Half]), st.sampled_from([(), ("7",)]))
def test_a_calendar_changed_after_a_pupils_last_week_changes_nothing_about_them(
    made: list[tuple[str, int]], place: int, half: Half | None, to: tuple[str, ...]
) -> None:
    closure = Closure(SESSIONS[place % len(SESSIONS)].on, "INSET", half, to)
    anew = Timetable(SchoolCalendar((calendar_of(closure),)))
    changed_from = anew.differs_from(HELD)
    assert changed_from is not None
    judged = case()
    for change in history(made, []):
        if change.place < changed_from:
            judged.judge(change, HELD, NOW)

    assert judged.judge(Look(1000, RULES, REPUBLISHED), anew, NOW) == []


def test_a_calendar_that_holds_the_same_sessions_does_not_differ() -> None:
    renamed = tuple(replace(each, name="Term") for each in HALF_TERMS)

    same = Timetable(SchoolCalendar((calendar_of(half_terms=renamed),)))

    assert same.differs_from(HELD) is None


def test_an_entry_made_late_in_the_summer_ends_a_run_that_went_on_in_autumn() -> None:
    autumn = CalendarYear(
        AcademicYear("2027-28"), (HalfTerm("Autumn 1", date(2027, 9, 6), date(2027, 10, 22)),)
    )
    calendar = CALENDAR.with_year(autumn)
    timetable = Timetable(calendar)
    weeks = [(date(2027, 7, 12), date(2027, 7, 16)), (date(2027, 9, 6), date(2027, 9, 10))]
    away = [session for week in weeks for session in calendar.sessions(*week)]
    late = Session(date(2027, 7, 19), Half.AM)
    changes = [
        Change(position, place_of(session), BYTE_OF[code], amended=False)
        for position, (session, code) in enumerate(
            [*((session, Code.O) for session in away), (late, Code.L)], start=1
        )
    ]
    judged = case()

    said = [event for change in changes for event in judged.judge(change, timetable, NOW)]

    assert [type(event) for event in said if event.rule == "attendance-return"] == [
        ThresholdMet,
        ThresholdWithdrawn,
    ]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_that_can_be_stirred_can_be_walked_and_asked_for(rule: str) -> None:
    assert rule in WALKS
    assert rule in set(Rule)


def test_every_rule_that_can_be_walked_can_be_stirred() -> None:
    assert set(WALKS) == RULES

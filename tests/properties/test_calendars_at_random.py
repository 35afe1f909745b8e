"""Whatever a calendar closes, to all or to some, is closed; and nothing else is."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from attendance.calendar import CalendarYear, Closure, HalfTerm, SchoolCalendar
from attendance.errors import CalendarRefused
from attendance.identifiers import AcademicYear
from attendance.session import Half, Session
from hypothesis import given
from hypothesis import strategies as st

YEAR: Final = AcademicYear("2026-27")
MONDAY: Final = date(2026, 9, 7)
TERM: Final = HalfTerm("Autumn 1", MONDAY, MONDAY + timedelta(days=11))
AROUND: Final = [MONDAY + timedelta(days=each) for each in range(-1, 13)]
SATURDAY: Final = 5
YEAR_GROUPS: Final = ("R", "1")

CLOSURES: Final = st.lists(
    st.builds(
        Closure,
        st.sampled_from(AROUND),
        st.just("INSET"),
        st.none() | st.sampled_from(Half),
        st.lists(st.sampled_from(YEAR_GROUPS), unique=True).map(tuple),
    ),
    max_size=5,
)


def closed(closures: Sequence[Closure], session: Session, year_group: str | None) -> int:
    """Count how often a session is closed to a year group by name, or to the whole school."""
    return sum(
        each.on == session.on
        and each.half in (None, session.half)
        and (year_group in each.year_groups if year_group else not each.year_groups)
        for each in closures
    )


def possible(closures: Sequence[Closure]) -> bool:
    """Whether a calendar may have these: none outside the term, and nothing closed twice."""
    once = all(
        closed(closures, session, None) + closed(closures, session, year_group) <= 1
        for session in (Session(on, half) for on in AROUND for half in Half)
        for year_group in YEAR_GROUPS
    )
    return once and all(in_term(each.on) for each in closures)


def in_term(on: date) -> bool:
    """Whether the school would meet that day."""
    return TERM.starts <= on <= TERM.ends and on.weekday() < SATURDAY


def as_far_as_possible(closures: list[Closure]) -> CalendarYear:
    """Make a calendar with those of the closures that it may have."""
    kept: list[Closure] = []
    for each in closures:
        if possible([*kept, each]):
            kept.append(each)
    return CalendarYear(YEAR, (TERM,), tuple(kept))


YEARS: Final = CLOSURES.map(as_far_as_possible)


@given(YEARS)
def test_a_session_is_held_unless_it_is_closed_to_the_whole_school(year: CalendarYear) -> None:
    calendar = SchoolCalendar((year,))

    for session in (Session(on, half) for on in AROUND for half in Half):
        to_all = closed(year.closures, session, None)
        assert calendar.is_open(session) == (in_term(session.on) and not to_all)
        for year_group in YEAR_GROUPS:
            to_some = closed(year.closures, session, year_group)
            assert calendar.is_closed_to(year_group, session) == bool(to_some)


@given(CLOSURES)
def test_a_calendar_is_refused_just_when_a_closure_is_outside_the_term_or_of_what_is_closed(
    closures: list[Closure],
) -> None:
    try:
        CalendarYear(YEAR, (TERM,), tuple(closures))
        refused = False
    except CalendarRefused:
        refused = True

    assert refused != possible(closures)


@given(YEARS, YEARS)
def test_a_new_edition_leaves_nothing_of_the_old(one: CalendarYear, other: CalendarYear) -> None:
    calendar = SchoolCalendar((one,)).with_year(other)

    for session in (Session(on, half) for on in AROUND for half in Half):
        assert calendar.is_open(session) == SchoolCalendar((other,)).is_open(session)
    assert calendar == SchoolCalendar((other,))

"""Given a plan, when another of its kind has a session in common, then it may not be made."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.absence_plans import crosses
from attendance.errors import PlanRefused
from attendance.planned_absences import (
    PlannedAbsence,
)
from attendance.planning import PlanAbsence, plan_absence
from attendance.session import Half, Session
from domain.given import OFFICER, URN
from domain.planned import (
    FRIDAY,
    NOW,
    ONE_OF_EACH,
    PUPIL,
    REGISTRATION,
    VISIT,
    a_planner,
    identity,
    standing,
    why_not,
)
from hypothesis import given
from hypothesis import strategies as st
from statute.registers import pm

THE_OTHER_HALF = frozenset({(day, Half.AM) for day in range(5)})


@pytest.mark.parametrize("planned", ONE_OF_EACH, ids=lambda each: each.kind)
def test_two_plans_of_one_kind_have_no_session_in_common(planned: PlannedAbsence) -> None:
    planner = a_planner()
    planner.plan(planned)

    assert why_not(planned, planner=planner) == [("/starts", "plan-overlaps")]


def test_a_crossing_with_another_plan_is_a_conflict_and_no_mistake() -> None:
    planner = a_planner()
    planner.plan(VISIT)
    command = PlanAbsence(pupil=PUPIL, planned=VISIT, by=OFFICER)

    with pytest.raises(PlanRefused) as raised:
        plan_absence(planner.school, command, identity(2), urn=URN, now=NOW)

    assert raised.value.conflict


def test_plans_of_different_kinds_may_cover_the_same_sessions() -> None:
    planner = a_planner()

    for planned in ONE_OF_EACH:
        planner.plan(planned)

    assert len(planner.plans()) == len(ONE_OF_EACH)


def test_a_pupil_is_due_at_two_other_schools_at_other_times_of_the_week() -> None:
    planner = a_planner()
    planner.plan(replace(REGISTRATION, pattern=THE_OTHER_HALF))

    planner.plan(replace(REGISTRATION, pattern=frozenset({(4, Half.PM)})))

    assert why_not(
        replace(REGISTRATION, starts=pm(FRIDAY), pattern=frozenset({(4, Half.AM)})),
        planner=planner,
    ) == [("/starts", "plan-overlaps")]


SESSIONS = st.builds(Session, st.dates(date(2026, 9, 1), date(2026, 10, 15)), st.sampled_from(Half))
PATTERNS = st.frozensets(st.tuples(st.integers(0, 4), st.sampled_from(Half)), max_size=3)
REGISTRATIONS = st.builds(
    lambda starts, ends, pattern: replace(
        REGISTRATION,
        starts=starts if ends is None else min(starts, ends),
        ends=None if ends is None else max(starts, ends),
        pattern=pattern,
    ),
    SESSIONS,
    st.none() | SESSIONS,
    PATTERNS,
)


@given(REGISTRATIONS, REGISTRATIONS)
def test_plans_cross_when_some_session_is_of_both(
    one: PlannedAbsence, other: PlannedAbsence
) -> None:
    first, second = standing(one), standing(other)
    days = [date.fromordinal(date(2026, 8, 31).toordinal() + each) for each in range(90)]
    shared = any(
        first.is_about(session) and second.is_about(session)
        for session in (Session(on, half) for on in days for half in Half)
    )

    assert crosses(first, other) is shared
    assert crosses(second, one) is shared


def test_plans_may_lie_on_the_last_days_there_are() -> None:
    last = replace(REGISTRATION, starts=pm(date.max))

    assert crosses(standing(last), last)

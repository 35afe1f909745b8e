"""Given what a school knows of a pupil, when a ground of reg 9 applies, or can't."""

from datetime import date
from uuid import UUID

import pytest
from attendance.advice import of_deletion
from attendance.deletion import Evidence, delete_pupil, looks_back
from attendance.deletion_grounds import CONDITIONS, GROUNDS, Ground, Letter
from attendance.errors import DeletionRefused
from attendance.events import DualRegistrationRecorded, Event, LeaveDecided, LeaveRequested
from attendance.identifiers import Urn
from attendance.plan_events import LeaveOutcome
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import DualRegistration, Leave, PlanId, Relationship, Requester
from domain.deleting import (
    NOTHING,
    NOW,
    PUPIL,
    TODAY,
    TOMORROW,
    UNDER_AGE,
    command,
    given,
    why_not,
)
from domain.given import BEFORE_TERM, OFFICER, a_school, admitted
from statute.registers import am, pm, register

STARTED = date(2026, 6, 8)
PLAN = PlanId(UUID("0d0c4c2e-52b5-4d0b-8f0e-2f6f6f0f9d11"))


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
def test_a_ground_for_pupils_of_compulsory_school_age_is_for_them_alone(ground: Ground) -> None:
    boards = ground.boarders is True
    refused = ("/ground", "ground-not-for-this-age", False)

    try:
        delete_pupil(given(born=UNDER_AGE, boarder=boards), command(ground.letter), NOTHING, NOW)
        codes = []
    except DeletionRefused as error:
        codes = [(each.pointer, each.code, each.conflict) for each in error.refusals]

    assert (refused in codes) is not ground.any_age


def test_before_the_regulations_there_was_no_such_ground() -> None:
    school = a_school(admitted(PUPIL, starting=date(2024, 6, 3)))

    assert why_not(command(deleted_on=date(2024, 8, 18)), school) == [
        ("/ground", "ground-not-in-force", False)
    ]
    assert delete_pupil(school, command(deleted_on=date(2024, 8, 19)), NOTHING, NOW)


def test_moving_away_is_no_ground_for_a_boarder_and_unpaid_fees_for_nobody_else() -> None:
    boarder, other = given(boarder=True), given(boarder=False)
    not_met = [("/ground", "ground-not-met", False)]

    assert why_not(command(Letter.G), boarder) == not_met
    assert why_not(command(Letter.M), other) == not_met
    assert delete_pupil(other, command(Letter.G), NOTHING, NOW)
    assert delete_pupil(boarder, command(Letter.M), NOTHING, NOW)


def dual_registration(ends: date | None) -> DualRegistrationRecorded:
    return DualRegistrationRecorded(
        plan=PLAN,
        pupil=PUPIL,
        planned=DualRegistration(
            other_school=Urn(999002),
            main=False,
            starts=am(STARTED),
            ends=pm(ends) if ends else None,
        ),
        recorded_by=OFFICER,
        recorded_at=BEFORE_TERM,
    )


@pytest.mark.parametrize("ends", [None, TOMORROW])
def test_a_dual_registration_that_runs_on_speaks_against_the_other_school_as_a_ground(
    ends: date | None,
) -> None:
    running, over = given(dual_registration(ends)), given(dual_registration(TODAY))

    assert why_not(command(Letter.A), running) == [("/ground", "ground-not-met", False)]
    assert delete_pupil(running, command(Letter.C), NOTHING, NOW)
    assert delete_pupil(over, command(Letter.A), NOTHING, NOW)


LEAVE_ENDED = date(2026, 11, 5)
NINTH_DAY, TENTH_DAY, AFTER_IT = date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)


def leave() -> list[Event]:
    asked = LeaveRequested(
        plan=PLAN,
        pupil=PUPIL,
        planned=Leave(
            purpose=LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES,
            starts=am(date(2026, 11, 2)),
            ends=pm(LEAVE_ENDED),
            requested_by=Requester("N. Adeyemi", Relationship.PARENT),
            requested_on=date(2026, 10, 1),
            reason="A wedding.",
        ),
        recorded_by=OFFICER,
        recorded_at=BEFORE_TERM,
    )
    granted = LeaveDecided(
        plan=PLAN,
        pupil=PUPIL,
        outcome=LeaveOutcome.GRANTED,
        decided_on=date(2026, 10, 2),
        reason="Once in a lifetime.",
        recorded_by=OFFICER,
        recorded_at=BEFORE_TERM,
    )
    return [asked, granted]


def test_a_pupil_has_ten_school_days_to_come_back_from_leave() -> None:
    stated = {"leave_ended_on": LEAVE_ENDED}
    known = given(*leave())

    for on in (NINTH_DAY, TENTH_DAY):
        assert why_not(command(Letter.H, deleted_on=on, conditions=stated)) == [
            ("/ground", "ground-not-met", False)
        ]
        assert why_not(command(Letter.H, deleted_on=on), known) == [
            ("/ground", "ground-not-met", False)
        ]
    assert delete_pupil(given(), command(Letter.H, conditions=stated), NOTHING, NOW)
    assert delete_pupil(known, command(Letter.H), NOTHING, NOW)


def test_a_pupil_who_came_back_from_leave_is_not_deleted_for_staying_away() -> None:
    asked = command(Letter.H, conditions={"leave_ended_on": LEAVE_ENDED})
    attended = register("CCCCCCCCOO", "OOOOOOOOO/", monday=date(2026, 11, 2))
    away = Evidence(entries=attended[:-1], entered_after=False)
    back = Evidence(entries=attended, entered_after=False)

    assert delete_pupil(given(), asked, away, NOW)
    assert why_not(asked, evidence=back) == [("/ground", "ground-not-met", False)]


def test_where_nobody_says_when_the_leave_ended_the_school_is_asked() -> None:
    asked = command(Letter.H)

    assert delete_pupil(given(), asked, NOTHING, NOW)
    assert "/conditions/leave_ended_on" in [each.pointer for each in of_deletion(asked)]


LEAVING_DATE = date(2026, 6, 26)


@pytest.mark.parametrize(
    ("born", "on"),
    [
        pytest.param(date(2010, 5, 5), LEAVING_DATE, id="on the leaving date"),
        pytest.param(date(2009, 5, 5), TODAY, id="over it long since"),
    ],
)
def test_a_pupil_leaves_who_is_over_the_age_when_the_school_next_meets(
    born: date, on: date
) -> None:
    assert delete_pupil(given(born=born), command(Letter.L, deleted_on=on), NOTHING, NOW)


@pytest.mark.parametrize(
    ("born", "on"),
    [
        pytest.param(date(2010, 5, 5), date(2026, 6, 25), id="the leaving date is school still"),
        pytest.param(date(2010, 9, 1), LEAVING_DATE, id="a year too young"),
        pytest.param(date(2023, 5, 5), TODAY, id="not yet of the age"),
    ],
)
def test_nobody_else_leaves_for_being_over_the_age(born: date, on: date) -> None:
    asked = command(Letter.L, deleted_on=on)

    assert why_not(asked, given(born=born)) == [("/ground", "ground-not-met", False)]


def test_entries_are_evidence_for_a_year_back_where_the_ground_is_about_them() -> None:
    assert looks_back(command(Letter.A)) == TODAY
    assert looks_back(command(Letter.I)) == date(2025, 11, 19)
    assert looks_back(command(Letter.H, deleted_on=date.min)) == date.min


def test_every_letter_from_a_to_o_is_a_ground_and_a_condition_means_one_thing() -> None:
    assert "".join(GROUNDS) == "abcdefghijklmno"
    for ground in GROUNDS.values():
        assert all(CONDITIONS[each.name] == each for each in ground.conditions)

"""Given a pupil on roll, when their name is deleted from the admission register, or can't be."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.admission_events import Destination
from attendance.advice import of_deletion
from attendance.deletion import Evidence, delete_pupil
from attendance.deletion_grounds import CONDITIONS, GROUNDS, Letter
from attendance.errors import DeletionRefused, PupilUnknown
from attendance.school import evolve
from domain.deleting import (
    NOTHING,
    NOW,
    PUPIL,
    TODAY,
    TOMORROW,
    UNDER_AGE,
    YESTERDAY,
    command,
    given,
    why_not,
)
from domain.given import OFFICER, a_school, deleted


def test_a_deletion_is_a_fact_that_takes_the_pupil_off_the_roll_of_later_days() -> None:
    asked = command(
        ground_arose_on=YESTERDAY,
        conditions={"no_order_names_this_school": True},
        destination_school=Destination(name="Oakfield Academy", starts_on=TOMORROW),
        notes="Moved house.",
    )

    event = delete_pupil(given(), asked, NOTHING, NOW)
    pupil = evolve(given(), [event]).roll[PUPIL]

    assert (event.ground, event.deleted_on, event.ground_arose_on) == ("a", TODAY, YESTERDAY)
    assert event.conditions == {"no_order_names_this_school": True}
    assert event.destination_school == asked.destination_school
    assert (event.notes, event.recorded_by, event.recorded_at) == ("Moved house.", OFFICER, NOW)
    assert [pupil.on_roll(on) for on in (TODAY, TOMORROW)] == [True, False]
    assert (pupil.newest.ground, pupil.revision) == ("a", 2)


def test_a_day_that_is_stated_is_kept_as_a_day() -> None:
    event = delete_pupil(
        given(), command(Letter.D, conditions={"order_amended_on": YESTERDAY}), NOTHING, NOW
    )

    assert event.conditions == {"order_amended_on": "2026-11-19"}


def test_a_pupil_is_deleted_once() -> None:
    assert why_not(command(), given(deleted(PUPIL, YESTERDAY))) == [("", "already-deleted", True)]


def test_a_pupil_the_register_never_had_is_not_deleted() -> None:
    with pytest.raises(PupilUnknown):
        delete_pupil(a_school(), command(), NOTHING, NOW)


def test_a_deletion_reaches_behind_no_entry() -> None:
    entered = Evidence(entries=(), entered_after=True)

    assert why_not(command(), evidence=entered) == [("/deleted_on", "entries-after-deletion", True)]


def test_a_deletion_is_neither_of_tomorrow_nor_from_before_the_pupil_came() -> None:
    assert why_not(command(deleted_on=TOMORROW)) == [("/deleted_on", "deletion-in-future", False)]
    assert why_not(command(deleted_on=date(2026, 6, 7))) == [
        ("/deleted_on", "deleted-before-start", False)
    ]


def test_a_deletion_is_not_from_before_its_ground_arose() -> None:
    asked = command(
        Letter.D,
        deleted_on=YESTERDAY,
        ground_arose_on=TODAY,
        conditions={"order_amended_on": TODAY},
    )

    assert why_not(asked) == [
        ("/ground_arose_on", "ground-not-arisen", False),
        ("/conditions/order_amended_on", "ground-not-arisen", False),
    ]


def test_every_problem_of_a_deletion_is_given_at_once() -> None:
    asked = command(
        Letter.G,
        deleted_on=TOMORROW,
        by=None,
        conditions={"moved_on": date(2026, 11, 22), "died_on": TODAY},
    )

    assert why_not(asked, given(born=UNDER_AGE, boarder=True)) == [
        ("/by", "signatory-required", False),
        ("/deleted_on", "deletion-in-future", False),
        ("/ground", "ground-not-for-this-age", False),
        ("/conditions/moved_on", "ground-not-arisen", False),
        ("/conditions/died_on", "condition-not-of-ground", False),
        ("/ground", "ground-not-met", False),
    ]


def test_a_condition_that_is_said_not_to_be_met_speaks_against_the_ground() -> None:
    asked = command(conditions={"no_dual_registration": False})

    assert why_not(asked) == [("/conditions/no_dual_registration", "condition-not-met", False)]


def test_of_conditions_not_stated_the_school_is_asked_and_nothing_is_refused() -> None:
    asked = command(Letter.F, conditions={"parent_wrote_on": YESTERDAY})

    assert delete_pupil(given(), asked, NOTHING, NOW).conditions == {
        "parent_wrote_on": "2026-11-19"
    }
    assert [each.pointer for each in of_deletion(asked)] == [
        "/conditions/educated_otherwise_from",
        "/conditions/no_school_attendance_order",
        "/conditions/la_approval",
        "/conditions/la_consent",
    ]


def test_the_authoritys_consent_is_required_from_the_day_the_law_gets_and_not_before() -> None:
    assert CONDITIONS["la_consent"].required_from is None
    in_force = replace(CONDITIONS["la_consent"], required_from=TODAY)
    grounds = {Letter.F: replace(GROUNDS[Letter.F], conditions=(in_force,))}
    before, consented = command(Letter.F, deleted_on=YESTERDAY), {"la_consent": True}

    with pytest.raises(DeletionRefused) as raised:
        delete_pupil(given(), command(Letter.F), NOTHING, NOW, grounds)

    assert [each.code for each in raised.value.refusals] == ["condition-required"]
    assert delete_pupil(given(), before, NOTHING, NOW, grounds)
    assert delete_pupil(given(), command(Letter.F, conditions=consented), NOTHING, NOW, grounds)

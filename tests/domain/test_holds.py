"""Given a school, when what it keeps is held, then somebody answers for it and can let go again."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from attendance.errors import HoldRefused, HoldUnknown, SchoolUnknown
from attendance.holds import (
    Hold,
    LiftHold,
    PlaceHold,
    holds_after,
    lift_hold,
    place_hold,
    standing,
)
from attendance.identifiers import PupilId
from attendance.retention_events import HoldId
from attendance.school import NO_SCHOOL
from attendance.signing import Signatory
from domain.given import OFFICER, REGISTERED, a_school, admitted

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
HOLD = HoldId(UUID("00000000-0000-4000-8000-000000000001"))
SCHOOL = a_school(admitted("ann"))
PLACING = PlaceHold(hold=HOLD, pupil=PupilId("ann"), reason="proceedings", by=OFFICER)
LIFTING = LiftHold(hold=HOLD, reason="concluded", by=OFFICER)
PLACED = place_hold(SCHOOL, PLACING, NOW)


def refusals_of(command: PlaceHold) -> list[tuple[str, str]]:
    with pytest.raises(HoldRefused) as refused:
        place_hold(SCHOOL, command, NOW)
    return [(each.pointer, each.code) for each in refused.value.refusals]


def test_a_hold_stands_until_it_is_lifted() -> None:
    lifted = lift_hold(holds_after([REGISTERED, PLACED]), LIFTING, NOW)

    assert standing(holds_after([REGISTERED, PLACED])) == [PLACED]
    assert standing(holds_after([PLACED, lifted])) == []
    assert holds_after([PLACED, lifted]) == {HOLD: Hold(PLACED, lifted)}


def test_a_hold_may_be_on_all_a_school_has() -> None:
    assert place_hold(SCHOOL, replace(PLACING, pupil=None), NOW).pupil is None


def test_everything_that_is_wrong_with_a_hold_is_said_at_once() -> None:
    nothing = PlaceHold(
        hold=HOLD, pupil=PupilId("nobody"), reason=" \u200b", by=Signatory("", "Clerk")
    )

    assert refusals_of(nothing) == [
        ("/by", "signatory-required"),
        ("/reason", "reason-required"),
        ("/pupil", "pupil-unknown"),
    ]
    assert refusals_of(replace(PLACING, by=None)) == [("/by", "signatory-required")]


def test_a_school_that_keeps_no_registers_here_has_nothing_to_hold() -> None:
    with pytest.raises(SchoolUnknown):
        place_hold(NO_SCHOOL, PLACING, NOW)


def test_a_hold_is_lifted_once_and_by_somebody_with_a_reason() -> None:
    holds = holds_after([PLACED])
    lifted = holds_after([PLACED, lift_hold(holds, LIFTING, NOW)])

    with pytest.raises(HoldUnknown):
        lift_hold({}, LIFTING, NOW)
    with pytest.raises(HoldRefused) as unsaid:
        lift_hold(holds, LiftHold(hold=HOLD, reason="", by=None), NOW)
    with pytest.raises(HoldRefused) as twice:
        lift_hold(lifted, LIFTING, NOW)

    assert [each.code for each in unsaid.value.refusals] == [
        "signatory-required",
        "reason-required",
    ]
    assert not unsaid.value.conflict
    assert [each.code for each in twice.value.refusals] == ["hold-lifted"]
    assert twice.value.conflict

"""Given entries in force, when they are amended, then the change is a fact or it is refused."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from attendance.amending import AmendMarks, RawAmendment, amend_marks
from attendance.codes import Code
from attendance.errors import RegisterRefused, SchoolUnknown
from attendance.events import Amendment
from attendance.identifiers import PupilId
from attendance.school import NO_SCHOOL
from attendance.session import Session
from domain.given import OFFICER, a_school, admitted
from statute.registers import am

MONDAY = date(2026, 9, 14)
NEXT_DAY = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
CLOSED = am(date(2026, 9, 12))
ANN, BEN = PupilId("ann"), PupilId("ben")
SCHOOL = a_school(admitted(ANN), admitted(BEN))


def change(pupil: PupilId, original: str, amended: str, reason: str = "A note") -> RawAmendment:
    return RawAmendment(pupil=pupil, original=original, amended=amended, reason=reason)


def where_and_why(
    *amendments: RawAmendment,
    entries: Mapping[PupilId, Code],
    session: Session = am(MONDAY),  # noqa: B008 - an immutable value
) -> list[tuple[str, str, bool]]:
    command = AmendMarks(session=session, amendments=amendments, by=OFFICER)
    with pytest.raises(RegisterRefused) as raised:
        amend_marks(command, SCHOOL, entries, now=NEXT_DAY)
    return [(each.pointer, each.code, each.conflict) for each in raised.value.refusals]


def test_an_amendment_states_the_original_and_the_amended_entry() -> None:
    raw = RawAmendment(
        pupil=ANN, original="n", amended="b", reason="At the farm", detail="Farm visit"
    )
    command = AmendMarks(session=am(MONDAY), amendments=(raw, change(BEN, "O", "U")), by=OFFICER)

    event = amend_marks(command, SCHOOL, {ANN: Code.N, BEN: Code.O}, now=NEXT_DAY)

    assert event.amendments == (
        Amendment(
            pupil=ANN,
            original=Code.N,
            amended=Code.B,
            reason="At the farm",
            detail="Farm visit",
            raw_code="b",
        ),
        Amendment(pupil=BEN, original=Code.O, amended=Code.U, reason="A note"),
    )
    assert (event.session, event.recorded_by, event.recorded_at) == (am(MONDAY), OFFICER, NEXT_DAY)


def test_only_an_entry_can_be_amended() -> None:
    assert where_and_why(change(ANN, "O", "I"), entries={}) == [
        ("/amendments/0/pupil", "not-yet-marked", True)
    ]


def test_the_original_given_must_be_the_entry_in_force() -> None:
    assert where_and_why(change(ANN, "O", "I"), entries={ANN: Code.N}) == [
        ("/amendments/0/original", "entry-changed", True)
    ]


def test_an_amendment_changes_the_code() -> None:
    assert where_and_why(change(ANN, "O", " o"), entries={ANN: Code.O}) == [
        ("/amendments/0/amended", "same-code", False)
    ]


@pytest.mark.parametrize("reason", ["", "  ", "\N{ZERO WIDTH SPACE}"])
def test_an_amendment_states_its_reason(reason: str) -> None:
    assert where_and_why(change(ANN, "O", "I", reason), entries={ANN: Code.O}) == [
        ("/amendments/0/reason", "reason-required", False)
    ]


def test_every_reason_is_given_at_once_each_pointing_at_its_amendment() -> None:
    refusals = where_and_why(
        change(ANN, "?", "%"),
        change(PupilId("nobody"), "O", "I"),
        change(ANN, "O", "\\"),
        change(BEN, "O", "X"),
        entries={ANN: Code.O, BEN: Code.O},
    )

    assert refusals == [
        ("/amendments/0/original", "unknown-code", False),
        ("/amendments/0/amended", "unknown-code", False),
        ("/amendments/1/pupil", "not-on-roll", False),
        ("/amendments/2/pupil", "duplicate-pupil", False),
        ("/amendments/2/amended", "wrong-session", False),
        ("/amendments/3/amended", "code-not-allowed", False),
    ]


def test_what_must_be_stated_with_a_code_must_be_stated_when_amending_to_it() -> None:
    assert where_and_why(change(ANN, "O", "Y7"), entries={ANN: Code.O}) == [
        ("/amendments/0/detail", "detail-required", False)
    ]


@pytest.mark.parametrize("amended", ["#", "Y5"])
def test_an_entry_of_a_day_declared_closed_since_is_amended_also_to_planned_closure(
    amended: str,
) -> None:
    command = AmendMarks(session=CLOSED, amendments=(change(ANN, "O", amended),), by=OFFICER)

    event = amend_marks(command, SCHOOL, {ANN: Code.O}, now=NEXT_DAY)

    assert [each.amended for each in event.amendments] == [amended]


def test_planned_closure_is_no_entry_of_a_session_that_is_held() -> None:
    assert where_and_why(change(ANN, "O", "#"), entries={ANN: Code.O}) == [
        ("/amendments/0/amended", "code-not-allowed", False)
    ]


def test_a_session_that_is_held_again_is_amended_back_from_planned_closure() -> None:
    command = AmendMarks(session=am(MONDAY), amendments=(change(ANN, "#", "O"),), by=OFFICER)

    event = amend_marks(command, SCHOOL, {ANN: Code.PLANNED_CLOSURE}, now=NEXT_DAY)

    assert [each.amended for each in event.amendments] == [Code.O]


def test_on_a_closed_day_nothing_but_an_entry_is_amended() -> None:
    refusals = where_and_why(
        change(ANN, "O", "#"), change(BEN, "O", "#"), entries={ANN: Code.O}, session=CLOSED
    )

    assert refusals == [("/amendments/1/pupil", "no-session", False)]


def test_an_amendment_nobody_answers_for_is_refused_beside_all_else() -> None:
    command = AmendMarks(session=am(MONDAY), amendments=(change(ANN, "O", "?"),), by=None)

    with pytest.raises(RegisterRefused) as raised:
        amend_marks(command, SCHOOL, {ANN: Code.O}, now=NEXT_DAY)

    assert [(each.pointer, each.code) for each in raised.value.refusals] == [
        ("/by", "signatory-required"),
        ("/amendments/0/amended", "unknown-code"),
    ]


def test_amending_nothing_is_refused() -> None:
    assert where_and_why(entries={}) == [("/amendments", "no-amendments", False)]


def test_a_school_never_registered_has_nothing_to_amend() -> None:
    command = AmendMarks(session=am(MONDAY), amendments=(change(ANN, "O", "I"),), by=OFFICER)

    with pytest.raises(SchoolUnknown):
        amend_marks(command, NO_SCHOOL, {}, now=NEXT_DAY)

"""Whose a statutory return is, and what may be recorded of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from attendance.errors import ReturnRefused
from attendance.events import (
    ReturnAcknowledged,
    ReturnEvent,
    ReturnSubmitted,
    Signatory,
)
from attendance.identifiers import LaCode, PupilId
from attendance.return_events import Channel
from attendance.returns import (
    AcknowledgeReturn,
    MadeReturn,
    Role,
    SubmitReturn,
    acknowledge_return,
    addressees,
    submit_return,
)

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
TODAY = NOW.date()
BY = Signatory("A. Smith", "Attendance Officer")
PUPIL = PupilId("p1")
MADE = MadeReturn(
    id=UUID(int=1),
    alert=UUID(int=2),
    rule="new-pupil-return",
    pupil=PUPIL,
    la_code=LaCode("886"),
    corrects=None,
    met_on=TODAY,
    made_at=NOW,
    corrected=False,
    withdrawn_at=None,
    handed_over=False,
)
TAKEN_BACK = replace(MADE, withdrawn_at=NOW, handed_over=True)
SUBMIT = SubmitReturn(submitted_on=TODAY, how=Channel.POST, reference="R-1", by=BY)
BY_SYSTEM = AcknowledgeReturn(by=None, by_authority=True)
TAKE_BACK = replace(SUBMIT, withdrawal=True)


def codes(refused: pytest.ExceptionInfo[ReturnRefused]) -> list[tuple[str, str]]:
    """List what was refused, by pointer."""
    return [(each.pointer, each.code) for each in refused.value.refusals]


def test_a_return_is_to_the_school_s_authority_and_to_that_of_another_home() -> None:
    school, home = LaCode("886"), LaCode("871")

    assert addressees(school, None) == addressees(school, school) == ((school, Role.SCHOOL),)
    assert addressees(school, home) == ((school, Role.SCHOOL), (home, Role.HOME))


def test_an_acknowledgement_is_said_once_and_again_with_its_reference() -> None:
    said = acknowledge_return(
        MADE, [], AcknowledgeReturn(reference="C-1", by=None, by_authority=True), NOW
    )
    later = NOW + timedelta(days=1)
    again = acknowledge_return(
        MADE, [said], AcknowledgeReturn(reference="C-1", by=BY, by_authority=True), later
    )

    assert again is said
    with pytest.raises(ReturnRefused) as refused:
        acknowledge_return(MADE, [said], BY_SYSTEM, later)
    assert codes(refused) == [("/reference", "already-acknowledged")]
    assert refused.value.conflict


def test_a_reference_is_added_once_to_an_acknowledgement_that_had_none() -> None:
    plain = acknowledge_return(MADE, [], BY_SYSTEM, NOW)
    later = NOW + timedelta(days=1)
    added = acknowledge_return(MADE, [plain], replace(BY_SYSTEM, reference="C-1"), later)
    both = [plain, added]

    assert isinstance(added, ReturnAcknowledged)
    assert (added.reference, added.acknowledged_at) == ("C-1", later)
    assert acknowledge_return(MADE, both, BY_SYSTEM, later) is plain
    assert acknowledge_return(MADE, both, replace(BY_SYSTEM, reference="C-1"), later) is added
    with pytest.raises(ReturnRefused) as refused:
        acknowledge_return(MADE, both, replace(BY_SYSTEM, reference="C-2"), later)
    assert codes(refused) == [("/reference", "already-acknowledged")]


def test_nobody_but_the_authority_acknowledges_without_saying_who_there_did() -> None:
    with pytest.raises(ReturnRefused) as refused:
        acknowledge_return(MADE, [], replace(BY_SYSTEM, by_authority=False), NOW)
    named = acknowledge_return(MADE, [], AcknowledgeReturn(by=BY, by_authority=False), NOW)

    assert codes(refused) == [("/by", "acknowledger-required")]
    assert isinstance(named, ReturnAcknowledged)
    assert named.acknowledged_by == BY


def test_what_was_said_of_another_return_of_the_pupil_is_nothing_to_this_one() -> None:
    other = replace(MADE, id=UUID(int=9))
    told: list[ReturnEvent] = [
        acknowledge_return(
            other, [], AcknowledgeReturn(reference="C-9", by=BY, by_authority=True), NOW
        ),
        submit_return(other, [], SUBMIT, NOW),
    ]

    assert acknowledge_return(MADE, told, BY_SYSTEM, NOW) not in told
    assert submit_return(MADE, told, SUBMIT, NOW) not in told


def test_everything_wrong_with_an_acknowledgement_is_told_at_once() -> None:
    unreadable = AcknowledgeReturn(
        reference="\u200b", by=Signatory("\u200b", "Officer"), by_authority=True
    )
    with pytest.raises(ReturnRefused) as refused:
        acknowledge_return(replace(MADE, corrected=True), [], unreadable, NOW)

    assert codes(refused) == [
        ("/reference", "blank"),
        ("/by", "signatory-required"),
        ("", "return-corrected"),
    ]
    assert not refused.value.conflict


def test_a_submission_is_recorded_once_and_again_just_the_same() -> None:
    said = submit_return(MADE, [], SUBMIT, NOW)

    assert submit_return(MADE, [said], replace(SUBMIT, by=BY), NOW + timedelta(days=2)) is said
    with pytest.raises(ReturnRefused) as refused:
        submit_return(MADE, [said], replace(SUBMIT, how=Channel.EMAIL), NOW)
    assert codes(refused) == [("", "already-submitted")]


def test_everything_wrong_with_a_submission_is_told_at_once() -> None:
    wrong = SubmitReturn(
        submitted_on=TODAY + timedelta(days=1), how=Channel.POST, reference="\u200b", by=None
    )
    with pytest.raises(ReturnRefused) as refused:
        submit_return(replace(MADE, withdrawn_at=NOW), [], wrong, NOW)

    assert codes(refused) == [
        ("/by", "signatory-required"),
        ("/reference", "blank"),
        ("/submitted_on", "date-in-future"),
        ("", "return-withdrawn"),
    ]


def test_a_first_return_may_have_been_sent_before_it_was_recorded_and_a_correction_not() -> None:
    before = replace(SUBMIT, submitted_on=TODAY - timedelta(days=1))

    assert submit_return(MADE, [], before, NOW)
    with pytest.raises(ReturnRefused) as refused:
        submit_return(replace(MADE, corrects=UUID(int=7)), [], before, NOW)
    assert codes(refused) == [("/submitted_on", "submitted-before-made")]


@pytest.mark.parametrize(
    ("met_on", "first"),
    [
        (date(2026, 11, 20), date(2026, 10, 20)),
        (date(2027, 1, 7), date(2026, 12, 7)),
        (date(2027, 3, 31), date(2027, 2, 28)),
    ],
)
def test_no_return_was_sent_over_a_calendar_month_before_its_ground(
    met_on: date, first: date
) -> None:
    made = replace(MADE, met_on=met_on, made_at=NOW + timedelta(days=365))
    now = made.made_at

    assert submit_return(made, [], replace(SUBMIT, submitted_on=first), now)
    early = replace(SUBMIT, submitted_on=first - timedelta(days=1))
    with pytest.raises(ReturnRefused) as refused:
        submit_return(made, [], early, now)
    assert codes(refused) == [("/submitted_on", "submitted-too-early")]


def test_the_withdrawal_of_what_was_handed_over_is_told_once() -> None:
    later = NOW + timedelta(days=1)
    sent = submit_return(MADE, [], SUBMIT, NOW)
    told = submit_return(TAKEN_BACK, [sent], TAKE_BACK, later)

    assert isinstance(told, ReturnSubmitted)
    assert told.withdrawal
    assert submit_return(TAKEN_BACK, [sent, told], TAKE_BACK, later) is told
    assert submit_return(TAKEN_BACK, [sent, told], SUBMIT, later) is sent
    with pytest.raises(ReturnRefused) as refused:
        submit_return(TAKEN_BACK, [sent, told], replace(TAKE_BACK, how=Channel.EMAIL), later)
    assert codes(refused) == [("", "already-submitted")]


@pytest.mark.parametrize("made", [MADE, replace(MADE, withdrawn_at=NOW)])
def test_no_withdrawal_is_told_of_what_stands_or_was_never_handed_over(made: MadeReturn) -> None:
    with pytest.raises(ReturnRefused) as refused:
        submit_return(made, [], TAKE_BACK, NOW)

    assert codes(refused) == [("", "no-withdrawal-to-tell")]
    assert refused.value.conflict


def test_no_withdrawal_was_told_before_the_day_it_came_about() -> None:
    early = replace(TAKE_BACK, submitted_on=TODAY - timedelta(days=1))
    with pytest.raises(ReturnRefused) as refused:
        submit_return(TAKEN_BACK, [], early, NOW)

    assert codes(refused) == [("/submitted_on", "submitted-before-withdrawn")]

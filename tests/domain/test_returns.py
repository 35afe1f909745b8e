"""Whose a statutory return is, what may be recorded of it, and what it tells."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from uuid import UUID

import pytest
from attendance.admission_entry import Parent
from attendance.errors import ReturnRefused
from attendance.events import PupilAdmitted, PupilDeleted, ReturnEvent, Sex, Signatory, ThresholdMet
from attendance.identifiers import LaCode, PupilId
from attendance.return_contents import KINDS, Registered, contents_of
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
from attendance.roll import Pupil, evolve_pupil
from attendance.rules.catalogue import RULES
from attendance.session import Half, Session

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
    made_at=NOW,
    corrected=False,
    withdrawn=False,
)
SUBMIT = SubmitReturn(submitted_on=TODAY, how=Channel.POST, reference="R-1", by=BY)
ADMITTED = PupilAdmitted(
    pupil=PUPIL,
    legal_surname="Adeyemi",
    legal_forename="Robin",
    date_of_birth=date(2016, 5, 5),
    sex=Sex.MALE,
    upn="A1",
    year_group="6",
    groups=(),
    starting_day=date(2026, 9, 3),
    boarder=False,
    address="4 Mill Lane",
    parents=(
        Parent(name="N. Adeyemi", telephone="07700", lives_with=True),
        Parent(name="O. Adeyemi", lives_with=False),
    ),
    characteristics=("ehcp",),
    recorded_by=BY,
    recorded_at=NOW,
)
DELETED = PupilDeleted(
    pupil=PUPIL,
    ground="g",
    deleted_on=TODAY,
    conditions={},
    recorded_by=BY,
    recorded_at=NOW,
)


def codes(refused: pytest.ExceptionInfo[ReturnRefused]) -> list[tuple[str, str]]:
    """List what was refused, by pointer."""
    return [(each.pointer, each.code) for each in refused.value.refusals]


def registered(*events: PupilAdmitted | PupilDeleted) -> Registered:
    """What the registers say after some events."""
    nobody: Pupil | None = None
    pupil = reduce(evolve_pupil, events, nobody)
    assert pupil is not None
    return Registered("Elmbridge", pupil, [e for e in events if isinstance(e, PupilDeleted)])


def found(rule: str, on: date = TODAY) -> ThresholdMet:
    """A finding of which a return is made."""
    return ThresholdMet(
        alert=UUID(int=2),
        rule=rule,
        pupil=PUPIL,
        episode=1,
        met_on=Session(on, Half.AM),
        provisional=False,
        evidence=(),
        figures={"sessions": 30},
        terms={},
        source="SI 2024/208",
        raised_at=NOW,
    )


def test_a_return_is_to_the_school_s_authority_and_to_that_of_another_home() -> None:
    school, home = LaCode("886"), LaCode("871")

    assert addressees(school, None) == addressees(school, school) == ((school, Role.SCHOOL),)
    assert addressees(school, home) == ((school, Role.SCHOOL), (home, Role.HOME))


def test_every_kind_of_return_is_a_rule_of_the_catalogue() -> None:
    assert set(KINDS) <= set(RULES)
    assert {kind: RULES[kind].title for kind in KINDS} == KINDS


def test_an_acknowledgement_is_said_once_and_again_with_its_reference() -> None:
    said = acknowledge_return(MADE, [], AcknowledgeReturn(reference="C-1", by=None), NOW)
    later = NOW + timedelta(days=1)
    again = acknowledge_return(MADE, [said], AcknowledgeReturn(reference="C-1", by=BY), later)

    assert again is said
    with pytest.raises(ReturnRefused) as refused:
        acknowledge_return(MADE, [said], AcknowledgeReturn(by=None), later)
    assert codes(refused) == [("/reference", "already-acknowledged")]
    assert refused.value.conflict


def test_what_was_said_of_another_return_of_the_pupil_is_nothing_to_this_one() -> None:
    other = replace(MADE, id=UUID(int=9))
    told: list[ReturnEvent] = [
        acknowledge_return(other, [], AcknowledgeReturn(reference="C-9", by=BY), NOW),
        submit_return(other, [], SUBMIT, NOW),
    ]

    assert acknowledge_return(MADE, told, AcknowledgeReturn(by=None), NOW) not in told
    assert submit_return(MADE, told, SUBMIT, NOW) not in told


def test_everything_wrong_with_an_acknowledgement_is_told_at_once() -> None:
    unreadable = AcknowledgeReturn(reference="\u200b", by=Signatory("\u200b", "Officer"))
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
        submit_return(replace(MADE, withdrawn=True), [], wrong, NOW)

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


def test_a_new_pupil_s_return_tells_what_the_admission_register_has() -> None:
    told = contents_of("new-pupil-return", registered(ADMITTED), found("new-pupil-return"))

    assert (told.date_of_birth, told.sex, told.year_group) == (date(2016, 5, 5), Sex.MALE, "6")
    assert told.starting_day == ADMITTED.starting_day
    assert told.parents == ADMITTED.parents
    assert told.figures is None


def test_a_name_entered_for_a_day_to_come_is_told_with_that_day() -> None:
    finding = found("new-pupil-return", on=date(2026, 8, 1))

    assert contents_of(finding.rule, registered(ADMITTED), finding).starting_day == date(2026, 9, 3)


def test_a_deletion_return_tells_the_ground_and_only_the_parents_lived_with() -> None:
    told = contents_of("deletion-return", registered(ADMITTED, DELETED), found("deletion-return"))

    assert (told.ground, told.deleted_on) == ("g", TODAY)
    assert [each.name for each in told.parents] == ["N. Adeyemi"]
    assert told.date_of_birth is None


def test_a_deletion_of_another_day_lends_a_return_no_ground() -> None:
    finding = found("deletion-return", on=TODAY - timedelta(days=1))

    assert contents_of(finding.rule, registered(ADMITTED, DELETED), finding).ground is None


def test_a_return_of_absence_tells_no_more_than_name_address_and_how_much() -> None:
    told = contents_of("sickness-return", registered(ADMITTED), found("sickness-return"))

    assert (told.legal_surname, told.address, told.upn) == ("Adeyemi", "4 Mill Lane", "A1")
    assert told.figures == {"sessions": 30}
    assert (told.absences, told.parents, told.date_of_birth) == ((), (), None)

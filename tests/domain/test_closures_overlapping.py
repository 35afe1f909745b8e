"""Given two closures of one session, when they are taken back, then neither is left behind."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import pytest
from attendance.closing import (
    CloseSchool,
    ReverseClosure,
    close_school,
    reverse_closure,
    unestablished,
)
from attendance.entries import Whose, histories
from attendance.events import Event, MarksAmended, UnplannedClosure
from attendance.identifiers import PupilId
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.session import Half
from domain.given import OFFICER, a_school, admitted
from statute.registers import am

MONDAY: Final = date(2026, 9, 14)
NOW: Final = datetime(2026, 9, 14, 13, 30, tzinfo=UTC)
ANN, BEN = PupilId("ann"), PupilId("ben")
SCHOOL: Final = a_school(admitted(ANN), admitted(BEN))
FLOOD, SNOW = (UUID(int=number) for number in (1, 2))
GROUPS: Final = {FLOOD: "7B", SNOW: None}


class Register:
    """The register of one morning, and what became of it so far."""

    def __init__(self, *marks: RawMark) -> None:
        self.events: list[Event] = []
        self.undone: set[UUID] = set()
        if marks:
            command = RecordMarks(session=am(MONDAY), marks=marks, by=OFFICER)
            self.events.append(record_marks(command, SCHOOL, {}, now=NOW))

    def close(self, closure: UUID) -> None:
        """Close the school: for a flooded classroom the group, for snow the site."""
        command = CloseSchool(
            closure=closure,
            on=MONDAY,
            half=Half.AM,
            group=GROUPS[closure],
            reason="closed",
            activities_cancelled=False,
            by=OFFICER,
        )
        found = histories(enumerate(self.events, 1))
        self.events += close_school(command, SCHOOL, found, now=NOW)

    def reverse(self, closure: UUID) -> None:
        """Take a closure back."""
        declared = next(
            each
            for each in self.events
            if isinstance(each, UnplannedClosure) and each.closure == closure
        )
        undo = ReverseClosure(reason="wrong day", by=OFFICER)
        found = histories(enumerate(self.events, 1))
        self.events += reverse_closure(undo, declared, found, undone=self.undone, now=NOW)
        self.undone.add(closure)

    def codes(self, pupil: PupilId) -> str:
        """Every code the pupil has had, in order."""
        found = histories(enumerate(self.events, 1))
        return " ".join(entry.code for entry in found[Whose(am(MONDAY), pupil)])

    def unknown(self) -> list[PupilId]:
        """Whom the newest event left with N for want of any entry."""
        newest = self.events[-1]
        assert isinstance(newest, MarksAmended)
        found = histories(enumerate(self.events, 1))
        return [whose.pupil for whose in unestablished(newest, len(self.events), found)]


@pytest.mark.parametrize(
    ("reversed_in_turn", "codes"),
    [
        pytest.param((FLOOD, SNOW), "/ Y3 Y4 /", id="the older first"),
        pytest.param((SNOW, FLOOD), "/ Y3 Y4 Y3 /", id="the newer first"),
    ],
)
def test_two_closures_reversed_leave_what_stood_before_both(
    reversed_in_turn: Sequence[UUID], codes: str
) -> None:
    register = Register(RawMark(ANN, "/"))
    register.close(FLOOD)
    register.close(SNOW)

    for closure in reversed_in_turn:
        register.reverse(closure)

    assert register.codes(ANN) == codes


def test_a_closure_that_stands_is_what_another_reversed_over_it_leaves() -> None:
    register = Register(RawMark(ANN, "/"))
    register.close(SNOW)
    register.close(FLOOD)

    register.reverse(FLOOD)
    assert register.codes(ANN) == "/ Y4 Y3 Y4"
    register.reverse(SNOW)

    assert register.codes(ANN) == "/ Y4 Y3 Y4 /"


def test_where_two_closures_were_all_there_was_no_reason_is_established() -> None:
    register = Register(RawMark(ANN, "/"))
    register.close(FLOOD)
    register.close(SNOW)

    register.reverse(FLOOD)
    register.reverse(SNOW)

    assert register.codes(BEN) == "Y3 Y4 N"
    assert register.unknown() == [BEN]


def test_an_n_that_stood_before_a_closure_was_no_want_of_an_entry() -> None:
    register = Register(RawMark(ANN, "N"))
    register.close(SNOW)

    register.reverse(SNOW)

    assert (register.codes(ANN), register.codes(BEN)) == ("N Y4 N", "Y4 N")
    assert register.unknown() == [BEN]


def test_a_code_that_was_entered_by_hand_is_not_amended_to_itself() -> None:
    register = Register(RawMark(ANN, "Y4"), RawMark(BEN, "/"))
    register.close(FLOOD)
    register.close(SNOW)

    register.reverse(FLOOD)
    register.reverse(SNOW)

    assert register.codes(ANN) == "Y4 Y3 Y4"
    assert register.codes(BEN) == "/ Y3 Y4 /"

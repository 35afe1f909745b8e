"""Given a day's entries, when the school can't be opened, then each pupil has one for that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from attendance.amending import AmendMarks, RawAmendment, amend_marks
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.closing import CloseSchool, ReverseClosure, close_school, reverse_closure
from attendance.codes import Code
from attendance.entries import histories
from attendance.errors import RegisterRefused, SchoolUnknown
from attendance.events import (
    Amendment,
    CalendarPublished,
    ClosureReversed,
    Event,
    Mark,
    MarksAmended,
    MarksRecorded,
    PupilAdmitted,
    UnplannedClosure,
)
from attendance.identifiers import AcademicYear, PupilId
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import NO_SCHOOL, School, evolve
from attendance.session import Half
from domain.arranged import registered_elsewhere
from domain.given import OFFICER, a_school, admitted
from statute.registers import am, pm

MONDAY = date(2026, 9, 14)
NOW = datetime(2026, 9, 14, 13, 30, tzinfo=UTC)
ANN, BEN, CAL, DEE = (PupilId(name) for name in ("ann", "ben", "cal", "dee"))
SNOW = UUID("00000000-0000-4000-8000-000000000001")


def boarding(pupil: str) -> PupilAdmitted:
    return replace(admitted(pupil), boarder=True)


SCHOOL = a_school(admitted(ANN), admitted(BEN), admitted(CAL, groups=("7C",)), boarding(DEE))


def entered(*marks: RawMark) -> MarksRecorded:
    command = RecordMarks(session=am(MONDAY), marks=marks, by=OFFICER)
    return record_marks(command, SCHOOL, {}, now=NOW)


def command(
    half: Half | None = Half.AM,
    *,
    on: date = MONDAY,
    group: str | None = None,
    cancelled: bool = False,
    reason: str = "snow",
) -> CloseSchool:
    return CloseSchool(
        closure=SNOW,
        on=on,
        half=half,
        group=group,
        reason=reason,
        activities_cancelled=cancelled,
        by=OFFICER,
    )


def closed(
    closing: CloseSchool, *before: Event, school: School = SCHOOL
) -> Sequence[UnplannedClosure | MarksRecorded | MarksAmended]:
    return close_school(closing, school, histories(enumerate(before, 1)), now=NOW)


def slugs(closing: CloseSchool, school: School = SCHOOL) -> list[tuple[str, str]]:
    with pytest.raises(RegisterRefused) as raised:
        closed(closing, school=school)
    return [(each.pointer, each.code) for each in raised.value.refusals]


def test_a_pupil_without_entry_gets_one_and_an_entry_there_is_gets_amended() -> None:
    declared, recorded, amended = closed(command(), entered(RawMark(ANN, "/")))

    assert isinstance(declared, UnplannedClosure)
    assert isinstance(recorded, MarksRecorded)
    assert isinstance(amended, MarksAmended)
    assert recorded.marks == (
        Mark(BEN, Code.Y4, None, "snow"),
        Mark(CAL, Code.Y4, None, "snow"),
    )
    assert amended.amendments == (
        Amendment(
            pupil=ANN, original=Code.PRESENT_AM, amended=Code.Y4, reason="snow", detail="snow"
        ),
    )
    assert {declared.closure, recorded.closure, amended.closure} == {SNOW}


def test_a_whole_day_is_two_sessions_each_with_its_entries() -> None:
    declared, *entries = closed(command(None))

    assert isinstance(declared, UnplannedClosure)
    assert declared.sessions == (am(MONDAY), pm(MONDAY))
    assert [each.session for each in entries if isinstance(each, MarksRecorded)] == [
        am(MONDAY),
        pm(MONDAY),
    ]


def test_pupils_on_a_visit_that_went_ahead_keep_their_entry() -> None:
    on_a_visit = entered(RawMark(ANN, "V"), RawMark(BEN, "I"), RawMark(CAL, "/"))

    _, amended = closed(command(), on_a_visit)

    assert isinstance(amended, MarksAmended)
    assert [each.pupil for each in amended.amendments] == [BEN, CAL]


def test_a_visit_that_fell_through_is_amended_too() -> None:
    _, _, amended = closed(command(cancelled=True), entered(RawMark(ANN, "V")))

    assert isinstance(amended, MarksAmended)
    assert [each.original for each in amended.amendments] == [Code.V]


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_session_due_at_another_school_is_not_this_schools_to_close(*, cancelled: bool) -> None:
    friday = date(2026, 9, 18)
    planned = [*registered_elsewhere(ANN, MONDAY), *registered_elsewhere(BEN, MONDAY)]
    school = evolve(SCHOOL, planned)
    on_friday = datetime(2026, 9, 18, 13, 30, tzinfo=UTC)
    there = RecordMarks(session=am(friday), marks=(RawMark(ANN, "D"),), by=OFFICER)
    before = histories([(1, record_marks(there, school, {}, now=on_friday))])

    closing = command(on=friday, cancelled=cancelled)
    _, recorded = close_school(closing, school, before, now=on_friday)

    assert isinstance(recorded, MarksRecorded)
    assert [mark.pupil for mark in recorded.marks] == [CAL]


def test_a_group_that_the_premises_cant_take_has_y3_and_the_others_nothing() -> None:
    declared, recorded = closed(command(group="7C"))

    assert isinstance(declared, UnplannedClosure)
    assert isinstance(recorded, MarksRecorded)
    assert [(mark.pupil, mark.code) for mark in recorded.marks] == [(CAL, Code.Y3)]


def test_a_closure_entered_twice_adds_nothing_but_the_fact() -> None:
    first = closed(command())

    assert [type(each) for each in closed(command(), *first)] == [UnplannedClosure]


def test_a_closure_may_be_entered_before_the_register_opens_on_the_day_itself() -> None:
    early = datetime(2026, 9, 14, 5, 0, tzinfo=UTC)

    assert close_school(command(), SCHOOL, {}, now=early)


def test_a_closure_known_in_advance_belongs_into_the_calendar() -> None:
    assert slugs(command(on=date(2026, 9, 15))) == [("/date", "session-not-started")]


def test_every_reason_is_given_at_once() -> None:
    nobodys = replace(command(on=date(2026, 9, 13), reason=" "), by=None)

    assert slugs(nobodys) == [
        ("/by", "signatory-required"),
        ("/reason", "reason-required"),
        ("/date", "no-session"),
    ]


def test_a_group_without_pupils_isnt_closed() -> None:
    assert slugs(command(group="9Z")) == [("/group", "nobody-due")]
    assert slugs(command(), a_school(boarding(DEE))) == [("/date", "nobody-due")]


def test_a_year_group_that_isnt_due_in_has_no_entry_of_a_closure() -> None:
    year = CalendarYear(
        AcademicYear("2026-27"),
        (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),),
        (Closure(MONDAY, "staggered start", None, ("R",)),),
    )
    published = CalendarPublished(calendar=year, recorded_by=None, recorded_at=NOW)
    school = evolve(a_school(admitted(ANN), replace(admitted(BEN), year_group="R")), [published])

    _, recorded = closed(command(), school=school)

    assert isinstance(recorded, MarksRecorded)
    assert [mark.pupil for mark in recorded.marks] == [ANN]


def test_y4_wasnt_in_use_before_19_august_2024() -> None:
    year = CalendarYear(
        AcademicYear("2023-24"), (HalfTerm("Summer 2", date(2024, 6, 3), date(2024, 7, 23)),)
    )
    published = CalendarPublished(calendar=year, recorded_by=None, recorded_at=NOW)
    school = evolve(a_school(admitted(ANN, starting=date(2024, 6, 3))), [published])

    assert slugs(command(on=date(2024, 6, 3)), school) == [("/date", "code-not-allowed")]


def test_a_school_never_registered_isnt_closed() -> None:
    with pytest.raises(SchoolUnknown):
        closed(command(), school=NO_SCHOOL)


def reversed_after(
    *before: Event, reason: str = "wrong day"
) -> list[ClosureReversed | MarksAmended]:
    [declared] = [each for each in before if isinstance(each, UnplannedClosure)]
    undo = ReverseClosure(reason=reason, by=OFFICER)
    found = histories(enumerate(before, 1))
    return reverse_closure(undo, declared, found, undone=frozenset(), now=NOW)


def test_a_reversal_amends_each_entry_back_with_what_was_stated_beside_it() -> None:
    late = entered(
        RawMark(ANN, "L", 12), RawMark(BEN, "B", None, "forest school"), RawMark(CAL, " i")
    )

    _, amended = reversed_after(late, *closed(command(cancelled=True), late))

    assert isinstance(amended, MarksAmended)
    assert amended.amendments == (
        Amendment(pupil=ANN, original=Code.Y4, amended=Code.L, reason="wrong day", minutes_late=12),
        Amendment(
            pupil=BEN, original=Code.Y4, amended=Code.B, reason="wrong day", detail="forest school"
        ),
        Amendment(pupil=CAL, original=Code.Y4, amended=Code.I, reason="wrong day", raw_code=" i"),
    )


def test_an_entry_that_the_closure_made_first_has_no_reason_established_afterwards() -> None:
    _, amended = reversed_after(*closed(command()))

    assert isinstance(amended, MarksAmended)
    assert {each.amended for each in amended.amendments} == {Code.N}


def test_an_entry_amended_since_the_closure_stays_as_it_is() -> None:
    shut = closed(command())
    since = amend_marks(
        AmendMarks(
            session=am(MONDAY),
            amendments=(RawAmendment(pupil=ANN, original="Y4", amended="I", reason="ill"),),
            by=OFFICER,
        ),
        SCHOOL,
        {ANN: Code.Y4},
        now=NOW,
    )

    _, amended = reversed_after(*shut, since)

    assert isinstance(amended, MarksAmended)
    assert [each.pupil for each in amended.amendments] == [BEN, CAL]


def test_a_reversal_that_finds_nothing_to_amend_is_the_fact_alone() -> None:
    visit = entered(RawMark(ANN, "V"), RawMark(BEN, "V"), RawMark(CAL, "V"))

    assert [type(each) for each in reversed_after(visit, *closed(command(), visit))] == [
        ClosureReversed
    ]


def test_a_reversal_says_why_and_who() -> None:
    [declared, *_] = closed(command())
    assert isinstance(declared, UnplannedClosure)
    undo = ReverseClosure(reason="", by=None)
    with pytest.raises(RegisterRefused) as raised:
        reverse_closure(undo, declared, {}, undone=frozenset(), now=NOW)

    assert [each.code for each in raised.value.refusals] == [
        "signatory-required",
        "reason-required",
    ]

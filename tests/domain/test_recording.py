"""Given a school and what is entered already, when marks are recorded, then they are or aren't."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from attendance.codes import Code
from attendance.errors import Refusal, RegisterRefused, SchoolUnknown
from attendance.events import Mark, Signatory
from attendance.identifiers import PupilId
from attendance.recording import RawMark, RecordMarks, late_entry, record_marks
from attendance.school import NO_SCHOOL, School
from attendance.session import Session
from domain.given import OFFICER, a_school, admitted
from statute.registers import am, pm

MONDAY = date(2026, 9, 14)
AFTERWARDS = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
ANN, BEN, CAL = PupilId("ann"), PupilId("ben"), PupilId("cal")
SCHOOL = a_school(
    admitted(ANN), admitted(BEN), admitted(CAL, born=date(2022, 2, 1), starting=date(2026, 9, 14))
)
NONE_YET: Mapping[PupilId, Code] = {}


def refused(
    *marks: RawMark,
    session: Session = am(MONDAY),  # noqa: B008 - an immutable value
    entries: Mapping[PupilId, Code] = NONE_YET,
    now: datetime = AFTERWARDS,
    school: School = SCHOOL,
) -> tuple[Refusal, ...]:
    command = RecordMarks(session=session, marks=marks, by=OFFICER)
    with pytest.raises(RegisterRefused) as raised:
        record_marks(command, school, entries, now=now)
    return raised.value.refusals


def where_and_why(refusals: tuple[Refusal, ...]) -> list[tuple[str, str]]:
    return [(refusal.pointer, refusal.code) for refusal in refusals]


def test_a_class_register_becomes_one_fact_with_a_mark_for_each_pupil() -> None:
    command = RecordMarks(
        session=am(MONDAY),
        group="7B",
        marks=(RawMark(ANN, "/"), RawMark(BEN, "L", 12), RawMark(CAL, "B", None, "Forest school")),
        by=OFFICER,
    )

    event = record_marks(command, SCHOOL, {}, now=AFTERWARDS)

    assert event.session == am(MONDAY)
    assert event.group == "7B"
    assert event.marks == (
        Mark(ANN, Code.PRESENT_AM),
        Mark(BEN, Code.L, minutes_late=12),
        Mark(CAL, Code.B, detail="Forest school"),
    )
    assert event.recorded_by == OFFICER
    assert event.recorded_at == AFTERWARDS


def test_a_mark_keeps_what_was_sent_where_it_had_to_be_read() -> None:
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, " i"),), by=OFFICER)

    (mark,) = record_marks(command, SCHOOL, {}, now=AFTERWARDS).marks

    assert mark.code is Code.I
    assert mark.raw_code == " i"


def test_a_code_sent_as_it_is_written_isnt_repeated_as_raw() -> None:
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "U", 35),), by=OFFICER)

    assert record_marks(command, SCHOOL, {}, now=AFTERWARDS).marks[0].raw_code is None


def test_every_reason_is_given_at_once_each_pointing_at_its_mark() -> None:
    refusals = refused(
        RawMark(ANN, "?"),
        RawMark(PupilId("nobody"), "B"),
        RawMark(ANN, "/"),
        RawMark(BEN, "\\", 5),
        RawMark(CAL, "Y7"),
        entries={CAL: Code.I},
    )

    assert where_and_why(refusals) == [
        ("/marks/0/code", "unknown-code"),
        ("/marks/1/pupil", "not-on-roll"),
        ("/marks/1/detail", "detail-required"),
        ("/marks/2/pupil", "duplicate-pupil"),
        ("/marks/3/code", "wrong-session"),
        ("/marks/3/minutes_late", "minutes-late-not-allowed"),
        ("/marks/4/pupil", "already-marked"),
        ("/marks/4/detail", "detail-required"),
    ]
    assert [refusal.conflict for refusal in refusals] == [False] * 6 + [True, False]


def test_a_refusal_is_a_conflict_only_where_nothing_but_the_present_state_is_against_it() -> None:
    with pytest.raises(RegisterRefused) as marked:
        record_marks(
            RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "/"),), by=OFFICER),
            SCHOOL,
            {ANN: Code.O},
            now=AFTERWARDS,
        )
    with pytest.raises(RegisterRefused) as mixed:
        record_marks(
            RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "?"),), by=OFFICER),
            SCHOOL,
            {ANN: Code.O},
            now=AFTERWARDS,
        )

    assert marked.value.conflict
    assert not mixed.value.conflict


def test_no_refusal_names_a_pupil_or_a_code() -> None:
    refusals = refused(
        RawMark(PupilId("MARKED-PUPIL"), "MARKED-CODE"), RawMark(ANN, "X", 5, "MARKED-DETAIL")
    )

    told = f"{refusals} {RegisterRefused(refusals)}"
    assert "MARKED" not in told


@pytest.mark.parametrize("code", ["/", "I", "O"])
def test_minutes_late_go_with_late_arrivals_only(code: str) -> None:
    assert where_and_why(refused(RawMark(ANN, code, 5))) == [
        ("/marks/0/minutes_late", "minutes-late-not-allowed")
    ]


@pytest.mark.parametrize("code", ["Z", "#"])
def test_administrative_marks_are_never_entries_of_a_session_that_is_held(code: str) -> None:
    assert where_and_why(refused(RawMark(ANN, code))) == [("/marks/0/code", "code-not-allowed")]


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(am(date(2026, 9, 12)), id="a Saturday"),
        pytest.param(am(date(2026, 9, 2)), id="a training day"),
        pytest.param(am(date(2026, 10, 28)), id="half term"),
        pytest.param(am(date(2025, 9, 15)), id="a year with no calendar"),
    ],
)
def test_there_is_no_register_of_a_day_on_which_the_school_doesnt_meet(session: Session) -> None:
    refusals = refused(RawMark(PupilId("nobody"), "?"), session=session)

    assert where_and_why(refusals)[0] == ("", "no-session")
    assert len([each for each in refusals if each.pointer == ""]) == 1


@pytest.mark.parametrize(
    ("session", "starts"),
    [
        pytest.param(am(MONDAY), datetime(2026, 9, 14, 7, 55, tzinfo=UTC), id="in summer time"),
        pytest.param(pm(MONDAY), datetime(2026, 9, 14, 12, 0, tzinfo=UTC), id="an afternoon"),
        pytest.param(
            am(date(2026, 11, 2)), datetime(2026, 11, 2, 8, 55, tzinfo=UTC), id="in winter"
        ),
    ],
)
def test_a_register_is_taken_from_the_start_of_its_session_on_the_schools_clock(
    session: Session, starts: datetime
) -> None:
    a_moment_before = starts - timedelta(seconds=1)
    command = RecordMarks(session=session, marks=(RawMark(ANN, "I"),), by=OFFICER)

    assert where_and_why(refused(RawMark(ANN, "I"), session=session, now=a_moment_before)) == [
        ("", "session-not-started")
    ]
    assert record_marks(command, SCHOOL, {}, now=starts).marks


def test_a_pupil_is_on_roll_from_their_starting_day() -> None:
    friday = am(date(2026, 9, 11))

    assert where_and_why(refused(RawMark(CAL, "X"), session=friday)) == [
        ("/marks/0/pupil", "not-on-roll")
    ]
    assert record_marks(
        RecordMarks(session=am(MONDAY), marks=(RawMark(CAL, "X"),), by=OFFICER),
        SCHOOL,
        {},
        now=AFTERWARDS,
    ).marks


def test_a_register_of_nobody_is_refused() -> None:
    assert where_and_why(refused()) == [("/marks", "no-marks")]


def test_a_school_never_registered_has_no_register() -> None:
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "/"),), by=OFFICER)

    with pytest.raises(SchoolUnknown):
        record_marks(command, NO_SCHOOL, {}, now=AFTERWARDS)


@pytest.mark.parametrize(
    ("recorded_at", "late"),
    [
        (datetime(2026, 9, 14, 22, 59, tzinfo=UTC), False),  # 23:59 on the school's clock
        (datetime(2026, 9, 14, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 9, 14, 8, 0, tzinfo=UTC), False),
    ],
)
def test_an_entry_is_late_once_the_day_is_over_in_london(
    recorded_at: datetime, *, late: bool
) -> None:
    assert late_entry(am(MONDAY), recorded_at) is late


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(None, id="nobody"),
        pytest.param(Signatory("\N{ZERO WIDTH SPACE}", "Tutor"), id="a name nobody can read"),
    ],
)
def test_an_entry_nobody_answers_for_is_refused_beside_all_else(by: Signatory | None) -> None:
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, "?"),), by=by)

    with pytest.raises(RegisterRefused) as raised:
        record_marks(command, SCHOOL, {}, now=AFTERWARDS)

    assert where_and_why(raised.value.refusals) == [
        ("/by", "signatory-required"),
        ("/marks/0/code", "unknown-code"),
    ]


@pytest.mark.parametrize(
    ("code", "minutes_late", "slugs"),
    [
        pytest.param("L", 30, [], id="as the register closes"),
        pytest.param("L", 31, ["code-not-allowed"], id="after the register closed"),
        pytest.param("L", None, [], id="nobody knows how late"),
        pytest.param("U", 31, [], id="U after the register closed"),
        pytest.param("U", 20, [], id="U where the register closed early that day"),
    ],
)
def test_an_arrival_is_late_and_present_only_while_the_register_is_open(
    code: str, minutes_late: int | None, slugs: list[str]
) -> None:
    mark = RawMark(ANN, code, minutes_late)
    try:
        record_marks(
            RecordMarks(session=am(MONDAY), marks=(mark,), by=OFFICER), SCHOOL, {}, now=AFTERWARDS
        )
        refusals: tuple[Refusal, ...] = ()
    except RegisterRefused as refused_as:
        refusals = refused_as.refusals

    assert [each.code for each in refusals] == slugs


@pytest.mark.parametrize("detail", ["", " ", "\N{ZERO WIDTH SPACE}"])
def test_a_nature_that_nobody_can_read_isnt_stated(detail: str) -> None:
    assert where_and_why(refused(RawMark(ANN, "B", None, detail))) == [
        ("/marks/0/detail", "detail-required")
    ]

"""Registers as a rebuild takes them: quicker than the ordinary way, and the same comes of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from attendance.codec import encode
from attendance.codes import Code
from attendance.errors import MalformedEvent
from attendance.events import Mark, MarksRecorded, Signatory
from attendance.identifiers import PupilId
from attendance.session import Half, Session
from eventlog import SchoolId, StoredEvent
from hypothesis import given
from hypothesis import strategies as st
from thresholds.digest import digest_of
from thresholds.dropped import NOTHING, Dropped
from thresholds.packing import PupilYear
from thresholds.relevance import put
from thresholds.replayed import KIND, enter, first_years, registers_in
from thresholds.tables import Years

RECORDED_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PUPILS = [PupilId(f"p{number}") for number in range(4)]

sessions = st.builds(
    Session,
    st.integers(0, 800).map(lambda days: date(2025, 7, 1) + timedelta(days=days)),
    st.sampled_from(Half),
)
marks = st.dictionaries(st.sampled_from(PUPILS), st.sampled_from(Code), min_size=1)
# A pupil has one original entry of a session, whatever it says: the register sees to that.
taken = st.lists(st.tuples(sessions, marks), unique_by=lambda each: each[0], max_size=12)


def stored(position: int, kind: str, payload: str) -> StoredEvent:
    return StoredEvent(SchoolId(999001), position, uuid4(), 1, kind, RECORDED_AT, payload)


def register(position: int, session: Session, entered: dict[PupilId, Code]) -> StoredEvent:
    event = MarksRecorded(
        session=session,
        group="7B",
        marks=tuple(
            Mark(pupil, code, minutes_late=5 if code is Code.L else None)
            for pupil, code in entered.items()
        ),
        recorded_by=Signatory("A. Smith", "Tutor"),
        recorded_at=RECORDED_AT,
    )
    return stored(position, *encode(event))


def empty_years() -> Years:
    return {pupil: {} for pupil in PUPILS}


def packed(years: Years) -> dict[PupilId, dict[int, tuple[bytes, bytes]]]:
    return {
        pupil: {year: entries.packed() for year, entries in of_pupil.items()}
        for pupil, of_pupil in years.items()
    }


def the_ordinary_way(events: Sequence[StoredEvent]) -> Years:
    years = empty_years()
    for pupil, changes in digest_of(events).changes.items():
        for change in changes:
            put(years[pupil], change)
    return years


@given(taken)
def test_the_same_entries_come_of_it_as_of_following(
    registers: list[tuple[Session, dict[PupilId, Code]]],
) -> None:
    events = [register(position, *each) for position, each in enumerate(registers, start=1)]
    years = empty_years()

    enter(years, registers_in(events), NOTHING)

    assert packed(years) == packed(the_ordinary_way(events))


@given(taken)
def test_entries_join_those_that_stand(
    registers: list[tuple[Session, dict[PupilId, Code]]],
) -> None:
    events = [register(position, *each) for position, each in enumerate(registers, start=1)]
    years = the_ordinary_way(events[:5])

    enter(years, registers_in(events[5:]), NOTHING)

    assert packed(years) == packed(the_ordinary_way(events))


def test_who_waits_for_a_reason_is_told() -> None:
    monday = Session(date(2026, 11, 16), Half.AM)
    event = register(7, monday, {PUPILS[0]: Code.N, PUPILS[1]: Code.G, PUPILS[2]: Code.PRESENT_AM})

    assert enter(empty_years(), registers_in([event]), NOTHING) == {PUPILS[0]}


def test_entries_of_a_dropped_year_are_passed_by() -> None:
    dropped, kept = Session(date(2019, 11, 18), Half.AM), Session(date(2026, 11, 16), Half.AM)
    events = [register(7, dropped, {PUPILS[0]: Code.N}), register(8, kept, {PUPILS[0]: Code.G})]
    years = empty_years()

    waking = enter(years, registers_in(events), Dropped(to=2019, episodes=0))

    assert list(years[PUPILS[0]]) == [2026]
    assert waking == set()


def test_pupils_are_named_with_the_first_year_concerned() -> None:
    early, late = Session(date(2024, 11, 18), Half.AM), Session(date(2026, 11, 16), Half.AM)
    events = [
        register(7, late, {PUPILS[0]: Code.N, PUPILS[1]: Code.N}),
        register(8, early, {PUPILS[0]: Code.G}),
    ]

    assert first_years(registers_in(events)) == {PUPILS[0]: 2024, PUPILS[1]: 2026}


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param('{"date": "2026-11-16", "session": "AM"}', id="no marks"),
        pytest.param('{"date": "soon", "session": "AM", "marks": []}', id="no date"),
        pytest.param('{"date": "2026-11-16", "session": "PM", "marks": [7]}', id="no mark"),
        pytest.param(
            '{"date": "2026-11-16", "session": "AM", "marks": [{"pupil": "zq-7741", "code": "?"}]}',
            id="an unknown code",
        ),
        pytest.param("[]", id="no object"),
    ],
)
def test_what_is_no_register_is_refused_without_what_it_says(payload: str) -> None:
    with pytest.raises(MalformedEvent) as refused:
        registers_in([stored(7, KIND, payload)])

    assert "zq-7741" not in f"{refused.value!r}"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_year_is_no_longer_than_its_last_entry() -> None:
    years = empty_years()
    years[PUPILS[0]][2026] = PupilYear.unpacked(b"\x01", b"")
    first = Session(date(2026, 8, 3), Half.PM)

    enter(years, registers_in([register(7, first, {PUPILS[0]: Code.PRESENT_PM})]), NOTHING)

    assert len(years[PUPILS[0]][2026].sessions) == 6

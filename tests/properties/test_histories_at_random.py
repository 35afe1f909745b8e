"""Every entry stands in one history, in the order of the log, and none stands in two."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from attendance.codes import Code
from attendance.entries import Whose, histories
from attendance.events import Amendment, Event, Mark, MarksAmended, MarksRecorded
from attendance.identifiers import PupilId
from attendance.session import Half, Session
from domain.given import OFFICER, REGISTERED
from hypothesis import given
from hypothesis import strategies as st

MONDAY: Final = date(2026, 9, 14)
SESSIONS: Final = [Session(MONDAY, half) for half in Half]
PUPILS: Final = [PupilId("ann"), PupilId("ben"), PupilId("cat")]
CODES: Final = st.sampled_from((Code.I, Code.N, Code.PRESENT_AM))
INSTANTS: Final = st.integers(0, 48).map(
    lambda hours: datetime(2026, 9, 14, 9, 30, tzinfo=UTC) + timedelta(hours=hours)
)


def recorded(session: Session, codes: dict[PupilId, Code], at: datetime) -> MarksRecorded:
    """An act of recording."""
    marks = tuple(Mark(pupil, code) for pupil, code in codes.items())
    return MarksRecorded(
        session=session, group=None, marks=marks, recorded_by=OFFICER, recorded_at=at
    )


def amended(session: Session, codes: dict[PupilId, Code], at: datetime) -> MarksAmended:
    """An act of amending."""
    amendments = tuple(
        Amendment(pupil=pupil, original=Code.O, amended=code, reason="note")
        for pupil, code in codes.items()
    )
    return MarksAmended(session=session, amendments=amendments, recorded_by=OFFICER, recorded_at=at)


ACTS: Final = st.lists(
    st.builds(
        lambda make, *said: make(*said),
        st.sampled_from((recorded, amended)),
        st.sampled_from(SESSIONS),
        st.dictionaries(st.sampled_from(PUPILS), CODES, min_size=1),
        INSTANTS,
    )
    | st.just(REGISTERED),
    max_size=8,
)


@given(ACTS)
def test_a_history_is_all_that_was_entered_for_a_pupils_session(acts: list[Event]) -> None:
    found = histories(enumerate(acts, start=1))

    for session in SESSIONS:
        for pupil in PUPILS:
            entered = [
                (position, code)
                for position, act in enumerate(acts, start=1)
                if isinstance(act, MarksRecorded | MarksAmended) and act.session == session
                for name, code in said(act)
                if name == pupil
            ]
            history = found.get(Whose(session, pupil), [])
            assert [(each.position, each.code) for each in history] == entered


@given(ACTS)
def test_only_an_original_made_when_its_day_was_over_in_london_is_late(acts: list[Event]) -> None:
    midnight = datetime(2026, 9, 14, 23, 0, tzinfo=UTC)

    for history in histories(enumerate(acts, start=1)).values():
        for each in history:
            assert each.late == (each.original is None and each.recorded_at >= midnight)


def said(act: MarksRecorded | MarksAmended) -> list[tuple[PupilId, Code]]:
    """List whose entry an act makes, and the code it puts in force."""
    if isinstance(act, MarksRecorded):
        return [(mark.pupil, mark.code) for mark in act.marks]
    return [(each.pupil, each.amended) for each in act.amendments]

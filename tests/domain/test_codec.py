"""Given any marks at all, when they are written and read back, then they are the same."""

import json
from datetime import UTC, date, datetime

from attendance.codec import decode, encode
from attendance.codes import Code
from attendance.events import Amendment, Mark, MarksAmended, MarksRecorded, Signatory
from attendance.identifiers import PupilId
from attendance.session import Half, Session
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by its timezones
SESSIONS = st.builds(Session, st.dates(date(2024, 8, 19)), st.sampled_from(Half))
SIGNATORIES = st.builds(Signatory, TEXTS, TEXTS)
MARKS = st.builds(
    Mark,
    TEXTS.map(PupilId),
    st.sampled_from(Code),
    st.none() | st.integers(0, 300),
    st.none() | TEXTS,
    st.none() | TEXTS,
)
RECORDED = st.builds(
    MarksRecorded,
    session=SESSIONS,
    group=st.none() | TEXTS,
    marks=st.lists(MARKS, max_size=5).map(tuple),
    recorded_by=SIGNATORIES,
    recorded_at=INSTANTS,
)
AMENDED = st.builds(
    MarksAmended,
    session=SESSIONS,
    amendments=st.lists(
        st.builds(
            Amendment,
            pupil=TEXTS.map(PupilId),
            original=st.sampled_from(Code),
            amended=st.sampled_from(Code),
            reason=TEXTS,
            minutes_late=st.none() | st.integers(0, 300),
            detail=st.none() | TEXTS,
            raw_code=st.none() | TEXTS,
        ),
        max_size=5,
    ).map(tuple),
    recorded_by=SIGNATORIES,
    recorded_at=INSTANTS,
)


@given(RECORDED | AMENDED)
def test_entries_are_read_back_as_they_were_written(event: MarksRecorded | MarksAmended) -> None:
    kind, payload = encode(event)

    assert decode(kind, payload) == event


@given(RECORDED)
def test_marks_written_by_hand_are_the_json_that_a_library_would_write(
    event: MarksRecorded,
) -> None:
    _, payload = encode(event)

    again = json.dumps(json.loads(payload), ensure_ascii=False, separators=(",", ":"))
    assert payload == again

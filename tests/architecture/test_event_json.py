"""The JSON of every kind of event, frozen: what is in a log must be readable for ever."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from architecture.frozen_events import FROZEN, PUPIL, RECORDED
from attendance.codec import KINDS, decode, encode
from attendance.errors import MalformedEvent, UnknownEventKind
from attendance.events import Event


@pytest.mark.parametrize(("event", "kind", "payload"), FROZEN, ids=[kind for _, kind, _ in FROZEN])
def test_an_event_is_written_as_it_always_was_and_read_back_the_same(
    event: Event, kind: str, payload: str
) -> None:
    assert encode(event) == (kind, payload)
    assert decode(kind, payload) == event


def test_the_json_of_every_kind_is_frozen() -> None:
    assert {kind for _, kind, _ in FROZEN} == set(KINDS)


def test_a_reader_passes_by_a_field_that_a_later_version_added() -> None:
    for event, kind, payload in FROZEN:
        fields = json.loads(payload) | {"added_later": True}

        assert decode(kind, json.dumps(fields)) == event


def test_a_mark_with_a_field_that_a_later_version_added_is_read() -> None:
    payload = encode(RECORDED)[1].replace('"code":"I"', '"code":"I","added_later":1')

    assert decode("MarksRecorded.v1", payload) == RECORDED


def test_a_kind_nobody_wrote_is_named_and_not_skipped() -> None:
    with pytest.raises(UnknownEventKind) as raised:
        decode("MarksForgotten.v1", "{}")

    assert raised.value.kind == "MarksForgotten.v1"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "[]",
        "{}",
        encode(RECORDED)[1].replace('"I"', '"A"'),
        encode(RECORDED)[1].replace("Z", ""),
        encode(RECORDED)[1].replace("2026-09-07", "2026-02-30"),
        encode(RECORDED)[1].replace('"AM"', '"noon"'),
    ],
)
def test_what_isnt_as_its_kind_is_written_is_refused_without_quoting_it(payload: str) -> None:
    with pytest.raises(MalformedEvent) as raised:
        decode("MarksRecorded.v1", payload)

    assert raised.value.kind == "MarksRecorded.v1"
    assert raised.value.__cause__ is None
    assert PUPIL not in str(raised.value)


def test_a_calendar_that_contradicts_itself_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        decode(
            "CalendarPublished.v1",
            '{"year":"2026-27","half_terms":[],"closures":[],"recorded_at":"2026-09-07T08:05:00Z"}',
        )


def test_an_instant_without_a_time_zone_is_never_written() -> None:
    with pytest.raises(MalformedEvent):
        encode(replace(RECORDED, recorded_at=datetime(2026, 9, 7, 8, 5)))  # noqa: DTZ001 - the point

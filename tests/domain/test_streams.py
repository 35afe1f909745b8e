"""The names of streams and alerts, frozen: other ids would orphan what is in every log."""

from datetime import date
from uuid import UUID

from attendance.identifiers import PupilId
from attendance.streams import (
    admissions_stream,
    alert_id,
    alerts_stream,
    school_stream,
    session_stream,
)
from domain.given import URN
from statute.registers import am, pm

PUPIL = PupilId("p-1")
ON = date(2026, 9, 7)


def test_ids_never_change() -> None:
    assert school_stream(URN) == UUID("04a78007-6dd6-5c61-b63e-6964c4cb6cc8")
    assert admissions_stream(URN) == UUID("6ea795a1-18cd-5212-a527-a33778072a3a")
    assert session_stream(URN, am(ON)) == UUID("ffcc0035-4ce7-5430-a750-9bdd051a4102")
    assert alerts_stream(URN, PUPIL) == UUID("84d60daa-da9d-54d5-af7e-236203909b79")
    assert alert_id(URN, PUPIL, "attendance-return", 2) == UUID(
        "992410dc-babf-5104-964f-08cbe2b3a8e5"
    )


def test_different_things_have_different_ids() -> None:
    ids = {
        school_stream(URN),
        admissions_stream(URN),
        session_stream(URN, am(ON)),
        session_stream(URN, pm(ON)),
        alerts_stream(URN, PUPIL),
        alerts_stream(URN, PupilId("p-2")),
        alert_id(URN, PUPIL, "attendance-return", 1),
        alert_id(URN, PUPIL, "attendance-return", 2),
        alert_id(URN, PUPIL, "severe-absence", 1),
    }

    assert len(ids) == 9

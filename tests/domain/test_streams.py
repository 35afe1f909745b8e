"""The names of streams and alerts, frozen: other ids would orphan what is in every log."""

from datetime import date
from uuid import UUID

from attendance.identifiers import PupilId
from attendance.streams import (
    admissions_stream,
    alert_id,
    alerts_stream,
    register_alert_id,
    registers_stream,
    rules_stream,
    school_stream,
    session_stream,
)
from domain.given import URN
from statute.registers import am, pm

PUPIL = PupilId("p-1")
ON = date(2026, 9, 7)
NOT_TAKEN = "register-not-taken"


def test_ids_never_change() -> None:
    assert school_stream(URN) == UUID("04a78007-6dd6-5c61-b63e-6964c4cb6cc8")
    assert admissions_stream(URN) == UUID("6ea795a1-18cd-5212-a527-a33778072a3a")
    assert session_stream(URN, am(ON)) == UUID("ffcc0035-4ce7-5430-a750-9bdd051a4102")
    assert alerts_stream(URN, PUPIL) == UUID("84d60daa-da9d-54d5-af7e-236203909b79")
    assert alert_id(URN, PUPIL, "attendance-return", 2) == UUID(
        "992410dc-babf-5104-964f-08cbe2b3a8e5"
    )
    assert rules_stream(URN) == UUID("134aec25-d67d-5ad7-9c06-8b55c38531a1")
    assert registers_stream(URN, am(ON)) == UUID("d7c34b69-8c26-5aec-89a0-3615a0118911")
    assert register_alert_id(URN, NOT_TAKEN, "7B", am(ON)) == UUID(
        "b0138a71-3953-5961-bc51-baf15432eb13"
    )
    assert register_alert_id(URN, NOT_TAKEN, None, am(ON)) == UUID(
        "748783c7-71f0-520f-a19b-6b07617c7f30"
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
        rules_stream(URN),
        registers_stream(URN, am(ON)),
        registers_stream(URN, pm(ON)),
        register_alert_id(URN, NOT_TAKEN, "7B", am(ON)),
        register_alert_id(URN, NOT_TAKEN, "7B", pm(ON)),
        register_alert_id(URN, NOT_TAKEN, None, am(ON)),
    }

    assert len(ids) == 15

"""A fact becomes a signed message at an authority's endpoint: what is sent, and to whom."""

import json
from pathlib import Path

import pytest
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import (
    AT,
    OTHER_LA,
    OTHER_URN,
    RULE,
    URN,
    admitted,
    append_to,
    met,
    notified,
    school,
    withdrawn,
)

MET = "uk.attendance.threshold-met.v1"
WITHDRAWN = "uk.attendance.threshold-withdrawn.v1"
ADMITTED = "uk.attendance.pupil-admitted.v1"


async def test_a_threshold_met_arrives_as_a_cloudevent_with_its_evidence(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: la.received)

    received = la.received[0]
    assert received.headers["content-type"] == "application/cloudevents+json"
    assert received.headers["webhook-id"] == received.event["id"]
    assert received.event == {
        "specversion": "1.0",
        "id": received.headers["webhook-id"],
        "type": MET,
        "source": "http://127.0.0.1:8000/notifications/v1",
        "subject": f"schools/{URN}/pupils/p1",
        "sequence": "0000000001",
        "position": 2,
        "time": "2026-11-20T15:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "id": str(met("p1").alert),
            "rule": RULE,
            "urn": URN,
            "pupil": "p1",
            "episode": 1,
            "status": "open",
            "provisional": False,
            "met_on": {"date": "2026-11-20", "session": "PM"},
            "raised_at": "2026-11-20T15:00:00Z",
            "position": 2,
            "evidence": [
                {
                    "date": "2026-11-20",
                    "session": "PM",
                    "code": "O",
                    "position": 41,
                    "statistical": "unauthorised",
                }
            ],
            "evidence_count": 1,
            "figures": {"unauthorised": 10},
            "terms": {"sessions": 10, "school_weeks": 10},
            "source": "Working together to improve school attendance",
        },
    }


async def test_a_withdrawal_repeats_the_whole_alert_and_says_why(
    database_url: str, tmp_path: Path
) -> None:
    alert = met("p1")
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(alert)
        await notices.happen(withdrawn(alert))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)

    first, second = (received.event for received in la.received)
    changed = {"status": "withdrawn", "reason": "The register was amended.", "position": 3}
    assert second["type"] == WITHDRAWN
    assert second["sequence"] == "0000000002"
    assert second["data"] == {**first["data"], **changed}


async def test_an_admission_tells_who_and_when_and_nothing_else(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(admitted("p1"))
        async with notices.sending():
            await eventually(lambda: la.received)

    assert la.received[0].event["data"] == {
        "urn": URN,
        "pupil": "p1",
        "starting_day": "2026-09-03",
        "year_group": "6",
    }
    assert b"Marked-" not in la.received[0].body


async def test_only_the_types_asked_for_arrive(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la, types=[ADMITTED])
        await notices.happen(met("p1"), admitted("p2"))
        async with notices.sending():
            await eventually(lambda: la.received)

        assert [received.event["type"] for received in la.received] == [ADMITTED]
        assert len(await notices.deliveries()) == 1


async def test_a_subscription_gets_what_is_appended_from_its_activation_on(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.happen(met("p1", 1))
        created = await notices.subscribe(la, verified=False)
        await notices.happen(met("p1", 2))
        # Appended before the activation, taken note of only after it.
        await append_to(notices.conn, [met("p1", 3)], now=AT)
        async with notices.house.client() as client:
            await client.post(f"/notifications/v1/subscriptions/{created['id']}/verification")
        await notices.house.settle()
        await notices.happen(met("p1", 4))

        deliveries = await notices.deliveries()
        positions = await notices.conn.fetch("SELECT position FROM notifications.delivery")

    assert len(deliveries) == 1
    assert [row["position"] for row in positions] == [5]


async def test_events_go_to_the_authority_the_school_had_when_they_happened(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        endpoint() as la,
        endpoint() as other,
        notified(database_url, tmp_path) as notices,
    ):
        old = await notices.subscribe(la)
        new = await notices.subscribe(other, la_code=OTHER_LA)
        await notices.happen(met("p1"), school(OTHER_LA, changed=True), met("p2"))

        assert [each["subject"] for each in await notices.deliveries(old["id"])] == [
            f"schools/{URN}/pupils/p1"
        ]
        assert [each["subject"] for each in await notices.deliveries(new["id"])] == [
            f"schools/{URN}/pupils/p2"
        ]


async def test_a_subscription_by_schools_gets_those_schools_alone(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.happen(school(), urn=OTHER_URN)
        await notices.subscribe(la, urns=[OTHER_URN])
        await notices.happen(met("p1"))
        await notices.happen(met("p1", urn=OTHER_URN), urn=OTHER_URN)

        subjects = [each["subject"] for each in await notices.deliveries()]

    assert subjects == [f"schools/{OTHER_URN}/pupils/p1"]


async def test_no_marked_string_is_in_a_body_a_log_line_or_an_answer(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await notices.happen(admitted("Marked.pupil"), met("Marked.pupil"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)
        answers = json.dumps(await notices.get("/deliveries"))
    output = capsys.readouterr()
    logged = output.out + output.err

    # The pupil's identifier is the authority's to know. Names aren't, and a log knows neither.
    assert "Marked-" not in "".join(received.body.decode() for received in la.received)
    assert "Marked-" not in answers
    assert "delivered" in logged
    assert "Marked" not in logged
    assert created["secret"] not in logged
    assert "/hook" not in logged


async def test_every_attempt_is_on_record_with_what_was_answered(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        created = await notices.subscribe(la)
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: la.received)
        delivery = (await notices.deliveries())[0]
        shown = await notices.get(f"/deliveries/{delivery['id']}")
        subscription = await notices.get(f"/subscriptions/{created['id']}")

    (attempt,) = shown["attempts"]
    assert shown["status"] == "delivered"
    assert shown["attempt_count"] == 1
    assert attempt["latency_ms"] >= 0
    assert attempt == {
        "started_at": "2026-11-20T15:00:00Z",
        "latency_ms": attempt["latency_ms"],
        "address": "127.0.0.1",
        "key_id": created["key_id"],
        "status": 204,
        "failure": None,
        "answer": "",
    }
    assert subscription["last_success_at"] == "2026-11-20T15:00:00Z"
    assert subscription["oldest_waiting_at"] is None


async def test_a_pupil_admitted_again_is_told_of_again(database_url: str, tmp_path: Path) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la, types=[ADMITTED])
        await notices.happen(admitted("p1"))
        await notices.happen(admitted("p1"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)

    first, second = (received.event for received in la.received)
    assert first["id"] != second["id"]
    assert [first["sequence"], second["sequence"]] == ["0000000001", "0000000002"]
